#include "agents/agent_host.h"

#include <exception>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agents/actions.h"
#include "sim/check.h"
#include "sim/philox.h"
#include "sim/quarter.h"
#include "sim/seat.h"
#include "sim/storable.h"

namespace tranche {
namespace {

// Quarters and rounds that have a random stream.
bool IsPossible(const v1::Turns& turns) {
  return turns.quarter() >= 0 && turns.quarter() < 1 << 16 && turns.round() >= 1 &&
         turns.round() < 1 << 16;
}

std::string FailureText(absl::string_view what) {
  return what.empty() ? "an exception that says nothing" : StorableText(what, kMostFailureBytes);
}

absl::Status NotHosted(const v1::Turn& turn) {
  return absl::InvalidArgumentError(
      absl::StrCat("the broker asks ", turn.agent(), ", which isn't played here"));
}

// All messages to the agent, in delivery order.
absl::Status Unpack(const v1::Turns& batch, const v1::Turn& turn,
                    std::vector<const v1::Message*>& inbox) {
  inbox.clear();
  if (turn.mail().empty()) {
    inbox.assign(turn.inbox().pointer_begin(), turn.inbox().pointer_end());
    return absl::OkStatus();
  }
  int next = 0;
  for (const uint32_t place : turn.mail()) {
    const bool own = place == 0;
    if (own ? next == turn.inbox_size() : place > static_cast<uint32_t>(batch.shared_size())) {
      return absl::InvalidArgumentError(
          absl::StrCat("the broker's mail for ", turn.agent(), " isn't in the batch"));
    }
    inbox.push_back(own ? &turn.inbox(next++) : &batch.shared(static_cast<int>(place) - 1));
  }
  return absl::OkStatus();
}

}  // namespace

AgentPlayer::AgentPlayer(std::string agent, uint64_t seed, std::unique_ptr<Strategy> strategy)
    : agent_(std::move(agent)),
      seed_(seed),
      stream_key_(StreamKey(absl::StrCat("agent/", agent_))),
      strategy_(std::move(strategy)) {}

void AgentPlayer::OpenQuarter(Quarter quarter, const v1::PublicView& market,
                              const v1::AgentView& own) {
  quarter_ = quarter;
  market_ = &market;
  own_ = &own;
}

std::string AgentPlayer::Play(uint32_t round, absl::Span<const v1::Message* const> inbox,
                              google::protobuf::RepeatedPtrField<v1::Message>* moves) {
  TRANCHE_CHECK(quarter_.has_value(), "a turn before any view");
  const RandomStream random(seed_, stream_key_, *quarter_, Round(static_cast<int32_t>(round)));
  Actions actions(agent_, random, moves);
  const TurnView view = {*market_, *own_, inbox, quarter_->index(), round};
  // A strategy is anybody's code: what it throws ends its turn and nothing else.
  std::string failure;
  try {
    strategy_->OnTurn(view, actions);
  } catch (const std::exception& error) {
    failure = FailureText(error.what());
  } catch (...) {
    failure = "an exception of a type of its own";
  }
  if (!failure.empty()) moves->Clear();
  return failure;
}

absl::StatusOr<std::unique_ptr<AgentHost>> AgentHost::Create(const v1::Welcome& welcome) {
  auto host = std::unique_ptr<AgentHost>(new AgentHost());
  for (const v1::WelcomeAgent& agent : welcome.agents()) {
    AgentSeat seat;
    seat.name = agent.agent();
    seat.strategy = agent.strategy();
    seat.parameters.assign(agent.parameters().begin(), agent.parameters().end());
    // A strategy plays one role; one that isn't registered is MakeStrategy's to explain.
    if (const StrategyInfo* info = FindStrategy(seat.strategy)) seat.role = info->role;
    absl::StatusOr<std::unique_ptr<Strategy>> strategy = MakeStrategy(seat);
    if (!strategy.ok()) return strategy.status();
    host->players_[seat.name] =
        std::make_unique<AgentPlayer>(seat.name, welcome.seed(), *std::move(strategy));
  }
  return host;
}

absl::StatusOr<std::optional<v1::Moves>> AgentHost::Play(v1::Turns turns) {
  // What follows keeps pointers to the views.
  auto batch = std::make_unique<const v1::Turns>(std::move(turns));
  if (!IsPossible(*batch)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the broker asks for quarter ", batch->quarter(), ", round ", batch->round()));
  }
  const Quarter quarter = Quarter::FromIndex(batch->quarter());
  if (batch->round() == 1) {
    if (absl::Status opened = OpenQuarter(quarter, *batch); !opened.ok()) return opened;
  }

  v1::Moves moves;
  moves.set_quarter(batch->quarter());
  moves.set_round(batch->round());
  std::vector<const v1::Message*> inbox;
  for (const v1::Turn& turn : batch->turns()) {
    const auto player = players_.find(turn.agent());
    if (player == players_.end()) return NotHosted(turn);
    if (player->second->quarter() != quarter) {
      return absl::InvalidArgumentError(absl::StrCat("the broker asks ", turn.agent(), " in ",
                                                     quarter.ToString(), " without its views"));
    }
    if (absl::Status unpacked = Unpack(*batch, turn, inbox); !unpacked.ok()) return unpacked;
    v1::AgentMoves* mine = moves.add_agents();
    mine->set_agent(turn.agent());
    std::string failure = player->second->Play(batch->round(), inbox, mine->mutable_messages());
    if (!failure.empty()) mine->set_failure(std::move(failure));
    // The broker reads nothing else.
    for (v1::Message& move : *mine->mutable_messages()) MakeStorable(move);
  }

  const bool replay = batch->replay();
  if (batch->round() == 1) first_batches_.push_back(std::move(batch));
  if (replay) return std::nullopt;
  return moves;
}

absl::Status AgentHost::OpenQuarter(Quarter quarter, const v1::Turns& turns) {
  if (!turns.has_public_view()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the broker opens ", quarter.ToString(), " without the public view"));
  }
  if (quarter_ != quarter) first_batches_.clear();
  quarter_ = quarter;
  for (const v1::Turn& turn : turns.turns()) {
    const auto player = players_.find(turn.agent());
    if (player == players_.end()) return NotHosted(turn);
    if (!turn.has_view()) {
      return absl::InvalidArgumentError(absl::StrCat("the broker opens ", quarter.ToString(),
                                                     " without a view for ", turn.agent()));
    }
    player->second->OpenQuarter(quarter, turns.public_view(), turn.view());
  }
  return absl::OkStatus();
}

}  // namespace tranche
