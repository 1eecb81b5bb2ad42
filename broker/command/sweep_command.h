#ifndef TRANCHE_BROKER_COMMAND_SWEEP_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_SWEEP_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche sweep`: an ensemble; `tranche sweep merge`: one of several shards.
void AddSweepCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_SWEEP_COMMAND_H_
