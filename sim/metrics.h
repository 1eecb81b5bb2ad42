#ifndef TRANCHE_SIM_METRICS_H_
#define TRANCHE_SIM_METRICS_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "sim/market.h"
#include "sim/world.h"

namespace tranche {

// One measured quantity of the quarter that has just closed; see docs/metrics.md for the list.
struct MetricValue {
  absl::string_view name;     // kebab case
  absl::string_view subject;  // an agent, segment, region, group; empty: the whole market
  double value = 0;
  absl::string_view unit;
};

// Calls `visit` with every metric, in a fixed order. After Ledger::CloseQuarter, before the next
// quarter opens. Reads only.
void VisitMetrics(const World& world, absl::FunctionRef<void(const MetricValue&)> visit);

// The same as Metric records.
void WriteMetrics(const World& world, MarketOutput& out);

// "developers", "enterprises", "small-businesses", "consumers".
absl::string_view SegmentName(int index);

}  // namespace tranche

#endif  // TRANCHE_SIM_METRICS_H_
