#include "agents/strategies/cloud_building.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

TEST(CloudBuildingTest, DemandAheadIsWhatIsReservedThenAndTodaysOnDemandGrown) {
  const v1::AgentView own = HandCloud();
  const v1::CloudView& cloud = own.cloud();
  EXPECT_DOUBLE_EQ(CapacityAhead(cloud, 6), 210'000);
  // 120,000 reserved and 80 million hours on demand.
  const double on_demand = 80e6 / 2190;
  EXPECT_DOUBLE_EQ(DemandAhead(cloud, 6, {}), 120'000 + on_demand);
  EXPECT_NEAR(DemandAhead(cloud, 2, {.growth = 0.1}), 120'000 + 1.21 * on_demand, 1e-6);
  EXPECT_DOUBLE_EQ(DemandAhead(cloud, 6, {.turned_away = 10'000}), 125'000 + on_demand);
}

TEST(CloudBuildingTest, ContractsToComeCountWithThePaceSeen) {
  const v1::AgentView own = HandCloud();
  EXPECT_DOUBLE_EQ(DemandAhead(own.cloud(), 6, {.new_contracts = 2'000}),
                   DemandAhead(own.cloud(), 6, {}) + 12'000);
}

TEST(CloudBuildingTest, TheMarketsDemandFollowsTheLabsRevenue) {
  const v1::AgentView own = HandCloud();
  const double in_use = 120'000 + 80e6 / 2190;
  EXPECT_DOUBLE_EQ(DemandOfTheMarketAhead(own.cloud(), 6, 0), in_use);
  // Six tenths of a growth of 20%.
  EXPECT_NEAR(DemandOfTheMarketAhead(own.cloud(), 2, 0.2), 1.12 * 1.12 * in_use, 1e-6);
  EXPECT_DOUBLE_EQ(DemandOfTheMarketAhead(own.cloud(), 6, -0.1), in_use);
}

TEST(CloudBuildingTest, WhoFollowsTheMarketBuildsAheadOfOrders) {
  // In three quarters the labs' revenue has doubled, but nobody has reserved more.
  const auto orders = [](double weight) {
    HandSeat seat("nimbus", "balanced-cloud", 1,
                  {{"market_growth_percent", weight}, {"build_at_percent", 100}});
    v1::PublicView market = HandMarket();
    const v1::AgentView own = HandCloud();
    int count = 0;
    for (int quarter = 0; quarter < 4; ++quarter) {
      market.set_quarter(kTestQuarter + quarter);
      for (v1::LabDisclosure& lab : *market.mutable_labs()) {
        lab.set_disclosed_revenue_cents(lab.disclosed_revenue_cents() * 5 / 4);
      }
      const auto moves = seat.Turn(market, own, 1, {});
      count += FirstOf(moves, v1::Message::kBuildOrder) == nullptr ? 0 : 1;
    }
    return count;
  };
  EXPECT_EQ(orders(0), 0);
  EXPECT_GT(orders(100), 0);
}

TEST(CloudBuildingTest, MeansCountWhatComesInWhileASiteIsBuilt) {
  v1::AgentView own = HandCloud();
  EXPECT_DOUBLE_EQ(MeansForSites(own), 4.0 * kBillion);
  own.mutable_books()->set_operating_cash_flow_cents(kBillion);
  own.mutable_books()->set_committed_cents(3 * kBillion);
  EXPECT_DOUBLE_EQ(MeansForSites(own), 7.0 * kBillion);
  // A loss is no means.
  own.mutable_books()->set_operating_cash_flow_cents(-kBillion);
  EXPECT_DOUBLE_EQ(MeansForSites(own), 1.0 * kBillion);
}

TEST(CloudBuildingTest, ASitePaysBackAtAPriceAndNotFarBelow) {
  // $30,000 an H100-equivalent, $0.4 an hour to run.
  EXPECT_LT(EarningsOverCost(3e6, 1'200'000, 400'000, 0.85), 1);
  // 0.75 × 2.4 × 0.85 − 0.4 = 1.13 dollars an hour over 18 quarters of 2,190 hours.
  EXPECT_NEAR(EarningsOverCost(3e6, 2'400'000, 400'000, 0.85), 1.13 * 2190 * 18 / 30'000, 1e-9);
}

TEST(CloudBuildingTest, MoreIsBuiltWherePricesPayForIt) {
  EXPECT_DOUBLE_EQ(BeyondDemand(1.2, 0.4), 1);
  EXPECT_DOUBLE_EQ(BeyondDemand(2.5, 0.2), 1.2);
  EXPECT_DOUBLE_EQ(BeyondDemand(9, 0.4), 1.5);
  EXPECT_DOUBLE_EQ(BeyondDemand(9, 0), 1);
}

TEST(CloudBuildingTest, OrdersBeforeTheCapacityIsFull) {
  // Demand in six quarters outgrows capacity then, though today a quarter is free.
  v1::AgentView own = HandCloud();
  own.mutable_cloud()->set_on_demand_wanted_gpu_hours(130'000'000);
  const std::vector<v1::Message> moves =
      HandSeat("nimbus", "balanced-cloud").Turn(HandMarket(), own, 1, {});
  EXPECT_NE(FirstOf(moves, v1::Message::kBuildOrder), nullptr);
}

TEST(CloudBuildingTest, DoesNotOrderWhatDoesNotPay) {
  v1::AgentView own = HandCloud();
  own.mutable_cloud()->set_on_demand_wanted_gpu_hours(130'000'000);
  v1::PublicView market = HandMarket();
  market.mutable_clouds(0)->set_on_demand_price_micros_per_gpu_hour(900'000);
  const std::vector<v1::Message> moves =
      HandSeat("nimbus", "balanced-cloud").Turn(market, own, 1, {});
  EXPECT_EQ(FirstOf(moves, v1::Message::kBuildOrder), nullptr);
}

TEST(CloudBuildingTest, RegionsWithoutPowerInTimeAreLeftOut) {
  v1::PublicView market = HandMarket();
  v1::GridRegion& cheap = *market.add_regions();
  cheap = market.regions(0);
  cheap.set_region("south");
  cheap.set_price_micros_per_kwh(40'000);
  v1::GridRegion& late = *market.add_regions();
  late = market.regions(0);
  late.set_region("queue");
  late.set_price_micros_per_kwh(10'000);
  late.set_lead_time_quarters(12);
  v1::GridRegion& full = *market.add_regions();
  full = market.regions(0);
  full.set_region("full");
  full.set_queued_kw(200'000);
  const std::vector<const v1::GridRegion*> regions = RegionsToBuildIn(market);
  ASSERT_EQ(regions.size(), 2);
  EXPECT_EQ(regions[0]->region(), "south");
  EXPECT_EQ(regions[1]->region(), "west");
}

TEST(CloudBuildingTest, OwnSiliconIsPreferredByThoseWhoWantIt) {
  v1::PublicView market = HandMarket();
  v1::ChipMaker& own_silicon = *market.add_chip_makers();
  own_silicon = market.chip_makers(0);
  own_silicon.set_chip_maker("nimbus-silicon");
  own_silicon.set_captive_to("nimbus-group");
  const v1::AgentView own = HandCloud();
  const auto chosen = [&](double weight) {
    int count = 0;
    for (int32_t seed = 1; seed <= 100; ++seed) {
      RandomStream random(static_cast<uint64_t>(seed), StreamKey("test"),
                          Quarter::FromIndex(kTestQuarter), Round(1));
      const TurnView view{market, own, {}, kTestQuarter, 1};
      const v1::ChipMaker* maker = ChooseMaker(view, {.own_silicon = weight}, random);
      count += maker->chip_maker() == "nimbus-silicon" ? 1 : 0;
    }
    return count;
  };
  EXPECT_GT(chosen(0.6), 75);
  EXPECT_LT(chosen(1.5), 30);
}

TEST(CloudBuildingTest, AGlutEndsTheSiteLeastPaidFor) {
  v1::AgentView own = HandCloud();
  v1::CloudView& cloud = *own.mutable_cloud();
  const auto add = [&](uint64_t id, int64_t paid, int64_t remaining) {
    v1::BuildView& build = *cloud.add_builds();
    build.set_build(id);
    build.set_paid_cents(paid);
    build.set_remaining_cents(remaining);
  };
  add(1, 60, 40);
  add(2, 10, 90);
  add(3, 15, 85);
  EXPECT_EQ(SiteToGiveUp(cloud, 100'000, 150'000), std::nullopt);
  EXPECT_EQ(SiteToGiveUp(cloud, 100'000, 170'000), 2);
  cloud.mutable_builds(1)->set_paid_cents(50);
  cloud.mutable_builds(2)->set_paid_cents(50);
  EXPECT_EQ(SiteToGiveUp(cloud, 100'000, 170'000), std::nullopt);
}

}  // namespace
}  // namespace tranche
