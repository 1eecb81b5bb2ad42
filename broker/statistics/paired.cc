#include "broker/statistics/paired.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>

#include "broker/statistics/bootstrap.h"
#include "broker/statistics/student_t.h"
#include "sim/check.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> Differences(absl::Span<const double> base, absl::Span<const double> other) {
  TRANCHE_CHECK(base.size() == other.size(), "pairs have two sides");
  std::vector<double> differences(base.size());
  for (size_t i = 0; i < base.size(); ++i) differences[i] = other[i] - base[i];
  return differences;
}

double Standardise(double difference, double base_deviation, double other_deviation) {
  if (difference == 0) return 0;
  const double spread =
      DetSqrt((base_deviation * base_deviation + other_deviation * other_deviation) / 2);
  if (spread > 0) return difference / spread;
  return difference > 0 ? kInfinity : -kInfinity;
}

double PairedPValue(const Moments& differences) {
  if (differences.count < 2) return 1;
  if (differences.standard_deviation == 0) return differences.mean == 0 ? 1 : 0;
  const auto n = static_cast<double>(differences.count);
  const double t = differences.mean / (differences.standard_deviation / DetSqrt(n));
  return 2 * StudentTCdf(t > 0 ? -t : t, n - 1);
}

}  // namespace

PairedDifference ComparePairs(absl::Span<const double> base, absl::Span<const double> other,
                              double confidence) {
  const Moments differences = MomentsOf(Differences(base, other));
  const Moments of_base = MomentsOf(base);
  const Moments of_other = MomentsOf(other);
  PairedDifference paired;
  paired.pairs = differences.count;
  paired.base_mean = of_base.mean;
  paired.other_mean = of_other.mean;
  paired.difference = differences.mean;
  paired.standard_deviation = differences.standard_deviation;
  paired.t_interval = MeanInterval(differences, confidence);
  paired.p_value = PairedPValue(differences);
  paired.standardised =
      Standardise(differences.mean, of_base.standard_deviation, of_other.standard_deviation);
  return paired;
}

Interval BootstrapDifference(absl::Span<const double> base, absl::Span<const double> other,
                             double confidence, int resamples, uint64_t seed) {
  return BootstrapMean(Differences(base, other), confidence, resamples, seed);
}

std::vector<double> AdjustHolm(absl::Span<const double> p_values) {
  std::vector<size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    const double scaled = static_cast<double>(order.size() - rank) * p_values[order[rank]];
    largest = std::max(largest, std::min(1.0, scaled));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace tranche
