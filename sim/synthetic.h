#ifndef TRANCHE_SIM_SYNTHETIC_H_
#define TRANCHE_SIM_SYNTHETIC_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "tranche/v1/scenario.pb.h"

// Markets of any size, generated from a seed: what scale is measured and tested with.
//
// Every company is invented and every figure drawn. Sizes are log-normal, so that few are large and
// most are small; magnitudes of one agent are those of today's small labs, clouds and funds
// whatever the number of agents, and what they share (customers, power, chips, talent) grows with
// their number. So a market of ten thousand is a thousand markets of ten that trade with each
// other, not a market of ten cut in slices.
//
// Each agent knows few others at the opening: a lab has one or two clouds and up to four investors,
// whatever there are. An agent's figures come from a stream of random numbers named after it.
namespace tranche {

struct SyntheticOptions {
  // All together, 10 to 100,000. Three of them are regulators, one for each jurisdiction.
  int agents = 100;
  uint64_t seed = 1;
  // 1 to 400.
  int quarters = 8;
  // Parts of the agents that aren't regulators, between 0 and 1 and together less than 1; the rest
  // invests. There are two of each at least.
  double labs = 0.2;
  double clouds = 0.08;
  // Part of the clouds that belong to a group: one treasury for the cloud, an investor, and for
  // every second group a lab that is its division.
  double groups = 0.2;
};

// InvalidArgument names the option that is out of range.
absl::StatusOr<v1::Scenario> SyntheticScenario(const SyntheticOptions& options);

// The same as the text of a scenario file, with a heading that says how it was made.
absl::StatusOr<std::string> SyntheticScenarioText(const SyntheticOptions& options);

}  // namespace tranche

#endif  // TRANCHE_SIM_SYNTHETIC_H_
