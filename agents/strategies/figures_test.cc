#include "agents/strategies/figures.h"

#include <gtest/gtest.h>

#include <limits>

namespace tranche {
namespace {

TEST(FiguresTest, WholeNumbersSaturate) {
  EXPECT_EQ(ToWhole(2.5), 3);
  EXPECT_EQ(ToWhole(-2.5), -3);
  EXPECT_EQ(ToWhole(1e300), int64_t{4'000'000'000'000'000'000});
  EXPECT_EQ(ToWhole(-1e300), -int64_t{4'000'000'000'000'000'000});
  EXPECT_EQ(ToWhole(std::numeric_limits<double>::quiet_NaN()), 0);
}

TEST(FiguresTest, SumsKeepThreeDigits) {
  EXPECT_EQ(RoundSum(123'456'789), 123'000'000);
  EXPECT_EQ(RoundSum(999.6), 1000);
  EXPECT_EQ(RoundSum(-5), 0);
}

TEST(FiguresTest, ReadsAsPeopleWrite) {
  EXPECT_EQ(Dollars(4'200'000'000'000), "$42.0B");
  EXPECT_EQ(UnitDollars(1'850'000), "$1.85");
  EXPECT_EQ(Percent(0.125), "12.5%");
  EXPECT_EQ(Percent(0.05), "5%");
  EXPECT_EQ(Percent(-0.004), "-0.4%");
  EXPECT_EQ(QuarterName(8104), "2026Q1");
  EXPECT_EQ(QuarterName(-7), "0001Q1");
}

}  // namespace
}  // namespace tranche
