#include "sim/market.h"

#include <memory>
#include <utility>
#include <vector>

#include "sim/alliances.h"
#include "sim/building.h"
#include "sim/capability.h"
#include "sim/check.h"
#include "sim/compute_market.h"
#include "sim/demand.h"
#include "sim/envelope.h"
#include "sim/events.h"
#include "sim/funding.h"
#include "sim/genesis.h"
#include "sim/insolvency.h"
#include "sim/marks.h"
#include "sim/metrics.h"
#include "sim/moves.h"
#include "sim/payments.h"
#include "sim/proposals.h"
#include "sim/review.h"
#include "sim/rules.h"
#include "sim/shareholders.h"
#include "sim/statements.h"
#include "sim/supply.h"
#include "sim/talent.h"
#include "sim/treasury.h"
#include "sim/views.h"
#include "sim/world.h"

namespace tranche {

absl::StatusOr<OpenedScenario> OpenedScenario::Open(const v1::Scenario& scenario) {
  absl::StatusOr<std::unique_ptr<World>> world = BuildWorld(scenario, 0);
  if (!world.ok()) return world.status();
  return OpenedScenario(*std::move(world));
}

const v1::Scenario& OpenedScenario::scenario() const { return world_->scenario; }

Market::Market(std::unique_ptr<World> world) : world_(std::move(world)) {}

Market::~Market() = default;

absl::StatusOr<std::unique_ptr<Market>> Market::Create(const v1::Scenario& scenario,
                                                       uint64_t seed) {
  absl::StatusOr<std::unique_ptr<World>> world = BuildWorld(scenario, seed);
  if (!world.ok()) return world.status();
  return std::unique_ptr<Market>(new Market(*std::move(world)));
}

std::unique_ptr<Market> Market::Create(const OpenedScenario& scenario, uint64_t seed) {
  auto world = std::make_unique<World>(*scenario.world_);
  world->seed = seed;
  return std::unique_ptr<Market>(new Market(std::move(world)));
}

absl::Span<const AgentSeat> Market::seats() const { return world_->seats; }

AgentId Market::FindAgent(absl::string_view name) const { return world_->FindAgent(name); }

Quarter Market::quarter() const { return world_->quarter; }

Quarter Market::first_quarter() const { return world_->first_quarter; }

Quarter Market::end_quarter() const { return world_->end_quarter; }

uint32_t Market::round_limit() const { return world_->scenario.round_limit(); }

void Market::OpenQuarter(MarketOutput& out) {
  TRANCHE_CHECK(!over(), "all quarters have been played");
  world_->round = 0;
  world_->ledger.KeepJournal(out.keeps_records());
  world_->ledger.OpenQuarter();
  ApplyScheduledEvents(*world_, out);
  BuildPublicView(*world_);
}

const v1::PublicView& Market::public_view() const { return world_->public_view; }

void Market::BuildAgentView(AgentId agent, v1::AgentView* view) const {
  tranche::BuildAgentView(*world_, agent, view);
}

bool Market::IsActive(AgentId agent) const { return world_->agents[agent].active; }

void Market::OpenRound(uint32_t round) {
  world_->round = round;
  world_->moves_this_round.assign(static_cast<size_t>(world_->agents.size()), 0);
}

bool Market::Submit(AgentId sender, const v1::Message& move, MarketOutput& out) {
  Verdict verdict = CheckEnvelope(*world_, sender, move);
  if (!verdict.has_value()) verdict = ApplyMove(*world_, sender, move, out);
  if (!verdict.has_value()) return true;

  v1::Message* answer = out.AddMessage();
  answer->set_sender("market");
  answer->add_recipients(world_->name_of(sender));
  answer->set_thread(move.thread());
  answer->set_in_reply_to(move.id());
  v1::Rejected* rejected = answer->mutable_rejected();
  rejected->set_rule(std::move(verdict->rule));
  rejected->set_explanation(std::move(verdict->explanation));
  rejected->set_would_be_legal(std::move(verdict->would_be_legal));
  return false;
}

absl::Status Market::CloseQuarter(MarketOutput& out) {
  World& world = *world_;

  // What was agreed takes effect.
  AdvanceReviews(world, out);
  HoldMeetings(world, out);
  CloseDeals(world, out);
  ExpireContracts(world, out);
  CompleteBuilds(world, out);

  // The quarter is lived through.
  PlanDemand(world);
  ClearComputeMarket(world, out);
  RunTraining(world, out);
  ReleaseModels(world, out);
  ServeCustomers(world, out);
  ClearTalent(world, out);

  // It is paid for, marked, and survived or not.
  SettlePayments(world, out);
  MarkHoldings(world);
  ResolveInsolvency(world, out);

  // The outside world moves on.
  ExpireProposals(world, out);
  AdvanceTechnology(world);
  AdvanceGrid(world);

  SweepToTreasuries(world);
  if (absl::Status balanced = world.ledger.CheckBalanced(); !balanced.ok()) return balanced;
  world.ledger.CloseQuarter();
  if (out.reads_metrics()) {
    VisitMetrics(world, [&out](const MetricValue& metric) { out.ReadMetric(metric); });
  }
  if (out.keeps_records()) {
    WriteMetrics(world, out);
    WriteAlliances(world, out);
    WriteStatements(world, out);
  }
  ++world.quarter;
  return absl::OkStatus();
}

}  // namespace tranche
