#include "broker/command/slurm_job.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "deploy/launch_files.h"

namespace tranche {
namespace {

// Seconds before the time limit at which the broker is told, to stop in good order.
constexpr int kWarningSeconds = 30;
// As deploy/slurm/run.sh has it.
constexpr int kOutOfTimeCode = 64;

std::string HowToResume(const SlurmRun& run) {
  return absl::StrCat(
      "the log keeps every quarter that has closed; go on with: tranche launch slurm "
      "--resume --log ",
      ShellQuoted(run.log));
}

// How a job ended that was not completed, unless its own exit code says it all.
struct Fate {
  std::string what;
  ExitCode exit_code = kExitRunFailed;
};
std::optional<Fate> FateOf(const SlurmJob& job) {
  const bool script_failed = job.state == "FAILED" && job.signal == 0;
  if (job.state == "TIMEOUT" || job.state == "DEADLINE" ||
      (script_failed && job.exit_code == kOutOfTimeCode)) {
    return Fate{absl::StrCat("the job's time limit of ", job.time_limit,
                             " was over before the run was (--time gives it more)"),
                kExitStopped};
  }
  if (script_failed) return std::nullopt;
  if (job.state == "CANCELLED") return Fate{"the job was cancelled", kExitStopped};
  if (job.state == "PREEMPTED") return Fate{"another job took the nodes", kExitStopped};
  if (job.state == "NODE_FAIL" || job.state == "BOOT_FAIL") {
    return Fate{absl::StrCat("a node of ", job.nodes.empty() ? "the job" : job.nodes,
                             " was lost (sinfo -R says why)")};
  }
  if (job.state == "OUT_OF_MEMORY") {
    return Fate{"the job took more memory than it was given (--sbatch=--mem=… gives it more)"};
  }
  return Fate{absl::StrCat("the job ended as ", job.state, ", by signal ", job.signal)};
}

// What the exit code of `tranche run`, passed on by the script, means for a job.
SlurmEnd ExplainExitCode(int code, const SlurmRun& run) {
  const std::string output = absl::StrCat("see ", run.request.folder, "/", kSlurmOutputFile);
  switch (code) {
    case kExitUsage:
    case kExitBadScenario:
      return {absl::InvalidArgumentError(
                  absl::StrCat("the broker did not take what it was asked for: ", output)),
              static_cast<ExitCode>(code)};
    case kExitBadLog:
      return {absl::FailedPreconditionError(
                  absl::StrCat("the log can't be gone on with, or another run has it: ", output)),
              kExitBadLog};
    case kExitStopped:
      return {absl::AbortedError(absl::StrCat("the run was stopped; ", HowToResume(run))),
              kExitStopped};
    case kExitIo:
      return {absl::ResourceExhaustedError(absl::StrCat(
                  "the broker could not write its log, as when a disk or a quota is full: ", output,
                  "; make room, then ", HowToResume(run))),
              kExitIo};
    default:
      return {absl::UnknownError(absl::StrCat("the job's script ended with code ", code, ": ",
                                              output, "; ", HowToResume(run))),
              kExitRunFailed};
  }
}

std::optional<absl::string_view> FieldOf(absl::string_view text, absl::string_view name) {
  const std::string key = absl::StrCat(name, "=");
  for (const absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" \n"))) {
    absl::string_view rest = word;
    if (absl::ConsumePrefix(&rest, key)) return rest;
  }
  return std::nullopt;
}

// A script's first lines: what Slurm is asked for.
std::string Heading(const SlurmRequest& request,
                    const std::vector<std::pair<absl::string_view, std::string>>& more) {
  std::string script = "#!/bin/bash\n";
  const auto option = [&script](absl::string_view name, absl::string_view value) {
    if (!value.empty()) absl::StrAppend(&script, "#SBATCH --", name, "=", value, "\n");
  };
  option("job-name", request.job_name);
  option("partition", request.partition);
  option("account", request.account);
  option("time", request.time_limit);
  for (const auto& [name, value] : more) option(name, value);
  script += "#SBATCH --requeue\n";
  for (const std::string& given : request.sbatch_options) {
    absl::StrAppend(&script, "#SBATCH ", given, "\n");
  }
  return absl::StrCat(script, "\n");
}

void AddVariable(absl::string_view name, absl::string_view value, std::string* script) {
  absl::StrAppend(script, name, "=", ShellQuoted(value), "\n");
}

void AddArray(absl::string_view name, const std::vector<std::string>& values, std::string* script) {
  absl::StrAppend(script, name, "=(",
                  absl::StrJoin(values, " ",
                                [](std::string* out, const std::string& value) {
                                  out->append(ShellQuoted(value));
                                }),
                  ")\n");
}

int NumberIn(absl::string_view text) {
  int number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

}  // namespace

