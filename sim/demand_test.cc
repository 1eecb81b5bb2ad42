#include "sim/demand.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "gtest/gtest.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

constexpr int64_t kOpeningPrice = 4'000'000;

double ShareOf(const Segment& segment, LabId lab) {
  double share = 0;
  for (const Offering& offering : segment.offerings) {
    if (offering.lab == lab) share += offering.share;
  }
  return share;
}

double TotalShare(const Segment& segment) {
  double share = 0;
  for (const Offering& offering : segment.offerings) share += offering.share;
  return share;
}

double WantedOf(const Segment& segment, LabId lab) {
  double mtok = 0;
  for (const Offering& offering : segment.offerings) {
    if (offering.lab == lab) mtok += offering.wanted_mtok;
  }
  return mtok;
}

class DemandTest : public testing::Test {
 protected:
  // Segment without anything but the choice itself: everybody re-decides, switching is free,
  // nobody comes or uses two labs, use depends on nothing.
  static void OnlyChoice(HandMadeEconomy& e) {
    for (Segment& segment : e.world.segments) {
      segment.spec.set_redecide_percent_per_quarter(100);
      segment.spec.set_switching_cost(0);
      segment.spec.set_adoption_speed_percent_per_quarter(0);
      segment.spec.set_multi_homing_percent(0);
      segment.spec.set_price_elasticity(0);
      segment.spec.set_usage_per_capability_percent(0);
    }
  }

  void Plan() { PlanDemand(economy_.world); }
  // Demand that is planned and served in full.
  void Serve() {
    Plan();
    for (Lab& lab : economy_.world.labs) lab.service_level = 1;
    ServeCustomers(economy_.world, economy_.out);
  }

  HandMadeEconomy economy_;
  const LabId first_{0};
  const LabId second_{1};
};

TEST_F(DemandTest, OpeningSharesAreAnEquilibrium) {
  economy_.lab(0).outcome[0].revenue = FromDollars(30'000'000);
  economy_.lab(0).price_micros_per_mtok[0] = 5'000'000;
  economy_.lab(1).capability = 25.5;
  economy_.Marketplace(0, 0, 2000);
  CalibrateAppeal(economy_.world);
  const double opening = ShareOf(economy_.segment(0), first_);
  for (int quarter = 0; quarter < 4; ++quarter) {
    Plan();
    // New adopters come more slowly from quarter to quarter: the equilibrium moves a little.
    EXPECT_NEAR(ShareOf(economy_.segment(0), first_), opening, quarter == 0 ? 1e-9 : 5e-3);
  }
}

TEST_F(DemandTest, OpeningTokensTimesPriceIsOpeningRevenue) {
  economy_.lab(0).outcome[1].revenue = FromDollars(25'000'000);
  economy_.lab(0).price_micros_per_mtok[1] = 7'000'000;
  CalibrateAppeal(economy_.world);
  EXPECT_NEAR(WantedOf(economy_.segment(1), first_) * 7, 25'000'000, 1e-3);
  EXPECT_NEAR(WantedOf(economy_.segment(1), second_) * 4, 10'000'000, 1e-3);
  EXPECT_DOUBLE_EQ(economy_.lab(0).outcome[1].share, 25.0 / 35);
}

TEST_F(DemandTest, SharesFollowTheLogitWithoutFrictions) {
  OnlyChoice(economy_);
  CalibrateAppeal(economy_.world);
  economy_.lab(0).price_micros_per_mtok[0] = 2 * kOpeningPrice;
  economy_.lab(1).capability = 26.25;
  Plan();
  // Odds change by exp(-price_weight ln 2 - capability_weight 0.25).
  const double odds = std::exp(-std::log(2.0) - 2 * 0.25);
  EXPECT_NEAR(ShareOf(economy_.segment(0), first_), odds / (1 + odds), 1e-9);
}

TEST_F(DemandTest, SharesAddUpToOne) {
  economy_.Marketplace(0, 0, 2000);
  economy_.Marketplace(0, 1, 2000);
  economy_.Marketplace(1, 1, 2000);
  CalibrateAppeal(economy_.world);
  economy_.lab(0).price_micros_per_mtok[0] = 1'000'000;
  economy_.lab(1).service_level = 0.4;
  Plan();
  for (int s = 0; s < kSegments; ++s) EXPECT_NEAR(TotalShare(economy_.segment(s)), 1, 1e-12);
}

TEST_F(DemandTest, DemandFallsInOwnPriceAndRisesInTheRivals) {
  CalibrateAppeal(economy_.world);
  const double own = WantedOf(economy_.segment(0), first_);
  const double rival = WantedOf(economy_.segment(0), second_);
  economy_.lab(0).price_micros_per_mtok[0] = kOpeningPrice * 11 / 10;
  Plan();
  EXPECT_LT(WantedOf(economy_.segment(0), first_), own);
  EXPECT_GT(WantedOf(economy_.segment(0), second_), rival);
}

