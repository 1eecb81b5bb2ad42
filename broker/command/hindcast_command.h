#ifndef TRANCHE_BROKER_COMMAND_HINDCAST_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_HINDCAST_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche hindcast`: plays the past and sets it beside what has happened. Its exit code goes to
// `exit_code`, which outlives `app`.
void AddHindcastCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_HINDCAST_COMMAND_H_
