#include "sim/metrics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/circular_financing.h"
#include "sim/concentration.h"
#include "sim/frameworks.h"
#include "sim/interlocks.h"
#include "sim/lab_ownership.h"
#include "sim/ledger.h"
#include "sim/money.h"
#include "sim/ownership.h"
#include "sim/shareholders.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

using Visit = absl::FunctionRef<void(const MetricValue&)>;

constexpr double kCentsPerDollar = 100;
constexpr double kMicrosPerDollar = 1e6;
constexpr absl::string_view kUsd = "USD";

double Dollars(Cents cents) { return static_cast<double>(cents.value()) / kCentsPerDollar; }

// Adds up `value` over the labs of each group, for indices over groups.
template <typename Value>
std::vector<double> SharesByGroup(const World& world, const Value& value) {
  std::vector<double> by_group(static_cast<size_t>(world.groups.size()), 0.0);
  double total = 0;
  for (LabId lab : world.labs.ids()) {
    const double part = value(world.labs[lab]);
    by_group[static_cast<size_t>(world.agent_of(lab).group.value())] += part;
    total += part;
  }
  if (total > 0) {
    for (double& share : by_group) share /= total;
  }
  return by_group;
}

// A lab's share of each segment is a metric of its own name.
absl::string_view SegmentShareName(int index) {
  constexpr std::array<absl::string_view, kSegments> kNames = {
      "share-developers", "share-enterprises", "share-small-businesses", "share-consumers"};
  return kNames[static_cast<size_t>(index)];
}

// Its list price, too.
absl::string_view SegmentPriceName(int index) {
  constexpr std::array<absl::string_view, kSegments> kNames = {
      "price-developers", "price-enterprises", "price-small-businesses", "price-consumers"};
  return kNames[static_cast<size_t>(index)];
}

Cents RevenueOf(const Lab& lab) {
  Cents revenue;
  for (const SegmentOutcome& outcome : lab.outcome) revenue += outcome.revenue;
  return revenue;
}

void VisitLab(const World& world, LabId id, double share, Visit visit) {
  const Lab& lab = world.labs[id];
  const Agent& agent = world.agents[lab.agent];
  const absl::string_view name = agent.seat.name;
  const IncomeStatement income = world.ledger.IncomeStatementOf(agent.entity);
  const CashFlowStatement flow = world.ledger.CashFlowOf(agent.entity);
  const Cents revenue = RevenueOf(lab);
  double mtok = 0;
  for (const SegmentOutcome& outcome : lab.outcome) mtok += outcome.mtok;

  visit({"active", name, agent.active ? 1.0 : 0.0, "0 or 1"});
  visit({"revenue", name, Dollars(revenue), kUsd});
  visit({"market-share", name, share, "fraction of models revenue"});
  visit({"net-income", name, Dollars(income.net_income), kUsd});
  const Cents cash = SpendableCash(world, lab.agent);
  visit({"cash", name, Dollars(cash), kUsd});
  visit({"operating-cash-flow", name, Dollars(flow.operating), kUsd});
  if (flow.operating < Cents(0) && !world.groups[agent.group].has_treasury) {
    visit({"runway", name,
           static_cast<double>(cash.value()) / static_cast<double>(-flow.operating.value()),
           "quarters"});
  }
  if (!lab.division) visit({"valuation", name, Dollars(lab.last_valuation), kUsd});
  visit({"capability", name, lab.capability, "log10 FLOP"});
  visit({"algorithmic-efficiency", name, lab.efficiency, "ratio to the field"});
  visit({"researchers", name, static_cast<double>(lab.researchers), "people"});
  visit({"researcher-pay", name, Dollars(lab.cash_pay + lab.equity_pay), "USD a year"});
  if (mtok > 0) {
    visit({"price", name, Dollars(revenue) / mtok, "USD a million tokens"});
    visit({"compute-cost", name, Dollars(lab.compute_cost) / mtok, "USD a million tokens"});
  }
  visit({"tokens", name, mtok, "million"});
  visit({"service-level", name, lab.service_level, "fraction served"});
  visit(
      {"serving-compute", name, static_cast<double>(lab.inference_served_gpu_hours), "GPU-hours"});
  visit({"training-compute", name, static_cast<double>(lab.training_gpu_hours), "GPU-hours"});
  visit({"regulatory-cost", name,
         Dollars(world.ledger.ClosedBalance(agent.entity, Account::kRegulatoryCosts)), kUsd});
  for (int i = 0; i < kSegments; ++i) {
    const auto s = static_cast<size_t>(i);
    visit({SegmentShareName(i), name, lab.outcome[s].share, "fraction of segment spend"});
    if (lab.price_micros_per_mtok[s] == 0) continue;
    visit({SegmentPriceName(i), name,
           static_cast<double>(lab.price_micros_per_mtok[s]) / kMicrosPerDollar,
           "USD a million tokens"});
  }
}

