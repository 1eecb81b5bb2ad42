#include "broker/command/compare_command.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/command/compare_chart.h"
#include "broker/command/compare_report.h"
#include "broker/command/ensemble_flags.h"
#include "broker/command/ensemble_summary.h"
#include "broker/command/logging.h"
#include "broker/command/standard_output.h"
#include "broker/ensemble/comparison.h"
#include "broker/ensemble/results_file.h"
#include "broker/ensemble/stored_results.h"

namespace tranche {
namespace {

struct CompareOptions {
  EnsembleFlags flags;
  std::string at = "end";
  std::vector<std::string> metrics;
  int confidence_percent = 95;
  int resamples = 0;
  uint64_t bootstrap_seed = 1;
  size_t top = 30;
  bool holm = false;
  bool json = false;
  bool markdown = false;
  std::string html;
  std::string output;
};

// All settings, the baseline first.
struct Outcomes {
  // By source (a file of results, or all that was played): a table at the moment asked for and, if
  // charts are wanted, one for each quarter.
  std::vector<std::unique_ptr<const std::vector<OutcomeTable>>> sources;
  std::vector<Setting> settings;
  std::vector<size_t> source;  // of each setting
  Quarter first_quarter;
  int quarters = 0;
  int64_t failed = 0;
};

ExitCode Fail(const absl::Status& status, ExitCode exit_code) {
  ReportError("compare", status);
  return exit_code;
}

ExitCode Fail(const absl::Status& status) { return Fail(status, ExitCodeOfEnsembleError(status)); }

// The moments of an ensemble's tables: see Outcomes.
std::vector<Moment> MomentsFor(const CompareOptions& options, Moment moment, Quarter first,
                               int quarters) {
  std::vector<Moment> moments = {moment};
  for (int q = 0; q < quarters && !options.html.empty(); ++q) {
    moments.push_back({Moment::Kind::kQuarter, first + q});
  }
  return moments;
}

void AddSource(std::vector<OutcomeTable> tables, const std::vector<std::string>& names,
               const std::vector<int64_t>& seeds, Outcomes& outcomes) {
  outcomes.sources.push_back(std::make_unique<const std::vector<OutcomeTable>>(std::move(tables)));
  const OutcomeTable& table = outcomes.sources.back()->front();
  for (size_t point = 0; point < names.size(); ++point) {
    outcomes.settings.push_back({names[point], &table, point, seeds});
    outcomes.source.push_back(outcomes.sources.size() - 1);
  }
  outcomes.failed += table.failed();
  WarnOfFailedTurns(table);
}

absl::Status AddResults(const CompareOptions& options, const std::string& path, Moment moment,
                        Outcomes& outcomes) {
  const absl::StatusOr<StoredResults> results = StoredResults::Open(path);
  if (!results.ok()) return results.status();
  if (outcomes.sources.empty()) {
    outcomes.first_quarter = results->first_quarter();
    outcomes.quarters = results->quarters();
  }
  if (results->first_quarter() != outcomes.first_quarter ||
      results->quarters() != outcomes.quarters) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": has other quarters than the results before it; compare those of one calendar"));
  }
  absl::StatusOr<std::vector<OutcomeTable>> tables =
      results->Tables(MomentsFor(options, moment, outcomes.first_quarter, outcomes.quarters));
  if (!tables.ok()) return tables.status();
  AddSource(*std::move(tables), results->points(), results->seeds(), outcomes);
  return absl::OkStatus();
}

absl::Status AddPlayed(const CompareOptions& options, const EnsemblePlan& plan, Moment moment,
                       Outcomes& outcomes) {
  outcomes.first_quarter = plan.first_quarter();
  outcomes.quarters = plan.quarters();
  absl::StatusOr<std::vector<OutcomeTable>> tables = PlayIntoTables(
      plan, options.output, MomentsFor(options, moment, outcomes.first_quarter, outcomes.quarters),
      options.flags);
  if (!tables.ok()) return tables.status();
  std::vector<std::string> names;
  for (size_t point = 0; point < plan.points.size(); ++point) {
    names.push_back(PointName(plan, point));
  }
  AddSource(*std::move(tables), names, plan.seeds, outcomes);
  return absl::OkStatus();
}

