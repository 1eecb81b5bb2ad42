#ifndef TRANCHE_BROKER_ENSEMBLE_STORED_RESULTS_H_
#define TRANCHE_BROKER_ENSEMBLE_STORED_RESULTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "broker/ensemble/outcome_table.h"
#include "broker/ensemble/results_file.h"
#include "broker/ensemble/run_outcome.h"
#include "broker/log/sqlite.h"
#include "sim/quarter.h"

namespace tranche {

// A results file, read.
class StoredResults {
 public:
  // Errors as OpenResults's.
  static absl::StatusOr<StoredResults> Open(const std::string& path);

  Quarter first_quarter() const { return first_; }
  int quarters() const { return quarters_; }
  // As PointName has them.
  const std::vector<std::string>& points() const { return points_; }
  const std::vector<int64_t>& seeds() const { return seeds_; }

  // Calls `visit` with each run there is, in order, until it returns an error.
  absl::Status VisitRuns(absl::FunctionRef<absl::Status(int64_t run, const RunOutcome& outcome,
                                                        const std::vector<MetricKey>& keys)>
                             visit) const;
  // All runs, a number for each metric; a table for each moment.
  absl::StatusOr<std::vector<OutcomeTable>> Tables(absl::Span<const Moment> moments) const;

 private:
  explicit StoredResults(SqliteDatabase database) : database_(std::move(database)) {}
  absl::Status ReadPlan();
  absl::Status ReadPoints();

  SqliteDatabase database_;
  Quarter first_;
  int quarters_ = 0;
  std::vector<std::string> points_;
  std::vector<int64_t> seeds_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_STORED_RESULTS_H_
