#include "broker/evidence/hindcast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

using ::testing::DoubleNear;

constexpr double kPue = 1.2;
const absl::CivilDay kCut(2024, 12, 31);

Facts FactsOf(absl::string_view rows) {
  absl::StatusOr<Facts> facts = Facts::Parse(
      absl::StrCat("as_of,entity,quantity,value,unit,confidence,source\n", rows), "facts.csv");
  EXPECT_TRUE(facts.ok()) << facts.status();
  return *std::move(facts);
}

// Runs of three years in which Anthropic's quarterly revenue, in billions, is that of the list.
std::vector<SimulatedHistory> RunsWithRevenue(const std::vector<double>& revenue_usd_bn) {
  std::vector<SimulatedHistory> runs;
  for (const double revenue : revenue_usd_bn) {
    SimulatedHistory& run = runs.emplace_back(Quarter(2023, 1), 12);
    for (int q = 0; q < 12; ++q) {
      run.Set("revenue", "anthropic", Quarter(2023, 1) + q, revenue * 1e9);
    }
  }
  return runs;
}

TEST(HindcastTest, ARowIsScoredAgainstTheEnsemble) {
  const Facts facts = FactsOf("2024-12-31,Anthropic,run_rate,2,USD_bn,company,\n");
  const Hindcast hindcast = CompareWithFacts(RunsWithRevenue({0.25, 1}), facts, kPue, kCut);
  ASSERT_EQ(hindcast.rows.size(), 1u);
  const HindcastRow& row = hindcast.rows[0];
  // Rates of 1 and 4 against 2: mean distance 1.5, half the spread 1.5; ln 2 each in logarithms.
  EXPECT_NEAR(row.median, 2.5, 1e-12);
  EXPECT_NEAR(row.crps, 0, 1e-12);
  EXPECT_NEAR(row.log_crps, 0, 1e-12);
  EXPECT_TRUE(row.in50());
  EXPECT_FALSE(row.out_of_sample);
  EXPECT_FALSE(row.naive.has_value());
}

TEST(HindcastTest, GrowthIsExtrapolatedFromWhatWasKnownAtTheCut) {
  const Facts facts = FactsOf(
      "2023-12-31,Anthropic,run_rate,1,USD_bn,press,\n"
      "2024-12-31,Anthropic,run_rate,2,USD_bn,press,\n"
      "2025-06-30,Anthropic,run_rate,9,USD_bn,press,\n"
      "2025-12-31,Anthropic,run_rate,8,USD_bn,press,\n");
  const Hindcast hindcast = CompareWithFacts(RunsWithRevenue({2, 2}), facts, kPue, kCut);
  ASSERT_EQ(hindcast.rows.size(), 4u);
  // The first has nothing before it, the second one level; the last doesn't know June's.
  EXPECT_FALSE(hindcast.rows[0].naive.has_value());
  EXPECT_THAT(hindcast.rows[1].naive.value(), DoubleNear(1, 1e-12));
  EXPECT_TRUE(hindcast.rows[3].out_of_sample);
  EXPECT_THAT(hindcast.rows[3].naive.value(), DoubleNear(4, 0.01));
  EXPECT_NEAR(hindcast.rows[3].naive_log_error, DetLog(2), 0.01);

  const HindcastScore later = hindcast.Score(true);
  EXPECT_EQ(later.rows, 2);
  EXPECT_EQ(later.compared, 2);
  // Simulated 8 against 9 and 8; extrapolated 2.83 and 4.
  EXPECT_NEAR(later.mean_log_crps, DetLog(9.0 / 8) / 2, 1e-12);
  EXPECT_NEAR(later.Skill().value(), 1 - DetLog(9.0 / 8) / (DetLog(9 / 2.83) + DetLog(2)), 0.01);
}

TEST(HindcastTest, WhatTheRunDoesNotReachIsLeftOut) {
  const Facts facts = FactsOf(
      "2026-01-06,xAI,post_money,230,USD_bn,press,\n"
      "2026-03-31,Anthropic,run_rate,9,USD_bn,press,\n"
      "2023-06-30,Azure,revenue_year,55,USD_bn,filing,\n");
  const Hindcast hindcast = CompareWithFacts(RunsWithRevenue({1, 1}), facts, kPue, kCut);
  EXPECT_TRUE(hindcast.rows.empty());
  ASSERT_EQ(hindcast.left_out.size(), 3u);
  EXPECT_EQ(hindcast.left_out[1].why, "after the run");
  EXPECT_EQ(hindcast.left_out[2].why, "before the run");
  EXPECT_FALSE(hindcast.Score(false).Skill().has_value());
}

// A lab that is gone sells nothing; that is a large miss, not an infinite one.
TEST(HindcastTest, NothingScoresAsAThousandth) {
  const Facts facts = FactsOf("2024-12-31,Anthropic,run_rate,2,USD_bn,company,\n");
  const Hindcast hindcast = CompareWithFacts(RunsWithRevenue({0, 0}), facts, kPue, kCut);
  EXPECT_NEAR(hindcast.rows[0].log_crps, DetLog(1000), 1e-9);
}

}  // namespace
}  // namespace tranche
