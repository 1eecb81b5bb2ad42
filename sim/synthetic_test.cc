#include "sim/synthetic.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "sim/genesis.h"
#include "sim/scenario.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

int CountRole(const v1::Scenario& scenario, v1::Role role) {
  int count = 0;
  for (const v1::AgentSpec& agent : scenario.agents()) count += agent.role() == role ? 1 : 0;
  return count;
}

TEST(SyntheticTest, HasAsManyAgentsAsAskedFor) {
  for (const int agents : {10, 11, 37, 100, 1000}) {
    const absl::StatusOr<v1::Scenario> scenario = SyntheticScenario({.agents = agents});
    ASSERT_TRUE(scenario.ok()) << scenario.status();
    EXPECT_EQ(scenario->agents_size(), agents);
    EXPECT_GE(CountRole(*scenario, v1::ROLE_LAB), 2);
    EXPECT_GE(CountRole(*scenario, v1::ROLE_CLOUD), 2);
    EXPECT_GE(CountRole(*scenario, v1::ROLE_INVESTOR), 2);
    EXPECT_EQ(CountRole(*scenario, v1::ROLE_REGULATOR), 3);
  }
}

TEST(SyntheticTest, MarketsOfAnySeedOpen) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const absl::StatusOr<v1::Scenario> scenario = SyntheticScenario({.agents = 40, .seed = seed});
    ASSERT_TRUE(scenario.ok()) << scenario.status();
    const auto world = BuildWorld(*scenario, 1);
    EXPECT_TRUE(world.ok()) << seed << ": " << world.status();
  }
}

TEST(SyntheticTest, AnotherSeedIsAnotherMarket) {
  EXPECT_EQ(*SyntheticScenarioText({.seed = 7}), *SyntheticScenarioText({.seed = 7}));
  EXPECT_NE(*SyntheticScenarioText({.seed = 7}), *SyntheticScenarioText({.seed = 8}));
}

TEST(SyntheticTest, ItsTextIsTheScenario) {
  const SyntheticOptions options = {.agents = 60, .seed = 3, .quarters = 5};
  const absl::StatusOr<v1::Scenario> read =
      ParseScenario(*SyntheticScenarioText(options), "synthetic.textproto");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(CanonicalScenarioBytes(*read), CanonicalScenarioBytes(*SyntheticScenario(options)));
}

// A lab's figures are drawn from its own stream, so a larger market begins as a smaller one does.
TEST(SyntheticTest, AgentsKeepTheirFiguresAsTheMarketGrows) {
  const v1::Scenario small = *SyntheticScenario({.agents = 100});
  const v1::Scenario large = *SyntheticScenario({.agents = 1000});
  ASSERT_EQ(small.agents(0).name(), large.agents(0).name());
  EXPECT_EQ(small.agents(0).lab().segments(0).revenue_usd_millions_per_quarter(),
            large.agents(0).lab().segments(0).revenue_usd_millions_per_quarter());
}

TEST(SyntheticTest, NobodyKnowsMoreThanAFewOthers) {
  const v1::Scenario scenario = *SyntheticScenario({.agents = 2000});
  const int labs = CountRole(scenario, v1::ROLE_LAB);
  EXPECT_LE(scenario.contracts_size(), 3 * labs);
  for (const v1::AgentSpec& agent : scenario.agents()) {
    EXPECT_LE(agent.lab().holdings_size(), 4) << agent.name();
  }
}

TEST(SyntheticTest, WhatCannotBeMadeIsRefused) {
  EXPECT_TRUE(absl::StrContains(SyntheticScenario({.agents = 9}).status().message(), "9 agents"));
  EXPECT_FALSE(SyntheticScenario({.agents = 100'001}).ok());
  EXPECT_FALSE(SyntheticScenario({.quarters = 0}).ok());
  EXPECT_FALSE(SyntheticScenario({.labs = 1.5}).ok());
  EXPECT_FALSE(SyntheticScenario({.labs = 0.6, .clouds = 0.4}).ok());
}

TEST(SyntheticTest, TheShippedOneIsMadeByIt) {
  EXPECT_EQ(ReadSourceFile("deploy/scenarios/synthetic.textproto"),
            *SyntheticScenarioText({.agents = 50, .seed = 7}));
}

}  // namespace
}  // namespace tranche
