#include "agents/strategy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/status/status.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

class Silent : public Strategy {
 public:
  explicit Silent(const StrategyContext& context) { context.parameters.Get("patience"); }
  void OnTurn(const TurnView& /*view*/, Actions& /*actions*/) override {}
};
TRANCHE_REGISTER_STRATEGY(Silent, "silent-for-strategy-test", v1::ROLE_LAB, "Says nothing.",
                          {{"patience", 1}});

AgentSeat Seat(const std::string& strategy) { return {"aurora", v1::ROLE_LAB, strategy, {}}; }

v1::Parameter Given(const std::string& name, double value) {
  v1::Parameter parameter;
  parameter.set_name(name);
  parameter.set_value(value);
  return parameter;
}

TEST(ExternalStrategyTest, KeepsNameAndParametersAsTheyAreGiven) {
  AgentSeat seat = Seat("external:known-elsewhere");
  seat.parameters = {Given("boldness", 3)};
  const auto resolved = ResolveSeat(seat);
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(resolved->strategy, "external:known-elsewhere");
  ASSERT_EQ(resolved->parameters.size(), 1U);
  EXPECT_EQ(resolved->parameters[0].value(), 3);
}

TEST(ExternalStrategyTest, WhatIsNoNameIsSaid) {
  for (const char* strategy : {"external:", "external:two words", "external:a:b", "external:a=b"}) {
    const absl::Status status = ResolveSeat(Seat(strategy)).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << strategy;
    EXPECT_THAT(std::string(status.message()), HasSubstr(strategy));
  }
}

TEST(ExternalStrategyTest, IsPlayedWhereItIsRegistered) {
  AgentSeat seat = Seat("external:silent-for-strategy-test");
  EXPECT_TRUE(MakeStrategy(seat).ok());
  seat.parameters = {Given("boldness", 3)};
  EXPECT_THAT(std::string(MakeStrategy(seat).status().message()), HasSubstr("it has: patience"));
}

TEST(ExternalStrategyTest, ElsewhereItsProgramIsAskedFor) {
  const absl::Status status = MakeStrategy(Seat("external:known-elsewhere")).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("--agent-command"));
}

}  // namespace
}  // namespace tranche
