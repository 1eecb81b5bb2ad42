#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "broker/command/ensemble_flags.h"
#include "broker/command/exit_codes.h"
#include "broker/command/launch_slurm.h"
#include "broker/command/logging.h"
#include "broker/command/slurm_client.h"
#include "broker/command/slurm_follower.h"
#include "broker/command/slurm_job.h"
#include "broker/command/text_file.h"
#include "broker/ensemble/results_file.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

struct SweepOptions {
  SlurmSweep sweep;
  std::string output;
  bool dry_run = false;
  bool detach = false;
  bool quiet = false;
};

ExitCode Fail(const absl::Status& status, ExitCode code) {
  ReportError("launch slurm-sweep", status);
  return code;
}

// "job 7: 3 PENDING, 2 RUNNING".
std::string DescribeStates(const std::string& number, const std::vector<SlurmJob>& tasks) {
  std::map<std::string, int> counts;
  for (const SlurmJob& task : tasks) ++counts[task.state];
  return absl::StrCat("job ", number, ": ",
                      counts.empty()
                          ? "all tasks have ended"
                          : absl::StrJoin(counts, ", ", [](std::string* out, const auto& count) {
                              absl::StrAppend(out, count.second, " ", count.first);
                            }));
}

// Waits until no task of an array is left. FailedPrecondition: there are some that Slurm would
// never start, and the array has been withdrawn. Aborted: the user has.
absl::Status FollowArray(const std::string& number, bool quiet) {
  SlurmFollower follower("launch slurm-sweep", number, quiet);
  absl::Status never;
  const absl::Status followed = follower.Follow([&]() -> absl::StatusOr<SlurmSight> {
    const absl::StatusOr<std::vector<SlurmJob>> tasks = TasksToCome(number);
    if (!tasks.ok()) return tasks.status();
    for (const SlurmJob& task : *tasks) {
      if (!never.ok() || !task.can_never_start()) continue;
      never = ExplainNeverStarting(task);
      follower.Cancel();
    }
    return SlurmSight{DescribeStates(number, *tasks), tasks->empty()};
  });
  if (!followed.ok()) return followed;
  if (!never.ok()) return never;
  return follower.cancelled() ? absl::AbortedError("the job was cancelled") : absl::OkStatus();
}

constexpr char kGoOn[] = "; the same command goes on with what the parts hold";

// Why tasks ended that haven't played their shard to its end.
std::string ExplainTasks(const std::string& job, const SlurmSweep& sweep) {
  const absl::StatusOr<std::vector<SlurmJob>> tasks = DescribeTasks(job);
  std::string causes = tasks.ok() ? SumUpFailures(*tasks) : "";
  if (causes.empty()) causes = "some tasks did not play to their end";
  return absl::StrCat(causes, "; what they said is in ", sweep.request.folder, "/task-*.txt");
}

// Joins the parts that there are. Only the whole becomes the output: what is there of an ensemble
// that isn't complete lies beside the parts, for whoever wants it now.
ExitCode MergeParts(const SweepOptions& options, const std::string& job) {
  const SlurmSweep& sweep = options.sweep;
  std::vector<std::string> parts;
  for (int task = 1; task <= sweep.tasks; ++task) {
    std::string part = PartFile(sweep, task);
    if (fs::exists(part)) parts.push_back(std::move(part));
  }
  if (parts.empty()) {
    return Fail(absl::NotFoundError(
                    absl::StrCat("no task left results: ", ExplainTasks(job, sweep), kGoOn)),
                kExitRunFailed);
  }
  const std::string merged = absl::StrCat(sweep.request.folder, "/merged.db");
  std::error_code error;
  fs::remove(merged, error);
  const absl::StatusOr<MergeReport> report = MergeResults(parts, merged);
  if (!report.ok()) return Fail(report.status(), ExitCodeOfEnsembleError(report.status()));
  if (report->runs < report->of) {
    return Fail(absl::AbortedError(absl::StrCat(report->runs, " of ", report->of, " runs are in ",
                                                merged, ": ", ExplainTasks(job, sweep), kGoOn)),
                kExitRunFailed);
  }
  fs::rename(merged, options.output, error);
  if (error) {
    return Fail(absl::UnavailableError(absl::StrCat("cannot move ", merged, " to ", options.output,
                                                    ": ", error.message())),
                kExitIo);
  }
  std::cout << options.output << ": " << report->runs << " of " << report->of << " runs\n";
  return kExitOk;
}