ComparisonReport MakeReport(const CompareOptions& options, Moment moment,
                            const Outcomes& outcomes) {
  ComparisonReport report = {.base = outcomes.settings[0],
                             .moment = moment,
                             .options = {.confidence = options.confidence_percent / 100.0,
                                         .resamples = options.resamples,
                                         .bootstrap_seed = options.bootstrap_seed,
                                         .metrics = options.metrics},
                             .holm = options.holm,
                             .top = options.top,
                             .alternatives = {}};
  for (size_t i = 1; i < outcomes.settings.size(); ++i) {
    report.alternatives.push_back(
        {outcomes.settings[i],
         CompareSettings(outcomes.settings[0], outcomes.settings[i], report.options)});
  }
  return report;
}

// The metrics worth a chart: those asked for, or the headline ones.
std::vector<MetricPath> MakePaths(const CompareOptions& options, const ComparisonReport& report,
                                  const Outcomes& outcomes) {
  constexpr size_t kMostPaths = 24;
  ComparisonOptions each = report.options;
  each.resamples = 0;
  each.metrics = options.metrics.empty() ? HeadlineMetrics() : options.metrics;
  const MetricFilter filter(each.metrics);
  std::vector<MetricPath> paths;
  for (const MetricKey& metric : outcomes.sources[0]->front().metrics()) {
    if (!filter.Wants(metric.name, metric.subject) || IsOfWholeRun(metric)) continue;
    MetricPath& path = paths.emplace_back();
    path.metric = metric;
    for (const Setting& setting : outcomes.settings) path.lines.push_back({setting.name, {}, {}});
    if (paths.size() == kMostPaths) break;
  }
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (size_t q = 0; q < static_cast<size_t>(outcomes.quarters); ++q) {
    const auto in_quarter = [&](size_t setting) {
      Setting moved = outcomes.settings[setting];
      moved.table = &(*outcomes.sources[outcomes.source[setting]])[1 + q];
      return moved;
    };
    for (MetricPath& path : paths) {
      path.quarters.push_back((outcomes.first_quarter + static_cast<int32_t>(q)).ToString());
      for (MetricPath::Line& line : path.lines) line.mean.push_back(kNone);
      for (size_t i = 1; i < path.lines.size(); ++i) path.lines[i].band.push_back({kNone, kNone});
    }
    for (size_t i = 1; i < outcomes.settings.size(); ++i) {
      for (const MetricComparison& c : CompareSettings(in_quarter(0), in_quarter(i), each)) {
        const auto path = std::find_if(paths.begin(), paths.end(),
                                       [&](const MetricPath& p) { return p.metric == c.metric; });
        if (path == paths.end()) continue;
        path->lines[0].mean[q] = c.paired.base_mean;
        path->lines[i].mean[q] = c.paired.other_mean;
        path->lines[i].band[q] = {c.paired.base_mean + c.paired.t_interval.low,
                                  c.paired.base_mean + c.paired.t_interval.high};
      }
    }
  }
  return paths;
}

absl::Status WriteHtml(const std::string& path, const std::string& html) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << html;
  file.close();
  if (file.good()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("can't write ", path, "; check its folder and disk"));
}

// Scenarios are played, results of sweeps read.
std::optional<CommandError> Gather(const CompareOptions& options, Moment moment,
                                   Outcomes& outcomes) {
  const std::vector<std::string>& files = options.flags.scenarios;
  const auto results = std::count_if(files.begin(), files.end(), IsResultsFile);
  if (results == static_cast<std::ptrdiff_t>(files.size())) {
    for (const std::string& file : files) {
      const absl::Status added = AddResults(options, file, moment, outcomes);
      if (!added.ok()) return CommandError{added, ExitCodeOfEnsembleError(added)};
    }
    return std::nullopt;
  }
  if (results > 0) {
    return CommandError{
        absl::InvalidArgumentError("some files are scenarios and some results; name one kind"),
        kExitUsage};
  }
  PlanRequest request;
  if (auto error = RequestFrom(options.flags, request)) return error;
  const absl::StatusOr<EnsemblePlan> plan = MakePlan(std::move(request));
  if (!plan.ok()) return CommandError{plan.status(), kExitUsage};
  const absl::Status played = AddPlayed(options, *plan, moment, outcomes);
  if (!played.ok()) return CommandError{played, ExitCodeOfEnsembleError(played)};
  return std::nullopt;
}

