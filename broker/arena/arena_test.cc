#include "broker/arena/arena.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "broker/ensemble/ensemble.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

ArenaRequest DuopolyRequest() {
  ArenaRequest request;
  request.scenario = DuopolyScenario();
  request.seats = {"aurora", "borealis"};
  request.contenders = {{"balanced-lab", "balanced-lab"}, {"racing-lab", "racing-lab"}};
  request.seeds = {1, 2};
  request.quarters = 2;
  return request;
}

OutcomeTable Play(const EnsemblePlan& plan) {
  OutcomeTable table(plan.points.size(), plan.seeds.size(), plan.first_quarter(),
                     *Moment::Parse("total"));
  const absl::Status played = PlayEnsemble(
      plan, {.jobs = 1},
      [&](int64_t run, const RunOutcome& outcome, const std::vector<MetricKey>& keys) {
        table.Add(plan.PointOf(run), static_cast<size_t>(run) % plan.seeds.size(), outcome, keys);
        return absl::OkStatus();
      });
  EXPECT_TRUE(played.ok()) << played;
  table.Complete();
  return table;
}

std::string ErrorOf(const ArenaRequest& request) {
  return std::string(PlanArena(request).status().message());
}

TEST(ArenaTest, EveryProfileIsAPointUnderTheSameSeeds) {
  const auto plan = PlanArena(DuopolyRequest());
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_THAT(plan->points, SizeIs(4));
  const v1::Scenario scenario = ScenarioAt(*plan, 1);
  std::map<std::string, std::string> strategies;
  for (const v1::AgentSpec& agent : scenario.agents()) {
    strategies[agent.name()] = agent.strategy();
  }
  EXPECT_EQ(strategies["aurora"], "balanced-lab");
  EXPECT_EQ(strategies["borealis"], "racing-lab");
}

TEST(ArenaTest, PayoffsAreThoseOfTheRuns) {
  ArenaRequest request = DuopolyRequest();
  const OutcomeTable table = Play(*PlanArena(request));
  const auto played = MakeGame(table, request.seats, 2, *Payoff::Parse("revenue"));
  ASSERT_TRUE(played.ok()) << played.status();
  // Profile 2 is racing-lab against balanced-lab; played by itself it comes to the same.
  PlanRequest alone;
  alone.scenarios = {request.scenario};
  for (v1::AgentSpec& agent : *alone.scenarios[0].mutable_agents()) {
    if (agent.name() == "aurora") agent.set_strategy("racing-lab");
    if (agent.name() == "borealis") agent.set_strategy("balanced-lab");
  }
  alone.seeds = request.seeds;
  alone.quarters = request.quarters;
  const OutcomeTable expected = Play(*MakePlan(std::move(alone)));
  for (size_t seat = 0; seat < 2; ++seat) {
    EXPECT_EQ(played->game.payoffs(2, seat),
              expected.Of({"revenue", request.seats[seat], "USD"}, 0));
  }
}

TEST(ArenaTest, WhatCannotBePlayedIsSaid) {
  ArenaRequest request = DuopolyRequest();
  request.seats[1] = "borealiss";
  EXPECT_THAT(ErrorOf(request), HasSubstr("there is no agent \"borealiss\""));
  request.seats[1] = "nimbus";
  EXPECT_THAT(ErrorOf(request), HasSubstr("nimbus is a cloud, and aurora a lab"));
  request.seats[1] = "aurora";
  EXPECT_THAT(ErrorOf(request), HasSubstr("aurora is named twice"));
  request = DuopolyRequest();
  request.contenders[1] = request.contenders[0];
  EXPECT_THAT(ErrorOf(request), HasSubstr("balanced-lab is named twice"));
  request.contenders[1] = {"value-investor", "value-investor"};
  EXPECT_THAT(ErrorOf(request), HasSubstr("plays a investor"));
}

// A symmetric game of two that is known: who is tougher takes 4, both tough lose 2, both soft
// get 1.
EmpiricalGame Chicken() {
  EmpiricalGame game({2, 2}, 2);
  const double payoffs[4][2] = {{1, 1}, {0, 4}, {4, 0}, {-2, -2}};
  for (size_t index = 0; index < 4; ++index) {
    for (size_t player = 0; player < 2; ++player) {
      game.SetPayoffs(index, player, {payoffs[index][player], payoffs[index][player]});
    }
  }
  return game;
}

TEST(AnalyseTest, FindsAllEquilibriaOfTwoPlayers) {
  const GameAnalysis analysis = Analyse(Chicken(), {.resamples = 10});
  EXPECT_THAT(analysis.equilibria, SizeIs(3));
  EXPECT_TRUE(analysis.complete);
  for (const RegretEstimate& regret : analysis.regrets) EXPECT_NEAR(regret.regret, 0, 1e-9);
}

TEST(AnalyseTest, TiesMayHideEquilibria) {
  EmpiricalGame game({2, 2}, 1);  // whatever anybody does, nobody gets anything
  const GameAnalysis analysis = Analyse(game, {.resamples = 10});
  EXPECT_THAT(analysis.equilibria, SizeIs(4));
  EXPECT_FALSE(analysis.complete);
}

TEST(AnalyseTest, OfASymmetricGameFindsTheSymmetricOne) {
  const GameAnalysis analysis = Analyse(Chicken(), {.symmetric = true, .resamples = 10});
  ASSERT_THAT(analysis.equilibria, SizeIs(1));
  // Soft with p: p + 0 (1 - p) = 4 p - 2 (1 - p), so p = 2/5.
  EXPECT_NEAR(analysis.equilibria[0][0][0], 0.4, 1e-9);
}

TEST(AnalyseTest, OfThreePlayersSaysTheNearestWhereNoneIsPure) {
  // The third matches the first, the first the second, and the second does otherwise than the
  // third.
  EmpiricalGame game({2, 2, 2}, 1);
  for (size_t index = 0; index < 8; ++index) {
    const PureProfile p = game.means().ProfileAt(index);
    game.SetPayoffs(index, 0, {p[0] == p[1] ? 1.0 : 0.0});
    game.SetPayoffs(index, 1, {p[1] != p[2] ? 1.0 : 0.0});
    game.SetPayoffs(index, 2, {p[2] == p[0] ? 1.0 : 0.0});
  }
  const GameAnalysis analysis = Analyse(game, {.resamples = 10});
  EXPECT_FALSE(analysis.complete);
  // All at random is the equilibrium, and the dynamics start there.
  ASSERT_THAT(analysis.equilibria, SizeIs(1));
  EXPECT_THAT(analysis.equilibria[0][0], ElementsAre(0.5, 0.5));
}

}  // namespace
}  // namespace tranche
