#include "broker/command/sensitivity_command.h"

#include <unistd.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "broker/command/ensemble_flags.h"
#include "broker/command/ensemble_summary.h"
#include "broker/command/logging.h"
#include "broker/command/standard_output.h"
#include "broker/ensemble/outcome_table.h"
#include "broker/log/json.h"
#include "broker/statistics/morris.h"
#include "broker/statistics/sobol.h"

namespace tranche {
namespace {

struct SensitivityOptions {
  EnsembleFlags flags;
  int trajectories = 0;  // of Morris's method
  int sobol = 0;         // samples
  std::string at = "end";
  std::vector<std::string> metrics;
  std::string output;
  int resamples = 1000;
  bool json = false;
};

constexpr double kConfidence = 0.95;

ExitCode Fail(const absl::Status& status, ExitCode exit_code) {
  ReportError("sensitivity", status);
  return exit_code;
}

// The output of the model at each point: the metric's mean over the seeds. Empty if some point has
// no figure.
std::vector<double> OutputsOf(const OutcomeTable& table, const MetricKey& metric) {
  std::vector<double> outputs;
  for (size_t point = 0; point < table.points(); ++point) {
    double sum = 0;
    for (const double value : table.Of(metric, point)) sum += value;
    if (std::isnan(sum)) return {};
    outputs.push_back(sum / static_cast<double>(table.seeds()));
  }
  return outputs;
}

std::string IntervalText(const Interval& interval) {
  return absl::StrCat(FigureText(interval.low), " to ", FigureText(interval.high));
}

std::string IntervalJson(const Interval& interval) {
  return JsonArray({JsonNumber(interval.low), JsonNumber(interval.high)});
}

// Prints, or gathers as JSON, what an output's sensitivity to each factor is.
class Reporter {
 public:
  Reporter(const SensitivityOptions& options, const EnsemblePlan& plan, std::ostream& out)
      : options_(options), plan_(plan), out_(out) {}

  void Add(const MetricKey& metric, const MorrisDesign& design,
           const std::vector<double>& outputs) {
    const std::vector<ElementaryEffects> effects =
        MorrisEffects(design, outputs, kConfidence, options_.resamples, 1);
    Begin(metric, absl::StrFormat("%12s %-24s %12s %12s", "μ*", "95% interval", "μ", "σ"));
    for (size_t i = 0; i < effects.size(); ++i) {
      const ElementaryEffects& effect = effects[i];
      Row(i,
          absl::StrFormat("%11s %-24s %11s %11s", FigureText(effect.mean_absolute),
                          IntervalText(effect.mean_absolute_interval), FigureText(effect.mean),
                          FigureText(effect.standard_deviation)),
          JsonObject()
              .Add("path", JsonString(plan_.dimensions[i].path))
              .Add("mean_absolute", JsonNumber(effect.mean_absolute))
              .Add("mean_absolute_interval", IntervalJson(effect.mean_absolute_interval))
              .Add("mean", JsonNumber(effect.mean))
              .Add("standard_deviation", JsonNumber(effect.standard_deviation)));
    }
    End(metric);
  }

  void Add(const MetricKey& metric, const SobolDesign& design, const std::vector<double>& outputs) {
    const std::vector<SobolIndices> indices =
        EstimateSobol(design, outputs, kConfidence, options_.resamples, 1);
    Begin(metric,
          absl::StrFormat("%9s %-20s %9s %-20s", "first", "95% interval", "total", "95% interval"));
    for (size_t i = 0; i < indices.size(); ++i) {
      const SobolIndices& index = indices[i];
      const auto text = [](double value) { return absl::StrFormat("%.3f", value); };
      const auto interval = [&text](const Interval& ends) {
        return absl::StrCat(text(ends.low), " to ", text(ends.high));
      };
      Row(i,
          absl::StrFormat("%9s %-20s %9s %-20s", text(index.first), interval(index.first_interval),
                          text(index.total), interval(index.total_interval)),
          JsonObject()
              .Add("path", JsonString(plan_.dimensions[i].path))
              .Add("first", JsonNumber(index.first))
              .Add("first_interval", IntervalJson(index.first_interval))
              .Add("total", JsonNumber(index.total))
              .Add("total_interval", IntervalJson(index.total_interval)));
    }
    End(metric);
  }

  void Finish(absl::string_view method) {
    if (!options_.json) return;
    out_ << JsonObject()
                .Add("method", JsonString(method))
                .Add("scenario", JsonString(plan_.scenarios[0].name()))
                .Add("runs", JsonNumber(plan_.runs()))
                .Add("at", JsonString(options_.at))
                .Add("metrics", JsonArray(metrics_))
                .json()
         << "\n";
  }

 private:
  void Begin(const MetricKey& metric, const std::string& columns) {
    if (options_.json) return;
    out_ << (first_ ? "" : "\n")
         << absl::StrFormat("%-52s %s\n", absl::StrCat(MetricTitle(metric), ", ", metric.unit),
                            columns);
    first_ = false;
  }
  void Row(size_t factor, const std::string& text, const JsonObject& json) {
    if (options_.json) {
      rows_.push_back(json.json());
    } else {
      out_ << absl::StrFormat("  %-50s %s\n", plan_.dimensions[factor].path, text);
    }
  }
  void End(const MetricKey& metric) {
    if (!options_.json) return;
    metrics_.push_back(JsonObject()
                           .Add("name", JsonString(metric.name))
                           .Add("subject", JsonString(metric.subject))
                           .Add("unit", JsonString(metric.unit))
                           .Add("factors", JsonArray(rows_))
                           .json());
    rows_.clear();
  }

