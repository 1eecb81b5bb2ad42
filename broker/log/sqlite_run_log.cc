#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "broker/log/log_file.h"
#include "broker/log/record_reader.h"
#include "broker/log/record_writer.h"
#include "broker/log/run_log.h"
#include "broker/log/schema.h"
#include "broker/log/sqlite.h"
#include "broker/log/verify.h"
#include "broker/log/writer_lock.h"

namespace tranche {
namespace {

// How long the end of a run waits for readers to leave.
constexpr int kFinishTimeoutMs = 1'000;

class SqliteRunLog final : public RunLog {
 public:
  // To read.
  explicit SqliteRunLog(SqliteDatabase database) : database_(std::move(database)) {}
  // To write.
  SqliteRunLog(WriterLock lock, SqliteDatabase database)
      : lock_(std::move(lock)), database_(std::move(database)) {}

  absl::Status PrepareToAppend();

  absl::Status Append(absl::Span<const StoredRecord> records) override;
  absl::Status NoteOperation(absl::string_view kind, absl::string_view agent,
                             absl::string_view detail) override;
  absl::Status Read(uint64_t from,
                    absl::FunctionRef<bool(const v1::LogRecord&)> visit) const override;
  absl::Status Select(const RecordFilter& filter,
                      absl::FunctionRef<bool(const v1::LogRecord&)> visit) const override;
  absl::Status ReadTable(absl::string_view table,
                         absl::FunctionRef<bool(absl::Span<const std::string> columns,
                                                absl::Span<const TableCell> row)>
                             visit) const override;
  absl::StatusOr<uint64_t> LastPosition() const override;
  absl::Status Verify() const override { return VerifyLog(database_); }
  absl::Status Finish() override;
  const std::string& path() const override { return database_.path(); }

 private:
  struct Operation {
    std::string at;
    uint64_t after_position = 0;
    std::string kind;
    std::string agent;
    std::string detail;
  };

  bool writable() const { return lock_.has_value(); }
  absl::Status NotWritable() const;
  absl::Status InsertOperations();

