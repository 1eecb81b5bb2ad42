#ifndef TRANCHE_SIM_TESTING_HAND_MADE_ECONOMY_H_
#define TRANCHE_SIM_TESTING_HAND_MADE_ECONOMY_H_

#include <deque>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "sim/building.h"
#include "sim/capability.h"
#include "sim/check.h"
#include "sim/compute_market.h"
#include "sim/demand.h"
#include "sim/payments.h"
#include "sim/treasury.h"
#include "sim/world.h"

// A world of round figures, built by hand, for tests of single mechanisms: labs and clouds that
// stand alone, one region, a merchant chip maker and a maker captive to nobody. Tests change what
// matters to them, then call CalibrateAppeal.
namespace tranche {

// Keeps what the market says.
class CollectedOutput : public MarketOutput {
 public:
  v1::Message* AddMessage() override { return &messages.emplace_back(); }
  v1::LogRecord* AddRecord() override { return nullptr; }

  std::deque<v1::Message> messages;
};

struct EconomyShape {
  int labs = 2;
  int clouds = 2;
};

class HandMadeEconomy {
 public:
  explicit HandMadeEconomy(EconomyShape shape = {}) {
    World& w = world;
    w.first_quarter = Quarter(2026, 1);
    w.quarter = w.first_quarter;
    w.end_quarter = Quarter(2029, 1);
    FillScenario();
    w.mtok_per_gpu_hour = w.scenario.compute().mtok_per_gpu_hour();
    w.field_efficiency = w.scenario.technology().opening_efficiency();

    Region region;
    region.name = "plain";
    region.spare_kw = 200'000;
    region.total_kw = 200'000;
    region.new_kw_per_quarter = 20'000;
    region.base_price_micros_per_kwh = 60'000;
    region.scarcity_premium = 0.5;
    region.price_micros_per_kwh = 60'000;
    w.regions.Add(region);
    AddMaker("merchant", 3'000'000);
    AddMaker("second-source", 2'000'000);

    for (int s = 0; s < kSegments; ++s) {
      Segment& segment = w.segments[static_cast<size_t>(s)];
      segment.spec = w.scenario.segments(s);
      segment.adoption = segment.spec.adoption_percent() / 100;
      w.populations.customers[static_cast<size_t>(s)] =
          AddPopulation(absl::StrCat("customers-", s));
    }
    w.populations.households = AddPopulation("households");
    w.populations.chip_makers = AddPopulation("chip-makers");
    w.populations.builders = AddPopulation("builders");
    w.populations.grids = AddPopulation("grids");
    w.populations.other_tenants = AddPopulation("other-tenants");
    w.populations.capital = AddPopulation("capital");
    w.populations.rest_of_world = AddPopulation("rest-of-world");

    for (int i = 0; i < shape.clouds; ++i) AddCloud(absl::StrCat("cloud-", i));
    for (int i = 0; i < shape.labs; ++i) AddLab(absl::StrCat("lab-", i));
    w.ledger.OpenQuarter();
  }

  Lab& lab(int i) { return world.labs[LabId(i)]; }
  Cloud& cloud(int i) { return world.clouds[CloudId(i)]; }
  AgentId lab_agent(int i) { return lab(i).agent; }
  AgentId cloud_agent(int i) { return cloud(i).agent; }
  Segment& segment(int i) { return world.segments[static_cast<size_t>(i)]; }
  EntityId EntityOf(AgentId agent) { return world.agents[agent].entity; }

  // A reservation at `cloud`, in force from the first quarter on.
  Contract& Reserve(int lab_index, int cloud_index, int64_t h100e, int64_t price_micros,
                    uint32_t take_or_pay_bp = 10'000) {
    Contract contract =
        Between(Contract::Kind::kCapacity, cloud_agent(cloud_index), lab_agent(lab_index));
    contract.capacity.set_accelerators_h100e(h100e);
    contract.capacity.set_price_micros_per_gpu_hour(price_micros);
    contract.capacity.set_take_or_pay_bp(take_or_pay_bp);
    return world.contracts[world.contracts.Add(contract)];
  }
  Contract& Marketplace(int lab_index, int cloud_index, uint32_t revenue_share_bp) {
    Contract contract =
        Between(Contract::Kind::kMarketplace, cloud_agent(cloud_index), lab_agent(lab_index));
    contract.marketplace.set_revenue_share_bp(revenue_share_bp);
    return world.contracts[world.contracts.Add(contract)];
  }
  Contract& Commit(int lab_index, int cloud_index, Cents amount) {
    Contract contract =
        Between(Contract::Kind::kSpendCommitment, cloud_agent(cloud_index), lab_agent(lab_index));
    contract.commitment.set_amount_cents(amount.value());
    return world.contracts[world.contracts.Add(contract)];
  }
  Contract& Licence(int lab_index, AgentId licensee, int64_t fee_cents, uint32_t royalty_bp) {
    Contract contract = Between(Contract::Kind::kLicence, lab_agent(lab_index), licensee);
    contract.licence.set_fee_cents_per_quarter(fee_cents);
    contract.licence.set_royalty_bp(royalty_bp);
    return world.contracts[world.contracts.Add(contract)];
  }

  // What the market does at the close of a quarter, as far as this part of it goes.
  void CloseQuarter() {
    CompleteBuilds(world, out);
    PlanDemand(world);
    ClearComputeMarket(world, out);
    RunTraining(world, out);
    ReleaseModels(world, out);
    ServeCustomers(world, out);
    SettlePayments(world, out);
    AdvanceTechnology(world);
    AdvanceGrid(world);
    SweepToTreasuries(world);
    world.ledger.CloseQuarter();
    ++world.quarter;
    world.ledger.OpenQuarter();
  }

  World world;
  CollectedOutput out;

