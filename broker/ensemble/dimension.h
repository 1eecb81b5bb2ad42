#ifndef TRANCHE_BROKER_ENSEMBLE_DIMENSION_H_
#define TRANCHE_BROKER_ENSEMBLE_DIMENSION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// Something that an ensemble varies: a value of the scenario (sim/scenario_path.h), such as a
// figure, a switch, an agent's strategy or a strategy's parameter.
struct Dimension {
  std::string path;
  // Each of these in turn; or, if there are none, anything from `low` to `high`.
  std::vector<std::string> levels = {};
  double low = 0;
  double high = 0;

  bool is_range() const { return levels.empty(); }
};

// "PATH=VALUE,VALUE,…". Errors: InvalidArgument, which says how it is to be written; so for all
// here.
absl::StatusOr<Dimension> ParseLevels(absl::string_view flag);
// "PATH=LOW..HIGH".
absl::StatusOr<Dimension> ParseRange(absl::string_view flag);
// "AGENT=STRATEGY,STRATEGY,…" stands for agents[AGENT].strategy.
absl::StatusOr<Dimension> ParseStrategies(absl::string_view flag);

// "1..100", "1,5,9" or both: in the order given, each once. Seeds are from 0 to 2^63 - 1, so that
// SQL can hold them.
absl::StatusOr<std::vector<int64_t>> ParseSeeds(absl::string_view flag);

// What `unit`, in [0, 1], stands for between the ends of a range, as text that SetAt takes: the
// number itself, or of a field that holds whole numbers each as likely as the others.
absl::StatusOr<std::string> ValueWithin(const Dimension& range, const v1::Scenario& scenario,
                                        double unit);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_DIMENSION_H_
