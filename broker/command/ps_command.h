#ifndef TRANCHE_BROKER_COMMAND_PS_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_PS_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche ps`: lists the runs that go on on this machine.
void AddPsCommand(CLI::App& app, int& exit_code);
// `tranche stop`: ends runs in good order.
void AddStopCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_PS_COMMAND_H_
