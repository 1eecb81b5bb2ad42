#include "broker/command/plugin_flag.h"

#include <filesystem>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "agents/plugin/plugin.h"
#include "broker/command/text_file.h"
#include "broker/protocol/sha256.h"

namespace tranche {

void AddPluginFlag(CLI::App& command) {
  command
      .add_option_function<std::vector<std::string>>(
          "--plugin",
          [](const std::vector<std::string>& paths) {
            for (const std::string& path : paths) {
              if (absl::Status loaded = LoadPlugin(path); !loaded.ok()) {
                throw CLI::ValidationError("--plugin", std::string(loaded.message()));
              }
            }
          },
          "Strategies of your own: a library that tranche_add_strategy_plugin has built")
      ->type_name("FILE")
      ->allow_extra_args(false);
}

std::vector<std::string> PluginArguments() {
  std::vector<std::string> arguments;
  for (const LoadedPlugin& plugin : LoadedPlugins()) {
    arguments.insert(arguments.end(), {"--plugin", plugin.path});
  }
  return arguments;
}

std::vector<std::string> DescribePlugins() {
  std::vector<std::string> descriptions;
  for (const LoadedPlugin& plugin : LoadedPlugins()) {
    const absl::StatusOr<std::string> bytes = ReadTextFile(plugin.path);
    descriptions.push_back(
        absl::StrCat(std::filesystem::path(plugin.path).filename().string(), ", SHA-256 ",
                     bytes.ok() ? Sha256Hex(*bytes) : std::string("unknown: it is gone")));
  }
  return descriptions;
}

}  // namespace tranche
