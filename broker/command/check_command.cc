#include "broker/command/check_command.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
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
#include "broker/command/program_strategy.h"
#include "broker/command/role_flag.h"
#include "broker/command/stop_signals.h"
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
  // A program that has the strategy; empty: it is registered here.
  std::string command;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::vector<std::string> scenarios;
  uint64_t seed = 1;
  int seats = 2;
  double deadline_seconds = 1;
  double patience_seconds = 10;
  uint64_t memory_bytes = uint64_t{1} << 30;
  bool json = false;
};

// What is checked: in each seat, its name aside.
struct Subject {
  std::string strategy;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::vector<v1::Parameter> parameters;
};

// Hears of SIGINT and SIGTERM while programs are checked: killed with this process would be their
// shell alone.
class StopWatch {
 public:
  StopWatch()
      : signals_(io_, [this](const char* name) { stopped_by_ = name; }),
        thread_([this] { io_.run(); }) {}
  ~StopWatch() {
    io_.stop();
    thread_.join();
  }
  StopWatch(const StopWatch&) = delete;
  StopWatch& operator=(const StopWatch&) = delete;

  // The signal's name; null: there was none.
  const char* stopped_by() const { return stopped_by_; }

 private:
  std::atomic<const char*> stopped_by_ = nullptr;
  boost::asio::io_context io_;
  StopSignals signals_;
  std::thread thread_;
};

struct CheckReport {
  Subject subject;
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

absl::StatusOr<Subject> FindSubject(const CheckOptions& options) {
  absl::StatusOr<std::vector<StrategyChoice>> choice =
      ParseStrategyFlags({absl::StrCat("seat=", options.strategy)});
  if (!choice.ok()) return choice.status();
  Subject subject;
  subject.strategy = choice->front().strategy;
  subject.parameters = std::move(choice->front().parameters);
  if (options.command.empty()) {
    const absl::StatusOr<const StrategyInfo*> info = FindChosen(subject.strategy);
    if (!info.ok()) return info.status();
    subject.strategy = (*info)->name;
    subject.role = (*info)->role;
  } else {
    // As `run --strategy` has it.
    if (!IsExternal(subject.strategy)) {
      subject.strategy = absl::StrCat(kExternalStrategy, subject.strategy);
    }
    subject.role = options.role;
  }
  return subject;
}

std::chrono::nanoseconds Patience(const CheckOptions& options) {
  return std::chrono::nanoseconds(static_cast<int64_t>(options.patience_seconds * 1e9));
}

// Checks a strategy that an external program plays. It is apart as it is: what goes wrong with it
// is seen from here.
absl::StatusOr<ConformanceResult> CheckProgram(const v1::Scenario& scenario, const AgentSeat& seat,
                                               ConformanceCheck check, const CheckOptions& options,
                                               ConformanceOptions conformance,
                                               const StopWatch& stop) {
  const AgentProgram program = {.command = options.command,
                                .patience = Patience(options),
                                .memory_bytes = options.memory_bytes,
                                .wants_to_stop = [&stop] { return stop.stopped_by() != nullptr; }};
  const absl::StatusOr<ProgramRun> run = MakeProgramRun(scenario, conformance.seed, seat);
  if (!run.ok()) return run.status();
  ProgramStrategy* last = nullptr;
  const auto start = [&](const AgentSeat& one,
                         int64_t cut_in_turn) -> absl::StatusOr<std::unique_ptr<Strategy>> {
    auto strategy = ProgramStrategy::Start(program, *run, one.name, cut_in_turn);
    if (!strategy.ok()) return strategy.status();
    last = strategy->get();
    return *std::move(strategy);
  };
  conformance.clock = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  };
  conformance.make_strategy = [&start](const AgentSeat& one) { return start(one, 0); };
  conformance.elsewhere = {.make_cut = start, .end_run = [&last](absl::string_view digest) {
                             return last->EndRun(digest);
                           }};
  return CheckConformance(scenario, seat, check, conformance);
}

// `stop` is there for programs.
absl::StatusOr<ConformanceResult> CheckSeat(const v1::Scenario& scenario, const AgentSeat& seat,
                                            ConformanceCheck check, const CheckOptions& options,
                                            const std::optional<StopWatch>& stop) {
  ConformanceOptions conformance;
  conformance.seed = options.seed;
  conformance.deadline_seconds = options.deadline_seconds;
  if (stop.has_value()) {
    return CheckProgram(scenario, seat, check, options, std::move(conformance), *stop);
  }
  const IsolationLimits limits = {.patience = Patience(options),
                                  .memory_bytes = options.memory_bytes};
  return CheckIsolated(scenario, seat, check, conformance, limits);
}

