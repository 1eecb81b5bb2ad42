#ifndef TRANCHE_BROKER_COMMAND_LOG_ERRORS_H_
#define TRANCHE_BROKER_COMMAND_LOG_ERRORS_H_

#include "absl/status/status.h"
#include "broker/command/exit_codes.h"

namespace tranche {

// What a command ends with when a log or a file of results can't be made, opened or read.
ExitCode ExitCodeOfLogError(const absl::Status& status);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_LOG_ERRORS_H_
