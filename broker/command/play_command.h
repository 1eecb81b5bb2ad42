#ifndef TRANCHE_BROKER_COMMAND_PLAY_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_PLAY_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche play`: a person plays one agent at the terminal. Sets `exit_code` when it has run.
void AddPlayCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_PLAY_COMMAND_H_
