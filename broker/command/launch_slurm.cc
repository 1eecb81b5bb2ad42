#include "broker/command/launch_slurm.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "broker/command/exit_codes.h"
#include "broker/command/logging.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/run_certificates.h"
#include "broker/command/slurm_client.h"
#include "broker/command/slurm_follower.h"
#include "broker/command/slurm_job.h"
#include "broker/command/summary.h"
#include "broker/command/text_file.h"
#include "broker/log/json.h"
#include "broker/log/run_log.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

// A queue may be long.
constexpr absl::Duration kCertificateLifetime = absl::Hours(24 * 60);

struct SlurmOptions {
  SlurmRun run;
  std::string scenario;
  uint64_t seed = 1;
  bool seed_given = false;
  std::vector<std::string> strategies;
  int agents_per_process = 0;
  bool resume = false;
  bool dry_run = false;
  bool detach = false;
  bool quiet = false;
  bool json = false;
};

struct Failure {
  absl::Status status;
  ExitCode exit_code = kExitUsage;
};

// The scenario in the log of a run that is resumed.
absl::StatusOr<v1::Scenario> ScenarioOfLog(const std::string& path) {
  const absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(path);
  if (!log.ok()) return log.status();
  v1::Scenario scenario;
  bool found = false;
  const absl::Status read = (*log)->Read(1, [&](const v1::LogRecord& record) {
    found = record.has_header() && scenario.ParseFromString(record.header().scenario());
    return false;
  });
  if (!read.ok()) return read;
  if (!found) {
    return absl::FailedPreconditionError(absl::StrCat(
        "no quarter of the run in ", path, " had closed: name the scenario to begin it anew"));
  }
  return scenario;
}

std::optional<Failure> LoadTheScenario(const SlurmOptions& options, v1::Scenario* scenario) {
  absl::StatusOr<v1::Scenario> loaded = options.scenario.empty()
                                            ? ScenarioOfLog(options.run.log)
                                            : LoadScenario(options.scenario, ReadTextFile);
  if (!loaded.ok()) {
    return Failure{loaded.status(), options.scenario.empty() ? kExitBadLog : kExitBadScenario};
  }
  *scenario = *std::move(loaded);
  return std::nullopt;
}

// Completes what is asked for: absolute paths, since a job starts elsewhere, and how many
// processes.
void Complete(SlurmOptions& options, const v1::Scenario& scenario) {
  SlurmRun& run = options.run;
  if (run.log.empty()) {
    run.log = absl::StrCat("runs/", scenario.name(), "-", options.seed, ".tranche");
  }
  run.log = fs::absolute(run.log).string();
  run.request.folder = fs::path(run.log).replace_extension(".slurm").string();
  if (run.program.empty()) run.program = OwnProgramPath();
  run.request.job_name = absl::StrCat("tranche-", fs::path(run.log).stem().string());
  const int agents = scenario.agents_size();
  if (options.agents_per_process == 0) {
    options.agents_per_process = (agents + run.nodes - 1) / run.nodes;
  }
  run.processes = (agents + options.agents_per_process - 1) / options.agents_per_process;
  // A node without a process would be a node for nothing.
  run.nodes = std::min(run.nodes, run.processes);
  if (!options.scenario.empty()) {
    run.run_arguments = {fs::absolute(options.scenario).string()};
    if (!options.resume || options.seed_given) {
      run.run_arguments.insert(run.run_arguments.end(), {"--seed", absl::StrCat(options.seed)});
    }
  }
  run.plugin_arguments = PluginArguments();
  for (const std::string& strategy : options.strategies) {
    run.run_arguments.insert(run.run_arguments.end(), {"--strategy", strategy});
  }
}

