#ifndef TRANCHE_BROKER_COMMAND_CALIBRATE_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_CALIBRATE_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche calibrate`: fits a scenario's figures to the past. Its exit code goes to `exit_code`,
// which outlives `app`.
void AddCalibrateCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_CALIBRATE_COMMAND_H_
