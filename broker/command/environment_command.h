#ifndef TRANCHE_BROKER_COMMAND_ENVIRONMENT_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_ENVIRONMENT_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche environment`: a batch of runs for programs that train policies, over standard input and
// output. agents/python/tranche/environment.py is its client.
void AddEnvironmentCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_ENVIRONMENT_COMMAND_H_
