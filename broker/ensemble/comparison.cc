#include "broker/ensemble/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace tranche {
namespace {

// Places of the seeds that both have: first in the base, then in the other.
std::vector<std::pair<size_t, size_t>> CommonSeeds(const Setting& base, const Setting& other) {
  std::map<int64_t, size_t> places;
  for (size_t i = 0; i < other.seeds.size(); ++i) places[other.seeds[i]] = i;
  std::vector<std::pair<size_t, size_t>> common;
  for (size_t i = 0; i < base.seeds.size(); ++i) {
    const auto found = places.find(base.seeds[i]);
    if (found != places.end()) common.emplace_back(i, found->second);
  }
  return common;
}

}  // namespace

std::vector<MetricComparison> CompareSettings(const Setting& base, const Setting& other,
                                              const ComparisonOptions& options) {
  const std::vector<std::pair<size_t, size_t>> seeds = CommonSeeds(base, other);
  const MetricFilter wanted(options.metrics);
  std::vector<MetricComparison> comparisons;
  for (const MetricKey& metric : base.table->metrics()) {
    if (!wanted.Wants(metric.name, metric.subject)) continue;
    const absl::Span<const double> of_base = base.table->Of(metric, base.point);
    const absl::Span<const double> of_other = other.table->Of(metric, other.point);
    if (of_other.empty()) continue;
    std::vector<double> left;
    std::vector<double> right;
    for (const auto& [in_base, in_other] : seeds) {
      if (std::isnan(of_base[in_base]) || std::isnan(of_other[in_other])) continue;
      left.push_back(of_base[in_base]);
      right.push_back(of_other[in_other]);
    }
    if (left.size() < 2) continue;
    MetricComparison& comparison = comparisons.emplace_back();
    comparison.metric = metric;
    comparison.paired = ComparePairs(left, right, options.confidence);
    if (options.resamples > 0) {
      comparison.bootstrap = BootstrapDifference(left, right, options.confidence, options.resamples,
                                                 options.bootstrap_seed);
    }
  }
  std::vector<double> p_values;
  p_values.reserve(comparisons.size());
  for (const MetricComparison& comparison : comparisons) {
    p_values.push_back(comparison.paired.p_value);
  }
  const std::vector<double> adjusted = AdjustHolm(p_values);
  for (size_t i = 0; i < adjusted.size(); ++i) comparisons[i].adjusted_p = adjusted[i];
  std::stable_sort(comparisons.begin(), comparisons.end(),
                   [](const MetricComparison& a, const MetricComparison& b) {
                     return std::abs(a.paired.standardised) > std::abs(b.paired.standardised);
                   });
  return comparisons;
}

double ExpectedFalsePositives(absl::Span<const MetricComparison> comparisons, double confidence) {
  const auto varying =
      std::count_if(comparisons.begin(), comparisons.end(),
                    [](const MetricComparison& c) { return c.paired.standard_deviation > 0; });
  return static_cast<double>(varying) * (1 - confidence);
}

}  // namespace tranche
