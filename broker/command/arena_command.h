#ifndef TRANCHE_BROKER_COMMAND_ARENA_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_ARENA_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche arena`: strategies of one role against each other.
void AddArenaCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_ARENA_COMMAND_H_
