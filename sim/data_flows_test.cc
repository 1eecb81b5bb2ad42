#include "sim/data_flows.h"

#include "sim/compute_market.h"
#include "sim/payments.h"
#include "sim/testing/hand_made_economy.h"
#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

// Cloud 0 stands at home, cloud 1 abroad; the regulator of the United States limits lab 0.
class DataFlowsTest : public testing::Test {
 protected:
  DataFlowsTest() {
    Agent agent;
    agent.seat.name = "authority";
    agent.seat.role = v1::ROLE_REGULATOR;
    Group group;
    group.name = "authority";
    group.home = "US";
    agent.group = world().groups.Add(group);
    Regulator regulator;
    regulator.agent = world().agents.Add(agent);
    regulator.jurisdiction = v1::JURISDICTION_CFIUS;
    world().regulators.Add(regulator);
    world().has_regime[v1::JURISDICTION_CFIUS] = true;

    Region abroad = world().regions[RegionId(0)];
    abroad.name = "abroad";
    abroad.country = "AE";
    economy.cloud(1).fleets[0].region = world().regions.Add(abroad);
    world().regions[RegionId(0)].country = "US";

    economy.lab(0).inference_wanted_gpu_hours = 8'000'000;
    economy.lab(0).training_gpu_hours_wanted = 100'000'000;
  }
  World& world() { return economy.world; }
  void Limit() {
    StakeOf(world(), LabId(0), economy.cloud_agent(1))
        .data_flow_limits.push_back(v1::JURISDICTION_CFIUS);
  }
  // Hours of each cloud that serve lab 0's customers.
  int64_t Serving(int cloud) {
    int64_t hours = 0;
    for (const ComputeLot& lot : world().compute_lots) {
      if (lot.lab == LabId(0) && lot.cloud == CloudId(cloud)) hours += lot.serving_gpu_hours;
    }
    return hours;
  }

  HandMadeEconomy economy;
};