void VisitCloud(const World& world, CloudId id, Visit visit) {
  const Cloud& cloud = world.clouds[id];
  const Agent& agent = world.agents[cloud.agent];
  const absl::string_view name = agent.seat.name;
  const Ledger& ledger = world.ledger;
  visit({"active", name, agent.active ? 1.0 : 0.0, "0 or 1"});
  visit({"revenue", name, Dollars(ledger.IncomeStatementOf(agent.entity).revenue), kUsd});
  visit({"net-income", name, Dollars(ledger.IncomeStatementOf(agent.entity).net_income), kUsd});
  visit({"cash", name, Dollars(SpendableCash(world, cloud.agent)), kUsd});
  visit({"capital-expenditure", name,
         cloud.capex_history.empty() ? 0.0 : Dollars(cloud.capex_history.back()), kUsd});
  visit({"capacity", name, static_cast<double>(cloud.capacity_h100e()), "H100-equivalents"});
  visit({"utilisation", name, cloud.utilisation, "fraction of hours"});
  visit({"on-demand-price", name,
         static_cast<double>(cloud.on_demand_price_micros) / kMicrosPerDollar, "USD a GPU-hour"});
  double power_kw = 0;
  double own_silicon = 0;
  for (const Fleet& fleet : cloud.fleets) {
    power_kw += static_cast<double>(fleet.h100e) * fleet.power_kw_per_h100e;
    if (world.makers[fleet.maker].captive_to.valid()) {
      own_silicon += static_cast<double>(fleet.h100e);
    }
  }
  visit({"power", name, power_kw / 1000, "MW"});
  const auto capacity = static_cast<double>(cloud.capacity_h100e());
  if (capacity > 0) visit({"own-silicon", name, own_silicon / capacity, "fraction of capacity"});
}

void VisitInvestor(const World& world, InvestorId id, Visit visit) {
  const Agent& agent = world.agents[world.investors[id].agent];
  const absl::string_view name = agent.seat.name;
  Cents cost;
  Cents marked;
  for (const Stake& stake : world.stakes) {
    if (stake.holder_agent != world.investors[id].agent) continue;
    cost += stake.cost;
    marked += stake.marked;
    const std::string pair = absl::StrCat(name, "/", world.agent_of(stake.lab).seat.name);
    visit({"stake", pair, StakePpm(world, stake.lab, stake.holder) / 1e6, "fraction of shares"});
  }
  visit({"holdings-at-cost", name, Dollars(cost), kUsd});
  visit({"holdings-at-mark", name, Dollars(cost + marked), kUsd});
}

// The chance that two tokens of the segment, drawn at random, are served through interfaces that
// don't fit each other: (1 - compatibility) (1 - sum of squared shares by lab).
double Fragmentation(const World& world, int segment) {
  double total = 0;
  double squares = 0;
  for (const Lab& lab : world.labs) {
    const double mtok = lab.outcome[static_cast<size_t>(segment)].mtok;
    total += mtok;
    squares += mtok * mtok;
  }
  if (total <= 0) return 0;
  return (1 - Compatibility(world)) * (1 - squares / (total * total));
}

void VisitSegment(const World& world, int index, Visit visit) {
  const Segment& segment = world.segments[static_cast<size_t>(index)];
  const absl::string_view name = SegmentName(index);
  double mtok = 0;
  for (const Lab& lab : world.labs) mtok += lab.outcome[static_cast<size_t>(index)].mtok;
  visit({"adoption", name, segment.adoption, "fraction of customers"});
  visit({"spend", name, Dollars(segment.spend), kUsd});
  if (mtok > 0) visit({"price", name, Dollars(segment.spend) / mtok, "USD a million tokens"});
  visit({"consumer-surplus", name, segment.consumer_surplus_cents / kCentsPerDollar,
         "USD over the opening"});
  visit({"lock-in", name, segment.lock_in, "fraction"});
  visit({"fragmentation", name, Fragmentation(world, index), "fraction of pairs"});
  const std::vector<double> shares = SharesByGroup(world, [index](const Lab& lab) {
    return static_cast<double>(lab.outcome[static_cast<size_t>(index)].revenue.value());
  });
  visit({"hhi", name, Hhi(shares), "0 to 10,000"});
}

