#ifndef TRANCHE_BROKER_COMMAND_ROLE_FLAG_H_
#define TRANCHE_BROKER_COMMAND_ROLE_FLAG_H_

#include <CLI/CLI.hpp>

namespace tranche {

// Has an option whose variable is a v1::Role take it by name, as in "lab".
CLI::Option* TakeRole(CLI::Option* option);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_ROLE_FLAG_H_
