#ifndef TRANCHE_AGENTS_PLUGIN_PLUGIN_H_
#define TRANCHE_AGENTS_PLUGIN_PLUGIN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// Strategies that come as shared libraries of users' own. A plug-in links nothing of Tranche: what
// it needs it finds in the program that loads it, which exports its symbols. So its strategies are
// registered, made and played as the built-in ones are, wherever those are.
namespace tranche {

struct LoadedPlugin {
  std::string path;                     // absolute
  std::vector<std::string> strategies;  // that it registered, by name
};

// Loads a plug-in into this process for good, and registers its strategies. One that is loaded
// already is left as it is. Call before any other thread runs.
//
// Nothing of the plug-in runs, and nothing is registered, unless its description fits this
// program's. Errors name the file, what is wrong with it and what to do. NotFound: no such file, or
// no plug-in. InvalidArgument: not a shared library for this machine; Tranche is linked into it; it
// registers nothing, or under a name that can't be one. FailedPrecondition: built for another
// Tranche, or with flags that don't go with this one's. AlreadyExists: one of its strategies has
// the name of another, whose it says.
absl::Status LoadPlugin(absl::string_view path);

// In the order they were loaded.
const std::vector<LoadedPlugin>& LoadedPlugins();

// How this program describes itself (agents/plugin/abi.h).
absl::string_view HostAbi();

}  // namespace tranche

#endif  // TRANCHE_AGENTS_PLUGIN_PLUGIN_H_
