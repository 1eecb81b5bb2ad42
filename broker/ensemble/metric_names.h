#ifndef TRANCHE_BROKER_ENSEMBLE_METRIC_NAMES_H_
#define TRANCHE_BROKER_ENSEMBLE_METRIC_NAMES_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tranche {

// A name that metrics of a run may have, and whose own they are: a metric of other subjects (a
// segment, a pair, the market) may have the same name.
struct MetricName {
  absl::string_view name;
  bool lab = false;
  bool cloud = false;
  bool investor = false;
};

// All there are: those of docs/metrics.md, and what an OutcomeTable makes of deals. Whether a run
// has one depends on what happens in it.
absl::Span<const MetricName> MetricNames();
// Null if no metric is called so.
const MetricName* FindMetricName(absl::string_view name);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_METRIC_NAMES_H_
