#include "broker/games/normal_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/games/known_games_testing.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NormalFormTest, AProfileIsFoundByItsNumber) {
  const NormalFormGame game({2, 3, 2});
  EXPECT_EQ(game.profiles(), 12U);
  for (size_t index = 0; index < game.profiles(); ++index) {
    EXPECT_EQ(game.IndexOf(game.ProfileAt(index)), index);
  }
  EXPECT_THAT(game.ProfileAt(game.Deviation(0, 1, 2)), ElementsAre(0, 2, 0));
}

TEST(PureEquilibriaTest, ThePrisonersBothConfess) {
  const NormalFormGame game = PrisonersDilemma();
  EXPECT_THAT(PureEquilibria(game), ElementsAre(3));
  EXPECT_THAT(game.ProfileAt(3), ElementsAre(1, 1));
  // Alone with her silence each would gain by confessing: 0 in place of -1.
  EXPECT_EQ(PureRegret(game, 0), 1);
}

TEST(PureEquilibriaTest, BothWaysToMeetAreEquilibria) {
  EXPECT_THAT(PureEquilibria(BattleOfTheSexes()), ElementsAre(0, 3));
  EXPECT_THAT(PureEquilibria(Coordination(3)), ElementsAre(0, 7));
}

TEST(PureEquilibriaTest, RockPaperScissorsHasNone) {
  EXPECT_THAT(PureEquilibria(RockPaperScissors()), IsEmpty());
}

TEST(RegretTest, IsWhatTheBestAnswerWouldBringMore) {
  const NormalFormGame game = RockPaperScissors();
  const MixedProfile rock_and_all = {{1, 0, 0}, {1.0 / 3, 1.0 / 3, 1.0 / 3}};
  EXPECT_DOUBLE_EQ(Regret(game, rock_and_all, 0), 0);
  EXPECT_DOUBLE_EQ(Regret(game, rock_and_all, 1), 1);  // paper
  EXPECT_DOUBLE_EQ(Regret(game, rock_and_all), 1);
}

TEST(SymmetrisedTest, ASymmetricGameStaysAsItIs) {
  const NormalFormGame game = PrisonersDilemma();
  const NormalFormGame symmetric = Symmetrised(game);
  for (size_t index = 0; index < game.profiles(); ++index) {
    for (size_t player = 0; player < 2; ++player) {
      EXPECT_EQ(symmetric.payoff(index, player), game.payoff(index, player));
    }
  }
}

TEST(SymmetrisedTest, SeatsAreAveraged) {
  // Who sits first has 10 more, whatever is played.
  NormalFormGame game = PrisonersDilemma();
  for (size_t index = 0; index < game.profiles(); ++index) {
    game.SetPayoff(index, 0, game.payoff(index, 0) + 10);
  }
  const NormalFormGame symmetric = Symmetrised(game);
  for (size_t index = 0; index < game.profiles(); ++index) {
    for (size_t player = 0; player < 2; ++player) {
      EXPECT_EQ(symmetric.payoff(index, player), PrisonersDilemma().payoff(index, player) + 5);
    }
  }
}

}  // namespace
}  // namespace tranche