TEST_F(DemandTest, OnlyTheRedecidingFractionMoves) {
  for (Segment& segment : economy_.world.segments) {
    segment.spec.set_redecide_percent_per_quarter(10);
    segment.spec.set_switching_cost(0);
    segment.spec.set_adoption_speed_percent_per_quarter(0);
  }
  CalibrateAppeal(economy_.world);
  economy_.lab(0).price_micros_per_mtok[0] = kMostMicrosPerMtok;
  Plan();
  // Nobody chooses a price 2,500 times the rival's, and nine in ten don't choose at all.
  EXPECT_NEAR(ShareOf(economy_.segment(0), first_), 0.45, 1e-4);
}

TEST_F(DemandTest, SwitchingCostsHoldCustomersAndCompatibilityFreesThem) {
  CalibrateAppeal(economy_.world);
  HandMadeEconomy open;
  open.world.compatibility = 1;
  CalibrateAppeal(open.world);
  for (HandMadeEconomy* e : {&economy_, &open}) {
    e->lab(1).capability = 27;
    PlanDemand(e->world);
  }
  EXPECT_GT(ShareOf(economy_.segment(0), first_), ShareOf(open.segment(0), first_));
  EXPECT_GT(economy_.segment(0).lock_in, open.segment(0).lock_in);
}

TEST_F(DemandTest, LockInIsThePartOfCustomersThatDoNotRedecideWhenSwitchingIsFree) {
  OnlyChoice(economy_);
  for (Segment& segment : economy_.world.segments) {
    segment.spec.set_redecide_percent_per_quarter(40);
  }
  CalibrateAppeal(economy_.world);
  Plan();
  EXPECT_NEAR(economy_.segment(0).lock_in, 0.6, 1e-12);
}

TEST_F(DemandTest, CustomersOfARationedLabRedecide) {
  CalibrateAppeal(economy_.world);
  economy_.lab(0).service_level = 0.5;
  Plan();
  EXPECT_LT(ShareOf(economy_.segment(0), first_), 0.45);
}

TEST_F(DemandTest, CustomersOfAFailedLabGoToTheOthers) {
  CalibrateAppeal(economy_.world);
  economy_.world.agents[economy_.lab_agent(0)].active = false;
  Plan();
  EXPECT_EQ(ShareOf(economy_.segment(0), first_), 0);
  EXPECT_NEAR(ShareOf(economy_.segment(0), second_), 1, 1e-12);
  EXPECT_EQ(economy_.lab(0).inference_wanted_gpu_hours, 0);
}

TEST_F(DemandTest, WithoutAnySellerNothingIsWanted) {
  CalibrateAppeal(economy_.world);
  economy_.world.agents[economy_.lab_agent(0)].active = false;
  economy_.world.agents[economy_.lab_agent(1)].active = false;
  Serve();
  EXPECT_EQ(economy_.segment(0).spend, Cents(0));
}

TEST_F(DemandTest, MarketplaceTakesItsAffinityOfALabThatIsOnAllOfThem) {
  OnlyChoice(economy_);
  for (Segment& segment : economy_.world.segments) segment.spec.set_reach_weight(0);
  economy_.Marketplace(0, 0, 2000);
  economy_.Marketplace(0, 1, 2000);
  CalibrateAppeal(economy_.world);
  double through_clouds = 0;
  for (const Offering& offering : economy_.segment(0).offerings) {
    if (offering.lab == first_ && offering.marketplace.valid()) through_clouds += offering.share;
  }
  EXPECT_NEAR(through_clouds, 0.4 * ShareOf(economy_.segment(0), first_), 1e-12);
}

TEST_F(DemandTest, LosingAMarketplaceLosesCustomers) {
  Contract& contract = economy_.Marketplace(0, 0, 2000);
  CalibrateAppeal(economy_.world);
  contract.active = false;
  Plan();
  EXPECT_LT(ShareOf(economy_.segment(0), first_), 0.5 - 0.01);
  EXPECT_NEAR(TotalShare(economy_.segment(0)), 1, 1e-12);
}

TEST_F(DemandTest, AGroupThatEmbedsTheModelsExtendsTheirReach) {
  CalibrateAppeal(economy_.world);
  economy_.world.groups[economy_.world.agents[economy_.cloud_agent(0)].group].reach.fill(0.9);
  economy_.Licence(0, economy_.cloud_agent(0), 0, 5000);
  Plan();
  EXPECT_GT(ShareOf(economy_.segment(0), first_), 0.51);
}

