#include "broker/arena/payoff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNan;

// Two runs of one point: income of aurora 3 and 4, one metric of the market, and one that the
// second run lacks.
OutcomeTable TwoRuns() {
  OutcomeTable table(1, 2, Quarter(), Moment{});
  const std::vector<MetricKey> keys = {
      {"net-income", "aurora", "USD"}, {"hhi", "models", "0 to 10,000"}, {"runway", "aurora", "q"}};
  RunOutcome first;
  first.quarters = 1;
  first.values = {3, 100, 7};
  table.Add(0, 0, first, keys);
  RunOutcome second;
  second.quarters = 1;
  second.values = {4, 200};
  table.Add(0, 1, second, absl::MakeConstSpan(keys).subspan(0, 2));
  table.Complete();
  return table;
}

TEST(PayoffTest, IsTheSeatsOwnMetricUnlessASubjectIsNamed) {
  const auto payoff = Payoff::Parse("net-income - hhi:models");
  ASSERT_TRUE(payoff.ok()) << payoff.status();
  EXPECT_THAT(*payoff->Of(TwoRuns(), 0, "aurora"), ElementsAre(-97, -196));
  EXPECT_EQ(payoff->Unit(TwoRuns(), "aurora"), "USD");
  EXPECT_THAT(payoff->MetricPatterns(), ElementsAre("hhi", "net-income"));
  EXPECT_THAT(*Payoff::Parse("- hhi:models")->Of(TwoRuns(), 0, "aurora"), ElementsAre(-100, -200));
}

TEST(PayoffTest, ARunThatLacksTheFigureHasNone) {
  EXPECT_THAT(*Payoff::Parse("runway + net-income")->Of(TwoRuns(), 0, "aurora"),
              ElementsAre(10, IsNan()));
}

TEST(PayoffTest, AMetricThatNoRunHasIsSaid) {
  const auto payoffs = Payoff::Parse("profit")->Of(TwoRuns(), 0, "aurora");
  EXPECT_TRUE(absl::IsNotFound(payoffs.status()));
  EXPECT_THAT(std::string(payoffs.status().message()), HasSubstr("profit of aurora"));
}

TEST(PayoffTest, WhatBreaksTheGrammarIsSaid) {
  for (const char* text : {"", "a b", "a -", "a + + b", "+ a", ":models", "- - a"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Payoff::Parse(text).status())) << text;
  }
}

}  // namespace
}  // namespace tranche
