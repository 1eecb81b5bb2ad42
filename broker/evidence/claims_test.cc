#include "broker/evidence/claims.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

Claim ClaimOf(double figure, double low, double high, double tolerance) {
  return {.what = "a figure",
          .unit = "USD_bn",
          .paths = {"agents[openai].cash_usd_millions", "agents[openai].lab.segments*"},
          .fact = "a fact",
          .low = low,
          .high = high,
          .figure = figure,
          .tolerance = tolerance};
}

TEST(ClaimTest, AFigureWithinWhatTheFactAllowsHolds) {
  EXPECT_EQ(ClaimOf(1.2, 1.1, 1.3, 0).Difference(), 0);
  EXPECT_TRUE(ClaimOf(1.2, 1.1, 1.3, 0).holds());
}

TEST(ClaimTest, BeyondItTheDifferenceCounts) {
  EXPECT_NEAR(ClaimOf(110, 100, 100, 0.05).Difference(), 0.1, 1e-12);
  EXPECT_FALSE(ClaimOf(110, 100, 100, 0.05).holds());
  EXPECT_NEAR(ClaimOf(90, 100, 100, 0.05).Difference(), -0.1, 1e-12);
  EXPECT_FALSE(ClaimOf(90, 100, 100, 0.05).holds());
  EXPECT_TRUE(ClaimOf(104, 100, 100, 0.05).holds());
}

TEST(ClaimTest, PathsMayStandForAllThatBeginSo) {
  const Claim claim = ClaimOf(1, 1, 1, 0);
  EXPECT_TRUE(claim.Covers("agents[openai].cash_usd_millions"));
  EXPECT_TRUE(claim.Covers("agents[openai].lab.segments[SEGMENT_CONSUMERS].price_usd_per_mtok"));
  EXPECT_FALSE(claim.Covers("agents[openai].cash_usd_millions_more"));
  EXPECT_FALSE(claim.Covers("agents[openai].lab.researchers"));
}

}  // namespace
}  // namespace tranche
