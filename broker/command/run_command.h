#ifndef TRANCHE_BROKER_COMMAND_RUN_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_RUN_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche run`: plays one simulation. Its exit code goes to `exit_code`, which outlives `app`.
void AddRunCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_RUN_COMMAND_H_
