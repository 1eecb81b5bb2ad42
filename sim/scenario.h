#ifndef TRANCHE_SIM_SCENARIO_H_
#define TRANCHE_SIM_SCENARIO_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tranche/v1/scenario.pb.h"

// Reading scenarios: protobuf's text format, checked as a whole.
//
// Errors are one InvalidArgument status with a line for each thing that is wrong:
//
//   duopoly.textproto:41:3: treasury_usd_millions is -4; it must be between 0 and 1e+07
//   duopoly.textproto:52:5: LabSpec has no field "modle"; did you mean "model"?
//
// Lines and columns count from 1 and point at the field's name, or at the message that lacks one.
// Syntax errors and unknown fields come first; what the scenario means is checked once it parses.
namespace tranche {

// The scenario in `text`. `filename` is what errors call it. A scenario that `extends` another
// needs LoadScenario and is refused here.
absl::StatusOr<v1::Scenario> ParseScenario(absl::string_view text, absl::string_view filename);

// Gives the text of a file, by path; its errors are passed on.
using ReadFile = absl::FunctionRef<absl::StatusOr<std::string>(const std::string& path)>;

// The scenario in the file `path`, laid over the one it extends, if any, and so on: a field written
// in the file replaces the base's, even by zero; agents, groups, segments and other named elements
// are merged by name; lists of the unnamed are replaced whole; what `remove` names is taken out of the
// base before. `extends` paths are relative to the file they stand in; a circle of them is an error.
// The result extends nothing.
absl::StatusOr<v1::Scenario> LoadScenario(absl::string_view path, ReadFile read);

// Whether a scenario made by a program can be played. Errors name the field in place of a line:
// `agents[openai].cash_usd_millions: …`.
absl::Status ValidateScenario(const v1::Scenario& scenario);

// The same scenario with all that is named (agents, groups, segments, …) in order of name: two
// scenarios that differ only in the order of their elements have the same canonical form. The run
// depends on nothing else.
v1::Scenario CanonicalScenario(const v1::Scenario& scenario);

// Deterministic serialisation of CanonicalScenario: what a scenario's digest is taken over.
std::string CanonicalScenarioBytes(const v1::Scenario& scenario);

}  // namespace tranche

#endif  // TRANCHE_SIM_SCENARIO_H_
