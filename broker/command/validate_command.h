#ifndef TRANCHE_BROKER_COMMAND_VALIDATE_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_VALIDATE_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche validate`: checks scenarios. Its exit code goes to `exit_code`, which outlives `app`.
void AddValidateCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_VALIDATE_COMMAND_H_
