#ifndef TRANCHE_BROKER_ENSEMBLE_COMPARISON_H_
#define TRANCHE_BROKER_ENSEMBLE_COMPARISON_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/ensemble/outcome_table.h"
#include "broker/statistics/paired.h"
#include "broker/statistics/summary.h"

namespace tranche {

// One setting of an ensemble: its runs by seed.
struct Setting {
  std::string name;
  const OutcomeTable* table = nullptr;
  size_t point = 0;
  std::vector<int64_t> seeds;
};

struct MetricComparison {
  MetricKey metric;
  // Over the seeds under which both settings have the figure.
  PairedDifference paired;
  // Of the difference, by bootstrap; of no length if none was asked for.
  Interval bootstrap;
  // Adjusted for all metrics of the comparison (AdjustHolm).
  double adjusted_p = 1;
};

struct ComparisonOptions {
  double confidence = 0.95;
  int resamples = 0;  // of the bootstrap; 0: none
  uint64_t bootstrap_seed = 1;
  // As EnsemblePlan::metrics.
  std::vector<std::string> metrics = {};
};

// Every metric of two settings under common seeds. Largest standardised difference first, then by
// name. Metrics that fewer than two seeds have on both sides are left out.
std::vector<MetricComparison> CompareSettings(const Setting& base, const Setting& other,
                                              const ComparisonOptions& options);

// How many of these would leave out 0 at this confidence if no metric differed: those that vary at
// all, times 1 - confidence.
double ExpectedFalsePositives(absl::Span<const MetricComparison> comparisons, double confidence);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_COMPARISON_H_
