#ifndef TRANCHE_BROKER_COMMAND_WATCHED_PROGRAM_H_
#define TRANCHE_BROKER_COMMAND_WATCHED_PROGRAM_H_

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace tranche {

// A program that is started and looked at: whether it runs, how it ended, and what it wrote last.
// It dies with this process, and with what it has started when this object does. Not thread-safe.
class WatchedProgram {
 public:
  // `memory_bytes`: most memory it may have for its data. Errors: what the system says.
  static absl::StatusOr<std::unique_ptr<WatchedProgram>> Start(std::vector<std::string> arguments,
                                                               uint64_t memory_bytes);
  ~WatchedProgram();
  WatchedProgram(const WatchedProgram&) = delete;
  WatchedProgram& operator=(const WatchedProgram&) = delete;

  // How it ended, as in "exited with code 3"; nothing while it runs.
  std::optional<std::string> end();
  // It exited with code 0.
  bool ended_well() { return end().has_value() && ended_well_; }
  // Waits for its end, for so long. False: it still runs.
  bool AwaitEnd(std::chrono::nanoseconds patience);
  // Kills it, with what it has started.
  void Kill();
  // The last few lines that it has written to stdout and stderr, without line break at the end.
  std::string LastLines() const;

 private:
  WatchedProgram(pid_t pid, int output);
  void ReadOutput();

  const pid_t pid_;
  const int output_;
  std::optional<std::string> end_;
  bool ended_well_ = false;
  bool reaped_ = false;

  std::atomic<bool> closing_{false};
  mutable absl::Mutex mutex_;
  std::string written_ ABSL_GUARDED_BY(mutex_);  // the end of it
  bool all_read_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread reader_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_WATCHED_PROGRAM_H_