TEST_F(DataFlowsTest, CustomersAreServedFromTheRegulatorsCountryOnly) {
  economy.Reserve(0, 0, 1'000, 1'000'000);
  economy.Reserve(0, 1, 4'000, 1'000'000);
  ClearComputeMarket(world(), economy.out);
  EXPECT_EQ(economy.lab(0).inference_served_gpu_hours, 8'000'000);
  EXPECT_GT(Serving(1), 0);

  Limit();
  economy.lab(0).training_gpu_hours_wanted = 100'000'000;
  ClearComputeMarket(world(), economy.out);
  EXPECT_EQ(Serving(0), 2'000'000) << "all of cloud 0's hours";
  EXPECT_EQ(Serving(1), 0);
  EXPECT_DOUBLE_EQ(economy.lab(0).service_level, 0.25);
  EXPECT_EQ(economy.lab(0).training_gpu_hours, 8'000'000) << "what can't serve can train";
}

TEST_F(DataFlowsTest, ACloudHalfAbroadServesWithHalf) {
  Fleet half = economy.cloud(1).fleets[0];
  half.region = RegionId(0);
  economy.cloud(1).fleets.push_back(half);
  EXPECT_DOUBLE_EQ(ServablePart(world(), {"US"}, CloudId(1), ChipMakerId(0)), 0.5);
  Limit();
  economy.Reserve(0, 1, 4'000, 1'000'000);
  ClearComputeMarket(world(), economy.out);
  EXPECT_EQ(Serving(1), 4'000'000);
}

TEST_F(DataFlowsTest, WhatIsShortIsBoughtAtHome) {
  Limit();
  economy.lab(0).on_demand_limit_gpu_hours = 50'000'000;
  economy.cloud(1).on_demand_price_micros = 1'000'000;
  economy.Reserve(0, 1, 4'000, 1'000'000);
  ClearComputeMarket(world(), economy.out);
  EXPECT_EQ(Serving(0), 8'000'000) << "though the cloud abroad is cheaper";
  EXPECT_EQ(Serving(1), 0);
}

// What a limited lab doesn't use abroad it uses at home, so neither cloud may sell it to others.
TEST_F(DataFlowsTest, ReservedHoursArentSoldTwice) {
  economy.Reserve(0, 1, 1'000, 1'000'000, 0);
  economy.Reserve(0, 0, 1'000, 1'000'000, 0);
  economy.lab(0).inference_wanted_gpu_hours = 2'000'000;
  economy.lab(0).training_gpu_hours_wanted = 0;
  for (int i : {0, 1}) economy.cloud(i).other_tenants_gpu_hours = 1e9;
  Limit();
  ClearComputeMarket(world(), economy.out);
  EXPECT_EQ(Serving(0), 2'000'000);
  EXPECT_EQ(Serving(1), 0);
  for (int i : {0, 1}) {
    const Cloud& cloud = economy.cloud(i);
    EXPECT_LE(cloud.reserved_used_gpu_hours + cloud.on_demand_sold_gpu_hours,
              CapacityGpuHours(world(), cloud));
  }
}

TEST_F(DataFlowsTest, RegionsWithoutACountryAreInEveryOne) {
  world().regions[RegionId(1)].country = "";
  EXPECT_DOUBLE_EQ(ServablePart(world(), {"US"}, CloudId(1), ChipMakerId()), 1);
}

TEST_F(DataFlowsTest, TheLabPaysForTheSecurityProgramme) {
  world().regimes[v1::JURISDICTION_CFIUS].set_data_security_cost_usd_millions_per_quarter(25);
  SettlePayments(world(), economy.out);
  const EntityId lab = economy.EntityOf(economy.lab_agent(0));
  EXPECT_EQ(world().ledger.Balance(lab, Account::kRegulatoryCosts), Cents(0));
  Limit();
  SettlePayments(world(), economy.out);
  EXPECT_EQ(world().ledger.Balance(lab, Account::kRegulatoryCosts), FromDollars(25'000'000));
}

TEST_F(DataFlowsTest, SwitchedOffTheLimitBindsNobody) {
  Limit();
  EXPECT_EQ(ServingCountries(world(), LabId(0)), std::vector<std::string>{"US"});
  world().scenario.mutable_switches()->set_no_data_flow_limits(true);
  EXPECT_TRUE(ServingCountries(world(), LabId(0)).empty());
}

class DataFlowConditionTest : public NegotiationTest {};

TEST_F(DataFlowConditionTest, AnAcceptedConditionBindsFromTheClosingUntilTheStakeIsSold) {
  const std::string deal = SignWith("nimbus-ventures", Terms(3 * kBillion, 10 * kBillion));
  ASSERT_FALSE(TheDeal(deal).reviews.empty());
  const std::string regulator =
      world().name_of(world().regulators[TheDeal(deal).reviews[0].regulator].agent);
  ASSERT_EQ(Notify("nimbus-ventures", deal, regulator, TheDeal(deal).reviews[0].jurisdiction), "");
  ASSERT_EQ(Decide(regulator, deal, v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS,
                   {Condition(v1::Remedy::KIND_DATA_FLOW_LIMITS)}),
            "");
  const uint64_t decision = last_id;
  ASSERT_EQ(Accept("nimbus-ventures", regulator, deal, decision), "");
  ASSERT_EQ(Accept("aurora", regulator, deal, decision), "");
  // Other authorities that look at it clear it too.
  for (Review& review : TheDeal(deal).reviews) review.phase = v1::ReviewView::PHASE_CLEARED;
  EXPECT_TRUE(DataFlowLimits(world(), LabNamed("aurora")).empty());
  CloseQuarter();
  EXPECT_EQ(DataFlowLimits(world(), LabNamed("aurora")).size(), 1u);
  Stake& stake = StakeOf(world(), LabNamed("aurora"), Agent("nimbus-ventures"));
  MoveShares(world(), stake, TheLab("aurora").cap_table.AddHolder("somebody"),
             SharesOf(world(), LabNamed("aurora"), stake.holder));
  EXPECT_TRUE(DataFlowLimits(world(), LabNamed("aurora")).empty());
}

}  // namespace
}  // namespace tranche
