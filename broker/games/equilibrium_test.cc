#include "broker/games/equilibrium.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/games/known_games_testing.h"

namespace tranche {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr double kTolerance = 1e-9;

auto Mix(double first, double second) {
  return ElementsAre(DoubleNear(first, kTolerance), DoubleNear(second, kTolerance));
}

auto Thirds() {
  return ElementsAre(DoubleNear(1.0 / 3, kTolerance), DoubleNear(1.0 / 3, kTolerance),
                     DoubleNear(1.0 / 3, kTolerance));
}

TEST(SupportEnumerationTest, ThePrisonersHaveOneEquilibrium) {
  EXPECT_THAT(SupportEnumeration(PrisonersDilemma()),
              ElementsAre(ElementsAre(Mix(0, 1), Mix(0, 1))));
}

TEST(SupportEnumerationTest, RockPaperScissorsIsPlayedAtRandom) {
  EXPECT_THAT(SupportEnumeration(RockPaperScissors()),
              ElementsAre(ElementsAre(Thirds(), Thirds())));
}

TEST(SupportEnumerationTest, TheBattleOfTheSexesHasThree) {
  EXPECT_THAT(SupportEnumeration(BattleOfTheSexes()),
              ElementsAre(ElementsAre(Mix(1, 0), Mix(1, 0)), ElementsAre(Mix(0, 1), Mix(0, 1)),
                          ElementsAre(Mix(0.6, 0.4), Mix(0.4, 0.6))));
}

TEST(SupportEnumerationTest, ItDoesNotMatterInWhichUnitPayoffsAre) {
  NormalFormGame game = BattleOfTheSexes();
  for (size_t index = 0; index < game.profiles(); ++index) {
    game.SetPayoff(index, 0, 1e12 * game.payoff(index, 0) - 5e13);
    game.SetPayoff(index, 1, 1e-6 * game.payoff(index, 1));
  }
  EXPECT_THAT(SupportEnumeration(game), SizeIs(3));
}

TEST(SupportEnumerationTest, PlayersMayHaveOtherStrategies) {
  // Fudenberg and Tirole 1991, figure 1.1: (U, L) is what iterated dominance leaves.
  const NormalFormGame game =
      Bimatrix({{{4, 3}, {5, 1}, {6, 2}}, {{2, 1}, {8, 4}, {3, 6}}, {{3, 0}, {9, 6}, {2, 8}}});
  EXPECT_THAT(SupportEnumeration(game),
              ElementsAre(ElementsAre(ElementsAre(1, 0, 0), ElementsAre(1, 0, 0))));
}

TEST(SupportEnumerationTest, ADegenerateGameKeepsItsPureEquilibria) {
  const NormalFormGame indifferent = Bimatrix({{{1, 1}, {1, 1}}, {{1, 1}, {1, 1}}});
  EXPECT_THAT(SupportEnumeration(indifferent), SizeIs(4));
}

TEST(ReplicatorSearchTest, FindsAPureEquilibrium) {
  const FoundProfile found = ReplicatorSearch(PrisonersDilemma(), /*symmetric=*/true);
  EXPECT_EQ(found.regret, 0);
  EXPECT_THAT(found.profile, ElementsAre(ElementsAre(0, 1), ElementsAre(0, 1)));
}

TEST(ReplicatorSearchTest, FindsTheMixedEquilibriumOfThreePlayers) {
  // Chicken among three: daring alone is best (2), with others worst (-1 each); else 0.
  NormalFormGame game({2, 2, 2});
  for (size_t index = 0; index < game.profiles(); ++index) {
    const PureProfile profile = game.ProfileAt(index);
    const size_t daring = profile[0] + profile[1] + profile[2];
    for (size_t player = 0; player < 3; ++player) {
      game.SetPayoff(index, player, profile[player] == 0 ? 0 : daring == 1 ? 2 : -1);
    }
  }
  // Symmetric: 2 q^2 = 1 - q^2 for the probability q of holding back, so q = 1/√3.
  const FoundProfile found = ReplicatorSearch(game, /*symmetric=*/true);
  EXPECT_LT(found.regret, 1e-3);
  for (const auto& mix : found.profile) EXPECT_NEAR(mix[0], 0.57735, 1e-3);
  // Not symmetric there are pure ones: one dares.
  EXPECT_EQ(ReplicatorSearch(game, /*symmetric=*/false).regret, 0);
}

TEST(ReplicatorSearchTest, SaysHowCloseItCame) {
  // Matching pennies with unequal stakes: no pure equilibrium, and the dynamics circle the mixed
  // one.
  const NormalFormGame game = Bimatrix({{{3, -1}, {-1, 1}}, {{-1, 1}, {1, -1}}});
  const FoundProfile found = ReplicatorSearch(game, /*symmetric=*/false);
  EXPECT_EQ(found.regret, Regret(game, found.profile));
  EXPECT_LT(found.regret, 0.2);
}

}  // namespace
}  // namespace tranche