TEST_F(DemandTest, EmbeddedSalesFollowReach) {
  economy_.world.groups[economy_.world.agents[economy_.cloud_agent(0)].group].reach.fill(0.5);
  economy_.Licence(0, economy_.cloud_agent(0), 0, 5000);
  CalibrateAppeal(economy_.world);
  Serve();
  // The lab's own reach is 0.5, so half of its direct sales.
  Cents direct;
  for (const Segment& segment : economy_.world.segments) {
    for (const Offering& offering : segment.offerings) {
      if (offering.lab == first_ && !offering.marketplace.valid()) direct += offering.sales;
    }
  }
  EXPECT_NEAR(
      static_cast<double>(EmbeddedSales(economy_.world, first_, economy_.cloud_agent(0)).value()),
      static_cast<double>(direct.value()) / 2, kSegments);
}

TEST_F(DemandTest, AdoptionClosesItsPartOfTheGapToTheCeiling) {
  CalibrateAppeal(economy_.world);
  Plan();
  EXPECT_NEAR(economy_.segment(0).adoption, 0.3 + 0.05 * (0.8 - 0.3), 1e-12);
}

TEST_F(DemandTest, BetterAndCheaperModelsAreAdoptedByMore) {
  CalibrateAppeal(economy_.world);
  HandMadeEconomy better;
  CalibrateAppeal(better.world);
  for (int i = 0; i < 2; ++i) {
    better.lab(i).capability = 27;
    better.lab(i).price_micros_per_mtok.fill(kOpeningPrice / 2);
  }
  Plan();
  PlanDemand(better.world);
  EXPECT_GT(better.segment(0).adoption, economy_.segment(0).adoption);
  EXPECT_GT(WantedOf(better.segment(0), first_), WantedOf(economy_.segment(0), first_));
}

TEST_F(DemandTest, UseHasThePriceElasticityOfTheSegment) {
  OnlyChoice(economy_);
  for (Segment& segment : economy_.world.segments) segment.spec.set_price_elasticity(0.8);
  CalibrateAppeal(economy_.world);
  const double before = WantedOf(economy_.segment(0), first_);
  for (int i = 0; i < 2; ++i) economy_.lab(i).price_micros_per_mtok[0] = 2 * kOpeningPrice;
  Plan();
  EXPECT_NEAR(WantedOf(economy_.segment(0), first_) / before, std::pow(2, -0.8), 1e-9);
}

TEST_F(DemandTest, UseSharesAddUpAndSpreadToTheSecondChoice) {
  const std::vector<double> shares = {0.7, 0.2, 0.1};
  std::vector<double> use(3);
  UseShares(shares, 0.25, absl::MakeSpan(use));
  EXPECT_NEAR(std::accumulate(use.begin(), use.end(), 0.0), 1, 1e-12);
  EXPECT_LT(use[0], shares[0]);
  EXPECT_GT(use[2], shares[2]);
  // 0.75 of its own, and a quarter of the others' in proportion: 0.2 x 0.7/0.8 + 0.1 x 0.7/0.9.
  EXPECT_NEAR(use[0], 0.75 * 0.7 + 0.25 * (0.2 * 0.7 / 0.8 + 0.1 * 0.7 / 0.9), 1e-12);
}

TEST_F(DemandTest, MultiHomingGivesWayWhereOneLabHasNearlyAll) {
  economy_.lab(0).outcome[0].revenue = FromDollars(95'000'000);
  economy_.lab(1).outcome[0].revenue = FromDollars(5'000'000);
  CalibrateAppeal(economy_.world);
  EXPECT_LT(economy_.segment(0).multi_homing, 0.2);
  EXPECT_NEAR(WantedOf(economy_.segment(0), first_) * 4, 95'000'000, 1e-3);
}

TEST_F(DemandTest, SalesAreLimitedByTheServiceLevel) {
  CalibrateAppeal(economy_.world);
  Plan();
  const double wanted = WantedOf(economy_.segment(0), first_);
  economy_.lab(0).service_level = 0.25;
  economy_.lab(1).service_level = 1;
  ServeCustomers(economy_.world, economy_.out);
  EXPECT_NEAR(economy_.lab(0).outcome[0].mtok, wanted / 4, 1e-6);
  EXPECT_NEAR(static_cast<double>(economy_.lab(0).outcome[0].revenue.value()), wanted * 100, 1);
}

TEST_F(DemandTest, RevenueSharesAddUpToOne) {
  CalibrateAppeal(economy_.world);
  Serve();
  for (size_t s = 0; s < kSegments; ++s) {
    EXPECT_NEAR(economy_.lab(0).outcome[s].share + economy_.lab(1).outcome[s].share, 1, 1e-12);
  }
}

