#ifndef TRANCHE_BROKER_COMMAND_LAUNCH_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_LAUNCH_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche launch`: runs on a cluster.
void AddLaunchCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_LAUNCH_COMMAND_H_