absl::StatusOr<CheckReport> Check(const CheckOptions& options) {
  absl::StatusOr<Subject> subject = FindSubject(options);
  if (!subject.ok()) return subject.status();
  absl::StatusOr<std::vector<v1::Scenario>> scenarios = ReadScenarios(options);
  if (!scenarios.ok()) return scenarios.status();

  CheckReport report;
  report.subject = *std::move(subject);
  FindingList findings;
  // Other checks are made in processes of their own, begun while there is one thread here.
  std::optional<StopWatch> stop;
  if (!options.command.empty()) stop.emplace();
  for (const v1::Scenario& scenario : *scenarios) {
    int seats = 0;
    for (const v1::AgentSpec& agent : scenario.agents()) {
      if (agent.role() != report.subject.role || seats == options.seats) continue;
      // What is lost once is lost wherever it is asked, and each time may take all patience.
      if (report.result.lost) continue;
      ++seats;
      const AgentSeat seat = {agent.name(), agent.role(), report.subject.strategy,
                              report.subject.parameters};
      report.seats.push_back(PlaceText({scenario.name(), agent.name(), 0, 0}));
      for (const ConformanceCheck check : kConformanceChecks) {
        if (report.result.lost) break;
        absl::StatusOr<ConformanceResult> result = CheckSeat(scenario, seat, check, options, stop);
        if (!result.ok()) return result.status();
        if (stop.has_value() && stop->stopped_by() != nullptr) {
          return absl::AbortedError(absl::StrCat("stopped by ", stop->stopped_by()));
        }
        report.result.turns += result->turns;
        report.result.moves += result->moves;
        report.result.lost = result->lost;
        for (ConformanceFinding& finding : result->findings) findings.Add(std::move(finding));
      }
    }
  }
  if (report.seats.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the scenarios have no ", RoleName(report.subject.role), " to play"));
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
  out << absl::StrFormat("%s (%s): %s, %s, %s\n", report.subject.strategy,
                         RoleName(report.subject.role),
                         Plural(static_cast<int64_t>(report.seats.size()), "seat"),
                         Plural(report.result.turns, "turn"), Plural(report.result.moves, "move"));
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
  if (report.result.lost) {
    out << "\nThe check ended there: the program couldn't be asked any more.\n";
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
      one.Add("quarter", JsonString(Quarter::FromIndex(finding.place.quarter).ToString()));
    }
    if (finding.place.round > 0) one.Add("round", JsonNumber(int64_t{finding.place.round}));
    if (!finding.move.empty()) one.Add("move", JsonString(finding.move));
    if (!finding.rule.empty()) one.Add("rule", JsonString(finding.rule));
    one.Add("what", JsonString(finding.what));
    if (!finding.would_be_legal.empty()) {
      one.Add("would_be_legal", JsonString(finding.would_be_legal));
    }
    findings.push_back(one.json());
  }
  out << JsonObject()
             .Add("strategy", JsonString(report.subject.strategy))
             .Add("role", JsonString(RoleName(report.subject.role)))
             .Add("turns", JsonNumber(report.result.turns))
             .Add("moves", JsonNumber(report.result.moves))
             .Add("errors", JsonNumber(Count(report, true)))
             .Add("warnings", JsonNumber(Count(report, false)))
             .Add("complete", JsonBool(!report.result.lost))
             .Add("findings", JsonArray(findings))
             .json()
      << "\n";
}

ExitCode RunCheck(const CheckOptions& options) {
  SetLogComponent("agent check");
  const absl::StatusOr<CheckReport> report = Check(options);
  if (!report.ok()) {
    PrintError(report.status());
    return absl::IsAborted(report.status()) ? kExitStopped : kExitUsage;
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
      "Examples: tranche agent check value-investor\n"
      "  tranche agent check bold-lab --role lab --command '/usr/bin/python3 bold_lab.py'\n"
      "Exit codes: 0 no errors, 2 usage, 5 errors were found, 6 stopped");
  check
      ->add_option("strategy", options->strategy,
                   "Its name, with parameters as in NAME:PARAMETER=NUMBER,...")
      ->required();
  check
      ->add_option("--scenario", options->scenarios,
                   "Markets to play it in [two that are generated]")
      ->allow_extra_args(false);
  CLI::Option* command = check->add_option(
      "--command", options->command,
      "A program that has the strategy: started as `run --agent-command` starts it");
  CLI::Option* role =
      TakeRole(check->add_option("--role", options->role, "What the program's strategy plays"));
  command->needs(role);
  role->needs(command);
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
                   "Seconds after which a turn is ended that doesn't end by itself, or a program "
                   "that doesn't join")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  check->add_option("--memory", options->memory_bytes, "Most memory it may have, as in 512MB [1GB]")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/false))
      ->type_name("SIZE");
  check->add_flag("--json", options->json, "The findings as JSON");
  check->callback([options, &exit_code] { exit_code = RunCheck(*options); });
}

}  // namespace tranche
