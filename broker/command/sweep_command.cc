#include "broker/command/sweep_command.h"

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/command/ensemble_flags.h"
#include "broker/command/ensemble_summary.h"
#include "broker/command/logging.h"
#include "broker/command/standard_output.h"
#include "broker/ensemble/results_file.h"
#include "broker/ensemble/stored_results.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"

namespace tranche {
namespace {

struct SweepOptions {
  EnsembleFlags flags;
  std::vector<std::string> metrics;
  std::vector<std::string> show;
  std::string output;
  std::string logs;
  std::string shard = "1/1";
  std::string at = "end";
  bool json = false;
};

struct MergeOptions {
  std::vector<std::string> inputs;
  std::string output;
  bool json = false;
};

absl::StatusOr<Shard> ParseShard(const std::string& text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
  Shard shard;
  if (!absl::SimpleAtoi(parts.first, &shard.number) ||
      !absl::SimpleAtoi(parts.second, &shard.count) || shard.number < 1 ||
      shard.number > shard.count) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no shard; write NUMBER/COUNT, as in 1/4"));
  }
  return shard;
}

absl::Status MakeFolder(const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("can't make the folder ", path, " for logs: ", error.message()));
}

ExitCode Fail(const absl::Status& status, ExitCode exit_code) {
  ReportError("sweep", status);
  return exit_code;
}

// What the file holds now.
ExitCode Report(const SweepOptions& options, Moment moment) {
  const absl::StatusOr<StoredResults> results = StoredResults::Open(options.output);
  if (!results.ok()) return Fail(results.status(), ExitCodeOfEnsembleError(results.status()));
  const absl::StatusOr<std::vector<OutcomeTable>> tables = results->Tables({moment});
  if (!tables.ok()) return Fail(tables.status(), ExitCodeOfEnsembleError(tables.status()));
  const OutcomeTable& table = tables->front();
  int64_t sound = 0;
  for (size_t point = 0; point < table.points(); ++point) sound += table.runs(point);
  const std::vector<std::string> show = options.show.empty() ? HeadlineMetrics() : options.show;
  StandardOutput output(STDOUT_FILENO);
  if (options.json) {
    output.stream() << JsonObject()
                           .Add("results", JsonString(options.output))
                           .Add("runs", JsonNumber(sound))
                           .Add("failed", JsonNumber(table.failed()))
                           .Add("failed_turns", JsonNumber(table.failed_turns()))
                           .Add("at", JsonString(options.at))
                           .Add("settings", EnsembleSummaryJson(table, results->points(), show))
                           .json()
                    << "\n";
  } else if (!options.flags.quiet) {
    PrintEnsembleSummary(table, results->points(), show, output.stream());
    output.stream() << "\n" << Plural(sound, "run") << " in " << options.output << "\n";
    const std::string failed_turns = FailedTurnsText(table);
    if (!failed_turns.empty()) output.stream() << failed_turns << "\n";
  }
  const ExitCode written = output.Finish();
  if (written != kExitOk) return written;
  if (table.failed() > 0) {
    return Fail(absl::InternalError(absl::StrCat(
                    Plural(table.failed(), "run"),
                    " broke off; SELECT run, error FROM runs WHERE error IS NOT NULL says why")),
                kExitRunFailed);
  }
  return kExitOk;
}

ExitCode Sweep(const SweepOptions& options) {
  const absl::StatusOr<Shard> shard = ParseShard(options.shard);
  if (!shard.ok()) return Fail(shard.status(), kExitUsage);
  const absl::StatusOr<Moment> moment = Moment::Parse(options.at);
  if (!moment.ok()) return Fail(moment.status(), kExitUsage);
  PlanRequest request;
  if (const auto error = RequestFrom(options.flags, request)) {
    return Fail(error->status, error->exit_code);
  }
  request.metrics = options.metrics;
  const absl::StatusOr<EnsemblePlan> plan = MakePlan(std::move(request));
  if (!plan.ok()) return Fail(plan.status(), kExitUsage);
  if (absl::Status made = MakeFolder(options.logs); !made.ok()) return Fail(made, kExitIo);

  EnsembleOptions ensemble = OptionsFrom(*plan, options.flags);
  ensemble.logs = options.logs;
  const absl::Status played =
      PlayIntoFile(*plan, options.output, *shard, ensemble, options.flags.quiet);
  if (!played.ok()) return Fail(played, ExitCodeOfEnsembleError(played));
  return Report(options, *moment);
}

