#include "broker/inline/stepped_run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

size_t Index(AgentId agent) { return static_cast<size_t>(agent.value()); }

absl::StatusOr<std::vector<bool>> MarkOutside(const std::vector<AgentSeat>& seats,
                                              const std::vector<std::string>& agents) {
  if (agents.empty()) return absl::InvalidArgumentError("name an agent to play from outside");
  std::vector<bool> outside(seats.size());
  for (const std::string& agent : agents) {
    const auto seat = std::find_if(seats.begin(), seats.end(),
                                   [&agent](const AgentSeat& s) { return s.name == agent; });
    if (seat == seats.end()) {
      return absl::NotFoundError(absl::StrCat(
          "there is no agent \"", agent, "\" in the scenario; there are: ",
          absl::StrJoin(seats, ", ",
                        [](std::string* out, const AgentSeat& s) { out->append(s.name); })));
    }
    const auto ordinal = static_cast<size_t>(seat - seats.begin());
    if (outside[ordinal]) return absl::InvalidArgumentError(absl::StrCat(agent, " is named twice"));
    outside[ordinal] = true;
  }
  return outside;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SteppedRun>> SteppedRun::Create(const OpenedScenario& scenario,
                                                               uint64_t seed,
                                                               std::vector<AgentSeat> seats,
                                                               const SteppedOptions& options) {
  absl::StatusOr<std::vector<bool>> outside = MarkOutside(seats, options.agents);
  if (!outside.ok()) return outside.status();
  std::vector<std::optional<AgentPlayer>> players;
  players.reserve(seats.size());
  for (size_t i = 0; i < seats.size(); ++i) {
    if ((*outside)[i] && IsExternal(seats[i].strategy) &&
        FindStrategy(seats[i].strategy) == nullptr) {
      players.emplace_back();
      continue;
    }
    absl::StatusOr<std::unique_ptr<Strategy>> strategy = MakeStrategy(seats[i]);
    if (!strategy.ok()) return strategy.status();
    players.emplace_back(std::in_place, seats[i].name, seed, *std::move(strategy));
  }
  absl::StatusOr<std::unique_ptr<RoundEngine>> engine =
      RoundEngine::Create(scenario, seed, std::move(seats),
                          {.keep_records = options.keep_records, .on_metric = options.on_metric});
  if (!engine.ok()) return engine.status();
  return std::unique_ptr<SteppedRun>(new SteppedRun(*std::move(engine), std::move(players),
                                                    *std::move(outside), options.every_round));
}

SteppedRun::SteppedRun(std::unique_ptr<RoundEngine> engine,
                       std::vector<std::optional<AgentPlayer>> players, std::vector<bool> outside,
                       bool every_round)
    : engine_(std::move(engine)),
      players_(std::move(players)),
      outside_(std::move(outside)),
      every_round_(every_round) {}

absl::Status SteppedRun::Advance() {
  handed_out_.clear();
  turns_.Clear();
  advice_.Clear();
  broken_ = AdvanceToTurn();
  return broken_;
}

absl::Status SteppedRun::AdvanceToTurn() {
  while (true) {
    if (!quarter_open_) {
      if (engine_->over()) {
        over_ = true;
        return absl::OkStatus();
      }
      engine_->OpenQuarter();
      quarter_open_ = true;
    }
    AskAll();
    if (!handed_out_.empty()) return absl::OkStatus();
    if (absl::Status finished = FinishRound(); !finished.ok()) return finished;
  }
}

void SteppedRun::AskAll() {
  const bool hands_out = every_round_ || engine_->round() == 1;
  const std::vector<AgentId> asked(engine_->asked().begin(), engine_->asked().end());
  for (AgentId agent : asked) {
    moves_.Clear();
    std::string failure;
    if (std::optional<AgentPlayer>& player = players_[Index(agent)]; player.has_value()) {
      if (engine_->round() == 1) {
        player->OpenQuarter(engine_->quarter(), engine_->public_view(), *engine_->view(agent));
      }
      failure = player->Play(engine_->round(), engine_->inbox(agent), &moves_);
    }
    if (outside_[Index(agent)] && hands_out) {
      HandOut(agent);
    } else if (!failure.empty()) {
      engine_->SetPass(agent);
    } else {
      engine_->SetMoves(agent, &moves_);
    }
  }
}

void SteppedRun::HandOut(AgentId agent) {
  const std::string& name = engine_->seats()[Index(agent)].name;
  if (handed_out_.empty()) {
    advice_.set_quarter(engine_->quarter().index());
    advice_.set_round(engine_->round());
    turns_.set_quarter(engine_->quarter().index());
    turns_.set_round(engine_->round());
    if (engine_->round() == 1) *turns_.mutable_public_view() = engine_->public_view();
  }
  handed_out_.push_back(agent);
  v1::Turn& turn = *turns_.add_turns();
  turn.set_agent(name);
  if (engine_->round() == 1) *turn.mutable_view() = *engine_->view(agent);
  for (const v1::Message* message : engine_->inbox(agent)) *turn.add_inbox() = *message;
  v1::AgentMoves& advised = *advice_.add_agents();
  advised.set_agent(name);
  advised.mutable_messages()->Swap(&moves_);
}

absl::Status SteppedRun::Step(v1::Moves moves) {
  if (!broken_.ok()) return broken_;
  if (over_) return absl::FailedPreconditionError("the run is over; reset it");
  std::vector<v1::AgentMoves*> of_turn(handed_out_.size());
  for (v1::AgentMoves& mine : *moves.mutable_agents()) {
    size_t i = 0;
    while (i < of_turn.size() && engine_->seats()[Index(handed_out_[i])].name != mine.agent()) {
      ++i;
    }
    if (i == of_turn.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("moves of ", mine.agent(), ", which isn't asked in this turn"));
    }
    if (of_turn[i] != nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("moves of ", mine.agent(), " twice"));
    }
    of_turn[i] = &mine;
  }
  for (size_t i = 0; i < of_turn.size(); ++i) {
    moves_.Clear();
    if (of_turn[i] != nullptr) moves_.Swap(of_turn[i]->mutable_messages());
    engine_->SetMoves(handed_out_[i], &moves_);
  }
  if (broken_ = FinishRound(); !broken_.ok()) return broken_;
  return Advance();
}

absl::Status SteppedRun::FinishRound() {
  if (engine_->FinishRound()) return absl::OkStatus();
  quarter_open_ = false;
  return engine_->CloseQuarter();
}

v1::AgentView SteppedRun::ViewNow(AgentId agent) const {
  v1::AgentView view;
  engine_->market().BuildAgentView(agent, &view);
  return view;
}

}  // namespace tranche
