#include "broker/trial/trial_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "agents/strategy.h"
#include "broker/inline/inline_run.h"
#include "sim/testing/small_market.h"
#include "sim/testing/source_tree.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

TEST(TrialRunTest, IsTheRunThatInlinePlays) {
  const v1::Scenario scenario = DuopolyScenario();
  const auto trial = PlayTrial(scenario, {.seed = 3});
  ASSERT_TRUE(trial.ok()) << trial.status();
  auto run = InlineRun::Create(scenario, 3, *ResolveSeats(scenario));
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(trial->digest, absl::BytesToHexString((*run)->Play()->digest));
  EXPECT_EQ(trial->quarters, 8);
}

TEST(TrialRunTest, KeepsWhatWasSaidAndMeasured) {
  const auto run = PlayTrial(DuopolyScenario(), {.quarters = 2});
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->quarters, 2);
  ASSERT_FALSE(run->SaidBy("aurora").empty());
  EXPECT_EQ(run->SaidBy("aurora").front()->sender(), "aurora");
  EXPECT_TRUE(run->SaidBy("nobody").empty());
  const auto first = run->Metric("cash", "aurora", Quarter(2026, 1));
  const auto last = run->Metric("cash", "aurora");
  ASSERT_TRUE(first.has_value() && last.has_value());
  EXPECT_EQ(*last, *run->Metric("cash", "aurora", Quarter(2026, 2)));
  EXPECT_NE(*first, *last);
  EXPECT_EQ(run->Metric("cash", "nobody"), std::nullopt);
  EXPECT_EQ(run->Metric("cash", "aurora", Quarter(2027, 1)), std::nullopt);
}

TEST(TrialRunTest, RefusalsAreThoseToTheAgent) {
  const v1::Scenario scenario = DuopolyScenario();
  const auto run = PlayTrial(scenario);
  ASSERT_TRUE(run.ok()) << run.status();
  size_t refused = 0;
  for (const v1::AgentSpec& agent : scenario.agents()) {
    refused += run->RefusedTo(agent.name()).size();
  }
  size_t said = 0;
  for (const v1::Message* message : run->SaidBy("market")) said += message->has_rejected() ? 1 : 0;
  EXPECT_EQ(refused, said);
}

TEST(TrialRunTest, SeatsAreLaidOverTheScenario) {
  const v1::Scenario scenario = DuopolyScenario();
  const auto usual = PlayTrial(scenario, {.quarters = 2});
  const auto other = PlayTrial(scenario, {.seats = {{"borealis", "racing-lab"}}, .quarters = 2});
  ASSERT_TRUE(usual.ok() && other.ok());
  EXPECT_NE(usual->digest, other->digest);
  EXPECT_THAT(PlayTrial(scenario, {.seats = {{"nobody", ""}}}).status().message(),
              HasSubstr("there are aurora"));
  EXPECT_TRUE(
      absl::IsNotFound(PlayTrial(scenario, {.seats = {{"aurora", "no-such-lab"}}}).status()));
}

TEST(TrialRunTest, ReadsAScenarioWithWhatItExtends) {
  const auto scenario = ReadScenario(SourcePath("deploy/scenarios/duopoly.textproto"));
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(scenario->name(), "duopoly");
  EXPECT_TRUE(absl::IsNotFound(ReadScenario("/nowhere.textproto").status()));
}

}  // namespace
}  // namespace tranche
