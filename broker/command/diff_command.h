#ifndef TRANCHE_BROKER_COMMAND_DIFF_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_DIFF_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche diff`: where two runs part. Its exit code goes to `exit_code`, which outlives `app`.
void AddDiffCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_DIFF_COMMAND_H_
