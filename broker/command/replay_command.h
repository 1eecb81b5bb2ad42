#ifndef TRANCHE_BROKER_COMMAND_REPLAY_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_REPLAY_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche replay`: derives a run again from its log. Its exit code goes to `exit_code`, which
// outlives `app`.
void AddReplayCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_REPLAY_COMMAND_H_
