#ifndef TRANCHE_BROKER_EVIDENCE_SIMULATED_HISTORY_H_
#define TRANCHE_BROKER_EVIDENCE_SIMULATED_HISTORY_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/evidence/observables.h"
#include "sim/quarter.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// What a run's metrics were, quarter by quarter; of the metrics that observables are computed from.
class SimulatedHistory {
 public:
  SimulatedHistory(Quarter first, int quarters) : first_(first), quarters_(quarters) {}

  void Set(absl::string_view name, absl::string_view subject, Quarter quarter, double value);
  // NaN where there is none, outside the run too.
  double Get(absl::string_view name, absl::string_view subject, Quarter quarter) const;

  Quarter first() const { return first_; }
  Quarter end() const { return first_ + quarters_; }

 private:
  Quarter first_;
  int quarters_;
  // By name, a zero, subject; look-ups only.
  absl::flat_hash_map<std::string, std::vector<double>> values_;
};

struct HistoryRuns {
  int runs = 100;
  uint64_t first_seed = 1;
  // At the same time; 0: as many as there are processors.
  int threads = 0;
};

// Plays the scenario under as many seeds, one after the other from the first: by seed, so the
// result doesn't depend on the threads. An error of a run names its seed.
absl::StatusOr<std::vector<SimulatedHistory>> SimulateHistories(const v1::Scenario& scenario,
                                                                const HistoryRuns& options);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_SIMULATED_HISTORY_H_