std::string ShellQuoted(absl::string_view text) {
  const bool plain = !text.empty() && absl::c_all_of(text, [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("-_./:=,@%+", absl::string_view(&c, 1));
  });
  if (plain) return std::string(text);
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::string ComposeScript(const SlurmRun& run) {
  std::string script =
      Heading(run.request, {{"nodes", absl::StrCat(run.nodes)},
                            {"ntasks", absl::StrCat(run.processes)},
                            {"output", absl::StrCat(run.request.folder, "/", kSlurmOutputFile)},
                            {"open-mode", "append"},
                            {"signal", absl::StrCat("B:USR1@", kWarningSeconds)}});
  AddVariable("tranche", run.program, &script);
  AddArray("run_arguments", run.run_arguments, &script);
  AddArray("plugin_arguments", run.plugin_arguments, &script);
  AddVariable("log", run.log, &script);
  AddVariable("folder", run.request.folder, &script);
  AddVariable("processes", absl::StrCat(run.processes), &script);
  return absl::StrCat(script, "\n", SlurmRunScript());
}

std::string PartFile(const SlurmSweep& sweep, int task) {
  return absl::StrCat(sweep.request.folder, "/part-", task, ".db");
}

std::string TaskOutputFile(const SlurmSweep& sweep, int task) {
  return absl::StrCat(sweep.request.folder, "/task-", task, ".txt");
}

std::string ComposeScript(const SlurmSweep& sweep) {
  std::string script =
      Heading(sweep.request, {{"array", absl::StrCat("1-", sweep.tasks)},
                              {"ntasks", "1"},
                              {"output", absl::StrCat(sweep.request.folder, "/task-%a.txt")}});
  AddVariable("tranche", sweep.program, &script);
  AddArray("sweep_arguments", sweep.sweep_arguments, &script);
  AddVariable("folder", sweep.request.folder, &script);
  AddVariable("tasks", absl::StrCat(sweep.tasks), &script);
  // A task that is started again goes on with its part.
  return absl::StrCat(script,
                      "\nexec \"$tranche\" sweep \"${sweep_arguments[@]}\" --quiet \\\n"
                      "  --shard \"$SLURM_ARRAY_TASK_ID/$tasks\" \\\n"
                      "  --output \"$folder/part-$SLURM_ARRAY_TASK_ID.db\"\n");
}

bool SlurmJob::over() const {
  static const auto* const kStates = new std::vector<absl::string_view>{
      "BOOT_FAIL", "CANCELLED",     "COMPLETED", "DEADLINE", "FAILED",
      "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "TIMEOUT"};
  return absl::c_linear_search(*kStates, state);
}

bool SlurmJob::can_never_start() const {
  static const auto* const kReasons = new std::vector<absl::string_view>{
      "BadConstraints",  "InvalidAccount",     "InvalidQOS",
      "PartitionConfig", "PartitionNodeLimit", "PartitionTimeLimit"};
  return state == "PENDING" && absl::c_linear_search(*kReasons, reason);
}

absl::StatusOr<SlurmJob> ParseSlurmJob(absl::string_view text) {
  const auto state = FieldOf(text, "JobState");
  if (!state.has_value()) return absl::InvalidArgumentError("no description of a job");
  SlurmJob job;
  job.state = std::string(*state);
  job.reason = std::string(FieldOf(text, "Reason").value_or(""));
  const std::vector<std::string> ended =
      absl::StrSplit(FieldOf(text, "ExitCode").value_or("0:0"), ':');
  job.exit_code = NumberIn(ended[0]);
  job.signal = ended.size() > 1 ? NumberIn(ended[1]) : 0;
  job.restarts = NumberIn(FieldOf(text, "Restarts").value_or("0"));
  job.nodes = std::string(FieldOf(text, "NodeList").value_or(""));
  if (job.nodes == "(null)") job.nodes.clear();
  job.time_limit = std::string(FieldOf(text, "TimeLimit").value_or(""));
  return job;
}

SlurmEnd ExplainEnd(const SlurmJob& job, const SlurmRun& run) {
  if (job.state == "COMPLETED") return {};
  const std::optional<Fate> fate = FateOf(job);
  if (!fate.has_value()) return ExplainExitCode(job.exit_code, run);
  return {absl::AbortedError(absl::StrCat(fate->what, "; ", HowToResume(run))), fate->exit_code};
}

std::string SumUpFailures(absl::Span<const SlurmJob> tasks) {
  std::map<std::string, int> counts;
  for (const SlurmJob& task : tasks) {
    if (task.state == "COMPLETED") continue;
    const std::optional<Fate> fate = FateOf(task);
    if (fate.has_value()) {
      ++counts[fate->what];
    } else if (task.exit_code == kExitIo) {
      ++counts["the results could not be written, as when a disk or a quota is full: make room"];
    } else {
      ++counts[absl::StrCat("tranche sweep ended with code ", task.exit_code)];
    }
  }
  return absl::StrJoin(counts, "; ", [](std::string* out, const auto& count) {
    absl::StrAppend(out, count.second, count.second == 1 ? " task: " : " tasks: ", count.first);
  });
}

absl::Status ExplainNeverStarting(const SlurmJob& job) {
  return absl::FailedPreconditionError(absl::StrCat(
      "Slurm would never start the job (", job.reason,
      "): ask for fewer --nodes or less --time, or for another --partition; sinfo says what each "
      "gives"));
}

std::string ExplainSlurmError(absl::string_view command, absl::string_view said) {
  said = absl::StripAsciiWhitespace(said);
  const std::string words = absl::AsciiStrToLower(said);
  const auto mentions = [&words](absl::string_view text) { return absl::StrContains(words, text); };
  absl::string_view advice;
  if (mentions("munge") || mentions("authentication") || mentions("invalid credential")) {
    advice =
        "Slurm proves who you are by munge: see that munged runs on this machine, and that its "
        "key (/etc/munge/munge.key) is that of the cluster";
  } else if (mentions("invalid partition")) {
    advice = "sinfo lists the partitions there are; name one by --partition";
  } else if (mentions("invalid account")) {
    advice = "name an account of yours by --account";
  } else if (mentions("time limit")) {
    advice = "ask for less by --time, or for another partition";
  } else if (mentions("node count") || mentions("more processors") ||
             mentions("node configuration is not available")) {
    advice = "ask for fewer --nodes, or more --agents-per-process; sinfo lists what there is";
  } else if (mentions("unable to contact") || mentions("connection refused") ||
             mentions("connect failure")) {
    advice = "slurmctld can't be reached: scontrol ping says more";
  }
  return absl::StrCat(command, " failed: ", said.empty() ? "it gave no reason" : said,
                      advice.empty() ? "" : "\n", advice);
}

}  // namespace tranche
