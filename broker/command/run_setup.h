#ifndef TRANCHE_BROKER_COMMAND_RUN_SETUP_H_
#define TRANCHE_BROKER_COMMAND_RUN_SETUP_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "broker/command/exit_codes.h"
#include "broker/log/run_log.h"
#include "sim/seat.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// What to play, as the command line says it.
struct RunRequest {
  // Path; may be empty with `resume`: the log holds it.
  std::string scenario;
  std::optional<uint64_t> seed;
  // Empty: a name of Tranche's choice below runs/.
  std::string log;
  bool resume = false;
  // As `resume` if `log` is there, else a run from its start.
  bool resume_if_begun = false;
  // As ParseStrategyFlag takes them.
  std::vector<std::string> strategies;
  // What else must hold of the seats, strategies laid over them, before a log is made. Its errors
  // are those of usage.
  std::function<absl::Status(absl::Span<const AgentSeat>)> check_seats;
};

// All that a run begins with.
struct RunSetup {
  // Of the run: its log's file name without extension.
  std::string name;
  v1::Scenario scenario;
  uint64_t seed = 0;
  // By ordinal, strategies and parameters resolved.
  std::vector<AgentSeat> seats;
  std::unique_ptr<RunLog> log;
  // What the log holds of a run that is resumed: all quarters that closed. Else empty.
  std::vector<v1::LogRecord> records;
  // The log says that the run was completed: there is nothing to play. `log` is open to read.
  bool completed = false;
};

// An error, and what the command ends with because of it.
struct CommandError {
  absl::Status status;
  ExitCode exit_code = kExitRunFailed;
};

// Reads the scenario or the log and opens the log. A log isn't created unless all else is well.
std::optional<CommandError> PrepareRun(const RunRequest& request, RunSetup& setup);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_RUN_SETUP_H_
