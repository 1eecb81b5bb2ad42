#include "broker/statistics/summary.h"

#include <gtest/gtest.h>

#include <vector>

namespace tranche {
namespace {

TEST(SummaryTest, MomentsAreThoseOfTheTextbook) {
  const std::vector<double> sample = {2, 4, 4, 4, 5, 5, 7, 9};
  const Moments moments = MomentsOf(sample);
  EXPECT_EQ(moments.count, 8);
  EXPECT_EQ(moments.mean, 5);
  EXPECT_NEAR(moments.standard_deviation, 2.1380899352993952, 1e-15);  // √(32 / 7)
  EXPECT_EQ(MomentsOf({}).count, 0);
  EXPECT_EQ(MomentsOf({{3.0}}).standard_deviation, 0);
}

TEST(SummaryTest, LargeNumbersKeepTheirSpread) {
  const Moments moments = MomentsOf({{1e12 + 1, 1e12 + 2, 1e12 + 3}});
  EXPECT_NEAR(moments.standard_deviation, 1, 1e-9);
}

// quantile(c(1, 2, 3, 4, 10), c(0, .1, .5, .9, 1)) in R, type 7: 1, 1.4, 3, 7.6, 10.
TEST(SummaryTest, QuantilesAreRsOfTypeSeven) {
  const std::vector<double> sorted = {1, 2, 3, 4, 10};
  EXPECT_EQ(QuantileOfSorted(sorted, 0), 1);
  EXPECT_NEAR(QuantileOfSorted(sorted, 0.1), 1.4, 1e-12);
  EXPECT_EQ(QuantileOfSorted(sorted, 0.5), 3);
  EXPECT_NEAR(QuantileOfSorted(sorted, 0.9), 7.6, 1e-12);
  EXPECT_EQ(QuantileOfSorted(sorted, 1), 10);
}

}  // namespace
}  // namespace tranche
