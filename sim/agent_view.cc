#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/building.h"
#include "sim/capability.h"
#include "sim/compute_market.h"
#include "sim/data_flows.h"
#include "sim/ledger.h"
#include "sim/money.h"
#include "sim/ownership.h"
#include "sim/quarter.h"
#include "sim/releases.h"
#include "sim/screens.h"
#include "sim/shareholders.h"
#include "sim/supply.h"
#include "sim/treasury.h"
#include "sim/units.h"
#include "sim/views.h"
#include "sim/world.h"

namespace tranche {
namespace {

namespace pb = v1;

double HoursPerQuarter(const World& world) { return world.scenario.compute().hours_per_quarter(); }

// Take-or-pay part of what the contract reserves in a quarter; of a spend commitment what is left
// of it, in its last quarter.
Cents DueUnder(const World& world, const Contract& contract, Quarter quarter) {
  if (!contract.active) return Cents(0);
  if (contract.kind == Contract::Kind::kSpendCommitment) {
    return quarter + 1 == contract.end
               ? std::max(Cents(0), Cents(contract.commitment.amount_cents()) - contract.spent)
               : Cents(0);
  }
  if (contract.kind != Contract::Kind::kCapacity) return Cents(0);
  const double hours = static_cast<double>(contract.ReservedIn(quarter)) * HoursPerQuarter(world);
  return CostAtMicros(contract.capacity.price_micros_per_gpu_hour(), hours) *
         BasisPoints(contract.capacity.take_or_pay_bp());
}

// Over the rest of the contract's term.
Cents DueUntilEnd(const World& world, const Contract& contract) {
  Cents sum;
  Cents due;
  int64_t reserved = -1;
  for (Quarter q = std::max(world.quarter, contract.start); q < contract.end; ++q) {
    // A reservation that has ramped up keeps its size, and with it what is due.
    const int64_t reserved_before = std::exchange(reserved, contract.ReservedIn(q));
    if (contract.kind != Contract::Kind::kCapacity || reserved != reserved_before) {
      due = DueUnder(world, contract, q);
    }
    sum += due;
  }
  return sum;
}

// Over the rest of the terms of all the lab's contracts.
Cents ContractedBy(const World& world, const Lab& lab) {
  Cents contracted;
  for (const ContractId id : world.contracts.Of(lab.agent)) {
    const Contract& contract = world.contracts[id];
    if (contract.customer == lab.agent) contracted += DueUntilEnd(world, contract);
  }
  return contracted;
}

// --- Books
// -----------------------------------------------------------------------------------------

// A quarter of the lab at the opening's prices and contracts, with all reserved hours in use.
void FillOpeningBooks(const World& world, const Lab& lab, pb::Books* books) {
  Cents revenue;
  for (const SegmentOutcome& outcome : lab.outcome) revenue += outcome.revenue;
  Cents expense = MulDiv(lab.cash_pay, lab.researchers, 4) + lab.other_operating_expense +
                  MulDiv(revenue, static_cast<int64_t>(lab.sales_expense_ratio * 1e6), 1'000'000);
  for (const ContractId id : world.contracts.Of(lab.agent)) {
    const Contract& contract = world.contracts[id];
    if (contract.customer != lab.agent || contract.kind != Contract::Kind::kCapacity) continue;
    expense += CostAtMicros(
        contract.capacity.price_micros_per_gpu_hour(),
        static_cast<double>(contract.ReservedIn(world.quarter)) * HoursPerQuarter(world));
  }
  books->set_revenue_cents(revenue.value());
  books->set_operating_expense_cents(expense.value());
  books->set_net_income_cents((revenue - expense).value());
  books->set_operating_cash_flow_cents((revenue - expense).value());
}

// Micro-dollars a GPU-hour for power, staff and depreciation, spread over the hours there are.
int64_t CostPerGpuHour(const World& world, const Cloud& cloud) {
  const auto hours = static_cast<double>(cloud.capacity_h100e()) * HoursPerQuarter(world);
  if (hours <= 0) return 0;
  double micros = 0;
  for (const Fleet& fleet : cloud.fleets) {
    // A cent is 10,000 micro-dollars.
    micros += static_cast<double>(fleet.depreciation_per_quarter.value()) * 10'000;
    micros += FleetPowerKw(world, fleet, cloud.utilisation) * HoursPerQuarter(world) *
              static_cast<double>(world.regions[fleet.region].price_micros_per_kwh);
  }
  return Rounded(cloud.operating_cost_micros_per_gpu_hour + micros / hours);
}

void FillOpeningBooks(const World& world, const Cloud& cloud, pb::Books* books) {
  const Cents revenue = cloud.revenue_history.back();
  const auto other = Cents(static_cast<int64_t>(static_cast<double>(cloud.other_revenue.value()) *
                                                (1 - cloud.other_margin)));
  Cents depreciation;
  for (const Fleet& fleet : cloud.fleets) depreciation += fleet.depreciation_per_quarter;
  const Cents expense =
      other + CostAtMicros(CostPerGpuHour(world, cloud),
                           static_cast<double>(cloud.capacity_h100e()) * HoursPerQuarter(world));
  books->set_revenue_cents(revenue.value());
  books->set_operating_expense_cents(expense.value());
  books->set_net_income_cents((revenue - expense).value());
  books->set_operating_cash_flow_cents((revenue - expense + depreciation).value());
  books->set_investing_cash_flow_cents(-cloud.capex_history.back().value());
}

Cents AssetsNow(const World& world, EntityId entity) {
  Cents assets;
  for (int a = 0; a < kAccountCount; ++a) {
    const auto account = static_cast<Account>(a);
    if (InfoOf(account).type == AccountType::kAsset) {
      assets += world.ledger.Balance(entity, account);
    }
  }
  return assets;
}

void FillBooks(const World& world, AgentId id, pb::Books* books) {
  const Agent& agent = world.agents[id];
  const Ledger& ledger = world.ledger;
  const Group& group = world.groups[agent.group];
  books->set_cash_cents(ledger.Cash(agent.entity).value());
  if (group.has_treasury) books->set_group_treasury_cents(ledger.Cash(group.treasury).value());
  books->set_debt_cents((ledger.Balance(agent.entity, Account::kNotesPayable) +
                         ledger.Balance(agent.entity, Account::kPayables))
                            .value());
  books->set_total_assets_cents(AssetsNow(world, agent.entity).value());
  const LabId lab = world.lab_of(id);
  books->set_committed_cents(
      (lab.valid() ? ContractedBy(world, world.labs[lab]) : CommittedCash(world, id)).value());

  if (world.quarter == world.first_quarter) {
    if (lab.valid()) FillOpeningBooks(world, world.labs[lab], books);
    const CloudId cloud = world.cloud_of(id);
    if (cloud.valid()) FillOpeningBooks(world, world.clouds[cloud], books);
    return;
  }
  const IncomeStatement income = ledger.IncomeStatementOf(agent.entity);
  books->set_revenue_cents(income.revenue.value());
  books->set_operating_expense_cents((income.cost_of_revenue + income.operating_expenses).value());
  books->set_net_income_cents(income.net_income.value());
  const CashFlowStatement flow = ledger.CashFlowOf(agent.entity);
  books->set_operating_cash_flow_cents(flow.operating.value());
  books->set_investing_cash_flow_cents(flow.investing.value());
  books->set_financing_cash_flow_cents(flow.financing.value());
}

// --- Deals, contracts, holdings
// ----------------------------------------------------------------------

bool IsPartyTo(const World& world, const Deal& deal, AgentId agent) {
  if (world.labs[deal.lab].agent == agent || deal.investor == agent || deal.seller == agent) {
    return true;
  }
  return std::any_of(deal.reviews.begin(), deal.reviews.end(), [&](const Review& review) {
    return world.regulators[review.regulator].agent == agent;
  });
}

void FillDeal(const World& world, const Deal& deal, pb::DealView* view) {
  view->set_deal(deal.name);
  view->set_lab(world.agent_of(deal.lab).seat.name);
  view->set_investor(world.name_of(deal.investor));
  if (deal.kind == Deal::Kind::kFunding) *view->mutable_terms() = deal.terms;
  if (deal.kind == Deal::Kind::kMerger) *view->mutable_merger() = deal.merger;
  view->set_state(deal.state);
  view->set_signed_quarter(deal.signed_quarter.index());
  for (const Review& review : deal.reviews) FillReviewView(world, review, view->add_reviews());
  for (const ShareholderConsent& consent : deal.votes) {
    FillVote(world, deal, consent, view->add_votes());
  }
  int64_t drawn = 0;
  for (size_t i = 0; i < deal.tranches.size(); ++i) {
    if (deal.tranches[i].state == TrancheState::State::kDrawn) {
      drawn += deal.terms.tranches(static_cast<int>(i)).amount_cents();
    }
  }
  view->set_drawn_cents(drawn);
}

void FillContract(const World& world, const Contract& contract, pb::ContractView* view) {
  view->set_contract(contract.name);
  view->set_provider(world.name_of(contract.provider));
  view->set_customer(world.name_of(contract.customer));
  view->set_signed_quarter(contract.signed_quarter.index());
  switch (contract.kind) {
    case Contract::Kind::kCapacity:
      *view->mutable_capacity() = contract.capacity;
      view->set_accelerators_now_h100e(contract.ReservedIn(world.quarter));
      break;
    case Contract::Kind::kMarketplace:
      *view->mutable_marketplace() = contract.marketplace;
      break;
    case Contract::Kind::kLicence:
      *view->mutable_licence() = contract.licence;
      break;
    case Contract::Kind::kSpendCommitment:
      *view->mutable_commitment() = contract.commitment;
      break;
  }
  view->set_prepaid_cents(contract.prepaid.value());
}

void AddHoldings(const World& world, GroupId group, pb::AgentView* view) {
  for (LabId id : LabsHeld(world, group)) {
    const Lab& lab = world.labs[id];
    const Stake* stake = FindStake(world, id, group);
    const HolderId holder = HolderOf(world, id, group);
    const int64_t shares = SharesOf(world, id, group);
    Cents notes;
    for (const ConvertibleNote& note : lab.cap_table.notes()) {
      if (note.holder == holder) notes += note.principal;
    }
    if (shares == 0 && notes == Cents(0)) continue;
    pb::HoldingView* line = view->add_holdings();
    line->set_holder(world.groups[group].name);
    line->set_lab(world.name_of(lab.agent));
    line->set_shares(shares);
    line->set_stake_ppm(StakePpm(world, id, group));
    line->set_mark_cents(CostAtMicros(lab.last_price_micros_per_share, shares).value());
    line->set_notes_cents(notes.value());
    if (stake == nullptr) continue;
    line->set_cost_cents(stake->cost.value());
    line->set_board_right(stake->board_right);
    line->set_information_right(stake->information_right);
    line->set_pro_rata_right(stake->pro_rata_right);
    line->set_firewall(stake->firewall);
  }
}

// --- Roles
// ---------------------------------------------------------------------------------------------

// When the lab may release.
void FillReleases(const World& world, LabId id, pb::LabView* view) {
  const Lab& lab = world.labs[id];
  const double capability = lab.runs.empty() ? 0 : CapabilityOf(lab.runs.back().effective_flop);
  view->set_release_closed(ReleaseClosed(world, id, ReleaseQuarter(world, capability)));
  if (lab.release_run.empty()) return;
  view->set_assessed_run(lab.release_run);
  view->set_assessed_release_quarter(lab.release_ready.index());
}

void FillLab(const World& world, LabId id, pb::LabView* view) {
  const Lab& lab = world.labs[id];
  const CapTable& table = lab.cap_table;
  view->set_shares_outstanding(table.FullyDiluted());
  view->set_last_price_micros_per_share(lab.last_price_micros_per_share);
  view->set_researchers(static_cast<uint32_t>(lab.researchers));
  view->set_cash_pay_cents_per_year(lab.cash_pay.value());
  view->set_equity_pay_cents_per_year(lab.equity_pay.value());
  if (!lab.runs.empty()) {
    const TrainingRun& run = lab.runs.back();
    view->set_run(run.name);
    view->set_run_capability_millis(CapabilityMillis(CapabilityOf(run.effective_flop)));
  }
  view->set_efficiency_millis(Rounded(lab.efficiency * world.field_efficiency /
                                      world.scenario.technology().opening_efficiency() * 1000));
  view->set_inference_wanted_gpu_hours(lab.inference_wanted_gpu_hours);
  view->set_inference_served_gpu_hours(lab.inference_served_gpu_hours);
  view->set_training_gpu_hours(lab.training_gpu_hours);
  view->set_reserved_h100e(ReservedForLab(world, id, world.quarter));
  double mtok = 0;
  for (int s = 0; s < kSegments; ++s) {
    const SegmentOutcome& outcome = lab.outcome[static_cast<size_t>(s)];
    mtok += outcome.mtok;
    if (lab.price_micros_per_mtok[static_cast<size_t>(s)] == 0 && outcome.revenue == Cents(0)) {
      continue;
    }
    pb::SegmentResult* result = view->add_segments();
    result->set_segment(SegmentAt(s));
    result->set_revenue_cents(outcome.revenue.value());
    result->set_share_ppm(PpmFromFraction(outcome.share));
    result->set_mtok(Rounded(outcome.mtok));
  }
  if (mtok >= 1) {
    view->set_cost_micros_per_mtok(
        Rounded(static_cast<double>(lab.compute_cost.value()) * 10'000 / mtok));
  }
  for (HolderId holder(0); holder.value() < table.holder_count(); ++holder) {
    const int64_t shares = table.SharesOf(holder);
    if (shares == 0) continue;
    pb::CapTableLine* line = view->add_cap_table();
    line->set_holder(table.HolderName(holder));
    line->set_shares(shares);
    line->set_stake_ppm(static_cast<uint32_t>(table.StakePpm(holder)));
    const GroupId group = table.GroupOf(holder);
    if (group.valid()) line->set_board_right(BoardRightOf(world, id, group));
  }
  FillReleases(world, id, view);
  for (const std::string& country : ServingCountries(world, id)) {
    view->add_data_flow_limits(country);
  }
  for (Quarter q = world.quarter; q < world.quarter + kQuartersAhead; ++q) {
    Cents due;
    for (const ContractId contract : world.contracts.Of(lab.agent)) {
      if (world.contracts[contract].customer != lab.agent) continue;
      due += DueUnder(world, world.contracts[contract], q);
    }
    if (due == Cents(0)) continue;
    pb::PaymentDue* payment = view->add_commitments();
    payment->set_quarter(q.index());
    payment->set_amount_cents(due.value());
  }
}

// What a kilowatt would cost on the accelerators that give most compute for the money.
int64_t BuildCostPerKw(const World& world, GroupId group) {
  constexpr int64_t kSiteKw = 10'000;
  if (world.regions.empty()) return 0;
  double best = 0;
  int64_t cost_per_kw = 0;
  for (ChipMakerId id : world.makers.ids()) {
    const ChipMaker& maker = world.makers[id];
    if (maker.captive_to.valid() && maker.captive_to != group) continue;
    const pb::Cooling cooling =
        maker.power_kw > kMostAirCooledKw ? pb::COOLING_LIQUID : pb::COOLING_AIR;
    const BuildQuote quote = QuoteBuild(world, RegionId(0), id, cooling, kSiteKw);
    const auto cost = static_cast<double>(quote.total_cost().value());
    if (cost <= 0 || static_cast<double>(quote.h100e) / cost <= best) continue;
    best = static_cast<double>(quote.h100e) / cost;
    cost_per_kw = quote.total_cost().value() / kSiteKw;
  }
  return cost_per_kw;
}

void FillCloud(const World& world, CloudId id, pb::CloudView* view) {
  const Cloud& cloud = world.clouds[id];
  view->set_capacity_h100e(cloud.capacity_h100e());
  view->set_reserved_h100e(ReservedAtCloud(world, id, world.quarter));
  view->set_on_demand_sold_gpu_hours(cloud.on_demand_sold_gpu_hours);
  view->set_on_demand_wanted_gpu_hours(cloud.on_demand_wanted_gpu_hours);
  view->set_cost_micros_per_gpu_hour(CostPerGpuHour(world, cloud));
  std::vector<const Build*> builds;
  for (const Build& build : world.builds) {
    if (build.cloud == id && !build.done && !build.cancelled) builds.push_back(&build);
  }
  for (const Build* build : builds) {
    pb::BuildView* line = view->add_builds();
    line->set_build(build->id);
    line->set_region(world.regions[build->region].name);
    line->set_accelerators_h100e(build->h100e);
    line->set_ready_quarter(build->ready.index());
    line->set_paid_cents(build->paid.value());
    line->set_remaining_cents((build->total_cost - build->paid).value());
  }
  for (Quarter q = world.quarter; q < world.quarter + kQuartersAhead; ++q) {
    int64_t capacity = cloud.capacity_h100e();
    for (const Build* build : builds) {
      if (build->ready <= q) capacity += build->h100e;
    }
    pb::CapacityAhead* ahead = view->add_ahead();
    ahead->set_quarter(q.index());
    ahead->set_capacity_h100e(capacity);
    ahead->set_uncommitted_h100e(UncommittedCapacity(world, id, q));
  }
  view->set_build_cost_cents_per_kw(BuildCostPerKw(world, world.agents[cloud.agent].group));
}

void FillInvestor(const World& world, AgentId id, pb::InvestorView* view) {
  view->set_investable_cents(UncommittedCash(world, id).value());
  const std::vector<uint32_t> overlaps = OverlapsBp(world, world.agents[id].group);
  for (LabId lab : world.labs.ids()) {
    const uint32_t overlap = overlaps[static_cast<size_t>(lab.value())];
    if (overlap == 0) continue;
    pb::Conflict* conflict = view->add_conflicts();
    conflict->set_lab(world.agent_of(lab).seat.name);
    conflict->set_overlap_bp(overlap);
  }
}

void FillRegulator(const World& world, RegulatorId id, pb::RegulatorView* view) {
  for (const Deal& deal : world.deals) {
    if (!deal.pending()) continue;
    for (const Review& review : deal.reviews) {
      if (review.regulator == id) FillReviewFile(world, deal, review, view->add_files());
    }
  }
}

}  // namespace

void BuildAgentView(const World& world, AgentId id, pb::AgentView* view) {
  view->Clear();
  const Agent& agent = world.agents[id];
  view->set_agent(agent.seat.name);
  FillBooks(world, id, view->mutable_books());
  for (const Deal& deal : world.deals) {
    if (deal.live() && IsPartyTo(world, deal, id)) FillDeal(world, deal, view->add_deals());
  }
  for (const ContractId contract : world.contracts.Of(id)) {
    if (world.contracts[contract].active) {
      FillContract(world, world.contracts[contract], view->add_contracts());
    }
  }
  AddHoldings(world, agent.group, view);
  switch (agent.seat.role) {
    case pb::ROLE_LAB:
      return FillLab(world, LabId(agent.role_index), view->mutable_lab());
    case pb::ROLE_CLOUD:
      return FillCloud(world, CloudId(agent.role_index), view->mutable_cloud());
    case pb::ROLE_INVESTOR:
      return FillInvestor(world, id, view->mutable_investor());
    case pb::ROLE_REGULATOR:
      return FillRegulator(world, RegulatorId(agent.role_index), view->mutable_regulator());
    default:
      return;
  }
}

}  // namespace tranche
