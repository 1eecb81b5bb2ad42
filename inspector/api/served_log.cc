#include "inspector/api/served_log.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/log/log_file.h"
#include "broker/log/writer_lock.h"

namespace tranche {
namespace {

// More threads than this don't read at once.
constexpr size_t kMostIdle = 8;

bool IsFolded(const std::string& path) {
  struct stat info = {};
  return stat(absl::StrCat(path, "-wal").c_str(), &info) != 0 && !WriterLock::IsTaken(path);
}

}  // namespace

std::string RunStateWord(RunState::Kind kind) {
  switch (kind) {
    case RunState::Kind::kLive:
      return "live";
    case RunState::Kind::kInterrupted:
      return "interrupted";
    case RunState::Kind::kCompleted:
      return "completed";
  }
  return "";
}

absl::StatusOr<std::unique_ptr<ServedLog>> ServedLog::Open(const std::string& path) {
  std::unique_ptr<ServedLog> log(new ServedLog(path));
  absl::StatusOr<SqliteDatabase> database = OpenLogFileToRead(path);
  if (!database.ok()) return database.status();
  absl::StatusOr<std::unique_ptr<LogDescriptors>> descriptors = LogDescriptors::Read(*database);
  if (!descriptors.ok()) return descriptors.status();
  log->descriptors_ = *std::move(descriptors);
  // Every table that an answer could ask for is there, or the file is damaged.
  if (absl::StatusOr<RunState> state = ReadRunState(*database); !state.ok()) return state.status();
  return log;
}

absl::StatusOr<SqliteDatabase> ServedLog::Take() const {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!idle_.empty()) {
      SqliteDatabase database = std::move(idle_.back());
      idle_.pop_back();
      return database;
    }
  }
  absl::StatusOr<SqliteDatabase> database = OpenLogFileToRead(path_);
  if (!database.ok()) return absl::DataLossError(database.status().message());
  absl::Status done = database->Execute("PRAGMA cache_size = -8192");  // KiB
  if (!done.ok()) return done;
  return database;
}

void ServedLog::GiveBack(SqliteDatabase database) const {
  if (!IsFolded(path_)) return;  // and it is closed
  const std::lock_guard<std::mutex> lock(mutex_);
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(database));
}

absl::Status ServedLog::Read(absl::FunctionRef<absl::Status(const SqliteDatabase&)> read) const {
  absl::StatusOr<SqliteDatabase> database = Take();
  if (!database.ok()) return database.status();
  absl::Status done = database->Execute("BEGIN");
  if (!done.ok()) return done;
  done = read(*database);
  if (!database->Execute("END").ok()) return done;  // and the connection isn't used again
  GiveBack(*std::move(database));
  return done;
}

std::string ServedLog::Stamp() const {
  std::string stamp = WriterLock::IsTaken(path_) ? "taken" : "free";
  for (absl::string_view suffix : {"", "-wal"}) {
    struct stat info = {};
    if (stat(absl::StrCat(path_, suffix).c_str(), &info) != 0) continue;
    absl::StrAppend(&stamp, " ", info.st_size, ",", info.st_mtim.tv_sec, ".", info.st_mtim.tv_nsec);
  }
  return stamp;
}

absl::StatusOr<RunState> ServedLog::State() const {
  RunState state;
  absl::Status read = Read([&state](const SqliteDatabase& database) -> absl::Status {
    absl::StatusOr<RunState> now = ReadRunState(database);
    if (!now.ok()) return now.status();
    state = *std::move(now);
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return state;
}

absl::StatusOr<RunState> ReadRunState(const SqliteDatabase& database) {
  RunState state;
  absl::Status read = database.Query(
      "SELECT (SELECT coalesce(max(position), 0) FROM records), (SELECT count(*) FROM quarters), "
      "(SELECT max(ended) FROM run)",
      [&state](const SqliteStatement& row) {
        state.last_position = static_cast<uint64_t>(row.integer(0));
        state.quarters_closed = row.integer(1);
        if (row.type(2) != SQLITE_NULL) state.kind = RunState::Kind::kCompleted;
        return false;
      });
  if (!read.ok()) return read;
  if (state.kind != RunState::Kind::kCompleted && WriterLock::IsTaken(database.path())) {
    state.kind = RunState::Kind::kLive;
  }
  read = database.Query("SELECT quarter, digest FROM quarters ORDER BY quarter_index DESC LIMIT 1",
                        [&state](const SqliteStatement& row) {
                          state.last_closed = std::string(row.text(0));
                          state.digest = std::string(row.text(1));
                          return false;
                        });
  if (!read.ok()) return read;
  return state;
}

}  // namespace tranche
