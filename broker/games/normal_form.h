#ifndef TRANCHE_BROKER_GAMES_NORMAL_FORM_H_
#define TRANCHE_BROKER_GAMES_NORMAL_FORM_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"

// Finite games in normal form: payoffs, regrets and pure equilibria. Words are those of Fudenberg
// and Tirole (1991), "Game Theory", ch. 1.
namespace tranche {

// A strategy for each player, by number from 0.
using PureProfile = std::vector<size_t>;
// A probability for each strategy of each player.
using MixedProfile = std::vector<std::vector<double>>;

class NormalFormGame {
 public:
  // How many strategies each player has: at least one player, and each at least one strategy. All
  // payoffs are 0.
  explicit NormalFormGame(std::vector<size_t> strategies);

  size_t players() const { return strategies_.size(); }
  size_t strategies(size_t player) const { return strategies_[player]; }
  // All pure profiles, numbered from 0; the last player's strategy changes fastest.
  size_t profiles() const { return profiles_; }
  size_t IndexOf(absl::Span<const size_t> profile) const;
  PureProfile ProfileAt(size_t index) const;
  // The profile in which `player` plays `strategy`, and all others as in `index`.
  size_t Deviation(size_t index, size_t player, size_t strategy) const;

  double payoff(size_t index, size_t player) const { return payoffs_[index * players() + player]; }
  void SetPayoff(size_t index, size_t player, double payoff) {
    payoffs_[index * players() + player] = payoff;
  }

 private:
  std::vector<size_t> strategies_;
  std::vector<size_t> strides_;
  size_t profiles_ = 1;
  std::vector<double> payoffs_;
};

MixedProfile ToMixed(const NormalFormGame& game, size_t index);

// What each of the player's strategies is worth if the others play `profile`.
std::vector<double> StrategyPayoffs(const NormalFormGame& game, const MixedProfile& profile,
                                    size_t player);
double ExpectedPayoff(const NormalFormGame& game, const MixedProfile& profile, size_t player);

// How much the player could gain by playing otherwise while the others stay; not negative.
double Regret(const NormalFormGame& game, const MixedProfile& profile, size_t player);
// Of the player who has the most: 0 in a Nash equilibrium and nowhere else.
double Regret(const NormalFormGame& game, const MixedProfile& profile);
double PureRegret(const NormalFormGame& game, size_t index);

// All pure profiles that nobody gains more than `tolerance` by leaving alone, by number.
std::vector<size_t> PureEquilibria(const NormalFormGame& game, double tolerance = 0);

// The game in which each player takes each seat as often: a player's payoff is the mean over all
// seats and over all orders of the others. All players must have as many strategies. It is
// symmetric: what a player gets depends on its own strategy, and on how many of the others play
// which.
NormalFormGame Symmetrised(const NormalFormGame& game);

}  // namespace tranche

#endif  // TRANCHE_BROKER_GAMES_NORMAL_FORM_H_
