#include "broker/inline/inline_run.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "agents/strategy.h"
#include "sim/check.h"

namespace tranche {

absl::StatusOr<std::vector<AgentSeat>> ResolveSeats(const v1::Scenario& scenario) {
  std::vector<AgentSeat> seats;
  seats.reserve(static_cast<size_t>(scenario.agents_size()));
  for (const v1::AgentSpec& agent : scenario.agents()) {
    absl::StatusOr<AgentSeat> seat =
        ResolveSeat({.name = agent.name(),
                     .role = agent.role(),
                     .strategy = agent.strategy(),
                     .parameters = {agent.parameters().begin(), agent.parameters().end()}});
    if (!seat.ok()) return seat.status();
    seats.push_back(*std::move(seat));
  }
  std::sort(seats.begin(), seats.end(),
            [](const AgentSeat& a, const AgentSeat& b) { return a.name < b.name; });
  return seats;
}

template <typename AnyScenario>
absl::StatusOr<std::unique_ptr<InlineRun>> InlineRun::CreateFrom(const AnyScenario& scenario,
                                                                 uint64_t seed,
                                                                 std::vector<AgentSeat> seats,
                                                                 InlineOptions options) {
  std::vector<std::optional<AgentPlayer>> players;
  players.reserve(seats.size());
  for (const AgentSeat& seat : seats) {
    if (options.log_plays_external && FindStrategy(seat.strategy) == nullptr) {
      players.emplace_back();
      continue;
    }
    absl::StatusOr<std::unique_ptr<Strategy>> strategy =
        options.make_strategy ? options.make_strategy(seat) : MakeStrategy(seat);
    if (!strategy.ok()) return strategy.status();
    players.emplace_back(std::in_place, seat.name, seed, *std::move(strategy));
  }
  absl::StatusOr<std::unique_ptr<RoundEngine>> engine = RoundEngine::Create(
      scenario, seed, std::move(seats),
      {.keep_records = options.keep_records, .on_metric = std::move(options.on_metric)});
  if (!engine.ok()) return engine.status();
  return std::unique_ptr<InlineRun>(
      new InlineRun(*std::move(engine), std::move(players), std::move(options)));
}

absl::StatusOr<std::unique_ptr<InlineRun>> InlineRun::Create(const v1::Scenario& scenario,
                                                             uint64_t seed,
                                                             std::vector<AgentSeat> seats,
                                                             InlineOptions options) {
  return CreateFrom(scenario, seed, std::move(seats), std::move(options));
}

absl::StatusOr<std::unique_ptr<InlineRun>> InlineRun::Create(const OpenedScenario& scenario,
                                                             uint64_t seed,
                                                             std::vector<AgentSeat> seats,
                                                             InlineOptions options) {
  return CreateFrom(scenario, seed, std::move(seats), std::move(options));
}

InlineRun::InlineRun(std::unique_ptr<RoundEngine> engine,
                     std::vector<std::optional<AgentPlayer>> players, InlineOptions options)
    : engine_(std::move(engine)), players_(std::move(players)), options_(std::move(options)) {}

void InlineRun::Ask(AgentId agent, LoggedAnswers* answers) {
  RoundEngine& engine = *engine_;
  const auto ordinal = static_cast<size_t>(agent.value());
  LoggedAnswer logged;
  if (answers != nullptr) logged = answers->Next(engine.round(), engine.seats()[ordinal].name);
  std::optional<AgentPlayer>& player = players_[ordinal];
  if (!player.has_value()) {
    TRANCHE_CHECK(answers != nullptr, "an agent that isn't played here moves, without a log");
    if (logged.passed) {
      engine.SetPass(agent);
    } else {
      engine.SetMoves(agent, &logged.moves);
    }
    return;
  }
  if (engine.round() == 1) {
    player->OpenQuarter(engine.quarter(), engine.public_view(), *engine.view(agent));
  }
  const std::string& name = engine.seats()[ordinal].name;
  if (options_.on_turn) options_.on_turn(name, engine.quarter(), engine.round());
  google::protobuf::RepeatedPtrField<v1::Message>* moves = engine.NewMoves();
  const std::string failure = player->Play(engine.round(), engine.inbox(agent), moves);
  if (options_.on_turn_over) options_.on_turn_over();
  if (failure.empty()) return engine.SetMoves(agent, moves);
  engine.SetPass(agent);
  if (options_.on_failure) options_.on_failure({name, engine.quarter(), engine.round(), failure});
}

absl::Status InlineRun::PlayRounds(LoggedAnswers* answers) {
  engine_->OpenQuarter();
  do {
    ++result_.rounds;
    for (AgentId agent : engine_->asked()) Ask(agent, answers);
  } while (engine_->FinishRound());
  ++result_.quarters;
  return engine_->CloseQuarter();
}

absl::Status InlineRun::PlayQuarter() {
  if (absl::Status played = PlayRounds(nullptr); !played.ok()) return played;
  return options_.on_quarter ? options_.on_quarter(engine_->records()) : absl::OkStatus();
}

absl::StatusOr<InlineResult> InlineRun::Play() {
  while (!over()) {
    if (absl::Status played = PlayQuarter(); !played.ok()) return played;
  }
  result_.digest = engine_->digest();
  return result_;
}

absl::Status InlineRun::Retrace(LogRecords records) {
  TRANCHE_CHECK(options_.keep_records, "there is nothing to compare with the log");
  while (!records.empty()) {
    const absl::StatusOr<LogRecords> logged = TakeQuarter(records);
    if (!logged.ok()) return logged.status();
    if (over()) return absl::DataLossError("the log goes on after the run's last quarter");
    LoggedAnswers answers(*logged);
    const bool all_here = absl::c_all_of(players_, [](const auto& p) { return p.has_value(); });
    absl::Status played = PlayRounds(all_here ? nullptr : &answers);
    if (!played.ok()) return played;
    if (absl::Status same = CompareQuarter(engine_->records(), *logged); !same.ok()) return same;
  }
  return absl::OkStatus();
}

}  // namespace tranche
