#ifndef TRANCHE_BROKER_GAMES_KNOWN_GAMES_TESTING_H_
#define TRANCHE_BROKER_GAMES_KNOWN_GAMES_TESTING_H_

#include <array>
#include <vector>

#include "broker/games/normal_form.h"

// Games of the textbooks, for tests.
namespace tranche {

// Of two players, from rows of (first player's payoff, second player's).
inline NormalFormGame Bimatrix(const std::vector<std::vector<std::array<double, 2>>>& rows) {
  NormalFormGame game({rows.size(), rows[0].size()});
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t column = 0; column < rows[row].size(); ++column) {
      const size_t index = game.IndexOf({row, column});
      game.SetPayoff(index, 0, rows[row][column][0]);
      game.SetPayoff(index, 1, rows[row][column][1]);
    }
  }
  return game;
}

// Silent, confess; years in prison.
inline NormalFormGame PrisonersDilemma() {
  return Bimatrix({{{-1, -1}, {-3, 0}}, {{0, -3}, {-2, -2}}});
}

// Rock, paper, scissors.
inline NormalFormGame RockPaperScissors() {
  return Bimatrix(
      {{{0, 0}, {-1, 1}, {1, -1}}, {{1, -1}, {0, 0}, {-1, 1}}, {{-1, 1}, {1, -1}, {0, 0}}});
}

// Ballet, boxing: each would rather go to one, and most of all together. Mixed: she goes to her
// favourite with 3/5, he to his.
inline NormalFormGame BattleOfTheSexes() { return Bimatrix({{{3, 2}, {0, 0}}, {{0, 0}, {2, 3}}}); }

// Left, right: 1 to each player if all do the same, else 0.
inline NormalFormGame Coordination(size_t players) {
  NormalFormGame game(std::vector<size_t>(players, 2));
  for (const size_t index : {size_t{0}, game.profiles() - 1}) {
    for (size_t player = 0; player < players; ++player) game.SetPayoff(index, player, 1);
  }
  return game;
}

}  // namespace tranche

#endif  // TRANCHE_BROKER_GAMES_KNOWN_GAMES_TESTING_H_
