#include "broker/command/hindcast_command.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "broker/command/exit_codes.h"
#include "broker/command/standard_output.h"
#include "broker/command/text_file.h"
#include "broker/evidence/facts.h"
#include "broker/evidence/hindcast.h"
#include "broker/evidence/simulated_history.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

constexpr char kDefaultFacts[] = "deploy/facts/history.csv";
constexpr char kDefaultCut[] = "2024-12-31";

struct HindcastCommand {
  std::string scenario;
  std::string facts = kDefaultFacts;
  std::string cut = kDefaultCut;
  HistoryRuns ensemble;
  bool json = false;
};

ExitCode Fail(const absl::Status& status, ExitCode code) {
  std::fprintf(stderr, "tranche hindcast: %s\n", std::string(status.message()).c_str());
  return code;
}

// --- For people ----------------------------------------------------------------------------------

std::string Day(const Fact& fact) { return absl::FormatCivilTime(fact.as_of); }

std::string Band(double low, double high) { return absl::StrFormat("%.3g to %.3g", low, high); }

std::string Covered(const HindcastRow& row) {
  if (row.in50()) return "50%";
  return row.in90() ? "90%" : "no";
}

void PrintRows(const Hindcast& hindcast, bool out_of_sample, std::ostream& out) {
  out << absl::StreamFormat("  %-21s %-10s %9s %9s  %-18s %-18s %-6s %9s %8s %9s %8s\n", "series",
                            "day", "observed", "median", "50% band", "90% band", "inside", "CRPS",
                            "ln CRPS", "growth", "ln error");
  for (const HindcastRow& row : hindcast.rows) {
    if (row.out_of_sample != out_of_sample) continue;
    out << absl::StreamFormat("  %-21s %-10s %9.4g %9.3g  %-18s %-18s %-6s %9.3g %8.2f",
                              row.observable->series, Day(row.fact), row.fact.Number(), row.median,
                              Band(row.low50, row.high50), Band(row.low90, row.high90),
                              Covered(row), row.crps, row.log_crps);
    if (row.naive) {
      out << absl::StreamFormat(" %9.3g %8.2f\n", *row.naive, row.naive_log_error);
    } else {
      out << absl::StreamFormat(" %9s %8s\n", "-", "-");
    }
  }
}

void PrintScore(absl::string_view what, const HindcastScore& score, std::ostream& out) {
  if (score.rows == 0) return;
  out << absl::StreamFormat("  %-21s %4d %7d %7d %8.2f", what, score.rows, score.in50, score.in90,
                            score.mean_log_crps);
  if (const std::optional<double> skill = score.Skill()) {
    out << absl::StreamFormat(" %9d %8.2f %8.2f %+7.2f\n", score.compared, score.compared_log_crps,
                              score.naive_log_error, *skill);
  } else {
    out << absl::StreamFormat(" %9d %8s %8s %7s\n", score.compared, "-", "-", "-");
  }
}

// In the order of the table of observables, each once.
std::vector<std::string> SeriesOf(const Hindcast& hindcast) {
  std::vector<std::string> names;
  std::set<absl::string_view> seen;
  for (const HindcastRow& row : hindcast.rows) {
    if (seen.insert(row.observable->series).second) names.emplace_back(row.observable->series);
  }
  return names;
}

void PrintScores(const Hindcast& hindcast, bool out_of_sample, std::ostream& out) {
  out << absl::StreamFormat("  %-21s %4s %7s %7s %8s %9s %8s %8s %7s\n", "series", "rows", "in 50%",
                            "in 90%", "ln CRPS", "compared", "ln CRPS", "growth", "skill");
  for (const std::string& series : SeriesOf(hindcast)) {
    PrintScore(series, hindcast.Score(out_of_sample, series), out);
  }
  PrintScore("all", hindcast.Score(out_of_sample), out);
}

void PrintPeriod(absl::string_view title, const Hindcast& hindcast, bool out_of_sample,
                 std::ostream& out) {
  out << "\n" << title << "\n";
  PrintRows(hindcast, out_of_sample, out);
  out << "\n";
  PrintScores(hindcast, out_of_sample, out);
}

void PrintLeftOut(const Hindcast& hindcast, std::ostream& out) {
  std::map<std::string, std::vector<std::string>> rows_of;
  for (const LeftOut& left_out : hindcast.left_out) {
    rows_of[left_out.why].push_back(
        absl::StrCat(left_out.fact.entity, " ", left_out.fact.quantity, " ", Day(left_out.fact)));
  }
  out << "\nNot scored: " << Plural(hindcast.left_out.size(), "row") << " of the facts\n";
  for (const auto& [why, rows] : rows_of) {
    out << "  " << why << ":\n    " << absl::StrJoin(rows, "\n    ") << "\n";
  }
}

void PrintText(const HindcastCommand& command, const v1::Scenario& scenario,
               const Hindcast& hindcast, std::ostream& out) {
  out << scenario.name() << ": " << Plural(static_cast<uint64_t>(command.ensemble.runs), "run")
      << " from seed " << command.ensemble.first_seed << ", beside " << command.facts << "\n";
  PrintPeriod(absl::StrCat("Calibrated on: facts up to ", command.cut), hindcast, false, out);
  PrintPeriod("Out of sample: later facts", hindcast, true, out);
  PrintLeftOut(hindcast, out);
}

// --- For programs --------------------------------------------------------------------------------