TEST_F(DemandTest, InferenceHoursServeTheTokensWanted) {
  economy_.world.mtok_per_gpu_hour = 2;
  CalibrateAppeal(economy_.world);
  // $40M at $4 a million tokens, two million tokens an hour.
  EXPECT_NEAR(static_cast<double>(economy_.lab(0).inference_wanted_gpu_hours), 5'000'000, 1);
}

TEST_F(DemandTest, ConsumerSurplusIsTheLogSumOverTheMarginalUtilityOfIncome) {
  OnlyChoice(economy_);
  CalibrateAppeal(economy_.world);
  Serve();
  EXPECT_NEAR(economy_.segment(0).consumer_surplus_cents, 0, 1);
  // A price cut of all labs by the factor e raises log utility by price_weight.
  for (int i = 0; i < 2; ++i) {
    economy_.lab(i).price_micros_per_mtok[0] = static_cast<int64_t>(kOpeningPrice / std::exp(1.0));
  }
  Serve();
  const auto spend = static_cast<double>(economy_.segment(0).spend.value());
  EXPECT_NEAR(economy_.segment(0).consumer_surplus_cents / spend, 1, 1e-6);
}

TEST_F(DemandTest, SwitchKeepsSharesAndAdoption) {
  CalibrateAppeal(economy_.world);
  economy_.world.scenario.mutable_switches()->set_no_demand_response(true);
  economy_.lab(0).price_micros_per_mtok[0] = 10 * kOpeningPrice;
  economy_.lab(1).service_level = 0.2;
  Plan();
  EXPECT_NEAR(ShareOf(economy_.segment(0), first_), 0.5, 1e-9);
  EXPECT_DOUBLE_EQ(economy_.segment(0).adoption, 0.3);
}

TEST_F(DemandTest, PriceListSetsTheSegmentsItNames) {
  v1::Message move;
  v1::PriceList::Item* item = move.mutable_price_list()->add_items();
  item->set_segment(v1::SEGMENT_ENTERPRISES);
  item->set_price_micros_per_mtok(9'000'000);
  ASSERT_FALSE(ApplyPriceList(economy_.world, economy_.lab_agent(0), move));
  EXPECT_EQ(economy_.lab(0).price_micros_per_mtok[1], 9'000'000);
  EXPECT_EQ(economy_.lab(0).price_micros_per_mtok[0], kOpeningPrice);
}

TEST_F(DemandTest, APriceListWithOneBadPriceChangesNone) {
  v1::Message move;
  v1::PriceList::Item* good = move.mutable_price_list()->add_items();
  good->set_segment(v1::SEGMENT_ENTERPRISES);
  good->set_price_micros_per_mtok(9'000'000);
  v1::PriceList::Item* bad = move.mutable_price_list()->add_items();
  bad->set_segment(v1::SEGMENT_CONSUMERS);
  bad->set_price_micros_per_mtok(0);
  const Verdict verdict = ApplyPriceList(economy_.world, economy_.lab_agent(0), move);
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->rule, "price-range");
  EXPECT_EQ(economy_.lab(0).price_micros_per_mtok[1], kOpeningPrice);
}

// The first-order condition of Bertrand competition with logit demand (Anderson, de Palma and
// Thisse 1992, ch. 7), for utility in the logarithm of price and use of elasticity e: the mark-up
// over price is 1 / (a (1 - s) + e). The market's own demand must have its best response there.
TEST_F(DemandTest, ProfitPeaksAtTheLogitMarkUp) {
  const double a = 2.5;
  const auto demand_at = [&](int64_t price) {
    HandMadeEconomy e;
    OnlyChoice(e);
    for (Segment& segment : e.world.segments) {
      segment.spec.set_price_weight(a);
      segment.spec.set_price_elasticity(0.5);
    }
    CalibrateAppeal(e.world);
    e.lab(0).price_micros_per_mtok[0] = price;
    PlanDemand(e.world);
    return std::make_pair(WantedOf(e.segment(0), first_), ShareOf(e.segment(0), first_));
  };
  // The cost at which the opening price is the best response to itself.
  const double price = static_cast<double>(kOpeningPrice);
  const double share = demand_at(kOpeningPrice).second;
  const double cost = price * (1 - 1 / (a * (1 - share) + 0.5));
  const auto profit_at = [&](double p) {
    return (p - cost) * demand_at(static_cast<int64_t>(p)).first;
  };
  const double best = profit_at(price);
  EXPECT_GT(best, profit_at(price * 1.01));
  EXPECT_GT(best, profit_at(price * 0.99));
}

}  // namespace
}  // namespace tranche
