#ifndef TRANCHE_BROKER_LOG_RECORD_WRITER_H_
#define TRANCHE_BROKER_LOG_RECORD_WRITER_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "broker/log/sqlite.h"
#include "broker/log/table_writer.h"
#include "broker/protocol/record.h"

namespace tranche {

// Inserts records and what follows from them into a database with the schema.
class RecordWriter {
 public:
  // `database` outlives the writer.
  static absl::StatusOr<RecordWriter> Prepare(const SqliteDatabase& database);

  // Inserts whole quarters (a move and the market's refusal of it are in the same call), inside the
  // caller's transaction.
  absl::Status Insert(absl::Span<const StoredRecord> records);

 private:
  RecordWriter(SqliteStatement insert, TableWriter tables)
      : insert_(std::move(insert)), tables_(std::move(tables)) {}

  absl::Status InsertRecord(const StoredRecord& stored, const std::string* refused_by);

  SqliteStatement insert_;
  TableWriter tables_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_RECORD_WRITER_H_
