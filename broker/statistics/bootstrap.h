#ifndef TRANCHE_BROKER_STATISTICS_BOOTSTRAP_H_
#define TRANCHE_BROKER_STATISTICS_BOOTSTRAP_H_

#include <cstdint>

#include "absl/types/span.h"
#include "broker/statistics/summary.h"

namespace tranche {

// The percentile bootstrap's interval of a mean (Efron and Tibshirani 1993, "An Introduction to the
// Bootstrap", ch. 13): makes no assumption of normality, and is too narrow for few values. Draws
// come from Philox with `seed`. Of fewer than two values the whole line.
Interval BootstrapMean(absl::Span<const double> sample, double confidence, int resamples,
                       uint64_t seed);

}  // namespace tranche

#endif  // TRANCHE_BROKER_STATISTICS_BOOTSTRAP_H_
