#include "broker/command/strategy_flag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tranche {
namespace {

using ::testing::HasSubstr;

TEST(StrategyFlagTest, NamesAgentStrategyAndParameters) {
  const auto choice = ParseStrategyFlag("openai=frontier-lab:runway_quarters=6,markup_bp=-2.5");
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->agent, "openai");
  EXPECT_EQ(choice->strategy, "frontier-lab");
  ASSERT_EQ(choice->parameters.size(), 2);
  EXPECT_EQ(choice->parameters[0].name(), "runway_quarters");
  EXPECT_EQ(choice->parameters[0].value(), 6);
  EXPECT_EQ(choice->parameters[1].value(), -2.5);
}

TEST(StrategyFlagTest, ParametersMayBeLeftOut) {
  const auto choice = ParseStrategyFlag("aws=patient-cloud");
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_TRUE(choice->parameters.empty());
}

TEST(StrategyFlagTest, AnExternalNameMayHaveParametersToo) {
  const auto choice = ParseStrategyFlag("openai=external:mine:boldness=2");
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->strategy, "external:mine");
  ASSERT_EQ(choice->parameters.size(), 1);
  EXPECT_EQ(choice->parameters[0].name(), "boldness");
  EXPECT_EQ(ParseStrategyFlag("openai=external:mine")->strategy, "external:mine");
  EXPECT_FALSE(ParseStrategyFlag("openai=external:").ok());
}

TEST(StrategyFlagTest, WhatBreaksTheGrammarIsNamed) {
  for (const char* flag :
       {"openai", "=x", "openai=", "openai=x:p", "openai=x:p=", "openai=x:=1", "openai=x:p=one"}) {
    const auto choice = ParseStrategyFlag(flag);
    EXPECT_EQ(choice.status().code(), absl::StatusCode::kInvalidArgument) << flag;
    EXPECT_THAT(std::string(choice.status().message()), HasSubstr(flag));
  }
}

TEST(StrategyFlagTest, AnAgentIsGivenOneStrategy) {
  const std::vector<std::string> twice = {"a=x", "a=y"};
  EXPECT_EQ(ParseStrategyFlags(twice).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(StrategyFlagTest, AChoiceReplacesStrategyAndParametersOfTheSeat) {
  v1::Parameter old;
  old.set_name("old");
  std::vector<AgentSeat> seats = {{"a", v1::ROLE_LAB, "x", {old}}, {"b", v1::ROLE_LAB, "x", {old}}};
  ASSERT_TRUE(ApplyStrategies({{"b", "y", {}}}, seats).ok());
  EXPECT_EQ(seats[0].strategy, "x");
  EXPECT_EQ(seats[0].parameters.size(), 1);
  EXPECT_EQ(seats[1].strategy, "y");
  EXPECT_TRUE(seats[1].parameters.empty());
}

TEST(StrategyFlagTest, AnUnknownAgentIsAnErrorThatListsThoseThereAre) {
  std::vector<AgentSeat> seats = {{"aws", v1::ROLE_CLOUD, "", {}},
                                  {"openai", v1::ROLE_LAB, "", {}}};
  const absl::Status status = ApplyStrategies({{"opnai", "y", {}}}, seats);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("aws, openai"));
}

}  // namespace
}  // namespace tranche
