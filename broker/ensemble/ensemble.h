#ifndef TRANCHE_BROKER_ENSEMBLE_ENSEMBLE_H_
#define TRANCHE_BROKER_ENSEMBLE_ENSEMBLE_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "broker/ensemble/plan.h"
#include "broker/ensemble/run_outcome.h"
#include "broker/ensemble/turn_clock.h"

namespace tranche {

struct EnsembleOptions {
  // Threads that play, each a run at a time. 0: as many as the machine has.
  int jobs = 0;
  // A folder for each run's log, <scenario>-p<point>-s<seed>.tranche. Empty: no logs are kept.
  std::string logs = {};
  // Once true, no further run is begun.
  const std::atomic<bool>* stop = nullptr;
  // Called, on a thread of its own, once a strategy has been at a turn for longer than `deadline`
  // (0: any time): who plays which run for ever can't be stopped from here.
  std::chrono::nanoseconds deadline{0};
  std::function<void(int64_t run, const OpenTurn& turn)> on_late = {};
};

// Called with what became of a run, by one thread at a time, in order of completion. An error ends
// the ensemble with it.
using OnOutcome = std::function<absl::Status(int64_t run, const RunOutcome& outcome,
                                             const std::vector<MetricKey>& keys)>;

// Plays the plan's `runs` and hands on what came of each. What comes of a run depends on the plan
// alone. That a run broke off (books that don't balance) is part of its outcome; errors are those
// of `on_outcome`, and of logs that can't be written. Aborted: stopped before all were played.
absl::Status PlayEnsemble(const EnsemblePlan& plan, absl::Span<const int64_t> runs,
                          const EnsembleOptions& options, const OnOutcome& on_outcome);

// All of them.
absl::Status PlayEnsemble(const EnsemblePlan& plan, const EnsembleOptions& options,
                          const OnOutcome& on_outcome);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_ENSEMBLE_H_
