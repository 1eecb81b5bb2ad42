#include "broker/command/arena_command.h"

#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agents/strategy.h"
#include "broker/arena/arena.h"
#include "broker/arena/payoff.h"
#include "broker/command/arena_report.h"
#include "broker/command/ensemble_flags.h"
#include "broker/command/ensemble_summary.h"
#include "broker/command/logging.h"
#include "broker/command/role_flag.h"
#include "broker/command/standard_output.h"
#include "broker/command/strategy_flag.h"
#include "broker/ensemble/outcome_table.h"
#include "sim/seat.h"

namespace tranche {
namespace {

struct ArenaOptions {
  EnsembleFlags flags;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::vector<std::string> seats;
  std::vector<std::string> strategies;
  std::string payoff;
  std::string at;
  bool symmetric = false;
  int confidence_percent = 95;
  int resamples = 1000;
  uint64_t bootstrap_seed = 1;
  bool json = false;
};

// --strategy takes all that follows it, a scenario too; no strategy's name looks like a file's.
void TakeScenarioFrom(ArenaOptions& options) {
  std::vector<std::string>& strategies = options.strategies;
  if (!options.flags.scenarios.empty()) return;
  const auto file = absl::c_find_if(strategies, [](const std::string& text) {
    return absl::EndsWith(text, ".textproto") || absl::StrContains(text, '/');
  });
  if (file == strategies.end()) return;
  options.flags.scenarios = {*file};
  strategies.erase(file);
}

ExitCode Fail(const absl::Status& status, ExitCode exit_code) {
  ReportError("arena", status);
  return exit_code;
}

// All of the role's, if none are named.
std::vector<std::string> RegisteredFor(v1::Role role) {
  std::vector<std::string> names;
  for (const StrategyInfo* info : RegisteredStrategies()) {
    if (info->role == role) names.push_back(info->name);
  }
  return names;
}

// STRATEGY[:PARAMETER=NUMBER,...], as behind the sign of --strategy elsewhere.
absl::StatusOr<Contender> ParseContender(const std::string& text, const std::string& seat) {
  const absl::StatusOr<StrategyChoice> choice = ParseStrategyFlag(absl::StrCat(seat, "=", text));
  if (!choice.ok()) return choice.status();
  return Contender{text, choice->strategy, choice->parameters};
}

v1::Role RoleOf(const v1::Scenario& scenario, const std::string& seat) {
  for (const v1::AgentSpec& agent : scenario.agents()) {
    if (agent.name() == seat) return agent.role();
  }
  return v1::ROLE_UNSPECIFIED;
}

// Who sits where, and who contends; the role is the seats' where it isn't said.
std::optional<CommandError> RequestFrom(ArenaOptions& options, ArenaRequest& request) {
  PlanRequest ensemble;
  if (auto error = RequestFrom(options.flags, ensemble)) return error;
  request.scenario = std::move(ensemble.scenarios[0]);
  request.seeds = std::move(ensemble.seeds);
  request.quarters = ensemble.quarters;
  request.seats = options.seats;
  if (request.seats.empty()) {
    if (options.role == v1::ROLE_UNSPECIFIED) {
      return CommandError{
          absl::InvalidArgumentError("name the seats with --seat, or with --role all of one role"),
          kExitUsage};
    }
    absl::StatusOr<std::vector<std::string>> seats = SeatsOfRole(request.scenario, options.role);
    if (!seats.ok()) return CommandError{seats.status(), kExitUsage};
    request.seats = *std::move(seats);
  }
  const v1::Role role = RoleOf(request.scenario, request.seats[0]);
  if (options.role != v1::ROLE_UNSPECIFIED && role != v1::ROLE_UNSPECIFIED &&
      role != options.role) {
    return CommandError{
        absl::InvalidArgumentError(absl::StrCat(request.seats[0], " is a ", RoleName(role),
                                                ", not a ", RoleName(options.role))),
        kExitUsage};
  }
  options.role = role;
  const std::vector<std::string> contenders =
      options.strategies.empty() ? RegisteredFor(role) : options.strategies;
  for (const std::string& text : contenders) {
    absl::StatusOr<Contender> contender = ParseContender(text, request.seats[0]);
    if (!contender.ok()) return CommandError{contender.status(), kExitUsage};
    request.contenders.push_back(*std::move(contender));
  }
  return std::nullopt;
}

// Of a symmetric game a player is anybody, and the others are others.
std::vector<std::string> PlayerNames(const ArenaOptions& options, const ArenaRequest& request) {
  if (!options.symmetric) return request.seats;
  std::vector<std::string> names(request.seats.size(), "another");
  names[0] = "strategy";
  return names;
}

absl::StatusOr<ArenaReport> MakeReport(const ArenaOptions& options, const ArenaRequest& request,
                                       const OutcomeTable& table, const Payoff& payoff,
                                       int64_t runs) {
  absl::StatusOr<PlayedGame> played =
      MakeGame(table, request.seats, request.contenders.size(), payoff);
  if (!played.ok()) return played.status();
  AnalysisOptions analysis;
  analysis.symmetric = options.symmetric;
  analysis.confidence = options.confidence_percent / 100.0;
  analysis.resamples = options.resamples;
  analysis.bootstrap_seed = options.bootstrap_seed;
  EmpiricalGame game = options.symmetric ? Symmetrised(played->game) : std::move(played->game);
  GameAnalysis found = Analyse(game, analysis);
  std::vector<std::string> labels;
  for (const Contender& contender : request.contenders) labels.push_back(contender.label);
  return ArenaReport{.scenario = request.scenario.name(),
                     .role = RoleName(options.role),
                     .seats = PlayerNames(options, request),
                     .strategies = std::move(labels),
                     .payoff = payoff.text(),
                     .moment = table.moment().Describe(),
                     .unit = payoff.Unit(table, request.seats[0]),
                     .runs = runs,
                     .seeds_played = static_cast<int64_t>(request.seeds.size()),
                     .symmetric = options.symmetric,
                     .confidence = analysis.confidence,
                     .game = std::move(game),
                     .analysis = std::move(found)};
}

ExitCode Arena(ArenaOptions options) {
  ArenaRequest request;
  if (const auto error = RequestFrom(options, request)) {
    return Fail(error->status, error->exit_code);
  }
  const DefaultPayoff usual = DefaultPayoffOf(options.role);
  const absl::StatusOr<Payoff> payoff =
      Payoff::Parse(options.payoff.empty() ? usual.payoff : options.payoff);
  if (!payoff.ok()) return Fail(payoff.status(), kExitUsage);
  // The usual moment belongs to the usual pay-off.
  const absl::string_view usual_at = options.payoff.empty() ? usual.at : "end";
  const absl::StatusOr<Moment> moment = Moment::Parse(options.at.empty() ? usual_at : options.at);
  if (!moment.ok()) return Fail(moment.status(), kExitUsage);
  request.metrics = payoff->MetricPatterns();
  const absl::StatusOr<EnsemblePlan> plan = PlanArena(request);
  if (!plan.ok()) return Fail(plan.status(), kExitUsage);
  if (const absl::Status known = payoff->Check(options.role); !known.ok()) {
    return Fail(known, kExitUsage);
  }

  const absl::StatusOr<std::vector<OutcomeTable>> tables =
      PlayIntoTables(*plan, /*path=*/"", {*moment}, options.flags);
  if (!tables.ok()) return Fail(tables.status(), ExitCodeOfEnsembleError(tables.status()));
  WarnOfFailedTurns(tables->front());
  const absl::StatusOr<ArenaReport> report =
      MakeReport(options, request, tables->front(), *payoff, plan->runs());
  if (!report.ok()) {
    return Fail(report.status(), absl::IsNotFound(report.status()) ? kExitUsage : kExitRunFailed);
  }
  StandardOutput output(STDOUT_FILENO);
  if (options.json) {
    output.stream() << ArenaJson(*report) << "\n";
  } else {
    PrintArena(*report, output.stream());
  }
  const ExitCode written = output.Finish();
  if (written != kExitOk || tables->front().failed() == 0) return written;
  return Fail(absl::InternalError(absl::StrCat(tables->front().failed(), " runs broke off")),
              kExitRunFailed);
}

}  // namespace

void AddArenaCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ArenaOptions>();
  CLI::App* arena =
      app.add_subcommand("arena", "Strategies of one role against each other, as a game");
  arena->footer(
      "Plays every way to fill the seats with the strategies under the same seeds, and looks at\n"
      "the game that comes of it: pay-offs, best responses, equilibria, how sure they are.\n"
      "Example: tranche arena deploy/scenarios/duopoly.textproto --role lab --seeds 1..50 \\\n"
      "           --strategy balanced-lab racing-lab\n"
      "Exit codes: 0 done, 1 runs broke off or didn't end, 2 usage, 3 bad scenario, 6 stopped, 7 "
      "output failed");
  arena
      ->add_option_function<std::string>(
          "scenario", [options](const std::string& file) { options->flags.scenarios = {file}; },
          "File that describes the market")
      ->required();
  TakeRole(arena->add_option("--role", options->role,
                             "Whose game: all seats of this role [the seats']"));
  arena->add_option("--seat", options->seats, "An agent who plays; others stay as they are")
      ->allow_extra_args(false);
  arena->add_option("--strategy", options->strategies,
                    "Those that may sit there: STRATEGY[:PARAMETER=NUMBER,...] [all of the role]");
  AddRunFlags(*arena, options->flags, "1..20");
  arena->add_option("--payoff", options->payoff,
                    "What a seat is after: metrics with + or - between, as in "
                    "\"holdings-at-mark - holdings-at-cost\"; NAME:SUBJECT where not its own");
  arena->add_option("--at", options->at, "Taken at the end, as mean, total, or in a quarter");
  arena->add_flag("--symmetric", options->symmetric,
                  "Average over seats: what a strategy gets, whoever plays it");
  arena->add_option("--confidence", options->confidence_percent, "Of the intervals, percent")
      ->check(CLI::Range(50, 99))
      ->capture_default_str();
  arena->add_option("--resamples", options->resamples, "Of the bootstrap of regrets")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  arena->add_option("--bootstrap-seed", options->bootstrap_seed, "Draws other resamples")
      ->capture_default_str();
  arena->add_flag("--json", options->json, "The game and its analysis as JSON");
  arena->callback([options, &exit_code] {
    TakeScenarioFrom(*options);
    if (options->flags.scenarios.empty()) throw CLI::RequiredError("scenario");
    exit_code = Arena(*options);
  });
}

}  // namespace tranche