ExitCode Compare(const CompareOptions& options) {
  const absl::StatusOr<Moment> moment = Moment::Parse(options.at);
  if (!moment.ok()) return Fail(moment.status(), kExitUsage);
  Outcomes outcomes;
  if (const auto error = Gather(options, *moment, outcomes)) {
    return Fail(error->status, error->exit_code);
  }
  if (outcomes.settings.size() < 2) {
    return Fail(absl::InvalidArgumentError(
                    "there is one setting only; name a scenario or results to compare it with"),
                kExitUsage);
  }
  const ComparisonReport report = MakeReport(options, *moment, outcomes);
  if (!options.html.empty()) {
    const absl::Status written =
        WriteHtml(options.html, ComparisonHtml(report, MakePaths(options, report, outcomes)));
    if (!written.ok()) return Fail(written);
  }
  StandardOutput output(STDOUT_FILENO);
  if (options.json) {
    output.stream() << ComparisonJson(report) << "\n";
  } else if (options.markdown) {
    output.stream() << ComparisonMarkdown(
        report, options.metrics.empty() ? HeadlineMetrics() : options.metrics);
  } else if (!options.flags.quiet) {
    PrintComparison(report, output.stream());
  }
  const ExitCode written = output.Finish();
  if (written != kExitOk) return written;
  if (outcomes.failed > 0) {
    return Fail(absl::InternalError(absl::StrCat(outcomes.failed, " runs broke off")),
                kExitRunFailed);
  }
  return kExitOk;
}

}  // namespace

void AddCompareCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* compare =
      app.add_subcommand("compare", "Set alternatives against a baseline, with intervals");
  compare->footer(
      "Scenarios are played under the same seeds, so that differences are the scenarios' own;\n"
      "results of a sweep are read. The first setting is the baseline.\n"
      "Example: tranche compare deploy/scenarios/amazon-openai.textproto \\\n"
      "           deploy/scenarios/open-standards.textproto --seeds 1..100 --html compare.html\n"
      "Exit codes: 0 done, 1 runs broke off or didn't end, 2 usage, 3 bad scenario, 4 no results "
      "of a sweep,\n"
      "6 stopped, 7 disk full or another failure of input and output");
  compare->add_option("file", options->flags.scenarios, "Scenarios, or results of a sweep")
      ->required();
  AddRunFlags(*compare, options->flags, "1..20");
  compare->add_option("--at", options->at, "Compare the end, mean, total, or a quarter as 2027Q4")
      ->capture_default_str();
  compare
      ->add_option("--metrics", options->metrics,
                   "These alone: NAME or NAME:SUBJECT, with * and ?, between commas")
      ->delimiter(',')
      ->allow_extra_args(false);
  compare->add_option("--top", options->top, "Rows of a table; 0: all")->capture_default_str();
  compare->add_flag("--holm", options->holm, "Mark what is told apart after Holm's adjustment");
  compare->add_option("--confidence", options->confidence_percent, "Of the intervals, percent")
      ->check(CLI::Range(50, 99))
      ->capture_default_str();
  compare
      ->add_option("--bootstrap", options->resamples,
                   "Bootstrap intervals too, from so many resamples")
      ->check(CLI::Range(100, 1'000'000));
  compare->add_option("--bootstrap-seed", options->bootstrap_seed, "Draws other resamples")
      ->capture_default_str();
  compare->add_flag("--json", options->json, "The comparison as JSON");
  compare->add_flag("--markdown", options->markdown,
                    "A table of the metrics asked for, an alternative in each column");
  compare->add_option("--html", options->html,
                      "Write a page with charts, which needs nothing else");
  compare->add_option("-o,--output", options->output,
                      "Keep the runs in this results file, or go on with it");
  compare->callback([options, &exit_code] { exit_code = Compare(*options); });
}

}  // namespace tranche