ExitCode Merge(const MergeOptions& options) {
  const absl::StatusOr<MergeReport> merged = MergeResults(options.inputs, options.output);
  if (!merged.ok()) {
    ReportError("sweep merge", merged.status());
    return ExitCodeOfEnsembleError(merged.status());
  }
  StandardOutput output(STDOUT_FILENO);
  if (options.json) {
    output.stream() << JsonObject()
                           .Add("results", JsonString(options.output))
                           .Add("runs", JsonNumber(merged->runs))
                           .Add("of", JsonNumber(merged->of))
                           .json()
                    << "\n";
  } else {
    output.stream() << options.output << ": " << merged->runs << " of " << merged->of << " runs\n";
  }
  return output.Finish();
}

void AddMergeCommand(CLI::App& sweep, int& exit_code) {
  auto options = std::make_shared<MergeOptions>();
  CLI::App* merge = sweep.add_subcommand("merge", "Put the results of shards into one file");
  merge->footer(
      "The file is that of a sweep that played all runs itself.\n"
      "Example: tranche sweep merge shard-1.db shard-2.db -o results.db");
  merge->add_option("results", options->inputs, "Results of shards of one sweep")->required();
  merge->add_option("-o,--output", options->output, "File to write")->required();
  merge->add_flag("--json", options->json, "The outcome as JSON");
  merge->callback([options, &exit_code] { exit_code = Merge(*options); });
}

}  // namespace

void AddSweepCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* sweep = app.add_subcommand("sweep", "Play an ensemble: seeds, parameters, strategies");
  sweep->footer(
      "Every setting plays under the same seeds. Results go into one SQLite file; the same "
      "command\n"
      "goes on with a file that an interrupted sweep has left.\n"
      "Example: tranche sweep deploy/scenarios/duopoly.textproto --seeds 1..100 \\\n"
      "           --set technology.compatibility_closing=0.5,1 -o results.db\n"
      "Exit codes: 0 done, 1 runs broke off or didn't end, 2 usage, 3 bad scenario, 4 not the\n"
      "results of this sweep, 6 stopped, 7 disk full or another failure of input and output");
  sweep->require_subcommand(0, 1);
  CLI::Option* scenarios =
      sweep->add_option("scenario", options->flags.scenarios, "Files that describe the market");
  AddRunFlags(*sweep, options->flags, "1..10");
  AddDesignFlags(*sweep, options->flags);
  CLI::Option* output = sweep->add_option("-o,--output", options->output,
                                          "Results: a new file, or one to go on with");
  sweep
      ->add_option("--metrics", options->metrics,
                   "Keep these alone: NAME or NAME:SUBJECT, with * and ?, between commas [all]")
      ->delimiter(',')
      ->allow_extra_args(false);
  sweep->add_option("--logs", options->logs, "Folder for each run's log [none are kept]");
  sweep
      ->add_option("--shard", options->shard,
                   "NUMBER/COUNT: play one part of the ensemble; sweep merge joins them")
      ->capture_default_str();
  sweep->add_option("--at", options->at, "Sum up the end, mean, total, or a quarter as 2027Q4")
      ->capture_default_str();
  sweep->add_option("--show", options->show, "Metrics to sum up, as for --metrics")
      ->delimiter(',')
      ->allow_extra_args(false);
  sweep->add_flag("--json", options->json, "The summary as JSON");
  AddMergeCommand(*sweep, exit_code);
  sweep->callback([sweep, scenarios, output, options, &exit_code] {
    if (!sweep->get_subcommands().empty()) return;
    if (scenarios->empty()) throw CLI::RequiredError("scenario");
    if (output->empty()) throw CLI::RequiredError("--output");
    exit_code = Sweep(*options);
  });
}

}  // namespace tranche
