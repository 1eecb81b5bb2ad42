#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "broker/command/exit_codes.h"
#include "broker/command/external_program.h"
#include "broker/command/launch_slurm.h"
#include "broker/command/logging.h"
#include "broker/command/slurm_client.h"
#include "broker/command/slurm_job.h"
#include "broker/command/stop_signals.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPollPeriod{500};
// Polls without an answer after which Slurm is given up.
constexpr int kMostSilentPolls = 120;

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

// Waits until no task of an array is left, and says how many are where.
class ArrayFollower {
 public:
  ArrayFollower(std::string job, bool quiet)
      : job_(std::move(job)),
        quiet_(quiet),
        signals_(io_, [this](const char*) { Cancel(); }),
        timer_(io_) {}

  absl::Status Follow() {
    Poll();
    io_.run();
    return result_;
  }

 private:
  void Poll() {
    const absl::StatusOr<std::vector<std::string>> states = StatesOfTasks(job_);
    if (states.ok()) {
      silent_polls_ = 0;
      Report(*states);
      if (states->empty())
        return Finish(cancelled_ ? absl::AbortedError("cancelled") : absl::OkStatus());
    } else if (++silent_polls_ == kMostSilentPolls) {
      return Finish(states.status());
    }
    timer_.expires_after(kPollPeriod);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) Poll();
    });
  }

  void Report(const std::vector<std::string>& states) {
    std::map<std::string, int> counts;
    for (const std::string& state : states) ++counts[state];
    const std::string now = absl::StrCat(
        "job ", job_, ": ",
        counts.empty() ? "all tasks have ended"
                       : absl::StrJoin(counts, ", ", [](std::string* out, const auto& count) {
                           absl::StrAppend(out, count.second, " ", count.first);
                         }));
    if (now == reported_ || quiet_) return;
    reported_ = now;
    Tell(now);
  }

  void Cancel() {
    cancelled_ = true;
    if (!quiet_) Tell(absl::StrCat("cancelling job ", job_));
    if (absl::Status cancelled = CancelJob(job_); !cancelled.ok()) {
      ReportError("launch slurm-sweep", cancelled);
    }
  }

  void Finish(absl::Status result) {
    result_ = std::move(result);
    io_.stop();
  }

  const std::string job_;
  const bool quiet_;
  boost::asio::io_context io_{1};
  StopSignals signals_;
  boost::asio::steady_timer timer_;
  std::string reported_;
  int silent_polls_ = 0;
  bool cancelled_ = false;
  absl::Status result_;
};

constexpr char kGoOn[] = "; the same command goes on with what the parts hold";

// Joins the parts. What is missing of them is said by the tasks' output.
ExitCode MergeParts(const SweepOptions& options) {
  std::vector<std::string> arguments = {"sweep", "merge", "--output", options.output};
  std::vector<std::string> missing;
  for (int task = 1; task <= options.sweep.tasks; ++task) {
    const std::string part = PartFile(options.sweep, task);
    if (fs::exists(part)) {
      arguments.push_back(part);
    } else {
      missing.push_back(TaskOutputFile(options.sweep, task));
    }
  }
  if (!missing.empty()) {
    return Fail(
        absl::NotFoundError(absl::StrCat(missing.size(), " of ", options.sweep.tasks,
                                         " tasks left no results: see ", missing.front(), kGoOn)),
        kExitRunFailed);
  }
  const absl::StatusOr<ExternalResult> merged = RunExternal(OwnProgramPath(), arguments);
  if (!merged.ok()) return Fail(merged.status(), kExitRunFailed);
  std::fputs(merged->err.c_str(), stderr);
  std::cout << merged->out;
  return static_cast<ExitCode>(merged->code);
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
  if (mkdir(sweep.request.folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return Fail(absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", sweep.request.folder)),
                kExitIo);
  }
  const std::string script = absl::StrCat(sweep.request.folder, "/job.sh");
  std::ofstream out(script, std::ios::trunc);
  out << ComposeScript(sweep);
  out.close();
  if (!out.good()) {
    return Fail(absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", script)), kExitIo);
  }
  const absl::StatusOr<std::string> job = SubmitJob(script);
  if (!job.ok()) return Fail(job.status(), kExitUsage);
  if (options.detach) {
    std::cout << *job << "\n";
    return kExitOk;
  }
  const absl::Status followed = ArrayFollower(*job, options.quiet).Follow();
  if (absl::IsAborted(followed)) {
    return Fail(absl::AbortedError(absl::StrCat("the job was cancelled", kGoOn)), kExitStopped);
  }
  if (!followed.ok()) return Fail(followed, kExitRunFailed);
  return MergeParts(options);
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
