#ifndef TRANCHE_BROKER_STATISTICS_SUMMARY_H_
#define TRANCHE_BROKER_STATISTICS_SUMMARY_H_

#include <cstdint>

#include "absl/types/span.h"

namespace tranche {

// Both ends of an interval.
struct Interval {
  double low = 0;
  double high = 0;
};

// Of a sample; the standard deviation has n - 1 in its denominator and is 0 for a single value.
struct Moments {
  int64_t count = 0;
  double mean = 0;
  double standard_deviation = 0;
};

// Two passes in the order given. All zero for an empty sample.
Moments MomentsOf(absl::Span<const double> sample);

// The p-quantile of a sample in ascending order, interpolated between order statistics: type 7 of
// Hyndman and Fan (1996), "Sample Quantiles in Statistical Packages", The American Statistician 50,
// which R and NumPy use. The sample isn't empty.
double QuantileOfSorted(absl::Span<const double> sorted, double p);

// Of a mean: mean ± t · s / √n with `confidence` in (0, 1). Of fewer than two values the whole
// line.
Interval MeanInterval(const Moments& moments, double confidence);

}  // namespace tranche

#endif  // TRANCHE_BROKER_STATISTICS_SUMMARY_H_
