#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "sim/building.h"
#include "sim/check.h"
#include "sim/concentration.h"
#include "sim/dates.h"
#include "sim/frameworks.h"
#include "sim/lab_ownership.h"
#include "sim/metrics.h"
#include "sim/money.h"
#include "sim/ownership.h"
#include "sim/quarter.h"
#include "sim/units.h"
#include "sim/views.h"
#include "sim/world.h"

namespace tranche {
namespace {

namespace pb = v1;

// The site for which regions quote their lead time.
constexpr double kQuotedSiteKw = 100'000;

// A history's entry for the quarter before the one last closed; without a lag for the latter.
template <typename T>
T Disclosed(const World& world, const std::vector<T>& history) {
  if (history.empty()) return T();
  const bool latest = history.size() < 2 || world.scenario.switches().no_disclosure_lag();
  return latest ? history.back() : history[history.size() - 2];
}

void AddProfiles(const World& world, pb::PublicView& view) {
  for (const Agent& agent : world.agents) {
    pb::AgentProfile* profile = view.add_agents();
    profile->set_name(agent.seat.name);
    profile->set_role(agent.seat.role);
    profile->set_group(world.groups[agent.group].name);
    profile->set_home(world.groups[agent.group].home);
    profile->set_active(agent.active);
    if (agent.seat.role == pb::ROLE_REGULATOR) {
      profile->set_jurisdiction(world.regulators[RegulatorId(agent.role_index)].jurisdiction);
    }
  }
}

void AddLabs(const World& world, pb::PublicView& view) {
  for (LabId id : world.labs.ids()) {
    const Lab& lab = world.labs[id];
    pb::LabDisclosure* disclosure = view.add_labs();
    disclosure->set_lab(world.name_of(lab.agent));
    disclosure->set_last_valuation_cents(lab.last_valuation.value());
    disclosure->set_disclosed_revenue_cents(Disclosed(world, lab.revenue_history).value());
    disclosure->set_capability_millis(CapabilityMillis(lab.capability));
    disclosure->set_model(lab.model);
    disclosure->set_model_released_quarter(lab.released.index());
    for (int s = 0; s < kSegments; ++s) {
      const int64_t price = lab.price_micros_per_mtok[static_cast<size_t>(s)];
      if (price == 0) continue;
      pb::SegmentPrice* item = disclosure->add_prices();
      item->set_segment(SegmentAt(s));
      item->set_price_micros_per_mtok(price);
    }
    for (const ContractId contract_id : world.contracts.Of(lab.agent)) {
      const Contract& contract = world.contracts[contract_id];
      if (contract.kind == Contract::Kind::kMarketplace && contract.active &&
          contract.customer == lab.agent) {
        disclosure->add_marketplaces(world.name_of(contract.provider));
      }
    }
    disclosure->set_researchers(static_cast<uint32_t>(Disclosed(world, lab.researchers_history)));
    disclosure->set_raising(
        std::any_of(world.rounds.begin(), world.rounds.end(),
                    [id](const FundingRound& round) { return round.open && round.lab == id; }));
  }
}

// Signed and not yet delivered, at the contracts' prices.
Cents BacklogOf(const World& world, const Cloud& cloud) {
  const double hours = world.scenario.compute().hours_per_quarter();
  Cents backlog;
  for (const ContractId id : world.contracts.Of(cloud.agent)) {
    const Contract& contract = world.contracts[id];
    if (contract.provider != cloud.agent || !contract.active) continue;
    if (contract.kind == Contract::Kind::kSpendCommitment) {
      backlog += std::max(Cents(0), Cents(contract.commitment.amount_cents()) - contract.spent);
    } else if (contract.kind == Contract::Kind::kCapacity) {
      double reserved = 0;
      for (Quarter q = std::max(world.quarter, contract.start); q < contract.end; ++q) {
        reserved += static_cast<double>(contract.ReservedIn(q));
      }
      backlog += CostAtMicros(contract.capacity.price_micros_per_gpu_hour(), reserved * hours);
    }
  }
  return backlog;
}

void AddClouds(const World& world, pb::PublicView& view) {
  for (const Cloud& cloud : world.clouds) {
    pb::CloudDisclosure* disclosure = view.add_clouds();
    disclosure->set_cloud(world.name_of(cloud.agent));
    disclosure->set_on_demand_price_micros_per_gpu_hour(cloud.on_demand_price_micros);
    disclosure->set_disclosed_revenue_cents(Disclosed(world, cloud.revenue_history).value());
    disclosure->set_disclosed_capital_expenditure_cents(
        Disclosed(world, cloud.capex_history).value());
    disclosure->set_capacity_h100e(Disclosed(world, cloud.capacity_history));
    disclosure->set_utilisation_bp(BpFromFraction(Disclosed(world, cloud.utilisation_history)));
    disclosure->set_backlog_cents(BacklogOf(world, cloud).value());
  }
}

// --- Withheld for a quarter
// ------------------------------------------------------------------------

void AddSurveys(const World& world, pb::PublicView& view) {
  for (int s = 0; s < kSegments; ++s) {
    const Segment& segment = world.segments[static_cast<size_t>(s)];
    pb::SegmentSurvey* survey = view.add_segments();
    survey->set_segment(SegmentAt(s));
    survey->set_adoption_ppm(PpmFromFraction(segment.adoption));
    survey->set_spend_cents(segment.spend.value());
    for (const Lab& lab : world.labs) {
      const double share = lab.outcome[static_cast<size_t>(s)].share;
      if (share <= 0) continue;
      pb::LabShare* line = survey->add_shares();
      line->set_lab(world.name_of(lab.agent));
      line->set_share_ppm(PpmFromFraction(share));
    }
  }
}

// Weights by owner as shares; empty if nobody has any.
std::vector<double> SharesOfTotal(std::vector<double> weights) {
  double total = 0;
  for (double weight : weights) total += weight;
  if (total <= 0) return {};
  for (double& weight : weights) weight /= total;
  return weights;
}

void AddConcentrationOf(absl::string_view market, double hhi, double mhhi, pb::PublicView& view) {
  pb::Concentration* line = view.add_concentration();
  line->set_market(std::string(market));
  line->set_hhi(static_cast<uint32_t>(Rounded(hhi)));
  line->set_mhhi(static_cast<uint32_t>(Rounded(mhhi)));
}

// `revenue` by lab.
void AddModelsConcentration(const World& world, const LabOwnership& ownership,
                            absl::string_view market, const std::vector<double>& revenue,
                            pb::PublicView& view) {
  const std::vector<double> by_lab = SharesOfTotal(revenue);
  if (by_lab.empty()) return;
  std::vector<double> by_group(static_cast<size_t>(world.groups.size()));
  for (LabId lab : world.labs.ids()) {
    by_group[static_cast<size_t>(world.agent_of(lab).group.value())] +=
        by_lab[static_cast<size_t>(lab.value())];
  }
  AddConcentrationOf(market, Hhi(by_group), ownership.ModifiedHhi(by_lab), view);
}

void AddConcentration(const World& world, pb::PublicView& view) {
  const LabOwnership ownership(world);
  std::vector<double> all(static_cast<size_t>(world.labs.size()));
  std::vector<double> one(all.size());
  for (int s = 0; s < kSegments; ++s) {
    for (LabId lab : world.labs.ids()) {
      const auto l = static_cast<size_t>(lab.value());
      one[l] = static_cast<double>(world.labs[lab].outcome[static_cast<size_t>(s)].revenue.value());
      all[l] += one[l];
    }
    AddModelsConcentration(world, ownership, SegmentName(s), one, view);
  }
  AddModelsConcentration(world, ownership, "models", all, view);

  std::vector<double> capacity(static_cast<size_t>(world.groups.size()));
  for (const Cloud& cloud : world.clouds) {
    capacity[static_cast<size_t>(world.agents[cloud.agent].group.value())] +=
        static_cast<double>(cloud.capacity_h100e());
  }
  const std::vector<double> shares = SharesOfTotal(capacity);
  // Clouds belong to one group each, so the two indices are the same.
  if (!shares.empty()) AddConcentrationOf("compute", Hhi(shares), Hhi(shares), view);
}

// --- Announced
// ---------------------------------------------------------------------------------------

// Value of the lab after the deal's round: the round's pre-money and all that is signed of it.
Cents PostMoney(const World& world, const Deal& deal) {
  const absl::string_view thread = absl::string_view(deal.name).substr(0, deal.name.rfind('/'));
  Cents post = deal.pre_money;
  for (const Deal& other : world.deals) {
    if (other.kind == Deal::Kind::kFunding && other.lab == deal.lab &&
        absl::StartsWith(other.name, thread) && other.name.rfind('/') == thread.size()) {
      post += Cents(other.terms.amount_cents());
    }
  }
  return post;
}

void AddDeals(const World& world, pb::PublicView& view) {
  for (const Deal& deal : world.deals) {
    pb::DealDisclosure* disclosure = view.add_deals();
    disclosure->set_deal(deal.name);
    disclosure->set_lab(world.agent_of(deal.lab).seat.name);
    disclosure->set_investor(world.name_of(deal.investor));
    disclosure->set_state(deal.state);
    disclosure->set_signed_quarter(deal.signed_quarter.index());
    switch (deal.kind) {
      case Deal::Kind::kFunding:
        disclosure->set_amount_cents(deal.terms.amount_cents());
        if (deal.pre_money > Cents(0)) {
          disclosure->set_post_money_cents(PostMoney(world, deal).value());
        }
        break;
      case Deal::Kind::kMerger:
        disclosure->set_amount_cents(deal.merger.price_cents());
        disclosure->set_post_money_cents(deal.merger.price_cents());
        break;
      case Deal::Kind::kSecondary:
        disclosure->set_amount_cents(
            CostAtMicros(deal.secondary.price_micros_per_share(), deal.secondary.shares()).value());
        break;
    }
  }
}

void AddHoldings(const World& world, pb::PublicView& view) {
  for (LabId lab : world.labs.ids()) {
    for (const Interest& interest : InterestsIn(world, lab)) {
      const GroupId group = interest.group;
      const uint32_t stake = StakePpm(world, lab, group);
      if (stake < kPublicStakePpm) continue;
      pb::HoldingDisclosure* holding = view.add_holdings();
      holding->set_holder_group(world.groups[group].name);
      holding->set_lab(world.agent_of(lab).seat.name);
      holding->set_stake_ppm(stake);
      holding->set_board_right(BoardRightOf(world, lab, group));
    }
  }
}

Quarter ParsedQuarter(const std::string& text) {
  const absl::StatusOr<Quarter> quarter = Quarter::Parse(text);
  TRANCHE_CHECK(quarter.ok(), text);
  return *quarter;
}

// Events of this quarter and those to come; a round under discussion until its outside date.
void AddEvents(const World& world, pb::PublicView& view) {
  if (world.scenario.switches().no_scheduled_events()) return;
  for (const pb::EventSpec& spec : world.scenario.events()) {
    const Quarter takes_place = Quarter::Containing(DayOf(spec.date()));
    Quarter last = takes_place;
    if (spec.has_round()) last = std::max(last, ParsedQuarter(spec.round().outside()));
    if (spec.has_release_window()) last = ParsedQuarter(spec.release_window().through());
    if (last < world.quarter) continue;
    pb::AnnouncedEvent* event = view.add_events();
    event->set_name(spec.name());
    event->set_description(spec.description());
    *event->mutable_date() = spec.date();
    event->set_quarter(takes_place.index());
    event->set_shareholder_meeting(spec.shareholder_meeting());
    if (spec.has_release_window()) {
      pb::ReleaseWindow* window = event->mutable_release_window();
      window->set_lab(spec.release_window().lab());
      window->set_from_quarter(takes_place.index());
      window->set_through_quarter(last.index());
    }
    if (!spec.has_round()) continue;
    pb::RoundNews* round = event->mutable_round();
    round->set_lab(spec.round().lab());
    round->set_amount_cents(FromUsdMillions(spec.round().amount_usd_millions()).value());
    round->set_pre_money_cents(FromUsdMillions(spec.round().pre_money_usd_millions()).value());
    round->set_target_close_quarter(ParsedQuarter(spec.round().target_close()).index());
    round->set_outside_quarter(ParsedQuarter(spec.round().outside()).index());
    for (const pb::InterestSpec& said : spec.round().interest()) {
      pb::Interest* interest = round->add_interest();
      interest->set_investor(said.investor());
      interest->set_amount_cents(FromUsdMillions(said.amount_usd_millions()).value());
    }
  }
}

// --- Infrastructure, talent, law
// -----------------------------------------------------------------------

void AddInfrastructure(const World& world, pb::PublicView& view) {
  const auto site = static_cast<int32_t>(world.scenario.compute().site_lead_time_quarters());
  for (const Region& region : world.regions) {
    pb::GridRegion* grid = view.add_regions();
    grid->set_region(region.name);
    grid->set_country(region.country);
    grid->set_spare_kw(static_cast<int64_t>(region.spare_kw));
    grid->set_queued_kw(static_cast<int64_t>(region.queued_kw));
    grid->set_price_micros_per_kwh(region.price_micros_per_kwh);
    grid->set_lead_time_quarters(
        static_cast<uint32_t>(std::max(site, PowerLeadQuarters(region, kQuotedSiteKw))));
  }
  for (const ChipMaker& spec : world.makers) {
    pb::ChipMaker* maker = view.add_chip_makers();
    maker->set_chip_maker(spec.name);
    maker->set_price_cents(Rounded(spec.price_cents));
    maker->set_performance_millis_h100e(
        static_cast<uint32_t>(Rounded(spec.performance_h100e * 1000)));
    maker->set_power_watts(static_cast<uint32_t>(Rounded(spec.power_kw * 1000)));
    maker->set_capacity_per_quarter(static_cast<int64_t>(spec.capacity_per_quarter));
    maker->set_backlog(static_cast<int64_t>(spec.backlog));
    if (spec.captive_to.valid()) maker->set_captive_to(world.groups[spec.captive_to].name);
  }
}

void AddTalent(const World& world, pb::PublicView& view) {
  pb::TalentMarket* talent = view.mutable_talent();
  talent->set_available(static_cast<uint32_t>(world.researchers_available));
  int64_t people = 0;
  Cents cash;
  Cents equity;
  for (const Lab& lab : world.labs) {
    if (!world.agents[lab.agent].active) continue;
    people += lab.researchers;
    cash += lab.cash_pay * lab.researchers;
    equity += lab.equity_pay * lab.researchers;
  }
  if (people == 0) return;
  talent->set_mean_cash_cents_per_year(MulDiv(cash, 1, people).value());
  talent->set_mean_equity_cents_per_year(MulDiv(equity, 1, people).value());
}

void AddRegimes(const World& world, pb::PublicView& view) {
  for (size_t j = 0; j < world.regimes.size(); ++j) {
    if (!world.has_regime[j]) continue;
    const pb::RegimeSpec& law = world.regimes[j];
    pb::ReviewRegime* regime = view.add_regimes();
    regime->set_jurisdiction(law.jurisdiction());
    for (const Regulator& regulator : world.regulators) {
      if (regulator.jurisdiction == law.jurisdiction()) {
        regime->set_regulator(world.name_of(regulator.agent));
      }
    }
    regime->set_transaction_threshold_cents(
        FromUsdMillions(law.transaction_threshold_usd_millions()).value());
    regime->set_stake_threshold_bp(BpFromPercent(law.stake_threshold_percent()));
    regime->set_hhi_threshold(law.hhi_threshold());
    regime->set_hhi_change_threshold(law.hhi_change_threshold());
    regime->set_share_threshold_bp(BpFromPercent(law.share_threshold_percent()));
    regime->set_data_security_cost_cents_per_quarter(
        FromUsdMillions(law.data_security_cost_usd_millions_per_quarter()).value());
    if (!world.scenario.switches().no_interlock_rule()) {
      regime->set_interlock_sales_cents(
          FromUsdMillions(law.interlock_sales_usd_millions()).value());
    }
  }
}

void AddVotingRules(const World& world, pb::PublicView& view) {
  for (const ShareholderRule& rule : world.voting_rules) {
    pb::VotingRule* line = view.add_voting_rules();
    line->set_company(rule.company);
    line->set_deal_cents(rule.deal.value());
    line->set_issue_bp(BpFromFraction(rule.issue));
    line->set_special_meeting_quarters(static_cast<uint32_t>(rule.special_meeting_quarters));
  }
}

}  // namespace

void BuildPublicView(World& world) {
  pb::PublicView& view = world.public_view;
  pb::PublicView latest;
  AddSurveys(world, latest);
  AddConcentration(world, latest);

  view.Clear();
  view.set_quarter(world.quarter.index());
  SetDate(world.quarter.FirstDay(), view.mutable_first_day());
  SetDate(world.quarter.LastDay(), view.mutable_last_day());
  view.set_first_quarter(world.first_quarter.index());
  view.set_end_quarter(world.end_quarter.index());
  AddProfiles(world, view);
  AddLabs(world, view);
  AddClouds(world, view);
  // At the opening nothing older is known.
  const bool current =
      world.quarter == world.first_quarter || world.scenario.switches().no_disclosure_lag();
  pb::PublicView& disclosed = current ? latest : world.undisclosed;
  *view.mutable_segments() = disclosed.segments();
  *view.mutable_concentration() = disclosed.concentration();
  world.undisclosed.Swap(&latest);
  AddDeals(world, view);
  AddInfrastructure(world, view);
  AddTalent(world, view);
  AddRegimes(world, view);
  for (const Framework& framework : world.frameworks) {
    FillFramework(framework, view.add_frameworks());
  }
  AddVotingRules(world, view);
  AddEvents(world, view);
  AddHoldings(world, view);
  for (pb::Statement& statement : world.statements) *view.add_statements() = std::move(statement);
  world.statements.clear();
}

}  // namespace tranche