// The job's folder with certificates and script.
absl::Status PrepareFolder(const SlurmOptions& options, const v1::Scenario& scenario) {
  const SlurmRun& run = options.run;
  std::error_code error;
  fs::create_directories(fs::path(run.request.folder).parent_path(), error);
  if (mkdir(run.request.folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", run.request.folder));
  }
  // Those of a job that is over, if any: every launch has its own.
  fs::remove_all(absl::StrCat(run.request.folder, "/certificates"), error);
  RunCertificates certificates;
  certificates.folder = absl::StrCat(run.request.folder, "/certificates");
  certificates.run = fs::path(run.log).stem().string();
  certificates.validity = ValidFor(kCertificateLifetime);
  certificates.agents_per_process = static_cast<size_t>(options.agents_per_process);
  if (absl::Status made = WriteRunCertificates(certificates, scenario); !made.ok()) return made;
  if (absl::Status written =
          WriteTextFile(absl::StrCat(run.request.folder, "/job.sh"), ComposeScript(run));
      !written.ok()) {
    return written;
  }
  // What an earlier job of this run wrote is old.
  fs::remove(absl::StrCat(run.request.folder, "/", kSlurmOutputFile), error);
  return absl::OkStatus();
}

// Passes on to stderr what a job has written since the last time.
class JobOutput {
 public:
  JobOutput(const SlurmRun& run, bool quiet)
      : path_(absl::StrCat(run.request.folder, "/", kSlurmOutputFile)), quiet_(quiet) {}

  void PassOn() {
    if (quiet_) return;
    std::ifstream in(path_, std::ios::binary);
    if (!in.seekg(passed_on_)) return;
    const std::string text(std::istreambuf_iterator<char>(in), {});
    passed_on_ += static_cast<std::streamoff>(text.size());
    std::fputs(text.c_str(), stderr);
  }

 private:
  const std::string path_;
  const bool quiet_;
  std::streamoff passed_on_ = 0;
};

std::string DescribeState(const SlurmJob& job, const std::string& number) {
  std::string now = absl::StrCat("job ", number, " ", job.state);
  if (job.state == "PENDING") absl::StrAppend(&now, " (", job.reason, ")");
  if (job.state == "RUNNING") absl::StrAppend(&now, " on ", job.nodes);
  if (job.restarts > 0) absl::StrAppend(&now, ", started again ", job.restarts, " times");
  return now;
}

SlurmEnd FollowJob(const SlurmRun& run, const std::string& number, bool quiet) {
  JobOutput output(run, quiet);
  SlurmFollower follower("launch slurm", number, quiet);
  SlurmEnd end;
  const absl::Status followed = follower.Follow([&]() -> absl::StatusOr<SlurmSight> {
    const absl::StatusOr<SlurmJob> job = DescribeJob(number);
    output.PassOn();
    if (!job.ok()) return job.status();
    if (job->over()) {
      end = ExplainEnd(*job, run);
    } else if (job->can_never_start()) {
      follower.Cancel();
      end = {ExplainNeverStarting(*job), kExitUsage};
    }
    return SlurmSight{DescribeState(*job, number), !end.status.ok() || job->over()};
  });
  output.PassOn();
  if (absl::IsNotFound(followed)) {
    return {absl::UnknownError(absl::StrCat("Slurm knows job ", number,
                                            " no more; its output is in ", run.request.folder)),
            kExitRunFailed};
  }
  if (!followed.ok()) return {followed, kExitRunFailed};
  return end;
}

void PrintJson(const SlurmRun& run, const std::string& job, const SlurmEnd& end) {
  JsonObject object;
  object.Add("job", JsonString(job))
      .Add("log", JsonString(run.log))
      .Add("completed", JsonBool(end.status.ok()));
  std::string digest;
  if (const auto log = RunLog::OpenToRead(run.log); log.ok()) {
    const absl::Status read = (*log)->Read(1, [&digest](const v1::LogRecord& record) {
      if (record.has_quarter_closed()) {
        digest = absl::BytesToHexString(record.quarter_closed().digest());
      }
      return true;
    });
    if (!read.ok()) digest.clear();
  }
  object.Add("digest", JsonString(digest));
  if (!end.status.ok()) object.Add("error", JsonString(end.status.message()));
  std::cout << object.json() << "\n";
}

ExitCode Fail(const absl::Status& status, ExitCode code) {
  ReportError("launch slurm", status);
  return code;
}

ExitCode FollowToTheEnd(const SlurmOptions& options, const std::string& job) {
  const SlurmRun& run = options.run;
  const SlurmEnd end = FollowJob(run, job, options.quiet);
  // Nobody needs the keys any more.
  std::error_code ignored;
  fs::remove_all(absl::StrCat(run.request.folder, "/certificates"), ignored);
  if (options.json) PrintJson(run, job, end);
  if (!end.status.ok()) return Fail(end.status, end.exit_code);
  const absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(run.log);
  if (!log.ok()) return Fail(log.status(), kExitBadLog);
  if (!options.json && !options.quiet) PrintSummary(**log, std::cout);
  return kExitOk;
}

ExitCode LaunchOnSlurm(SlurmOptions& options) {
  if (options.resume && options.run.log.empty()) {
    return Fail(absl::InvalidArgumentError("--resume goes on with a log: name it with --log"),
                kExitUsage);
  }
  v1::Scenario scenario;
  if (const auto failure = LoadTheScenario(options, &scenario)) {
    return Fail(failure->status, failure->exit_code);
  }
  Complete(options, scenario);
  if (options.dry_run) {
    std::cout << ComposeScript(options.run);
    return kExitOk;
  }
  if (!options.resume && fs::exists(options.run.log)) {
    return Fail(
        absl::AlreadyExistsError(absl::StrCat(options.run.log,
                                              " is there already: --resume goes on with it, --log "
                                              "names another")),
        kExitUsage);
  }
  if (absl::Status prepared = PrepareFolder(options, scenario); !prepared.ok()) {
    return Fail(prepared, absl::IsInvalidArgument(prepared) ? kExitUsage : kExitIo);
  }
  const absl::StatusOr<std::string> job =
      SubmitJob(absl::StrCat(options.run.request.folder, "/job.sh"));
  if (!job.ok()) {
    std::error_code ignored;
    fs::remove_all(absl::StrCat(options.run.request.folder, "/certificates"), ignored);
    return Fail(job.status(), kExitUsage);
  }
  if (!options.detach) return FollowToTheEnd(options, *job);
  std::cout << *job << "\n";
  return kExitOk;
}

}  // namespace

