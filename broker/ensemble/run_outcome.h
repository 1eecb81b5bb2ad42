#ifndef TRANCHE_BROKER_ENSEMBLE_RUN_OUTCOME_H_
#define TRANCHE_BROKER_ENSEMBLE_RUN_OUTCOME_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "sim/market.h"
#include "sim/metrics.h"

namespace tranche {

// A metric of docs/metrics.md.
struct MetricKey {
  std::string name;
  std::string subject;
  std::string unit;

  friend auto operator<=>(const MetricKey&, const MetricKey&) = default;
};

// Which metrics are wanted: as EnsemblePlan::metrics says it.
class MetricFilter {
 public:
  explicit MetricFilter(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}
  bool Wants(absl::string_view name, absl::string_view subject) const;

 private:
  std::vector<std::string> patterns_;
};

// Gives the metrics that are wanted numbers, from 0, as they turn up. Not thread-safe.
class MetricIndex {
 public:
  // `wanted` as EnsemblePlan::metrics.
  explicit MetricIndex(std::vector<std::string> wanted = {}) : filter_(std::move(wanted)) {}

  // -1: it isn't wanted.
  int NumberOf(const MetricValue& metric) { return Number(metric, /*always=*/false); }
  // Whatever is wanted.
  int NumberOfKept(const MetricValue& metric) { return Number(metric, /*always=*/true); }
  const std::vector<MetricKey>& keys() const { return keys_; }

 private:
  int Number(const MetricValue& metric, bool always);

  MetricFilter filter_;
  std::vector<MetricKey> keys_;
  absl::flat_hash_map<std::string, int> numbers_;  // by name, a zero, subject
  std::string text_;
};

// What became of a signed deal; in `deals` of a log its columns are explained.
struct DealOutcome {
  std::string deal;
  std::string kind;
  std::string lab;
  std::string investor;
  std::string signed_quarter;
  std::string closed_quarter;  // of the first drawing; empty: never
  std::string state;
  std::string outcome;  // empty while it lives
  int64_t amount_cents = 0;
  int64_t drawn_cents = 0;
  int64_t reviews = 0;
};

// What an ensemble keeps of a run.
struct RunOutcome {
  // Empty, or why the run broke off; the quarters before stand.
  std::string error;
  int64_t rounds = 0;
  int quarters = 0;  // of the plan
  // [metric × quarters + quarter]; NaN where there is no such figure.
  std::vector<double> values;
  std::vector<DealOutcome> deals;  // by name

  double Value(size_t metric, int quarter) const {
    return values[metric * static_cast<size_t>(quarters) + static_cast<size_t>(quarter)];
  }
};

// Adds the metrics of the quarter just closed, the `quarter`-th of the run from 0.
void AddQuarter(const Market& market, int quarter, MetricIndex& index, RunOutcome& outcome);

// A metric of ensembles alone, of an agent: the turns of a quarter in which its strategy failed.
// It's kept whatever is wanted, and there is none where nothing failed.
inline constexpr absl::string_view kFailedTurns = "failed-turns";
// Adds it, of the `quarter`-th quarter; `failed` is by agent.
void AddFailedTurns(const std::map<std::string, int64_t>& failed, int quarter, MetricIndex& index,
                    RunOutcome& outcome);

// Adds the deals at the end of the run.
void AddDeals(const Market& market, RunOutcome& outcome);

// SHA-256 in hexadecimal of all an outcome says, in canonical order: metrics by name and subject,
// deals by name, numbers as 8 bytes little-endian. `keys` are the index's that the outcome was made
// with.
std::string OutcomeDigest(const RunOutcome& outcome, const std::vector<MetricKey>& keys);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_RUN_OUTCOME_H_
