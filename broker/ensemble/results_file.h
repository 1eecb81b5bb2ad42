#ifndef TRANCHE_BROKER_ENSEMBLE_RESULTS_FILE_H_
#define TRANCHE_BROKER_ENSEMBLE_RESULTS_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "broker/ensemble/plan.h"
#include "broker/ensemble/run_outcome.h"
#include "broker/log/sqlite.h"
#include "broker/log/writer_lock.h"

namespace tranche {

// A part of an ensemble that one of several processes plays: every count-th run.
struct Shard {
  int number = 1;  // 1 to count
  int count = 1;

  bool Has(int64_t run) const { return run % count == number - 1; }
};

// An ensemble's results: one SQLite file (docs/ensemble-schema.md).
//
// A run is one transaction, so that killing the process loses at most the runs in flight. While
// runs are added the file is in write-ahead mode and its rows are in order of arrival. Finish
// writes it anew in canonical order: from then on its bytes depend on the plan and on the version
// of SQLite alone, not on how often it was interrupted, on threads, or on shards that were merged.
//
// Errors name the file and say what to do; codes as RunLog's.
class ResultsFile {
 public:
  // A new file; or one that holds a part of the same plan's (and shard's) runs, to go on with it.
  // FailedPrecondition: it holds another ensemble, and in what it differs; or another process
  // writes it.
  static absl::StatusOr<std::unique_ptr<ResultsFile>> Open(const std::string& path,
                                                           const EnsemblePlan& plan, Shard shard);

  // Runs of the shard that the file lacks, in order.
  const std::vector<int64_t>& pending() const { return pending_; }
  // How many it had when it was opened.
  int64_t found() const { return found_; }

  // Adds what became of a run. `keys`: of the index that the outcome was made with.
  absl::Status Append(int64_t run, const RunOutcome& outcome, absl::Span<const MetricKey> keys);
  // Puts a file that has all its runs in canonical order; another is left as it is, to go on with.
  absl::Status Finish();

  const std::string& path() const { return path_; }

 private:
  struct Statements {
    SqliteStatement run;
    SqliteStatement metric_name;
    SqliteStatement metric;
    SqliteStatement deal;
  };

  ResultsFile(std::string path, const EnsemblePlan& plan, WriterLock lock, SqliteDatabase database)
      : path_(std::move(path)),
        plan_(plan),
        lock_(std::move(lock)),
        database_(std::make_unique<SqliteDatabase>(std::move(database))) {}
  absl::Status Prepare(Shard shard);
  absl::StatusOr<int64_t> MetricNumber(const MetricKey& key);

  std::string path_;
  const EnsemblePlan& plan_;
  WriterLock lock_;
  std::unique_ptr<SqliteDatabase> database_;
  Statements sql_;
  absl::flat_hash_map<std::string, int64_t> metric_numbers_;
  std::vector<int64_t> pending_;
  int64_t found_ = 0;
  int64_t added_ = 0;
};

// Opens results to read, also while a sweep writes them. InvalidArgument if the file holds none.
absl::StatusOr<SqliteDatabase> OpenResults(const std::string& path);
// The seeds of the plan, and the metrics by their numbers.
absl::StatusOr<std::vector<int64_t>> SeedsOf(const SqliteDatabase& results);
absl::StatusOr<std::vector<MetricKey>> MetricNamesOf(const SqliteDatabase& results);
// Whether there is a results file at `path`.
bool IsResultsFile(const std::string& path);

struct MergeReport {
  int64_t runs = 0;
  int64_t of = 0;  // the plan's
};

// Writes the runs of several files of one plan into a new file, in canonical order. A run may be in
// several of them, if it is the same there. Errors: FailedPrecondition (different plans), DataLoss
// (a run differs), AlreadyExists.
absl::StatusOr<MergeReport> MergeResults(absl::Span<const std::string> inputs,
                                         const std::string& output);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_RESULTS_FILE_H_
