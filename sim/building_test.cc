#include "sim/building.h"

#include "gtest/gtest.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

class BuildingTest : public testing::Test {
 protected:
  v1::Message OrderOf(int64_t it_power_kw, const std::string& maker = "merchant",
                      v1::Cooling cooling = v1::COOLING_AIR) {
    v1::Message move;
    move.set_id(++last_id_);
    v1::BuildOrder* order = move.mutable_build_order();
    order->set_region("plain");
    order->set_it_power_kw(it_power_kw);
    order->set_cooling(cooling);
    order->set_chip_maker(maker);
    return move;
  }
  Verdict Order(const v1::Message& move, int cloud = 0) {
    return ApplyBuildOrder(economy_.world, economy_.cloud_agent(cloud), move);
  }
  Verdict Cancel(uint64_t build, int cloud = 0) {
    v1::Message move;
    move.mutable_build_cancellation()->set_build(build);
    return ApplyBuildCancellation(economy_.world, economy_.cloud_agent(cloud), move);
  }
  // Pays, and moves on a quarter.
  void PassQuarter() {
    CompleteBuilds(economy_.world, economy_.out);
    SettlePayments(economy_.world, economy_.out);
    AdvanceGrid(economy_.world);
    ++economy_.world.quarter;
  }
  Region& region() { return economy_.world.regions[RegionId(0)]; }
  ChipMaker& maker() { return economy_.world.makers[ChipMakerId(0)]; }
  Build& build(size_t i) { return economy_.world.builds[i]; }

  HandMadeEconomy economy_;
  uint64_t last_id_ = 0;
};

