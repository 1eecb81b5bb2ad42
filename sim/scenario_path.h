#ifndef TRANCHE_SIM_SCENARIO_PATH_H_
#define TRANCHE_SIM_SCENARIO_PATH_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/scenario_source.h"
#include "tranche/v1/scenario.pb.h"

// A place in a scenario, written as errors write it:
//
//   path := step { "." step }
//   step := field [ "[" key "]" ]
//
//   technology.compatibility_closing
//   regimes[hsr-2026].transaction_threshold_usd_millions
//   agents[aws].cloud.capacity[us-east, nvidia-gpu].accelerators_h100e
//   segments[consumers].switching_cost
//   agents[openai].parameters[runway_floor_quarters]
//
// The key of a list's element is what names it (its `name`, segment, holder, investor, or region
// and chip maker); elements that nothing names, such as builds, are counted from 0. Values of
// enumerations are written as in the file (SEGMENT_CONSUMERS) or as people say them (consumers). A
// path to a strategy's parameter stands for its value, and may name one that the scenario leaves at
// its default.
namespace tranche {

// The field at the end of `path`. Errors: InvalidArgument, which names the step that leads nowhere
// and the names there are; so for all functions here.
absl::StatusOr<const google::protobuf::FieldDescriptor*> FieldAt(const v1::Scenario& scenario,
                                                                 absl::string_view path);

// What stands at `path`, which leads to a number, name, truth value or enumeration, as text that
// SetAt takes.
absl::StatusOr<std::string> ValueAt(const v1::Scenario& scenario, absl::string_view path);

// Writes `value` there. Errors too if it isn't of the field's type or out of its range. Whether the
// scenario as a whole still makes sense is for ValidateScenario to say. A strategy that is replaced
// takes its parameters with it.
absl::Status SetAt(v1::Scenario* scenario, absl::string_view path, absl::string_view value);

// Takes the element that `path` leads to out of its list, and what is known of it out of `source`
// (which may be null).
absl::Status RemoveAt(v1::Scenario* scenario, SourceNode* source, absl::string_view path);

}  // namespace tranche

#endif  // TRANCHE_SIM_SCENARIO_PATH_H_
