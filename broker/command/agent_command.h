#ifndef TRANCHE_BROKER_COMMAND_AGENT_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_AGENT_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche agent`: plays agents in a process of their own. Its exit code goes to `exit_code`, which
// outlives `app`.
void AddAgentCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_AGENT_COMMAND_H_