TEST_F(BuildingTest, CostIsShellPlusAcceleratorsPlusNetwork) {
  const BuildQuote quote =
      QuoteBuild(economy_.world, RegionId(0), ChipMakerId(0), v1::COOLING_AIR, 10'000);
  EXPECT_EQ(quote.accelerators, 10'000);
  EXPECT_EQ(quote.h100e, 20'000);
  EXPECT_EQ(quote.site_cost, FromDollars(100'000'000));   // 10 MW at $10M
  EXPECT_EQ(quote.chips_cost, FromDollars(330'000'000));  // 10,000 at $30,000, and 10%
  EXPECT_DOUBLE_EQ(quote.power_kw, 12'500);               // PUE 1.25
  const BuildQuote liquid =
      QuoteBuild(economy_.world, RegionId(0), ChipMakerId(0), v1::COOLING_LIQUID, 10'000);
  EXPECT_EQ(liquid.site_cost, FromDollars(140'000'000));
}

TEST_F(BuildingTest, SiteLeadTimeBindsWhenPowerAndChipsAreAtHand) {
  ASSERT_FALSE(Order(OrderOf(10'000)));
  EXPECT_EQ(build(0).ready, Quarter(2027, 1));
  EXPECT_EQ(build(0).power_missing_kw, 0);
  EXPECT_DOUBLE_EQ(region().spare_kw, 187'500);
}

TEST_F(BuildingTest, PowerBeyondTheSpareWaitsForTheGrid) {
  economy_.world.scenario.mutable_compute()->set_site_lead_time_quarters(2);
  region().spare_kw = 10'000;
  region().new_kw_per_quarter = 10'000;
  maker().capacity_per_quarter = 1e6;
  // 50,000 kW with PUE, 10,000 at once, 40,000 out of four quarters' additions.
  ASSERT_FALSE(Order(OrderOf(40'000)));
  EXPECT_EQ(build(0).ready, Quarter(2027, 1));
  EXPECT_DOUBLE_EQ(region().queued_kw, 40'000);
}

TEST_F(BuildingTest, ChipsWaitForTheMakersBacklog) {
  maker().backlog = 0;
  maker().capacity_per_quarter = 2'000;
  maker().lead_time_quarters = 2;
  // 10,000 chips take five quarters to make, and a quarter more to arrive.
  ASSERT_FALSE(Order(OrderOf(10'000)));
  EXPECT_EQ(build(0).ready, Quarter(2027, 3));
  EXPECT_EQ(maker().backlog, 10'000);
}

TEST_F(BuildingTest, SiteComesIntoServicePaidAndOnTime) {
  ASSERT_FALSE(Order(OrderOf(10'000)));
  const Cents cost = build(0).total_cost;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(economy_.cloud(0).capacity_h100e(), 10'000);
    PassQuarter();
  }
  EXPECT_EQ(build(0).paid, cost);
  CompleteBuilds(economy_.world, economy_.out);
  EXPECT_TRUE(build(0).done);
  EXPECT_EQ(economy_.cloud(0).capacity_h100e(), 30'000);
  const Fleet& fleet = economy_.cloud(0).fleets.back();
  EXPECT_EQ(fleet.book_value, cost);
  EXPECT_EQ(fleet.depreciation_per_quarter.value(), (cost.value() + 10) / 20);
  ASSERT_FALSE(economy_.out.messages.empty());
  EXPECT_EQ(economy_.out.messages.back().build_completed().accelerators_h100e(), 20'000);
  const EntityId cloud = economy_.EntityOf(economy_.cloud_agent(0));
  EXPECT_EQ(economy_.world.ledger.Balance(cloud, Account::kConstructionInProgress), Cents(0));
  EXPECT_EQ(economy_.world.ledger.Balance(cloud, Account::kProperty), FromDollars(100'000'000));
}

TEST_F(BuildingTest, InstalmentsAreEqual) {
  ASSERT_FALSE(Order(OrderOf(10'000)));
  PassQuarter();
  const Cents first = build(0).paid;
  PassQuarter();
  EXPECT_LE((build(0).paid - first - first).value(), 1);
  EXPECT_GE((build(0).paid - first - first).value(), -1);
  EXPECT_LE((first * 4 - build(0).total_cost).value(), 4);
}

TEST_F(BuildingTest, AnUnpaidInstalmentDelaysTheSiteAndOwesNothing) {
  ASSERT_FALSE(Order(OrderOf(10'000)));
  const EntityId cloud = economy_.EntityOf(economy_.cloud_agent(0));
  ASSERT_TRUE(economy_.world.ledger
                  .Transfer(cloud, economy_.world.populations.rest_of_world,
                            economy_.world.ledger.Cash(cloud) - FromDollars(50'000'000),
                            Account::kOtherExpense, Account::kRevenueOther,
                            PaymentKind::kOtherBusiness, "")
                  .ok());
  PassQuarter();
  EXPECT_EQ(build(0).ready, Quarter(2027, 2));
  EXPECT_EQ(build(0).paid, Cents(0));
  EXPECT_TRUE(economy_.world.arrears.empty());
}

TEST_F(BuildingTest, AGridThatFallsBehindMakesSitesLate) {
  economy_.world.scenario.mutable_compute()->set_site_lead_time_quarters(2);
  region().spare_kw = 0;
  region().new_kw_per_quarter = 12'500;
  ASSERT_FALSE(Order(OrderOf(20'000)));
  ASSERT_EQ(build(0).ready, Quarter(2026, 3));
  region().new_kw_per_quarter = 5'000;
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(build(0).done);
    PassQuarter();
  }
  CompleteBuilds(economy_.world, economy_.out);
  EXPECT_TRUE(build(0).done);
}

TEST_F(BuildingTest, PowerIsConnectedInTheOrderOfOrders) {
  region().spare_kw = 0;
  ASSERT_FALSE(Order(OrderOf(16'000), 0));
  ASSERT_FALSE(Order(OrderOf(16'000), 1));
  AdvanceGrid(economy_.world);
  EXPECT_EQ(build(0).power_missing_kw, 0);
  EXPECT_DOUBLE_EQ(build(1).power_missing_kw, 20'000);
  EXPECT_DOUBLE_EQ(region().queued_kw, 20'000);
}

TEST_F(BuildingTest, ElectricityGetsDearerAsPowerIsTaken) {
  const int64_t opening = GridPriceMicrosPerKwh(region());
  EXPECT_EQ(opening, 60'000);
  ASSERT_FALSE(Order(OrderOf(80'000)));
  EXPECT_EQ(GridPriceMicrosPerKwh(region()), 67'500);  // half of the power: 1 + 0.5 x 0.25
  region().load_kw = region().total_kw;
  EXPECT_EQ(GridPriceMicrosPerKwh(region()), 90'000);
}

TEST_F(BuildingTest, CancellationGivesBackPowerAndWritesOffWhatWasPaid) {
  ASSERT_FALSE(Order(OrderOf(10'000)));
  PassQuarter();
  const Cents paid = build(0).paid;
  ASSERT_GT(paid, Cents(0));
  ASSERT_FALSE(Cancel(1));
  EXPECT_TRUE(build(0).cancelled);
  EXPECT_DOUBLE_EQ(region().spare_kw, 200'000 + 20'000);
  const EntityId cloud = economy_.EntityOf(economy_.cloud_agent(0));
  EXPECT_EQ(economy_.world.ledger.Balance(cloud, Account::kImpairment), paid);
  EXPECT_EQ(economy_.world.ledger.Balance(cloud, Account::kConstructionInProgress), Cents(0));
  PassQuarter();
  EXPECT_EQ(build(0).paid, paid);
}

TEST_F(BuildingTest, AnothersSiteCannotBeCancelled) {
  ASSERT_FALSE(Order(OrderOf(10'000)));
  EXPECT_EQ(Cancel(1, 1)->rule, "unknown-build");
}

TEST_F(BuildingTest, CaptiveMakerSellsToItsGroupOnly) {
  maker().captive_to = economy_.world.agents[economy_.cloud_agent(1)].group;
  EXPECT_EQ(Order(OrderOf(10'000), 0)->rule, "captive-chip-maker");
  EXPECT_FALSE(Order(OrderOf(10'000), 1));
}

TEST_F(BuildingTest, DenseAcceleratorsNeedLiquidCooling) {
  maker().power_kw = 1.83;
  EXPECT_EQ(Order(OrderOf(10'000))->rule, "cooling");
  EXPECT_FALSE(Order(OrderOf(10'000, "merchant", v1::COOLING_LIQUID)));
}

TEST_F(BuildingTest, WithoutPowerInSightTheOrderIsRefused) {
  region().spare_kw = 0;
  region().new_kw_per_quarter = 0;
  EXPECT_EQ(Order(OrderOf(10'000))->rule, "no-power");
}

TEST_F(BuildingTest, WithoutChipsInSightTheOrderIsRefused) {
  maker().capacity_per_quarter = 0;
  EXPECT_EQ(Order(OrderOf(10'000))->rule, "no-chips");
}

TEST_F(BuildingTest, SitesBeyondTheCloudsMeansAreRefused) {
  // $430M for 10 MW, $5B in cash.
  EXPECT_EQ(Order(OrderOf(120'000))->rule, "cash");
  EXPECT_FALSE(Order(OrderOf(110'000)));
  EXPECT_EQ(Order(OrderOf(10'000))->rule, "cash");
}

TEST_F(BuildingTest, UnknownRegionMakerAndCoolingAreRefused) {
  v1::Message move = OrderOf(10'000);
  move.mutable_build_order()->set_region("moon");
  EXPECT_EQ(Order(move)->rule, "unknown-region");
  EXPECT_EQ(Order(OrderOf(10'000, "nobody"))->rule, "unknown-chip-maker");
  EXPECT_EQ(Order(OrderOf(10'000, "merchant", v1::COOLING_UNSPECIFIED))->rule, "cooling");
  EXPECT_EQ(Order(OrderOf(999))->rule, "site-size");
}

TEST_F(BuildingTest, SwitchForbidsOrders) {
  economy_.world.scenario.mutable_switches()->set_no_building(true);
  EXPECT_EQ(Order(OrderOf(10'000))->rule, "switched-off");
}

TEST_F(BuildingTest, MakersMoveAtTheirYearlyRates) {
  maker().price_change = -0.19;
  maker().performance_growth = 0.44;
  maker().capacity_growth = 1;
  for (int i = 0; i < 4; ++i) AdvanceGrid(economy_.world);
  EXPECT_NEAR(maker().price_cents, 3'000'000 * 0.81, 1e-3);
  EXPECT_NEAR(maker().performance_h100e, 2 * 1.44, 1e-9);
  EXPECT_NEAR(maker().capacity_per_quarter, 40'000, 1e-6);
}

}  // namespace
}  // namespace tranche
