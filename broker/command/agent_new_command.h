#ifndef TRANCHE_BROKER_COMMAND_AGENT_NEW_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_AGENT_NEW_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche agent new`: makes a project for a strategy.
void AddAgentNewCommand(CLI::App& agent, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_AGENT_NEW_COMMAND_H_
