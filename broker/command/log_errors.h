#ifndef TRANCHE_BROKER_COMMAND_LOG_ERRORS_H_
#define TRANCHE_BROKER_COMMAND_LOG_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "broker/command/exit_codes.h"

namespace tranche {

// What a command ends with when a log can't be opened or read.
ExitCode ExitCodeOfLogError(const absl::Status& status);

// Says on stderr what is wrong: "tranche diff: a.tranche: …".
void PrintCommandError(absl::string_view command, const absl::Status& status);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_LOG_ERRORS_H_