std::string RowJson(const HindcastRow& row) {
  JsonObject object;
  object.Add("series", JsonString(row.observable->series))
      .Add("entity", JsonString(row.fact.entity))
      .Add("quantity", JsonString(row.fact.quantity))
      .Add("as_of", JsonString(Day(row.fact)))
      .Add("unit", JsonString(row.fact.unit))
      .Add("out_of_sample", JsonBool(row.out_of_sample))
      .Add("observed", JsonNumber(row.fact.Number()))
      .Add("median", JsonNumber(row.median))
      .Add("band50", JsonArray({JsonNumber(row.low50), JsonNumber(row.high50)}))
      .Add("band90", JsonArray({JsonNumber(row.low90), JsonNumber(row.high90)}))
      .Add("in50", JsonBool(row.in50()))
      .Add("in90", JsonBool(row.in90()))
      .Add("crps", JsonNumber(row.crps))
      .Add("log_crps", JsonNumber(row.log_crps));
  if (row.naive) {
    object.Add("growth", JsonNumber(*row.naive))
        .Add("growth_log_error", JsonNumber(row.naive_log_error));
  }
  return object.json();
}

std::string ScoreJson(const HindcastScore& score) {
  JsonObject object;
  object.Add("rows", JsonNumber(int64_t{score.rows}))
      .Add("in50", JsonNumber(int64_t{score.in50}))
      .Add("in90", JsonNumber(int64_t{score.in90}))
      .Add("log_crps", JsonNumber(score.mean_log_crps))
      .Add("compared", JsonNumber(int64_t{score.compared}));
  if (const std::optional<double> skill = score.Skill()) {
    object.Add("compared_log_crps", JsonNumber(score.compared_log_crps))
        .Add("growth_log_error", JsonNumber(score.naive_log_error))
        .Add("skill", JsonNumber(*skill));
  }
  return object.json();
}

void PrintJson(const HindcastCommand& command, const v1::Scenario& scenario,
               const Hindcast& hindcast, std::ostream& out) {
  std::vector<std::string> rows;
  for (const HindcastRow& row : hindcast.rows) rows.push_back(RowJson(row));
  std::vector<std::string> left_out;
  for (const LeftOut& one : hindcast.left_out) {
    left_out.push_back(JsonObject()
                           .Add("entity", JsonString(one.fact.entity))
                           .Add("quantity", JsonString(one.fact.quantity))
                           .Add("as_of", JsonString(Day(one.fact)))
                           .Add("why", JsonString(one.why))
                           .json());
  }
  out << JsonObject()
             .Add("scenario", JsonString(scenario.name()))
             .Add("runs", JsonNumber(int64_t{command.ensemble.runs}))
             .Add("first_seed", JsonString(absl::StrCat(command.ensemble.first_seed)))
             .Add("cut", JsonString(command.cut))
             .Add("calibrated", ScoreJson(hindcast.Score(false)))
             .Add("out_of_sample", ScoreJson(hindcast.Score(true)))
             .Add("rows", JsonArray(rows))
             .Add("left_out", JsonArray(left_out))
             .json()
      << "\n";
}

ExitCode Run(const HindcastCommand& command) {
  const absl::StatusOr<absl::CivilDay> cut = ParseDay(command.cut);
  if (!cut.ok()) return Fail(cut.status(), kExitUsage);
  const absl::StatusOr<std::string> text = ReadTextFile(command.facts);
  if (!text.ok()) return Fail(text.status(), kExitBadScenario);
  const absl::StatusOr<Facts> facts = Facts::Parse(*text, command.facts);
  if (!facts.ok()) return Fail(facts.status(), kExitBadScenario);
  const absl::StatusOr<v1::Scenario> scenario = LoadScenario(command.scenario, ReadTextFile);
  if (!scenario.ok()) return Fail(scenario.status(), kExitBadScenario);
  const absl::StatusOr<std::vector<SimulatedHistory>> histories =
      SimulateHistories(*scenario, command.ensemble);
  if (!histories.ok()) return Fail(histories.status(), kExitRunFailed);

  const Hindcast hindcast = CompareWithFacts(*histories, *facts, scenario->compute().pue(), *cut);
  StandardOutput output(STDOUT_FILENO);
  if (command.json) {
    PrintJson(command, *scenario, hindcast, output.stream());
  } else {
    PrintText(command, *scenario, hindcast, output.stream());
  }
  return output.Finish();
}

}  // namespace

void AddHindcastCommand(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<HindcastCommand>();
  CLI::App* hindcast = app.add_subcommand("hindcast", "Set simulated history beside what happened");
  hindcast->footer(
      "Example: tranche hindcast deploy/scenarios/history-2023.textproto --runs 200\n"
      "docs/hindcast.md explains the columns.\n"
      "Exit codes: 0 done, 1 a run failed, 2 usage, 3 bad scenario or facts, 7 output failed");
  hindcast->add_option("scenario", command->scenario, "One that opens in the past")->required();
  hindcast->add_option("--facts", command->facts, "What happened")->capture_default_str();
  hindcast->add_option("--cut", command->cut, "Last day of the facts used to calibrate")
      ->capture_default_str();
  hindcast->add_option("--runs", command->ensemble.runs, "How many seeds")
      ->check(CLI::Range(2, 1'000'000))
      ->capture_default_str();
  hindcast->add_option("--seed", command->ensemble.first_seed, "The first of them")
      ->capture_default_str();
  hindcast->add_option("--threads", command->ensemble.threads, "Runs at a time [processors]")
      ->check(CLI::PositiveNumber);
  hindcast->add_flag("--json", command->json, "One JSON object");
  hindcast->callback([command, &exit_code] { exit_code = Run(*command); });
}

}  // namespace tranche
