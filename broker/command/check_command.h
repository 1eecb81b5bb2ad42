#ifndef TRANCHE_BROKER_COMMAND_CHECK_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_CHECK_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche agent check`: the conformance suite against one strategy. Sets `exit_code` when it has
// run.
void AddCheckCommand(CLI::App& agent, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_CHECK_COMMAND_H_
