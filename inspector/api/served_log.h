#ifndef TRANCHE_INSPECTOR_API_SERVED_LOG_H_
#define TRANCHE_INSPECTOR_API_SERVED_LOG_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/log/log_descriptors.h"
#include "broker/log/sqlite.h"

namespace tranche {

// Where a log's run stands.
struct RunState {
  enum class Kind {
    kLive,         // a process writes the log
    kInterrupted,  // nobody does, and the run hasn't ended: it can be resumed
    kCompleted,
  };
  Kind kind = Kind::kInterrupted;
  uint64_t last_position = 0;
  int64_t quarters_closed = 0;
  std::string last_closed;  // quarter; empty: none
  std::string digest;       // of the last closed quarter, in hexadecimal

  bool operator==(const RunState& other) const {
    return kind == other.kind && last_position == other.last_position;
  }
};

// "live", "interrupted", "completed".
std::string RunStateWord(RunState::Kind kind);

// A log that is read by many requests, also while its run goes on. Thread-safe.
//
// Connections are kept only once the run has ended and its file is folded: a reader that stays
// would keep the run from folding it.
class ServedLog {
 public:
  // Errors are those of run_log.h.
  static absl::StatusOr<std::unique_ptr<ServedLog>> Open(const std::string& path);

  // Calls `read` with the log as it stands at one moment, and returns what it returns. A log that
  // can no longer be opened is DataLoss.
  absl::Status Read(absl::FunctionRef<absl::Status(const SqliteDatabase&)> read) const;

  absl::StatusOr<RunState> State() const;
  // Changes when the log may have: cheap to ask for again and again.
  std::string Stamp() const;
  const std::string& path() const { return path_; }
  const LogDescriptors& descriptors() const { return *descriptors_; }

 private:
  explicit ServedLog(std::string path) : path_(std::move(path)) {}

  absl::StatusOr<SqliteDatabase> Take() const;
  void GiveBack(SqliteDatabase database) const;

  std::string path_;
  std::unique_ptr<LogDescriptors> descriptors_;
  mutable std::mutex mutex_;
  mutable std::vector<SqliteDatabase> idle_;
};

// Of the run in `database`, a log at its path.
absl::StatusOr<RunState> ReadRunState(const SqliteDatabase& database);

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_API_SERVED_LOG_H_
