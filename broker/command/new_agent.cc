#include "broker/command/new_agent.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agents/registration.h"
#include "agents/strategy.h"
#include "broker/command/agent_templates.h"
#include "broker/command/text_file.h"
#include "sim/seat.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

// Words that a name may not be because files, targets and classes are named after it.
bool IsReserved(absl::string_view name) {
  static const std::set<absl::string_view> words = {
      // Targets of every build.
      "all", "clean", "help", "install", "test",
      // Words of the languages, and modules that a Python program of this name would hide.
      "class", "enum", "google", "grpc", "import", "json", "main", "operator", "pathlib", "random",
      "re", "strategy", "subprocess", "sys", "tempfile", "tranche", "types", "typing", "unittest"};
  return words.contains(name);
}

// "bold-lab" as the name of a class.
std::string ClassName(absl::string_view name) {
  std::string class_name;
  for (const absl::string_view word : absl::StrSplit(name, '-')) {
    class_name.push_back(absl::ascii_toupper(static_cast<unsigned char>(word.front())));
    absl::StrAppend(&class_name, word.substr(1));
  }
  return class_name;
}

// The agent of the small scenario that tries a strategy of this role.
absl::string_view AgentOfDuopoly(v1::Role role) {
  switch (role) {
    case v1::ROLE_LAB:
      return "borealis";
    case v1::ROLE_CLOUD:
      return "stratus";
    case v1::ROLE_INVESTOR:
      return "harbor-fund";
    default:
      return "us-antitrust";
  }
}

absl::Status CheckName(const NewAgent& agent) {
  if (!IsStrategyName(agent.name) || IsReserved(agent.name)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", agent.name,
        "\" can't be the name of a strategy: it is made of lower-case letters, digits and single "
        "hyphens, begins with a letter, and is no word that builds use; as in bold-",
        RoleName(agent.role)));
  }
  if (FindStrategy(agent.name) != nullptr) {
    return absl::AlreadyExistsError(
        absl::StrCat("there is a strategy named ", agent.name, " already: choose another name"));
  }
  return absl::OkStatus();
}

// A template's path in the project; empty: it isn't for this role. `<role>.x` and `test.x` are
// named after the strategy.
std::string PathInProject(absl::string_view path, const NewAgent& agent,
                          absl::string_view file_name) {
  const absl::string_view bare = absl::StripSuffix(path, ".in");
  if (bare == "gitignore") return ".gitignore";
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(bare, absl::MaxSplits('.', 1));
  if (parts.first == "test") return absl::StrCat(file_name, "_test.", parts.second);
  for (const v1::Role role :
       {v1::ROLE_LAB, v1::ROLE_CLOUD, v1::ROLE_INVESTOR, v1::ROLE_REGULATOR}) {
    if (parts.first != RoleName(role)) continue;
    return role == agent.role ? absl::StrCat(file_name, ".", parts.second) : "";
  }
  return std::string(bare);
}

std::string Languages() {
  std::set<absl::string_view> languages;
  for (const AgentTemplate& file : AgentTemplates()) {
    languages.insert(file.path.substr(0, file.path.find('/')));
  }
  return absl::StrJoin(languages, ", ");
}

}  // namespace

absl::StatusOr<std::vector<ProjectFile>> MakeProject(const NewAgent& agent) {
  if (absl::Status named = CheckName(agent); !named.ok()) return named;
  const std::string file_name = absl::StrReplaceAll(agent.name, {{"-", "_"}});
  const std::vector<std::pair<absl::string_view, std::string>> gaps = {
      {"@NAME@", agent.name},
      {"@FILE@", file_name},
      {"@CLASS@", ClassName(agent.name)},
      {"@ROLE@", RoleName(agent.role)},
      {"@AGENT@", std::string(AgentOfDuopoly(agent.role))},
      {"@DEFAULT@", std::string(DefaultStrategy(agent.role))},
      {"@PREFIX@", agent.prefix},
      {"@PROGRAM@", agent.program},
      {"@PYTHON@", agent.python},
      {"@SCENARIO@", agent.scenario},
      {"@DOCS@", agent.docs}};
  std::vector<ProjectFile> files;
  for (const AgentTemplate& file : AgentTemplates()) {
    absl::string_view path = file.path;
    if (!absl::ConsumePrefix(&path, absl::StrCat(agent.language, "/"))) continue;
    std::string place = PathInProject(path, agent, file_name);
    if (place.empty()) continue;
    files.push_back({std::move(place), absl::StrReplaceAll(file.text, gaps)});
  }
  if (!files.empty()) return files;
  return absl::InvalidArgumentError(
      absl::StrCat("there is no template for \"", agent.language, "\"; there are: ", Languages()));
}

absl::Status WriteProject(const std::vector<ProjectFile>& files, const std::string& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !(fs::is_directory(folder, error) && fs::is_empty(folder))) {
    return absl::AlreadyExistsError(
        absl::StrCat(folder, " is there already, and not empty: name another with --directory"));
  }
  for (const ProjectFile& file : files) {
    const fs::path path = fs::path(folder) / file.path;
    fs::create_directories(path.parent_path(), error);
    if (error) {
      return absl::PermissionDeniedError(absl::StrCat(
          "can't make the folder ", path.parent_path().string(), ": ", error.message()));
    }
    if (absl::Status written = WriteTextFile(path.string(), file.text); !written.ok()) {
      return written;
    }
  }
  return absl::OkStatus();
}

}  // namespace tranche
