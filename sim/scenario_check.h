#ifndef TRANCHE_SIM_SCENARIO_CHECK_H_
#define TRANCHE_SIM_SCENARIO_CHECK_H_

#include <string>
#include <vector>

#include "sim/scenario_source.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// One thing that is wrong with a scenario.
struct ScenarioError {
  // Of the offending value, or of the message that lacks it. Line 0: not known.
  SourceLocation location;
  // `agents[openai].lab.shares_outstanding`.
  std::string path;
  // "what is wrong; what would be right".
  std::string text;
};

// All that is wrong with what a scenario means: numbers out of range, names that are missing, badly
// formed, used twice or refer to nothing, quarters and dates that don't exist, stakes, contracts
// and rounds that can't be. In the order of the messages. `source` may be null.
std::vector<ScenarioError> CheckScenario(const v1::Scenario& scenario, const SourceNode* source);

// Elements with a name used twice within `scenario`: part of CheckScenario, and to be checked in
// each file before files are merged by those names.
std::vector<ScenarioError> CheckUniqueNames(const v1::Scenario& scenario, const SourceNode* source);

}  // namespace tranche

#endif  // TRANCHE_SIM_SCENARIO_CHECK_H_
