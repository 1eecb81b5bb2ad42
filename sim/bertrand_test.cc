// Bertrand competition in the market's own demand: labs that best respond to each other's prices
// come to the equilibrium that theory knows.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "sim/demand.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

// Everybody chooses anew each quarter at no cost among equals in all but price: a plain logit in
// the logarithm of price with coefficient a, and use per customer of elasticity e.
class BertrandTest : public testing::Test {
 protected:
  void Open(int labs, double a, double e) {
    economy = std::make_unique<HandMadeEconomy>(EconomyShape{.labs = labs, .clouds = 1});
    for (Segment& segment : economy->world.segments) {
      v1::SegmentSpec& spec = segment.spec;
      spec.set_price_weight(a);
      spec.set_price_elasticity(e);
      spec.set_nest_dissimilarity(1);
      spec.set_redecide_percent_per_quarter(100);
      spec.set_switching_cost(0);
      spec.set_adoption_speed_percent_per_quarter(0);
      spec.set_marketplace_affinity(0);
      spec.set_multi_homing_percent(0);
    }
  }
  // Of the first segment.
  int64_t& PriceOf(int lab) { return economy->lab(lab).price_micros_per_mtok[0]; }
  double ShareOf(int lab) {
    for (const Offering& offering : economy->segment(0).offerings) {
      if (offering.lab == LabId(lab)) return offering.share;
    }
    return 0;
  }
  double ProfitOf(int lab, double cost) {
    PlanDemand(economy->world);
    for (const Offering& offering : economy->segment(0).offerings) {
      if (offering.lab != LabId(lab)) continue;
      return (static_cast<double>(PriceOf(lab)) - cost) * offering.wanted_mtok;
    }
    return 0;
  }
  // Sets the lab's price to the most profitable one, others' given: profit has one peak.
  void BestRespond(int lab, double cost) {
    auto low = static_cast<int64_t>(cost);
    auto high = static_cast<int64_t>(cost * 50);
    while (high - low > 2) {
      const int64_t left = low + (high - low) / 3;
      const int64_t right = high - (high - low) / 3;
      PriceOf(lab) = left;
      const double at_left = ProfitOf(lab, cost);
      PriceOf(lab) = right;
      if (at_left < ProfitOf(lab, cost)) {
        low = left;
      } else {
        high = right;
      }
    }
    PriceOf(lab) = (low + high) / 2;
    PlanDemand(economy->world);
  }
  void PlayToRest(const std::vector<double>& costs) {
    for (int round = 0; round < 60; ++round) {
      for (size_t lab = 0; lab < costs.size(); ++lab) {
        BestRespond(static_cast<int>(lab), costs[lab]);
      }
    }
  }

  std::unique_ptr<HandMadeEconomy> economy;
};

// Anderson, de Palma and Thisse (1992), Discrete Choice Theory of Product Differentiation, chapter
// 7: with shares s the first-order condition of Bertrand competition under logit demand is
// p - c = 1 / (a (1 - s)), here per price and with use of elasticity e,
//
//   (p - c) / p = 1 / (a (1 - s) + e).
//
// Equal rivals have equal shares, which gives the price in closed form.
TEST_F(BertrandTest, EqualLabsThatBestRespondChargeTheClosedFormPrice) {
  for (const int labs : {2, 3}) {
    for (const double a : {2.5, 4.0}) {
      Open(labs, a, 0.5);
      CalibrateAppeal(economy->world);
      const double cost = 1'000'000;
      PlayToRest(std::vector<double>(static_cast<size_t>(labs), cost));
      const double mark_up = 1 / (a * (1 - 1.0 / labs) + 0.5);
      for (int lab = 0; lab < labs; ++lab) {
        EXPECT_NEAR(static_cast<double>(PriceOf(lab)), cost / (1 - mark_up), 1e-4 * cost)
            << labs << " labs, a " << a;
      }
    }
  }
}

TEST_F(BertrandTest, LabsOfDifferentCostsRestWhereTheirMarkUpsFitTheirShares) {
  Open(3, 3, 0.4);
  economy->lab(1).capability = 26.3;
  CalibrateAppeal(economy->world);
  const std::vector<double> costs = {1'000'000, 1'800'000, 600'000};
  PlayToRest(costs);
  for (int lab = 0; lab < 3; ++lab) {
    const auto price = static_cast<double>(PriceOf(lab));
    const double mark_up = (price - costs[static_cast<size_t>(lab)]) / price;
    EXPECT_NEAR(mark_up, 1 / (3 * (1 - ShareOf(lab)) + 0.4), 1e-4);
  }
  EXPECT_GT(ShareOf(2), ShareOf(0));
}

}  // namespace
}  // namespace tranche
