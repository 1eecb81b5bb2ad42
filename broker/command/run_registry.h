#ifndef TRANCHE_BROKER_COMMAND_RUN_REGISTRY_H_
#define TRANCHE_BROKER_COMMAND_RUN_REGISTRY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

// The runs that a user has going on this machine, so that `tranche ps` and `tranche stop` find
// them: a file for each in $XDG_RUNTIME_DIR/tranche, or in /tmp/tranche-UID where there is no such
// directory. Nobody else can read or write it.
namespace tranche {

struct RegisteredRun {
  int pid = 0;
  // Of the process, in the kernel's clock ticks since boot: an id is given to others later.
  uint64_t process_start = 0;
  std::string run;
  std::string scenario;
  // Absolute.
  std::string log;
  // The socket at which its owner can control it; empty for a run in one process, which is stopped
  // by SIGTERM.
  std::string control;
};

// An entry, until it is destroyed.
class RunRegistration {
 public:
  // Enters a run of this process; pid and process_start are filled in. Errors: what the system
  // says, PermissionDenied if the directory isn't ours alone.
  static absl::StatusOr<std::unique_ptr<RunRegistration>> Enter(RegisteredRun run);
  ~RunRegistration();
  RunRegistration(const RunRegistration&) = delete;
  RunRegistration& operator=(const RunRegistration&) = delete;

 private:
  explicit RunRegistration(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

// Those that are going on, by process id. Entries of processes that are no more, as kill -9 leaves
// them, are removed.
std::vector<RegisteredRun> RunningRuns();

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_RUN_REGISTRY_H_