 private:
  void FillScenario() {
    v1::Scenario& scenario = world.scenario;
    scenario.set_name("hand-made");
    scenario.set_quarters(12);
    for (int s = 0; s < kSegments; ++s) {
      v1::SegmentSpec* segment = scenario.add_segments();
      segment->set_segment(SegmentAt(s));
      segment->set_customers_thousands(1000);
      segment->set_adoption_percent(30);
      segment->set_adoption_ceiling_percent(80);
      segment->set_adoption_speed_percent_per_quarter(5);
      segment->set_mtok_per_customer_per_quarter(10);
      segment->set_usage_growth_percent_per_year(20);
      segment->set_price_elasticity(0.8);
      segment->set_capability_weight(2);
      segment->set_price_weight(1);
      segment->set_reach_weight(1);
      segment->set_switching_cost(1);
      segment->set_redecide_percent_per_quarter(25);
      segment->set_nest_dissimilarity(0.7);
      segment->set_marketplace_affinity(0.4);
      segment->set_multi_homing_percent(20);
      segment->set_usage_per_capability_percent(20);
    }
    v1::TechnologySpec* technology = scenario.mutable_technology();
    technology->set_algorithmic_progress_percent_per_year(200);
    technology->set_leak_percent_per_quarter(20);
    technology->set_researcher_elasticity(0.5);
    technology->set_flop_per_gpu_hour(1e18);
    technology->set_opening_efficiency(10);
    v1::ComputeSpec* compute = scenario.mutable_compute();
    compute->set_mtok_per_gpu_hour(1);
    compute->set_serving_efficiency_growth_percent_per_year(50);
    compute->set_pue(1.25);
    compute->set_accelerator_life_years(5);
    compute->set_site_cost_air_usd_millions_per_mw(10);
    compute->set_site_cost_liquid_usd_millions_per_mw(14);
    compute->set_network_cost_percent_of_accelerators(10);
    compute->set_site_lead_time_quarters(4);
    compute->set_other_tenants_elasticity(1);
    compute->set_hours_per_quarter(2000);
    compute->set_porting_loss_percent(25);
  }

  void AddMaker(const std::string& name, double price_cents) {
    ChipMaker maker;
    maker.name = name;
    maker.price_cents = price_cents;
    maker.performance_h100e = 2;
    maker.power_kw = 1;
    maker.capacity_per_quarter = 20'000;
    maker.lead_time_quarters = 2;
    world.makers.Add(maker);
  }

  EntityId AddPopulation(const std::string& name) {
    return world.ledger.AddEntity(name, Ledger::CashLimit::kNone);
  }

  AgentId AddAgent(const std::string& name, v1::Role role, int32_t role_index, Cents cash) {
    Agent agent;
    agent.seat.name = name;
    agent.seat.role = role;
    agent.role_index = role_index;
    agent.entity = world.ledger.AddEntity(name, Ledger::CashLimit::kOwnCash);
    world.ledger.OpeningBalance(agent.entity, Account::kCash, cash);
    Group group;
    group.name = name;
    group.members = {AgentId(world.agents.size())};
    agent.group = world.groups.Add(group);
    world.agent_by_name[name] = AgentId(world.agents.size());
    world.seats.push_back(agent.seat);
    return world.agents.Add(agent);
  }

  // 10,000 H100e, on demand at $2; no other tenants.
  void AddCloud(const std::string& name) {
    Cloud cloud;
    cloud.agent = AddAgent(name, v1::ROLE_CLOUD, world.clouds.size(), FromDollars(5'000'000'000));
    Fleet fleet;
    fleet.region = RegionId(0);
    fleet.maker = ChipMakerId(0);
    fleet.h100e = 10'000;
    fleet.book_value = FromDollars(200'000'000);
    fleet.depreciation_per_quarter = FromDollars(10'000'000);
    fleet.power_kw_per_h100e = 0.5;
    cloud.fleets.push_back(fleet);
    world.ledger.OpeningBalance(world.agents[cloud.agent].entity, Account::kAccelerators,
                                fleet.book_value);
    cloud.on_demand_price_micros = 2'000'000;
    cloud.operating_cost_micros_per_gpu_hour = 100'000;
    cloud.other_tenants_reference_price_micros = 2'000'000;
    world.clouds.Add(cloud);
  }

  // $10M of revenue a segment and quarter at $4 a million tokens; $1B in cash.
  void AddLab(const std::string& name) {
    Lab lab;
    lab.agent = AddAgent(name, v1::ROLE_LAB, world.labs.size(), FromDollars(1'000'000'000));
    lab.capability = 26;
    lab.model = absl::StrCat(name, "-1");
    lab.researchers = 100;
    lab.cash_pay = FromDollars(1'000'000);
    lab.equity_pay = FromDollars(1'000'000);
    lab.other_operating_expense = FromDollars(5'000'000);
    lab.sales_expense_ratio = 0.1;
    lab.reach.fill(0.5);
    lab.price_micros_per_mtok.fill(4'000'000);
    for (SegmentOutcome& outcome : lab.outcome) outcome.revenue = FromDollars(10'000'000);
    lab.makers_known = {ChipMakerId(0)};
    world.labs.Add(lab);
  }

  Contract Between(Contract::Kind kind, AgentId provider, AgentId customer) const {
    Contract contract;
    contract.name = absl::StrCat(world.name_of(customer), "/", world.contracts.size());
    contract.kind = kind;
    contract.provider = provider;
    contract.customer = customer;
    contract.signed_quarter = world.quarter;
    contract.start = world.quarter;
    contract.end = world.quarter + 8;
    return contract;
  }
};

}  // namespace tranche

#endif  // TRANCHE_SIM_TESTING_HAND_MADE_ECONOMY_H_
