#ifndef TRANCHE_BROKER_LOG_RUN_LOG_H_
#define TRANCHE_BROKER_LOG_RUN_LOG_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/protocol/record.h"
#include "sim/quarter.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// Which records are wanted: those that meet all that is set.
struct RecordFilter {
  uint64_t from = 1;
  std::optional<Quarter> first_quarter = {};
  std::optional<Quarter> last_quarter = {};
  std::optional<uint32_t> round = {};
  std::string sender = {};
  std::string recipient = {};
  // This thread and those below it (`<thread>/…`).
  std::string thread = {};
  // Any of these; as RecordKind (record_kind.h) names them. Empty: all.
  std::vector<std::string> kinds = {};
  // Only moves that the market has refused.
  bool refused = false;
  // What mentions this, in any case (record_mentions.h).
  std::string text = {};
};

// A value of a table, valid during the visit.
struct TableCell {
  enum class Type { kNull, kInteger, kReal, kText, kBlob };
  Type type = Type::kNull;
  int64_t integer = 0;
  double real = 0;
  absl::string_view bytes = {};  // of text or blob
};

// The message log of one run: a SQLite file (docs/log-schema.md), written a quarter at a time.
//
// Every error names the file and says what to do. Codes: NotFound (no such file), AlreadyExists
// (create over an existing file), InvalidArgument (not a Tranche log), FailedPrecondition (a
// newer schema; locked by a live run), DataLoss (damaged: what and where), ResourceExhausted
// (disk full: the file keeps every quarter committed before), PermissionDenied.
class RunLog {
 public:
  // A new file. Never overwrites one.
  static absl::StatusOr<std::unique_ptr<RunLog>> Create(const std::string& path);
  // An existing log, to go on with its run. Only one process may have a log open so.
  // FailedPrecondition too if the run has ended: there is nothing to go on with.
  static absl::StatusOr<std::unique_ptr<RunLog>> OpenToAppend(const std::string& path);
  // An existing log, to read; also while a run writes it.
  static absl::StatusOr<std::unique_ptr<RunLog>> OpenToRead(const std::string& path);
  virtual ~RunLog() = default;

  // Appends records as one durable transaction: after a crash all of them are there or none.
  virtual absl::Status Append(absl::Span<const StoredRecord> records) = 0;
  // Something that happened to the run's processes (a join, a lost session, a late agent, a
  // pause): beside the truth, not in the hash chain. Durable with the next Append.
  virtual absl::Status NoteOperation(absl::string_view kind, absl::string_view agent,
                                     absl::string_view detail) = 0;
  // Calls `visit` for each record from position `from` on, in order, until it returns false.
  virtual absl::Status Read(uint64_t from,
                            absl::FunctionRef<bool(const v1::LogRecord&)> visit) const = 0;
  // The same for the records that `filter` wants, found by index.
  virtual absl::Status Select(const RecordFilter& filter,
                              absl::FunctionRef<bool(const v1::LogRecord&)> visit) const = 0;
  // Calls `visit` for each row of a table or view of docs/log-schema.md, in order, until it returns
  // false. NotFound lists those there are.
  virtual absl::Status ReadTable(absl::string_view table,
                                 absl::FunctionRef<bool(absl::Span<const std::string> columns,
                                                        absl::Span<const TableCell> row)>
                                     visit) const = 0;
  // 0: nothing has been appended.
  virtual absl::StatusOr<uint64_t> LastPosition() const = 0;
  // Checks the hash chain from the first record to the last, and that every table follows from the
  // records: DataLoss names the quarter and position where it breaks.
  virtual absl::Status Verify() const = 0;
  // Folds the write-ahead log into the one plain file and frees the log for others; after it the
  // log can only be read. Call at the end of a run. While another program reads the log, it stays
  // whole but in two files.
  virtual absl::Status Finish() = 0;
  virtual const std::string& path() const = 0;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_RUN_LOG_H_
