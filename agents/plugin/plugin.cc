#include "agents/plugin/plugin.h"

#include <dlfcn.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "agents/plugin/abi.h"
#include "agents/plugin/plugin_file.h"
#include "agents/registration.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

std::vector<LoadedPlugin>& Loaded() {
  static auto* loaded = new std::vector<LoadedPlugin>();
  return *loaded;
}

// Every error begins with the file.
absl::Status About(absl::string_view path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(path, " ", status.message()));
}

absl::StatusOr<std::string> ReadBytes(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return absl::NotFoundError("isn't there: build it first");
  if (fs::is_directory(path, error)) {
    return absl::InvalidArgumentError("is a folder, and no shared library");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return absl::ErrnoToStatus(errno, "can't be read");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Whether it may be loaded at all.
absl::Status Check(const std::string& path) {
  const absl::StatusOr<std::string> bytes = ReadBytes(path);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<PluginFile> file = ReadPluginFile(*bytes);
  if (!file.ok()) return file.status();
  if (absl::Status fits = CompareAbi(file->abi, HostAbi()); !fits.ok()) return fits;
  if (file->holds_tranche) {
    return absl::InvalidArgumentError(
        "holds a copy of Tranche: link no library of Tranche into a plug-in, the program that "
        "loads "
        "it has them (tranche_add_strategy_plugin does as much)");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> LoadAndRegister(const std::string& path) {
  CollectedStrategies collected;
  // Never closed: the registry refers to its code.
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat("can't be loaded: ", dlerror()));
  }
  return collected.Register(path);
}

}  // namespace

absl::string_view HostAbi() { return TRANCHE_PLUGIN_ABI_DESCRIPTION; }

absl::Status LoadPlugin(absl::string_view path) {
  std::error_code error;
  const std::string absolute = fs::weakly_canonical(std::string(path), error).string();
  if (error) return absl::NotFoundError(absl::StrCat(path, ": ", error.message()));
  const auto is_it = [&](const LoadedPlugin& plugin) { return plugin.path == absolute; };
  if (std::any_of(Loaded().begin(), Loaded().end(), is_it)) return absl::OkStatus();
  if (absl::Status checked = Check(absolute); !checked.ok()) return About(path, checked);
  absl::StatusOr<std::vector<std::string>> strategies = LoadAndRegister(absolute);
  if (!strategies.ok()) return About(path, strategies.status());
  Loaded().push_back({absolute, *std::move(strategies)});
  return absl::OkStatus();
}

const std::vector<LoadedPlugin>& LoadedPlugins() { return Loaded(); }

}  // namespace tranche