void VisitMarket(const World& world, Visit visit) {
  const std::vector<double> shares = SharesByGroup(
      world, [](const Lab& lab) { return static_cast<double>(RevenueOf(lab).value()); });
  visit({"hhi", "models", Hhi(shares), "0 to 10,000"});
  visit({"mhhi", "models", LabOwnership(world).ModifiedHhi(RevenueShares(world)), "0 to 10,000"});
  // Effective number of suppliers: as many equal ones would give the same concentration.
  const double hhi = Hhi(shares);
  if (hhi > 0) visit({"effective-suppliers", "models", 10'000 / hhi, "labs' groups"});

  std::vector<double> capacity;
  double total = 0;
  double price_weighted = 0;
  double hours = 0;
  for (const Cloud& cloud : world.clouds) {
    capacity.push_back(static_cast<double>(cloud.capacity_h100e()));
    total += capacity.back();
    const auto sold = static_cast<double>(cloud.on_demand_sold_gpu_hours);
    price_weighted += sold * static_cast<double>(cloud.on_demand_price_micros);
    hours += sold;
  }
  if (total > 0) {
    for (double& share : capacity) share /= total;
  }
  visit({"hhi", "compute", Hhi(capacity), "0 to 10,000"});
  visit({"capacity", "", total, "H100-equivalents"});
  if (hours > 0) {
    visit({"on-demand-price", "", price_weighted / hours / kMicrosPerDollar, "USD a GPU-hour"});
  }

  double frontier = 0;
  int64_t researchers = 0;
  double pay = 0;
  for (const Lab& lab : world.labs) {
    if (!world.agents[lab.agent].active) continue;
    frontier = std::max(frontier, lab.capability);
    researchers += lab.researchers;
    pay += static_cast<double>(lab.researchers) * Dollars(lab.cash_pay + lab.equity_pay);
  }
  visit({"frontier-capability", "", frontier, "log10 FLOP"});
  if (researchers > 0) {
    visit({"researcher-pay", "", pay / static_cast<double>(researchers), "USD a year"});
  }
  visit({"researchers-available", "", static_cast<double>(world.researchers_available), "people"});

  for (const Region& region : world.regions) {
    visit({"spare-power", region.name, region.spare_kw / 1000, "MW"});
    visit({"power-price", region.name, static_cast<double>(region.price_micros_per_kwh) / 1000,
           "USD a MWh"});
  }
}

void VisitCircularFinancing(const World& world, Visit visit) {
  for (GroupId group : world.groups.ids()) {
    const Cents returned = CircularFinancing(world, group);
    if (returned <= Cents(0)) continue;
    visit({"circular-financing", world.groups[group].name, Dollars(returned), kUsd});
  }
}

// Signed deals that wait for shareholders, and groups on the boards of rivals.
void VisitGovernance(const World& world, Visit visit) {
  double waiting = 0;
  for (const Deal& deal : world.deals) {
    if (deal.pending() && !HasConsent(deal)) ++waiting;
  }
  double interlocks = 0;
  for (const Stake& stake : world.stakes) {
    if (stake.board_right != v1::BOARD_RIGHT_SEAT || !world.agent_of(stake.lab).active) continue;
    if (InterlockedRival(world, stake.lab, stake.holder, stake.board_right).valid()) ++interlocks;
  }
  visit({"awaiting-shareholders", "", waiting, "deals"});
  visit({"interlocks", "", interlocks, "seats"});
}

void VisitDualAllegiance(const World& world, Visit visit) {
  for (const Stake& stake : world.stakes) {
    const uint32_t overlap = OverlapBp(world, stake.lab, stake.holder);
    if (overlap == 0 || SharesOf(world, stake.lab, stake.holder) == 0) continue;
    const std::string pair =
        absl::StrCat(world.groups[stake.holder].name, "/", world.agent_of(stake.lab).seat.name);
    visit({"dual-allegiance", pair, overlap / 1e4, "fraction of rivals"});
  }
}

}  // namespace

absl::string_view SegmentName(int index) {
  constexpr std::array<absl::string_view, kSegments> kNames = {"developers", "enterprises",
                                                               "small-businesses", "consumers"};
  return kNames[static_cast<size_t>(index)];
}

void VisitMetrics(const World& world, Visit visit) {
  const std::vector<double> shares = RevenueShares(world);
  for (LabId lab : world.labs.ids()) {
    VisitLab(world, lab, shares[static_cast<size_t>(lab.value())], visit);
  }
  for (CloudId cloud : world.clouds.ids()) VisitCloud(world, cloud, visit);
  for (InvestorId investor : world.investors.ids()) VisitInvestor(world, investor, visit);
  for (int segment = 0; segment < kSegments; ++segment) VisitSegment(world, segment, visit);
  VisitMarket(world, visit);
  VisitCircularFinancing(world, visit);
  VisitGovernance(world, visit);
  VisitDualAllegiance(world, visit);
}

void WriteMetrics(const World& world, MarketOutput& out) {
  VisitMetrics(world, [&out](const MetricValue& metric) {
    v1::LogRecord* record = out.AddRecord();
    if (record == nullptr) return;
    v1::Metric* written = record->mutable_metric();
    written->set_name(std::string(metric.name));
    written->set_subject(std::string(metric.subject));
    written->set_value(metric.value);
    written->set_unit(std::string(metric.unit));
  });
}

}  // namespace tranche
