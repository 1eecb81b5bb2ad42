#include "broker/evidence/naive_growth.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

using Day = absl::CivilDay;

TEST(NaiveGrowthTest, TheLastGrowthGoesOn) {
  const Level levels[] = {{Day(2023, 12, 31), 2}, {Day(2024, 12, 31), 6}};
  // 366 days of 2024, 365 of 2025.
  EXPECT_NEAR(*ExtrapolateGrowth(levels, Day(2026, 1, 1)), 18, 1e-12);
  EXPECT_NEAR(*ExtrapolateGrowth(levels, Day(2024, 12, 31)), 6, 1e-12);
}

TEST(NaiveGrowthTest, TheTwoLatestLevelsCount) {
  const Level levels[] = {{Day(2024, 12, 31), 6}, {Day(2022, 12, 31), 5}, {Day(2023, 12, 31), 2}};
  EXPECT_NEAR(*ExtrapolateGrowth(levels, Day(2026, 1, 1)), 18, 1e-12);
}

TEST(NaiveGrowthTest, OneLevelStaysAndNoneIsNoForecast) {
  const Level levels[] = {{Day(2023, 12, 31), 2}};
  EXPECT_EQ(*ExtrapolateGrowth(levels, Day(2025, 6, 30)), 2);
  EXPECT_FALSE(ExtrapolateGrowth({}, Day(2025, 6, 30)).has_value());
}

TEST(NaiveGrowthTest, WhatIsNotAboveZeroDoesNotGrow) {
  const Level levels[] = {{Day(2023, 12, 31), 0}, {Day(2024, 12, 31), 6}};
  EXPECT_EQ(*ExtrapolateGrowth(levels, Day(2025, 6, 30)), 6);
}

}  // namespace
}  // namespace tranche