  // Freed last: nobody may write while the connection is open.
  std::optional<WriterLock> lock_;
  SqliteDatabase database_;
  std::optional<RecordWriter> writer_;
  SqliteStatement insert_operation_;
  std::vector<Operation> operations_;
  uint64_t last_position_ = 0;
};

absl::Status SqliteRunLog::PrepareToAppend() {
  absl::StatusOr<RecordWriter> writer = RecordWriter::Prepare(database_);
  if (!writer.ok()) return writer.status();
  writer_ = *std::move(writer);
  absl::StatusOr<SqliteStatement> insert =
      database_.Prepare("INSERT INTO operations VALUES (NULL, ?1, ?2, ?3, ?4, ?5)");
  if (!insert.ok()) return insert.status();
  insert_operation_ = *std::move(insert);
  absl::StatusOr<uint64_t> last = LastPosition();
  if (!last.ok()) return last.status();
  last_position_ = *last;
  return absl::OkStatus();
}

absl::Status SqliteRunLog::NotWritable() const {
  return absl::FailedPreconditionError(
      absl::StrCat(path(), ": the log is open to read only, or finished"));
}

absl::Status SqliteRunLog::Append(absl::Span<const StoredRecord> records) {
  if (!writable()) return NotWritable();
  uint64_t last = last_position_;
  for (const StoredRecord& stored : records) {
    if (stored.record->position() != ++last) {
      return absl::InternalError(absl::StrCat(path(), ": record ", stored.record->position(),
                                              " is appended where ", last, " is due"));
    }
  }
  absl::StatusOr<SqliteTransaction> transaction = SqliteTransaction::Begin(database_);
  if (!transaction.ok()) return transaction.status();
  if (absl::Status inserted = writer_->Insert(records); !inserted.ok()) return inserted;
  if (absl::Status inserted = InsertOperations(); !inserted.ok()) return inserted;
  if (absl::Status committed = transaction->Commit(); !committed.ok()) return committed;
  operations_.clear();
  last_position_ = last;
  return absl::OkStatus();
}

absl::Status SqliteRunLog::NoteOperation(absl::string_view kind, absl::string_view agent,
                                         absl::string_view detail) {
  if (!writable()) return NotWritable();
  operations_.push_back({absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone()),
                         last_position_, std::string(kind), std::string(agent),
                         std::string(detail)});
  return absl::OkStatus();
}

absl::Status SqliteRunLog::InsertOperations() {
  for (const Operation& operation : operations_) {
    absl::Status run = insert_operation_.Run(operation.at, operation.after_position, operation.kind,
                                             operation.agent, operation.detail);
    if (!run.ok()) return run;
  }
  return absl::OkStatus();
}

absl::Status SqliteRunLog::Read(uint64_t from,
                                absl::FunctionRef<bool(const v1::LogRecord&)> visit) const {
  return ReadRecords(database_, from,
                     [&](const v1::LogRecord& record, absl::string_view) { return visit(record); });
}

absl::Status SqliteRunLog::Select(const RecordFilter& filter,
                                  absl::FunctionRef<bool(const v1::LogRecord&)> visit) const {
  return SelectRecords(database_, filter, [&](const v1::LogRecord& record, absl::string_view) {
    return visit(record);
  });
}

TableCell CellAt(const SqliteStatement& row, int column) {
  TableCell cell;
  switch (row.type(column)) {
    case SQLITE_INTEGER:
      cell.type = TableCell::Type::kInteger;
      cell.integer = row.integer(column);
      break;
    case SQLITE_FLOAT:
      cell.type = TableCell::Type::kReal;
      cell.real = row.real(column);
      break;
    case SQLITE_TEXT:
      cell.type = TableCell::Type::kText;
      cell.bytes = row.text(column);
      break;
    case SQLITE_BLOB:
      cell.type = TableCell::Type::kBlob;
      cell.bytes = row.text(column);
      break;
    default:
      break;
  }
  return cell;
}

absl::Status SqliteRunLog::ReadTable(
    absl::string_view table,
    absl::FunctionRef<bool(absl::Span<const std::string> columns, absl::Span<const TableCell> row)>
        visit) const {
  const bool view = absl::c_linear_search(ViewNames(), table);
  if (!view && !absl::c_linear_search(TableNames(), table)) {
    return absl::NotFoundError(absl::StrCat("a log has no table \"", table, "\"; it has ",
                                            absl::StrJoin(TableNames(), ", "), " and the views ",
                                            absl::StrJoin(ViewNames(), ", ")));
  }
  absl::string_view order = view ? "position" : "rowid";
  for (const DerivedTable& derived : DerivedTables()) {
    if (derived.name == table) order = derived.order;
  }
  absl::StatusOr<SqliteStatement> query =
      database_.Prepare(absl::StrCat("SELECT * FROM ", table, " ORDER BY ", order));
  if (!query.ok()) return query.status();

  std::vector<std::string> columns;
  columns.reserve(static_cast<size_t>(query->columns()));
  for (int column = 0; column < query->columns(); ++column) {
    columns.emplace_back(query->name(column));
  }
  std::vector<TableCell> row(columns.size());
  while (true) {
    absl::StatusOr<bool> found = query->Step();
    if (!found.ok() || !*found) return found.status();
    for (size_t column = 0; column < row.size(); ++column) {
      row[column] = CellAt(*query, static_cast<int>(column));
    }
    if (!visit(columns, row)) return absl::OkStatus();
  }
}

absl::StatusOr<uint64_t> SqliteRunLog::LastPosition() const {
  absl::StatusOr<int64_t> last =
      database_.QueryInteger("SELECT coalesce(max(position), 0) FROM records");
  if (!last.ok()) return last.status();
  return static_cast<uint64_t>(*last);
}

absl::Status SqliteRunLog::Finish() {
  if (!writable()) return absl::OkStatus();
  if (!operations_.empty()) {
    if (absl::Status appended = Append({}); !appended.ok()) return appended;
  }
  sqlite3_busy_timeout(database_.handle(), kFinishTimeoutMs);
  // Gives way to readers, who lose nothing by it: all is durable since Append.
  absl::StatusOr<int64_t> busy = database_.QueryInteger("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy.ok()) return busy.status();
  if (*busy == 0) {
    absl::Status folded = database_.Execute("PRAGMA journal_mode = DELETE");
    if (!folded.ok() && !absl::IsFailedPrecondition(folded)) return folded;
  }
  writer_.reset();
  lock_.reset();
  return absl::OkStatus();
}

absl::Status CheckUnfinished(const SqliteDatabase& database) {
  absl::StatusOr<std::string> ended =
      database.QueryText("SELECT ended FROM run WHERE ended IS NOT NULL");
  if (!ended.ok()) return ended.status();
  if (ended->empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(database.path(), ": its run has ended (", *ended, "); start a new one"));
}

absl::StatusOr<std::unique_ptr<RunLog>> Writable(WriterLock lock, SqliteDatabase database) {
  auto log = std::make_unique<SqliteRunLog>(std::move(lock), std::move(database));
  if (absl::Status prepared = log->PrepareToAppend(); !prepared.ok()) return prepared;
  return log;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunLog>> RunLog::Create(const std::string& path) {
  // First, so that a live run's log is said to be there rather than locked.
  if (absl::Status is_free = CheckIsFree(path); !is_free.ok()) return is_free;
  absl::StatusOr<WriterLock> lock = WriterLock::Take(path);
  if (!lock.ok()) return lock.status();
  absl::StatusOr<SqliteDatabase> database = CreateLogFile(path);
  if (!database.ok()) return database.status();
  return Writable(*std::move(lock), *std::move(database));
}

absl::StatusOr<std::unique_ptr<RunLog>> RunLog::OpenToAppend(const std::string& path) {
  // First, so that a lock file isn't left beside what is no log.
  if (absl::Status is_file = CheckIsFile(path); !is_file.ok()) return is_file;
  absl::StatusOr<WriterLock> lock = WriterLock::Take(path);
  if (!lock.ok()) return lock.status();
  absl::StatusOr<SqliteDatabase> database = OpenLogFileToWrite(path);
  if (!database.ok()) return database.status();
  if (absl::Status unfinished = CheckUnfinished(*database); !unfinished.ok()) return unfinished;
  return Writable(*std::move(lock), *std::move(database));
}

absl::StatusOr<std::unique_ptr<RunLog>> RunLog::OpenToRead(const std::string& path) {
  absl::StatusOr<SqliteDatabase> database = OpenLogFileToRead(path);
  if (!database.ok()) return database.status();
  return std::make_unique<SqliteRunLog>(*std::move(database));
}

}  // namespace tranche
