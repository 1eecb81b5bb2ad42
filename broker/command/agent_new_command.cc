#include "broker/command/agent_new_command.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "broker/command/launch_slurm.h"
#include "broker/command/logging.h"
#include "broker/command/new_agent.h"
#include "broker/command/role_flag.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

struct NewOptions {
  NewAgent agent;
  std::string folder;
};

bool IsThere(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// Says where this Tranche is: installed, or built in its source tree.
void Locate(NewAgent& agent) {
  agent.program = OwnProgramPath();
  const fs::path up = fs::path(agent.program).parent_path().parent_path();
  if (IsThere(up / "share/tranche/scenarios")) {
    agent.prefix = up.string();
    agent.python = (up / "share/tranche/python").string();
    agent.scenario = (up / "share/tranche/scenarios/duopoly.textproto").string();
    agent.docs = (up / "share/doc/tranche/README.md").string();
    return;
  }
  // <source>/build/<preset>/broker/tranche
  const fs::path source = up.parent_path().parent_path();
  agent.python = (up / "python").string();
  agent.scenario = (source / "deploy/scenarios/duopoly.textproto").string();
  agent.docs = (source / "README.md").string();
}

// From where one would look: a short way, if there is one.
std::string PathFromHere(const std::string& folder) {
  std::error_code error;
  const fs::path relative = fs::relative(folder, error);
  const bool is_below = !error && !relative.empty() && *relative.begin() != "..";
  return is_below ? relative.string() : folder;
}

void TellHowToGoOn(const NewOptions& options, const std::vector<ProjectFile>& files) {
  const std::string folder = PathFromHere(options.folder);
  std::cout << folder << " holds";
  for (const ProjectFile& file : files) {
    std::cout << (file.path == files.front().path ? " " : ", ") << file.path;
  }
  std::cout << "\n";
  if (options.agent.language != "cpp") {
    std::cout << "Go on as its README.md says.\n";
    return;
  }
  if (options.agent.prefix.empty()) {
    std::cout << "This tranche isn't installed: `cmake --install BUILD --prefix PREFIX` gives the "
                 "SDK, and\n-DCMAKE_PREFIX_PATH=PREFIX says where it is.\n";
  }
  std::cout << "Build and test it with\n  cmake -S " << folder << " -B " << folder
            << "/build && cmake --build " << folder << "/build && ctest --test-dir " << folder
            << "/build\nand go on as its README.md says.\n";
}

ExitCode MakeNew(NewOptions& options) {
  Locate(options.agent);
  if (options.folder.empty()) options.folder = options.agent.name;
  const absl::StatusOr<std::vector<ProjectFile>> files = MakeProject(options.agent);
  const absl::Status made = files.ok() ? WriteProject(*files, options.folder) : files.status();
  if (!made.ok()) {
    ReportError("agent new", made);
    return absl::IsInvalidArgument(made) || absl::IsAlreadyExists(made) ? kExitUsage : kExitIo;
  }
  TellHowToGoOn(options, *files);
  return kExitOk;
}

}  // namespace

void AddAgentNewCommand(CLI::App& agent, int& exit_code) {
  auto options = std::make_shared<NewOptions>();
  CLI::App* command =
      agent.add_subcommand("new", "Make a project for a strategy of your own: it builds and plays");
  command->footer(
      "Example: tranche agent new investor bold-investor\n"
      "Exit codes: 0 made, 2 a name that is taken or can't be, a folder that isn't empty, 7 can't "
      "be written");
  TakeRole(command->add_option("role", options->agent.role, "What it plays"))->required();
  command->add_option("name", options->agent.name, "What it is called, as in bold-investor")
      ->required();
  options->agent.language = "cpp";
  command->add_option("--lang", options->agent.language, "cpp or python")->capture_default_str();
  command->add_option("--directory", options->folder, "The folder to make [the name]");
  command->callback([options, &exit_code] { exit_code = MakeNew(*options); });
}

}  // namespace tranche
