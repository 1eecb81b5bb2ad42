#ifndef TRANCHE_BROKER_EVIDENCE_NAIVE_GROWTH_H_
#define TRANCHE_BROKER_EVIDENCE_NAIVE_GROWTH_H_

#include <optional>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "broker/evidence/observables.h"

namespace tranche {

// What somebody without a model would say: the growth between the two latest levels goes on. Of
// levels a < b on days s < t,
//
//   forecast for day u = b (b / a)^((u - t) / (t - s)),
//
// and b itself, no growth, where there is one level alone or one isn't above zero; without levels
// no forecast. A single value, so its CRPS is its absolute error.
std::optional<double> ExtrapolateGrowth(absl::Span<const Level> known, absl::CivilDay day);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_NAIVE_GROWTH_H_
