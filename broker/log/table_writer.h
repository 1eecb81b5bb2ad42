#ifndef TRANCHE_BROKER_LOG_TABLE_WRITER_H_
#define TRANCHE_BROKER_LOG_TABLE_WRITER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/log/sqlite.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// Fills the derived tables (schema.h): what they hold is a function of the records added, in
// order, and of nothing else, so that a log's tables can be checked against its records.
class TableWriter {
 public:
  // `database` has the schema, and outlives the writer.
  static absl::StatusOr<TableWriter> Prepare(const SqliteDatabase& database);

  // Takes up where the tables stand: first of all, and again after a transaction that failed.
  absl::Status Restart();
  // Adds what follows from `record`, inside the caller's transaction. `refused`: it is a move that
  // the market has refused, which has had no effect.
  absl::Status Add(const v1::LogRecord& record, bool refused);

 private:
  struct Statements {
    SqliteStatement first_open_position;
    SqliteStatement open_messages;
    SqliteStatement delivery;
    SqliteStatement header;
    SqliteStatement run_ended;
    SqliteStatement seat;
    SqliteStatement profile;
    SqliteStatement agent_left;
    SqliteStatement quarter;
    SqliteStatement metric;
    SqliteStatement deal;
    SqliteStatement deal_under_review;
    SqliteStatement deal_closed;
    SqliteStatement deal_ended;
    SqliteStatement closing;
    SqliteStatement filing;
    SqliteStatement notification;
    SqliteStatement second_request;
    SqliteStatement concerns;
    SqliteStatement decision;
    SqliteStatement waiting_period_expired;
    SqliteStatement litigation;
    SqliteStatement court_ruling;
    SqliteStatement contract;
    SqliteStatement contract_ended;
    SqliteStatement build;
    SqliteStatement build_ended;
    SqliteStatement price;
    SqliteStatement holding;
    SqliteStatement ledger_entry;
    SqliteStatement statement_line;
    SqliteStatement relation;
  };

  TableWriter() = default;

  absl::Status AddMessage(const v1::LogRecord& record);
  absl::Status AddHeader(const v1::LogRecord& record);
  absl::Status AddSeat(const v1::Seat& seat);
  absl::Status AddPublicView(const v1::LogRecord& record);
  absl::Status AddQuarterClosed(const v1::LogRecord& record);
  absl::Status AddDealSigned(const v1::LogRecord& record);
  absl::Status AddClosing(const v1::LogRecord& record);
  absl::Status AddContractSigned(const v1::LogRecord& record);
  absl::Status AddPriceList(const v1::LogRecord& record);
  absl::Status AddStatements(const v1::LogRecord& record);

  Statements sql_;
  // Of the quarter that isn't closed yet.
  uint64_t first_position_ = 1;
  int64_t messages_ = 0;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_TABLE_WRITER_H_
