#ifndef TRANCHE_BROKER_COMMAND_SENSITIVITY_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_SENSITIVITY_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche sensitivity`: which parameters of a scenario its outcomes depend on.
void AddSensitivityCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_SENSITIVITY_COMMAND_H_
