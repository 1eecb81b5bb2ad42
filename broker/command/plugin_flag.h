#ifndef TRANCHE_BROKER_COMMAND_PLUGIN_FLAG_H_
#define TRANCHE_BROKER_COMMAND_PLUGIN_FLAG_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace tranche {

// `--plugin FILE`, as often as there are plug-ins, for a command that plays strategies. They are
// loaded while the command line is read, so that whatever the command does knows their strategies;
// one that can't be loaded is an error of usage.
void AddPluginFlag(CLI::App& command);

// The same flags for a tranche that this one starts.
std::vector<std::string> PluginArguments();

// "libbold.so, SHA-256 <64 digits>" of each that is loaded: which build of it played.
std::vector<std::string> DescribePlugins();

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_PLUGIN_FLAG_H_
