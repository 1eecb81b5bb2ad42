#ifndef TRANCHE_BROKER_COMMAND_ENSEMBLE_FLAGS_H_
#define TRANCHE_BROKER_COMMAND_ENSEMBLE_FLAGS_H_

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/command/run_setup.h"
#include "broker/ensemble/ensemble.h"
#include "broker/ensemble/outcome_table.h"
#include "broker/ensemble/plan.h"
#include "broker/ensemble/results_file.h"

namespace tranche {

// What the commands that play ensembles are told alike.
struct EnsembleFlags {
  std::string command;                 // "sweep"
  std::vector<std::string> scenarios;  // files
  std::string seeds;
  std::vector<std::string> set;
  std::vector<std::string> latin;
  std::vector<std::string> strategies;
  int samples = 0;
  uint64_t design_seed = 1;
  std::optional<uint32_t> quarters;
  int jobs = 0;
  std::chrono::nanoseconds deadline = std::chrono::minutes(1);
  bool quiet = false;
};

// Seeds, quarters, jobs, deadline, plug-ins and quiet.
void AddRunFlags(CLI::App& command, EnsembleFlags& flags, const std::string& default_seeds);
// --set, --strategy, --latin, --samples, --design-seed.
void AddDesignFlags(CLI::App& command, EnsembleFlags& flags);

// The scenarios, seeds and dimensions that the flags ask for.
std::optional<CommandError> RequestFrom(const EnsembleFlags& flags, PlanRequest& request);

// How the flags want runs to be played. A strategy that is at a turn for longer than the deadline
// ends the program, which says whose it is. `plan` and `flags` must live as long as the ensemble
// plays.
EnsembleOptions OptionsFrom(const EnsemblePlan& plan, const EnsembleFlags& flags);

// Plays runs with a progress line on stderr, if that is a terminal. SIGINT and SIGTERM end it in
// good order: Aborted, once the runs in flight are done.
absl::Status PlayWithProgress(const EnsemblePlan& plan, absl::Span<const int64_t> runs,
                              EnsembleOptions options, bool quiet, const OnOutcome& on_outcome);

// The same into a results file: what it lacks of the shard. `path` may hold a part of it already.
absl::Status PlayIntoFile(const EnsemblePlan& plan, const std::string& path, Shard shard,
                          const EnsembleOptions& options, bool quiet);

// All of the plan's runs as a table for each moment; through the results file `path`, or in memory
// if that is empty.
absl::StatusOr<std::vector<OutcomeTable>> PlayIntoTables(const EnsemblePlan& plan,
                                                         const std::string& path,
                                                         absl::Span<const Moment> moments,
                                                         const EnsembleFlags& flags);

// "412 of 10,000 runs (4%), 96.1 a second, 1 min 40 s left".
std::string DescribeEnsembleProgress(int64_t played, int64_t of, double seconds);

// What a command ends with because of an error of an ensemble or its results.
ExitCode ExitCodeOfEnsembleError(const absl::Status& status);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_ENSEMBLE_FLAGS_H_
