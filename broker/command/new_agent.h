#ifndef TRANCHE_BROKER_COMMAND_NEW_AGENT_H_
#define TRANCHE_BROKER_COMMAND_NEW_AGENT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tranche/v1/types.pb.h"

// A project for a strategy of one's own, from agents/templates/.
namespace tranche {

// What the templates' gaps are filled with.
struct NewAgent {
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::string name;      // of the strategy
  std::string language;  // a folder of agents/templates/
  // Where this Tranche is: its prefix (empty: it isn't installed), program, Python package, a
  // scenario to try strategies in, and its README.
  std::string prefix;
  std::string program;
  std::string python;
  std::string scenario;
  std::string docs;
};

struct ProjectFile {
  std::string path;  // below the project's folder
  std::string text;
};

// The files of the project. Errors: InvalidArgument (a name that can't be a strategy's; a language
// there is no template for; says which there are), AlreadyExists (a strategy has the name).
absl::StatusOr<std::vector<ProjectFile>> MakeProject(const NewAgent& agent);

// Writes them into a new folder, or one that is empty. AlreadyExists if there is anything in it:
// nothing is written then.
absl::Status WriteProject(const std::vector<ProjectFile>& files, const std::string& folder);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_NEW_AGENT_H_
