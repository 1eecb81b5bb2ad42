#ifndef TRANCHE_BROKER_LOG_WRITER_LOCK_H_
#define TRANCHE_BROKER_LOG_WRITER_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace tranche {

// Says that one process writes a log: an advisory lock on the file `<log>-lock` beside it, which
// holds the writer's process id while it lives. A lock file of its own, because SQLite's locks on
// the log itself fall when any handle of the process on the log is closed. The operating system
// frees the lock of a process that dies, so a file left behind locks nobody out.
class WriterLock {
 public:
  // FailedPrecondition: a live process has it (named by its id). PermissionDenied: the folder
  // can't be written. NotFound: there is no such folder.
  static absl::StatusOr<WriterLock> Take(const std::string& log_path);
  // Whether a live process has it.
  static bool IsTaken(const std::string& log_path);
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&& other) noexcept;
  // Frees the lock and removes the file.
  ~WriterLock();

 private:
  WriterLock(std::string path, int descriptor);
  void Free();

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_WRITER_LOCK_H_
