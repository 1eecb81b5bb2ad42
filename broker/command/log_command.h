#ifndef TRANCHE_BROKER_COMMAND_LOG_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_LOG_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche log`: filters, follows and exports a log. Its exit code goes to `exit_code`, which
// outlives `app`.
void AddLogCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_LOG_COMMAND_H_
