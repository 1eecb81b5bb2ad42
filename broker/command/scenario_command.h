#ifndef TRANCHE_BROKER_COMMAND_SCENARIO_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_SCENARIO_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche scenario`: makes scenarios.
void AddScenarioCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_SCENARIO_COMMAND_H_
