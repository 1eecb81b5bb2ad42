#ifndef TRANCHE_BROKER_COMMAND_COMPARE_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_COMPARE_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche compare`: a baseline against alternatives under common seeds, with intervals.
void AddCompareCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_COMPARE_COMMAND_H_
