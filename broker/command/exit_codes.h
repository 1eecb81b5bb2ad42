#ifndef TRANCHE_BROKER_COMMAND_EXIT_CODES_H_
#define TRANCHE_BROKER_COMMAND_EXIT_CODES_H_

namespace tranche {

// What every command of `tranche` ends with, for scripts.
enum ExitCode : int {
  kExitOk = 0,
  kExitRunFailed = 1,
  // The command line makes no sense, or the broker refuses what it asks for.
  kExitUsage = 2,
  kExitBadScenario = 3,
  // Not a log, damaged, locked, or not the log of this run.
  kExitBadLog = 4,
  // Two runs, or a log and its replay, are not the same.
  kExitDiffer = 5,
  // Stopped before its end; the log can be resumed.
  kExitStopped = 6,
  // Disk full or another failure of input and output.
  kExitIo = 7,
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_EXIT_CODES_H_
