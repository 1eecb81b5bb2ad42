#include "broker/games/empirical_game.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/games/known_games_testing.h"
#include "sim/philox.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// `truth` seen through noise of `spread` that all profiles of a sample have in common, and of
// `own_spread` that each has for itself.
EmpiricalGame Observe(const NormalFormGame& truth, size_t samples, double spread,
                      double own_spread) {
  EmpiricalGame game({truth.strategies(0), truth.strategies(1)}, samples);
  for (size_t index = 0; index < truth.profiles(); ++index) {
    for (size_t player = 0; player < 2; ++player) {
      RandomStream common(1, StreamKey("common"), Quarter(), Round(0));
      RandomStream own(1, StreamKey("own"), Quarter::FromIndex(static_cast<int32_t>(index)),
                       Round(static_cast<int32_t>(player)));
      std::vector<double> payoffs;
      for (size_t sample = 0; sample < samples; ++sample) {
        payoffs.push_back(truth.payoff(index, player) + spread * (common.Uniform() - 0.5) +
                          own_spread * (own.Uniform() - 0.5));
      }
      game.SetPayoffs(index, player, payoffs);
    }
  }
  return game;
}

TEST(EmpiricalGameTest, ItsPayoffsAreTheMeans) {
  EmpiricalGame game({1, 1}, 4);
  game.SetPayoffs(0, 1, {1, 2, 3, 6});
  EXPECT_EQ(game.means().payoff(0, 1), 3);
  EXPECT_EQ(game.MeansOf({0, 0, 3, 3}).payoff(0, 1), 3.5);
}

TEST(RegretEstimateTest, NoiseThatAllProfilesShareDoesNotBlurTheEquilibrium) {
  const EmpiricalGame game = Observe(PrisonersDilemma(), 20, /*spread=*/100, /*own_spread=*/0);
  const std::vector<MixedProfile> both_confess = {{{0, 1}, {0, 1}}, {{1, 0}, {1, 0}}};
  const auto regrets = EstimateRegrets(game, both_confess, 0.95, 200, 1);
  ASSERT_THAT(regrets, SizeIs(2));
  EXPECT_EQ(regrets[0].stability, 1);
  EXPECT_EQ(regrets[0].interval.high, 0);
  EXPECT_EQ(regrets[1].stability, 0);
  EXPECT_NEAR(regrets[1].regret, 1, 1e-9);
  EXPECT_NEAR(regrets[1].interval.low, 1, 1e-9);
}

TEST(RegretEstimateTest, NoiseOfEachProfileDoes) {
  const EmpiricalGame game = Observe(PrisonersDilemma(), 10, /*spread=*/0, /*own_spread=*/10);
  const std::vector<MixedProfile> both_confess = {{{0, 1}, {0, 1}}};
  const RegretEstimate regret = EstimateRegrets(game, both_confess, 0.95, 500, 1)[0];
  EXPECT_LT(regret.stability, 1);
  EXPECT_GT(regret.interval.high, 0);
  EXPECT_GE(regret.interval.low, 0);
}

TEST(EmpiricalGameTest, SeatsAreAveragedSampleBySample) {
  EmpiricalGame game({2, 2}, 2);
  // The first seat has what the second has and 1 more, in the second sample 3.
  for (size_t index = 0; index < 4; ++index) {
    game.SetPayoffs(index, 0, {1, 3});
    game.SetPayoffs(index, 1, {0, 0});
  }
  const EmpiricalGame symmetric = Symmetrised(game);
  EXPECT_THAT(symmetric.payoffs(1, 0), ElementsAre(0.5, 1.5));
  EXPECT_THAT(symmetric.payoffs(2, 1), ElementsAre(0.5, 1.5));
}

TEST(BestResponsesTest, AreSaidForAllThatTheOthersMayDo) {
  const EmpiricalGame game = Observe(BattleOfTheSexes(), 8, /*spread=*/1, /*own_spread=*/0);
  const std::vector<BestResponse> responses = BestResponses(game, 0.95);
  ASSERT_THAT(responses, SizeIs(4));
  // The first player against ballet, and against boxing.
  EXPECT_EQ(responses[0].strategy, 0);
  EXPECT_EQ(responses[1].strategy, 1);
  EXPECT_NEAR(responses[0].advantage.difference, 3, 1e-9);
  EXPECT_NEAR(responses[1].advantage.t_interval.low, 2, 1e-9);
}

}  // namespace
}  // namespace tranche
