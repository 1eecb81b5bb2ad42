#include "agents/strategies/valuation.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

TEST(ValuationTest, ComparableMultipleIsTheMedian) {
  v1::PublicView market = HandMarket();
  AddLab(market, "gamma", 100 * kBillion, 100 * kMillion, 27'000);
  // 20/2.4, 8/1.2 and 100/0.4 times.
  EXPECT_NEAR(ComparableMultiple(market), 20 / 2.4, 1e-9);
}

TEST(ValuationTest, ComparablesAreSomeOfManyLabs) {
  v1::PublicView market = HandMarket();
  for (int i = 0; i < 638; ++i) {
    AddLab(market, absl::StrCat("lab-", 1000 + i), (i + 10) * kBillion, 250 * kMillion, 27'000);
  }
  const double multiple = ComparableMultiple(market);
  EXPECT_GT(multiple, 300);
  EXPECT_LT(multiple, 340);  // of all 640 the median is 327
  market.mutable_labs(1)->set_last_valuation_cents(900'000 * kBillion);
  EXPECT_EQ(ComparableMultiple(market), multiple);
  market.mutable_labs(0)->set_last_valuation_cents(900'000 * kBillion);
  EXPECT_NE(ComparableMultiple(market), multiple);
}

TEST(ValuationTest, NothingIsKnownOfAnUnknownLab) {
  EXPECT_EQ(Appraiser(0.1).Appraise(HandMarket(), "nobody").value_cents, 0);
  EXPECT_EQ(Appraiser(0.1).Appraise(v1::PublicView(), "alpha").value_cents, 0);
}

TEST(ValuationTest, GrowthIsReadOffTwoDisclosures) {
  Appraiser appraiser(0.1);
  v1::PublicView market = HandMarket();
  appraiser.Observe(market);
  EXPECT_DOUBLE_EQ(appraiser.Appraise(market, "alpha").quarterly_growth, 0.1);
  market.set_quarter(kTestQuarter + 1);
  market.mutable_labs(0)->set_disclosed_revenue_cents(720 * kMillion);
  appraiser.Observe(market);
  EXPECT_NEAR(appraiser.Appraise(market, "alpha").quarterly_growth, 0.2, 1e-9);
}

TEST(ValuationTest, ObservingTwiceChangesNothing) {
  Appraiser once(0.1);
  Appraiser twice(0.1);
  v1::PublicView market = HandMarket();
  once.Observe(market);
  twice.Observe(market);
  market.set_quarter(kTestQuarter + 1);
  market.mutable_labs(0)->set_disclosed_revenue_cents(720 * kMillion);
  once.Observe(market);
  twice.Observe(market);
  twice.Observe(market);
  EXPECT_EQ(once.Appraise(market, "alpha").value_cents,
            twice.Appraise(market, "alpha").value_cents);
}

TEST(ValuationTest, RevenueAndStandingRaiseTheValue) {
  Appraiser appraiser(0.1);
  v1::PublicView market = HandMarket();
  appraiser.Observe(market);
  const double value = appraiser.Appraise(market, "alpha").value_cents;
  EXPECT_GT(value, 20.0 * kBillion);
  EXPECT_GT(appraiser.Appraise(market, "alpha", 900.0 * kMillion).value_cents, value);
  market.mutable_labs(0)->set_capability_millis(27'300);
  EXPECT_GT(appraiser.Appraise(market, "alpha").value_cents, value);
}

}  // namespace
}  // namespace tranche