std::string OwnProgramPath() {
  std::error_code error;
  const auto path = fs::read_symlink("/proc/self/exe", error);
  return error ? "tranche" : path.string();
}

void AddRequestOptions(CLI::App& command, SlurmRequest& request) {
  command.add_option("--partition", request.partition, "[Slurm's default]");
  command.add_option("--account", request.account, "[Slurm's default]");
  command.add_option("--time", request.time_limit, "Time limit, as in 30:00 [the partition's]");
  command
      .add_option("--sbatch", request.sbatch_options,
                  "A further option of sbatch, as in --sbatch=--mem=4G; may be repeated")
      ->allow_extra_args(false);
}

void AddLaunchSlurmCommand(CLI::App& launch, int& exit_code) {
  auto options = std::make_shared<SlurmOptions>();
  CLI::App* slurm =
      launch.add_subcommand("slurm", "As one Slurm job: the broker, and agents on all its nodes");
  slurm->footer(
      "The log, the program, plug-ins and the folder it is called from must be on a file system "
      "that\n"
      "all nodes share. Ctrl-C cancels the job.\n"
      "Example: tranche launch slurm deploy/scenarios/amazon-openai.textproto --nodes 3\n"
      "Exit codes: those of tranche run; 2 also if Slurm refuses the job");
  slurm->add_option("scenario", options->scenario, "File that describes the market");
  slurm
      ->add_option_function<uint64_t>("--seed",
                                      [options](uint64_t seed) {
                                        options->seed = seed;
                                        options->seed_given = true;
                                      })
      ->description("Another seed is another course of events [1]");
  slurm->add_option("--log", options->run.log, "File to write [runs/SCENARIO-SEED.tranche]");
  slurm->add_flag("--resume", options->resume, "Go on with the unfinished run in --log");
  slurm
      ->add_option("--strategy", options->strategies,
                   "Who plays how: AGENT=STRATEGY[:PARAMETER=NUMBER,...]")
      ->allow_extra_args(false);
  AddPluginFlag(*slurm);
  slurm->add_option("--nodes", options->run.nodes, "How many nodes")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  slurm
      ->add_option("--agents-per-process", options->agents_per_process,
                   "How many agents share a process [as many as gives each node one process]")
      ->check(CLI::PositiveNumber);
  AddRequestOptions(*slurm, options->run.request);
  slurm->add_option("--program", options->run.program,
                    "Path of tranche on the nodes [that of this one]");
  CLI::Option* dry_run =
      slurm->add_flag("--dry-run", options->dry_run, "Print the job's script and submit nothing");
  slurm->add_flag("--detach", options->detach, "Print the job's number and don't wait")
      ->excludes(dry_run);
  slurm->add_flag("--quiet,-q", options->quiet, "No progress and no summary");
  slurm->add_flag("--json", options->json, "The outcome as JSON instead of the summary");
  slurm->callback([options, &exit_code] {
    if (options->scenario.empty() && !options->resume) {
      throw CLI::RequiredError("a scenario");
    }
    exit_code = LaunchOnSlurm(*options);
  });
}

}  // namespace tranche
