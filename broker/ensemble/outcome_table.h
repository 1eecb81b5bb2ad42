#ifndef TRANCHE_BROKER_ENSEMBLE_OUTCOME_TABLE_H_
#define TRANCHE_BROKER_ENSEMBLE_OUTCOME_TABLE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/ensemble/plan.h"
#include "broker/ensemble/run_outcome.h"

namespace tranche {

// How a run's figures of all quarters become one number.
struct Moment {
  enum class Kind { kEnd, kMean, kTotal, kQuarter };
  Kind kind = Kind::kEnd;
  Quarter quarter = {};  // of kQuarter

  // "end" (the last quarter), "mean" and "total" over the quarters in which there is a figure, or a
  // quarter's name.
  static absl::StatusOr<Moment> Parse(absl::string_view text);
  // "at the end", "mean over the run", "in 2027Q4".
  std::string Describe() const;
};

// One number for each run of an ensemble and each metric: what is compared and summed up.
//
// Beside the metrics of docs/metrics.md it has what follows from a run's deals, of each kind
// (funding, merger, secondary) and pair; these are of the whole run, whatever the moment:
//
//   funding-signed, funding-closed   investor/lab   1 if any was, else 0
//   funding-drawn                    investor/lab   USD
//   funding-quarters-to-close        investor/lab   from signing to first drawing, where one closed
//   failures                                        labs and clouds that have left at the end
//   failed-turns                     agent          in which its strategy failed; none: there are
//   none
class OutcomeTable {
 public:
  OutcomeTable(size_t points, size_t seeds, Quarter first, Moment moment)
      : points_(points), seeds_(seeds), first_(first), moment_(moment) {}

  // `seed`: its place among the plan's seeds.
  void Add(size_t point, size_t seed, const RunOutcome& outcome, absl::Span<const MetricKey> keys);

  // Call when all runs have been added: runs without a deal of a pair that has one elsewhere had
  // none.
  void Complete();

  // By name and subject.
  std::vector<MetricKey> metrics() const;
  // Of a point, by seed; NaN where the run has no such figure, or wasn't added.
  absl::Span<const double> Of(const MetricKey& metric, size_t point) const;
  // Of a point, that were added; runs that broke off are left out and counted apart.
  int64_t runs(size_t point) const;
  int64_t failed() const { return failed_; }
  // Turns in which a strategy failed, in all quarters of all runs that were added, and the runs
  // that have any.
  int64_t failed_turns() const { return failed_turns_; }
  int64_t runs_with_failed_turns() const { return runs_with_failed_turns_; }
  size_t points() const { return points_; }
  size_t seeds() const { return seeds_; }
  const Moment& moment() const { return moment_; }

 private:
  double& Cell(const MetricKey& metric, size_t point, size_t seed);
  void AddFailedTurns(size_t point, size_t seed, const RunOutcome& outcome,
                      absl::Span<const MetricKey> keys);
  void AddDeals(size_t point, size_t seed, const RunOutcome& outcome);
  double Reduce(const RunOutcome& outcome, size_t metric) const;

  size_t points_;
  size_t seeds_;
  Quarter first_;
  Moment moment_;
  std::map<MetricKey, std::vector<double>> values_;  // [point × seeds + seed]
  std::set<MetricKey> zero_unless_said_;             // of deals and failed turns
  std::vector<bool> added_ = std::vector<bool>(points_ * seeds_);
  int64_t failed_ = 0;
  int64_t failed_turns_ = 0;
  int64_t runs_with_failed_turns_ = 0;
};

// "no-deal with compute.pue=1.1": the scenario's name, and the values where there are dimensions.
std::string PointName(const EnsemblePlan& plan, size_t point);

// Whether a table's metric follows from deals, and whether it is of the whole run whatever the
// moment.
bool IsOfDeals(const MetricKey& metric);
bool IsOfWholeRun(const MetricKey& metric);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_OUTCOME_TABLE_H_