  const SensitivityOptions& options_;
  const EnsemblePlan& plan_;
  std::ostream& out_;
  bool first_ = true;
  std::vector<std::string> rows_;
  std::vector<std::string> metrics_;
};

template <typename Design>
ExitCode Analyse(const SensitivityOptions& options, PlanRequest request, const Design& design,
                 absl::string_view method) {
  const absl::StatusOr<Moment> moment = Moment::Parse(options.at);
  if (!moment.ok()) return Fail(moment.status(), kExitUsage);
  const absl::StatusOr<EnsemblePlan> plan = MakePlanAt(std::move(request), design.points);
  if (!plan.ok()) return Fail(plan.status(), kExitUsage);
  const absl::StatusOr<std::vector<OutcomeTable>> tables =
      PlayIntoTables(*plan, options.output, {*moment}, options.flags);
  if (!tables.ok()) return Fail(tables.status(), ExitCodeOfEnsembleError(tables.status()));
  const OutcomeTable& table = tables->front();
  WarnOfFailedTurns(table);
  StandardOutput output(STDOUT_FILENO);
  Reporter reporter(options, *plan, output.stream());
  const MetricFilter wanted(options.metrics);
  int reported = 0;
  for (const MetricKey& metric : table.metrics()) {
    if (!wanted.Wants(metric.name, metric.subject)) continue;
    const std::vector<double> outputs = OutputsOf(table, metric);
    if (outputs.empty()) continue;
    reporter.Add(metric, design, outputs);
    ++reported;
  }
  reporter.Finish(method);
  const ExitCode written = output.Finish();
  if (written != kExitOk) return written;
  if (reported == 0) {
    return Fail(absl::InvalidArgumentError(
                    "no metric that was asked for has a figure in every run; see docs/metrics.md"),
                kExitUsage);
  }
  return kExitOk;
}

ExitCode Run(const SensitivityOptions& options, const std::vector<std::string>& vary) {
  PlanRequest request;
  if (const auto error = RequestFrom(options.flags, request)) {
    return Fail(error->status, error->exit_code);
  }
  for (const std::string& flag : vary) {
    absl::StatusOr<Dimension> range = ParseRange(flag);
    if (!range.ok()) return Fail(range.status(), kExitUsage);
    request.dimensions.push_back(*std::move(range));
  }
  const auto factors = static_cast<int>(request.dimensions.size());
  const uint64_t seed = options.flags.design_seed;
  if (options.sobol > 0) {
    return Analyse(options, std::move(request), MakeSobolDesign(factors, options.sobol, seed),
                   "sobol");
  }
  return Analyse(options, std::move(request), MakeMorrisDesign(factors, options.trajectories, seed),
                 "morris");
}

}  // namespace

void AddSensitivityCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<SensitivityOptions>();
  auto vary = std::make_shared<std::vector<std::string>>();
  CLI::App* command =
      app.add_subcommand("sensitivity", "Which parameters outcomes depend on: Morris or Sobol");
  command->footer(
      "The outcome at a setting is the mean over the seeds, which are the same for all settings.\n"
      "Morris takes trajectories x (parameters + 1) settings, Sobol samples x (parameters + 2).\n"
      "Example: tranche sensitivity deploy/scenarios/duopoly.textproto --morris 8 --seeds 1..5 \\\n"
      "           --vary compute.pue=1.05..1.5 --vary talent.mobility_friction=0..5 \\\n"
      "           --metrics hhi:models,researcher-pay\n"
      "Exit codes: as tranche sweep");
  command->add_option("scenario", options->flags.scenarios, "File that describes the market")
      ->required()
      ->expected(1);
  command->add_option("--vary", *vary, "PATH=LOW..HIGH: a parameter and its range")
      ->required()
      ->allow_extra_args(false);
  CLI::Option_group* method = command->add_option_group("method");
  method
      ->add_option("--morris", options->trajectories,
                   "Elementary effects, from so many trajectories")
      ->check(CLI::Range(2, 100'000));
  method
      ->add_option("--sobol", options->sobol, "First-order and total indices, from so many samples")
      ->check(CLI::Range(2, 1'000'000));
  method->require_option(1);
  AddRunFlags(*command, options->flags, "1..10");
  command->add_option("--design-seed", options->flags.design_seed, "Draws another design")
      ->capture_default_str();
  command->add_option("--at", options->at, "Look at the end, mean, total, or a quarter as 2027Q4")
      ->capture_default_str();
  command
      ->add_option("--metrics", options->metrics,
                   "Outcomes: NAME or NAME:SUBJECT, with * and ?, between commas")
      ->required()
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("-o,--output", options->output,
                      "Keep the runs in this results file, or go on with it");
  command->add_option("--bootstrap", options->resamples, "Resamples of the intervals")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  command->add_flag("--json", options->json, "The analysis as JSON");
  command->callback([options, vary, &exit_code] { exit_code = Run(*options, *vary); });
}

}  // namespace tranche
