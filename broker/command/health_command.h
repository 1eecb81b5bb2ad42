#ifndef TRANCHE_BROKER_COMMAND_HEALTH_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_HEALTH_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche health`: asks a broker whether it serves, for probes.
void AddHealthCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_HEALTH_COMMAND_H_