ExitCode LaunchSweep(SweepOptions& options) {
  SlurmSweep& sweep = options.sweep;
  options.output = fs::absolute(options.output).string();
  sweep.request.folder = fs::path(options.output).replace_extension(".slurm").string();
  sweep.request.job_name = absl::StrCat("tranche-", fs::path(options.output).stem().string());
  if (sweep.program.empty()) sweep.program = OwnProgramPath();
  // A task starts elsewhere: what names a file here has to name it there.
  for (std::string& argument : sweep.sweep_arguments) {
    if (argument.rfind("-", 0) != 0 && fs::is_regular_file(argument)) {
      argument = fs::absolute(argument).string();
    }
  }
  if (options.dry_run) {
    std::cout << ComposeScript(sweep);
    return kExitOk;
  }
  if (fs::exists(options.output)) {
    return Fail(absl::AlreadyExistsError(
                    absl::StrCat(options.output, " is there already: -o names another")),
                kExitUsage);
  }
  if (mkdir(sweep.request.folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return Fail(absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", sweep.request.folder)),
                kExitIo);
  }
  const std::string script = absl::StrCat(sweep.request.folder, "/job.sh");
  if (absl::Status written = WriteTextFile(script, ComposeScript(sweep)); !written.ok()) {
    return Fail(written, kExitIo);
  }
  const absl::StatusOr<std::string> job = SubmitJob(script);
  if (!job.ok()) return Fail(job.status(), kExitUsage);
  if (options.detach) {
    std::cout << *job << "\n";
    return kExitOk;
  }
  const absl::Status followed = FollowArray(*job, options.quiet);
  if (absl::IsAborted(followed)) {
    return Fail(absl::AbortedError(absl::StrCat(followed.message(), kGoOn)), kExitStopped);
  }
  if (absl::IsFailedPrecondition(followed)) return Fail(followed, kExitUsage);
  if (!followed.ok()) return Fail(followed, kExitRunFailed);
  return MergeParts(options, *job);
}

}  // namespace

void AddLaunchSlurmSweepCommand(CLI::App& launch, int& exit_code) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* slurm = launch.add_subcommand(
      "slurm-sweep", "An ensemble as a Slurm job array, merged into one file at the end");
  slurm->footer(
      "What stands behind -- goes to tranche sweep. The same command goes on with an array that\n"
      "was cancelled or has failed.\n"
      "Example: tranche launch slurm-sweep --tasks 8 -o results.db -- \\\n"
      "           deploy/scenarios/duopoly.textproto --seeds 1..100\n"
      "Exit codes: those of tranche sweep; 2 also if Slurm refuses the job, 6 cancelled");
  slurm
      ->add_option("sweep", options->sweep.sweep_arguments,
                   "Arguments of tranche sweep but --output and --shard")
      ->required();
  slurm->add_option("--tasks", options->sweep.tasks, "How many tasks the array has")
      ->check(CLI::PositiveNumber)
      ->required();
  slurm->add_option("-o,--output", options->output, "Results")->required();
  AddRequestOptions(*slurm, options->sweep.request);
  slurm->add_option("--program", options->sweep.program,
                    "Path of tranche on the nodes [that of this one]");
  CLI::Option* dry_run =
      slurm->add_flag("--dry-run", options->dry_run, "Print the job's script and submit nothing");
  slurm->add_flag("--detach", options->detach, "Print the job's number and don't wait")
      ->excludes(dry_run);
  slurm->add_flag("--quiet,-q", options->quiet, "No progress");
  slurm->callback([options, &exit_code] { exit_code = LaunchSweep(*options); });
}

}  // namespace tranche
