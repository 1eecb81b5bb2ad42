#ifndef TRANCHE_BROKER_STATISTICS_PAIRED_H_
#define TRANCHE_BROKER_STATISTICS_PAIRED_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "broker/statistics/summary.h"

// Two policies under the same seeds: common random numbers make the two outcomes of a seed alike
// but for the policy, so that the differences by seed vary less than the outcomes do (Law 2015,
// "Simulation Modeling and Analysis", 5th edition, 11.2).
namespace tranche {

struct PairedDifference {
  int64_t pairs = 0;
  double base_mean = 0;
  double other_mean = 0;
  // Of the differences other - base: mean, standard deviation, and the paired t interval of the
  // mean.
  double difference = 0;
  double standard_deviation = 0;
  Interval t_interval;
  // Two-sided, that the mean difference is 0, by the paired t test.
  double p_value = 1;
  // Cohen's d: the difference over the root mean square of the two samples' standard deviations.
  // How large the effect is against the spread from seed to seed. 0 for no difference, infinite for
  // one between samples that don't vary.
  double standardised = 0;
};

// `base[i]` and `other[i]` belong to the same seed.
PairedDifference ComparePairs(absl::Span<const double> base, absl::Span<const double> other,
                              double confidence);

// The interval of the mean difference by the bootstrap over pairs (broker/statistics/bootstrap.h).
Interval BootstrapDifference(absl::Span<const double> base, absl::Span<const double> other,
                             double confidence, int resamples, uint64_t seed);

// p-values adjusted for looking at all of them: Holm (1979), "A Simple Sequentially Rejective
// Multiple Test Procedure", Scandinavian Journal of Statistics 6. Rejecting where the adjusted
// value is below α keeps the chance of any false rejection below α, whatever the dependence. In the
// order given.
std::vector<double> AdjustHolm(absl::Span<const double> p_values);

}  // namespace tranche

#endif  // TRANCHE_BROKER_STATISTICS_PAIRED_H_
