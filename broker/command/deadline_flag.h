#ifndef TRANCHE_BROKER_COMMAND_DEADLINE_FLAG_H_
#define TRANCHE_BROKER_COMMAND_DEADLINE_FLAG_H_

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

namespace tranche {

// `--deadline 30s`, or `none`, which is 0. `deadline` holds the default, and must live as long as
// the command.
void AddDeadlineFlag(CLI::App& command, std::chrono::nanoseconds& deadline,
                     const std::string& description);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_DEADLINE_FLAG_H_
