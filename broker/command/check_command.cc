#include "broker/command/check_command.h"

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agents/strategy.h"
#include "broker/command/exit_codes.h"
#include "broker/command/isolated_check.h"
#include "broker/command/logging.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/strategy_flag.h"
#include "broker/command/text_file.h"
#include "broker/conformance/conformance.h"
#include "broker/conformance/findings.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "sim/quarter.h"
#include "sim/scenario.h"
#include "sim/suggestion.h"
#include "sim/synthetic.h"

namespace tranche {
namespace {

struct CheckOptions {
  std::string strategy;
  std::vector<std::string> scenarios;
  uint64_t seed = 1;
  int seats = 2;
  double deadline_seconds = 1;
  double patience_seconds = 10;
  uint64_t memory_bytes = uint64_t{1} << 30;
  bool json = false;
};

struct CheckReport {
  const StrategyInfo* strategy = nullptr;
  std::vector<std::string> seats;  // "duopoly, harbor-fund"
  ConformanceResult result;
};

void PrintError(const absl::Status& status) { ReportError("agent check", status); }

// A small market and one in which an agent is one of many, for those who name none.
absl::StatusOr<std::vector<v1::Scenario>> ReadScenarios(const CheckOptions& options) {
  std::vector<v1::Scenario> scenarios;
  for (const std::string& path : options.scenarios) {
    absl::StatusOr<v1::Scenario> scenario = LoadScenario(path, ReadTextFile);
    if (!scenario.ok()) return scenario.status();
    scenarios.push_back(*std::move(scenario));
  }
  if (!scenarios.empty()) return scenarios;
  for (const int agents : {14, 40}) {
    absl::StatusOr<v1::Scenario> scenario =
        SyntheticScenario({.agents = agents, .seed = options.seed, .quarters = 6});
    if (!scenario.ok()) return scenario.status();
    scenarios.push_back(*std::move(scenario));
  }
  return scenarios;
}

absl::StatusOr<const StrategyInfo*> FindChosen(const std::string& name) {
  if (const StrategyInfo* info = FindStrategy(name)) return info;
  std::vector<std::string> names;
  for (const StrategyInfo* info : RegisteredStrategies()) names.push_back(info->name);
  const std::string* near = NearestName(name, names);
  return absl::NotFoundError(absl::StrCat("there is no strategy \"", name, "\"",
                                          near == nullptr
                                              ? std::string("; see tranche agent --list")
                                              : absl::StrCat(": did you mean \"", *near, "\"?")));
}

absl::StatusOr<CheckReport> Check(const CheckOptions& options) {
  absl::StatusOr<std::vector<StrategyChoice>> choice =
      ParseStrategyFlags({absl::StrCat("seat=", options.strategy)});
  if (!choice.ok()) return choice.status();
  absl::StatusOr<const StrategyInfo*> info = FindChosen(choice->front().strategy);
  if (!info.ok()) return info.status();
  absl::StatusOr<std::vector<v1::Scenario>> scenarios = ReadScenarios(options);
  if (!scenarios.ok()) return scenarios.status();

  CheckReport report;
  report.strategy = *info;
  FindingList findings;
  ConformanceOptions conformance;
  conformance.seed = options.seed;
  conformance.deadline_seconds = options.deadline_seconds;
  const IsolationLimits limits = {
      .patience = std::chrono::nanoseconds(static_cast<int64_t>(options.patience_seconds * 1e9)),
      .memory_bytes = options.memory_bytes};
  for (const v1::Scenario& scenario : *scenarios) {
    int seats = 0;
    for (const v1::AgentSpec& agent : scenario.agents()) {
      if (agent.role() != (*info)->role || seats == options.seats) continue;
      ++seats;
      AgentSeat seat = {agent.name(), agent.role(), (*info)->name, {}};
      seat.parameters.assign(choice->front().parameters.begin(), choice->front().parameters.end());
      report.seats.push_back(PlaceText({scenario.name(), agent.name(), 0, 0}));
      for (const ConformanceCheck check : kConformanceChecks) {
        absl::StatusOr<ConformanceResult> result =
            CheckIsolated(scenario, seat, check, conformance, limits);
        if (!result.ok()) return result.status();
        report.result.turns += result->turns;
        report.result.moves += result->moves;
        for (ConformanceFinding& finding : result->findings) findings.Add(std::move(finding));
      }
    }
  }
  if (report.seats.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the scenarios have no ", RoleName((*info)->role), " to play"));
  }
  report.result.findings = findings.Take();
  return report;
}

int64_t Count(const CheckReport& report, bool errors) {
  return absl::c_count_if(report.result.findings, [errors](const ConformanceFinding& finding) {
    return finding.is_error == errors;
  });
}

void Print(const CheckReport& report, std::ostream& out) {
  out << absl::StrFormat("%s (%s): %d seats, %d turns, %d moves\n", report.strategy->name,
                         RoleName(report.strategy->role), report.seats.size(), report.result.turns,
                         report.result.moves);
  for (const ConformanceFinding& finding : report.result.findings) {
    out << "\n"
        << (finding.is_error ? "error: " : "warning: ") << finding.name
        << (finding.move.empty() ? "" : absl::StrCat(" ", finding.move))
        << (finding.rule.empty() ? "" : absl::StrCat(", rule ", finding.rule));
    if (finding.times > 1) out << " (" << finding.times << " times)";
    out << "\n  in " << PlaceText(finding.place) << "\n  " << finding.what << "\n";
    if (!finding.would_be_legal.empty()) {
      out << "  would be legal: " << finding.would_be_legal << "\n";
    }
  }
  out << "\n"
      << Plural(Count(report, true), "error") << ", " << Plural(Count(report, false), "warning")
      << "\n";
}

void PrintJson(const CheckReport& report, std::ostream& out) {
  std::vector<std::string> findings;
  for (const ConformanceFinding& finding : report.result.findings) {
    JsonObject one;
    one.Add("severity", JsonString(finding.is_error ? "error" : "warning"))
        .Add("finding", JsonString(finding.name))
        .Add("times", JsonNumber(finding.times))
        .Add("scenario", JsonString(finding.place.scenario))
        .Add("agent", JsonString(finding.place.agent));
    if (finding.place.quarter > 0) {
      one.Add("quarter", JsonString(Quarter::FromIndex(finding.place.quarter).ToString()))
          .Add("round", JsonNumber(int64_t{finding.place.round}));
    }
    if (!finding.move.empty()) one.Add("move", JsonString(finding.move));
    if (!finding.rule.empty()) one.Add("rule", JsonString(finding.rule));
    one.Add("what", JsonString(finding.what));
    if (!finding.would_be_legal.empty()) {
      one.Add("would_be_legal", JsonString(finding.would_be_legal));
    }
    findings.push_back(one.json());
  }
  out << JsonObject()
             .Add("strategy", JsonString(report.strategy->name))
             .Add("role", JsonString(RoleName(report.strategy->role)))
             .Add("turns", JsonNumber(report.result.turns))
             .Add("moves", JsonNumber(report.result.moves))
             .Add("errors", JsonNumber(Count(report, true)))
             .Add("warnings", JsonNumber(Count(report, false)))
             .Add("findings", JsonArray(findings))
             .json()
      << "\n";
}

ExitCode RunCheck(const CheckOptions& options) {
  SetLogComponent("agent check");
  const absl::StatusOr<CheckReport> report = Check(options);
  if (!report.ok()) {
    PrintError(report.status());
    return kExitUsage;
  }
  (options.json ? PrintJson : Print)(*report, std::cout);
  return Count(*report, true) == 0 ? kExitOk : kExitDiffer;
}

}  // namespace

void AddCheckCommand(CLI::App& agent, int& exit_code) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* check =
      agent.add_subcommand("check", "Check a strategy: what it does wrong, and where");
  check->footer(
      "Example: tranche agent check value-investor\n"
      "Exit codes: 0 no errors, 2 usage, 5 errors were found");
  check
      ->add_option("strategy", options->strategy,
                   "Its name, with parameters as in NAME:PARAMETER=NUMBER,...")
      ->required();
  check
      ->add_option("--scenario", options->scenarios,
                   "Markets to play it in [two that are generated]")
      ->allow_extra_args(false);
  AddPluginFlag(*check);
  check->add_option("--seed", options->seed, "Of the runs")->capture_default_str();
  check->add_option("--seats", options->seats, "Most seats that it is played in, a scenario")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  check->add_option("--deadline", options->deadline_seconds, "Seconds that a turn may take")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  check
      ->add_option("--patience", options->patience_seconds,
                   "Seconds after which a turn is ended that doesn't end by itself")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  check->add_option("--memory", options->memory_bytes, "Most memory it may have, as in 512MB [1GB]")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/false))
      ->type_name("SIZE");
  check->add_flag("--json", options->json, "The findings as JSON");
  check->callback([options, &exit_code] { exit_code = RunCheck(*options); });
}

}  // namespace tranche
