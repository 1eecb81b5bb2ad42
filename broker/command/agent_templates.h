#ifndef TRANCHE_BROKER_COMMAND_AGENT_TEMPLATES_H_
#define TRANCHE_BROKER_COMMAND_AGENT_TEMPLATES_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace tranche {

// A file of agents/templates/, which is built into the command.
struct AgentTemplate {
  // Below agents/templates/.
  absl::string_view path;
  absl::string_view text;
};

// In order of their paths.
std::vector<AgentTemplate> AgentTemplates();

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_AGENT_TEMPLATES_H_
