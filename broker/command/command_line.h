#ifndef TRANCHE_BROKER_COMMAND_COMMAND_LINE_H_
#define TRANCHE_BROKER_COMMAND_COMMAND_LINE_H_

namespace tranche {

// The `tranche` command: parses the command line, does what it says and returns the exit code.
int RunCommandLine(int argc, const char* const* argv);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_COMMAND_LINE_H_
