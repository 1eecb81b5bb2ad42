#ifndef TRANCHE_BROKER_COMMAND_SLURM_JOB_H_
#define TRANCHE_BROKER_COMMAND_SLURM_JOB_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/command/exit_codes.h"

// What Tranche says to Slurm and hears from it, as text. Nothing here starts anything.
namespace tranche {

// What every job asks for.
struct SlurmRequest {
  std::string job_name;
  // The job's own, on a file system that all nodes share.
  std::string folder;
  // Slurm's defaults where empty.
  std::string partition;
  std::string account;
  std::string time_limit;
  // Further options of sbatch, as in "--mem=4G".
  std::vector<std::string> sbatch_options;
};

// A run as one job. Paths are absolute, the same on all nodes.
struct SlurmRun {
  SlurmRequest request;
  std::string program;
  std::string log;
  // For tranche run: scenario, seed, strategies.
  std::vector<std::string> run_arguments;
  // For broker and agents alike: plug-ins.
  std::vector<std::string> plugin_arguments;
  int nodes = 1;
  int processes = 1;
};

// The job's script: #SBATCH lines, variables, and deploy/slurm/run.sh.
std::string ComposeScript(const SlurmRun& run);
// Of the file in SlurmRequest::folder to which the job writes.
inline constexpr char kSlurmOutputFile[] = "output.txt";

// A sweep as a job array: each task plays a shard into a file of its own.
struct SlurmSweep {
  SlurmRequest request;
  std::string program;
  // For tranche sweep: scenarios, seeds, settings.
  std::vector<std::string> sweep_arguments;
  int tasks = 1;
};
std::string ComposeScript(const SlurmSweep& sweep);
// Of a task, from 1: its results, and what it writes.
std::string PartFile(const SlurmSweep& sweep, int task);
std::string TaskOutputFile(const SlurmSweep& sweep, int task);

// A job as `scontrol show job --oneliner` describes it.
struct SlurmJob {
  std::string state;   // "PENDING", "RUNNING", "TIMEOUT", …
  std::string reason;  // why it waits or has failed; "None"
  int exit_code = 0;   // of the script
  int signal = 0;      // that ended the script; 0: none
  int restarts = 0;
  std::string nodes;  // "n[1-3]"; empty: none yet
  std::string time_limit;

  // Whether it won't run any more.
  bool over() const;
  // Whether it waits for what its partition doesn't have. Slurm lets such jobs wait for ever.
  bool can_never_start() const;
};

// InvalidArgument if it's no such description.
absl::StatusOr<SlurmJob> ParseSlurmJob(absl::string_view text);

// How a job ended.
struct SlurmEnd {
  // OK if the run was completed; else what happened and what to do.
  absl::Status status;
  ExitCode exit_code = kExitOk;
};
SlurmEnd ExplainEnd(const SlurmJob& job, const SlurmRun& run);
// What became of those tasks of an array that weren't completed, and what to do: a line without a
// full stop, empty if all were.
std::string SumUpFailures(absl::Span<const SlurmJob> tasks);

absl::Status ExplainNeverStarting(const SlurmJob& job);

// Why one of Slurm's commands failed, from what it wrote to stderr, and what to do.
std::string ExplainSlurmError(absl::string_view command, absl::string_view said);

// One line of bash that stands for `text`.
std::string ShellQuoted(absl::string_view text);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_SLURM_JOB_H_
