#include "broker/games/normal_form.h"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/check.h"

namespace tranche {
namespace {

// The probability that all but `player` play as in the pure profile.
double ProbabilityOfOthers(const MixedProfile& mixed, const PureProfile& pure, size_t player) {
  double probability = 1;
  for (size_t other = 0; other < pure.size(); ++other) {
    if (other != player) probability *= mixed[other][pure[other]];
  }
  return probability;
}

// What a player of a symmetric game sees: its strategy, and how many others play which, as their
// strategies in order.
using Situation = std::pair<size_t, std::vector<size_t>>;

Situation SituationOf(const PureProfile& profile, size_t player) {
  Situation situation = {profile[player], profile};
  situation.second.erase(situation.second.begin() + static_cast<ptrdiff_t>(player));
  std::sort(situation.second.begin(), situation.second.end());
  return situation;
}

}  // namespace

NormalFormGame::NormalFormGame(std::vector<size_t> strategies)
    : strategies_(std::move(strategies)), strides_(strategies_.size()) {
  TRANCHE_CHECK(!strategies_.empty(), "a game without players");
  for (size_t player = players(); player-- > 0;) {
    TRANCHE_CHECK(strategies_[player] > 0, "a player without a strategy");
    strides_[player] = profiles_;
    profiles_ *= strategies_[player];
  }
  payoffs_.resize(profiles_ * players());
}

size_t NormalFormGame::IndexOf(absl::Span<const size_t> profile) const {
  size_t index = 0;
  for (size_t player = 0; player < players(); ++player) index += profile[player] * strides_[player];
  return index;
}

PureProfile NormalFormGame::ProfileAt(size_t index) const {
  PureProfile profile(players());
  for (size_t player = 0; player < players(); ++player) {
    profile[player] = index / strides_[player] % strategies_[player];
  }
  return profile;
}

size_t NormalFormGame::Deviation(size_t index, size_t player, size_t strategy) const {
  const size_t now = index / strides_[player] % strategies_[player];
  return index - now * strides_[player] + strategy * strides_[player];
}

MixedProfile ToMixed(const NormalFormGame& game, size_t index) {
  const PureProfile pure = game.ProfileAt(index);
  MixedProfile mixed;
  for (size_t player = 0; player < game.players(); ++player) {
    mixed.emplace_back(game.strategies(player))[pure[player]] = 1;
  }
  return mixed;
}

std::vector<double> StrategyPayoffs(const NormalFormGame& game, const MixedProfile& profile,
                                    size_t player) {
  std::vector<double> payoffs(game.strategies(player));
  for (size_t index = 0; index < game.profiles(); ++index) {
    const PureProfile pure = game.ProfileAt(index);
    const double probability = ProbabilityOfOthers(profile, pure, player);
    if (probability > 0) payoffs[pure[player]] += probability * game.payoff(index, player);
  }
  return payoffs;
}

double ExpectedPayoff(const NormalFormGame& game, const MixedProfile& profile, size_t player) {
  const std::vector<double> payoffs = StrategyPayoffs(game, profile, player);
  double expected = 0;
  for (size_t s = 0; s < payoffs.size(); ++s) expected += profile[player][s] * payoffs[s];
  return expected;
}

double Regret(const NormalFormGame& game, const MixedProfile& profile, size_t player) {
  const std::vector<double> payoffs = StrategyPayoffs(game, profile, player);
  double expected = 0;
  for (size_t s = 0; s < payoffs.size(); ++s) expected += profile[player][s] * payoffs[s];
  return std::max(0.0, *std::max_element(payoffs.begin(), payoffs.end()) - expected);
}

double Regret(const NormalFormGame& game, const MixedProfile& profile) {
  double most = 0;
  for (size_t player = 0; player < game.players(); ++player) {
    most = std::max(most, Regret(game, profile, player));
  }
  return most;
}

double PureRegret(const NormalFormGame& game, size_t index) {
  double most = 0;
  for (size_t player = 0; player < game.players(); ++player) {
    for (size_t s = 0; s < game.strategies(player); ++s) {
      const double there = game.payoff(game.Deviation(index, player, s), player);
      most = std::max(most, there - game.payoff(index, player));
    }
  }
  return most;
}

std::vector<size_t> PureEquilibria(const NormalFormGame& game, double tolerance) {
  std::vector<size_t> equilibria;
  for (size_t index = 0; index < game.profiles(); ++index) {
    if (PureRegret(game, index) <= tolerance) equilibria.push_back(index);
  }
  return equilibria;
}

NormalFormGame Symmetrised(const NormalFormGame& game) {
  struct Sum {
    double payoffs = 0;
    int64_t count = 0;
  };
  std::map<Situation, Sum> sums;
  for (size_t index = 0; index < game.profiles(); ++index) {
    const PureProfile profile = game.ProfileAt(index);
    for (size_t player = 0; player < game.players(); ++player) {
      TRANCHE_CHECK(game.strategies(player) == game.strategies(0),
                    "players with other strategies can't change seats");
      Sum& sum = sums[SituationOf(profile, player)];
      sum.payoffs += game.payoff(index, player);
      ++sum.count;
    }
  }
  NormalFormGame symmetric(std::vector<size_t>(game.players(), game.strategies(0)));
  for (size_t index = 0; index < game.profiles(); ++index) {
    const PureProfile profile = game.ProfileAt(index);
    for (size_t player = 0; player < game.players(); ++player) {
      const Sum& sum = sums[SituationOf(profile, player)];
      symmetric.SetPayoff(index, player, sum.payoffs / static_cast<double>(sum.count));
    }
  }
  return symmetric;
}

}  // namespace tranche
