#include "broker/games/equilibrium.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "sim/check.h"

namespace tranche {
namespace {

constexpr double kAlmostZero = 1e-9;

double Magnitude(double x) { return x < 0 ? -x : x; }

// Solves A x = b by elimination with partial pivoting; nothing if A is singular. Rows of `system`
// are those of A with b behind.
std::optional<std::vector<double>> Solve(std::vector<std::vector<double>> system) {
  const size_t n = system.size();
  for (size_t column = 0; column < n; ++column) {
    const auto pivot = std::max_element(system.begin() + static_cast<ptrdiff_t>(column),
                                        system.end(), [column](const auto& a, const auto& b) {
                                          return Magnitude(a[column]) < Magnitude(b[column]);
                                        });
    if (Magnitude((*pivot)[column]) < kAlmostZero) return std::nullopt;
    std::swap(*pivot, system[column]);
    for (size_t row = 0; row < n; ++row) {
      if (row == column) continue;
      const double factor = system[row][column] / system[column][column];
      for (size_t i = column; i <= n; ++i) system[row][i] -= factor * system[column][i];
    }
  }
  std::vector<double> solution(n);
  for (size_t i = 0; i < n; ++i) solution[i] = system[i][n] / system[i][i];
  return solution;
}

std::vector<size_t> Members(uint32_t support) {
  std::vector<size_t> members;
  for (size_t s = 0; s < 32; ++s) {
    if ((support >> s & 1U) != 0) members.push_back(s);
  }
  return members;
}

// The payoff of `player`, 0 or 1, between 0 and 1: so that what is almost zero is the same for
// games in cents and in trillions.
class ScaledPayoffs {
 public:
  explicit ScaledPayoffs(const NormalFormGame& game) : game_(game) {
    for (size_t player = 0; player < game.players(); ++player) {
      double low = game.payoff(0, player);
      double high = low;
      for (size_t index = 1; index < game.profiles(); ++index) {
        low = std::min(low, game.payoff(index, player));
        high = std::max(high, game.payoff(index, player));
      }
      low_.push_back(low);
      range_.push_back(high > low ? high - low : 1);
    }
  }
  double At(size_t index, size_t player) const {
    return (game_.payoff(index, player) - low_[player]) / range_[player];
  }

 private:
  const NormalFormGame& game_;
  std::vector<double> low_;
  std::vector<double> range_;
};

NormalFormGame Scaled(const NormalFormGame& game) {
  std::vector<size_t> strategies;
  for (size_t player = 0; player < game.players(); ++player) {
    strategies.push_back(game.strategies(player));
  }
  NormalFormGame scaled(std::move(strategies));
  const ScaledPayoffs payoffs(game);
  for (size_t index = 0; index < game.profiles(); ++index) {
    for (size_t player = 0; player < game.players(); ++player) {
      scaled.SetPayoff(index, player, payoffs.At(index, player));
    }
  }
  return scaled;
}

// The mix of `mixer` over `own` that leaves the other player indifferent over `others`, both
// supports of the same size; nothing if there is none with positive probabilities.
std::optional<std::vector<double>> IndifferenceMix(const NormalFormGame& game, size_t mixer,
                                                   const std::vector<size_t>& own,
                                                   const std::vector<size_t>& others) {
  const size_t other = 1 - mixer;
  const size_t n = own.size();
  // Unknown are n probabilities and the other's payoff; a row for each of the other's strategies,
  // and one for the sum.
  std::vector<std::vector<double>> system(n + 1, std::vector<double>(n + 2));
  for (size_t row = 0; row < n; ++row) {
    for (size_t i = 0; i < n; ++i) {
      PureProfile profile(2);
      profile[mixer] = own[i];
      profile[other] = others[row];
      system[row][i] = game.payoff(game.IndexOf(profile), other);
    }
    system[row][n] = -1;
  }
  for (size_t i = 0; i < n; ++i) system[n][i] = 1;
  system[n][n + 1] = 1;
  const std::optional<std::vector<double>> solution = Solve(std::move(system));
  if (!solution.has_value()) return std::nullopt;
  std::vector<double> mix(game.strategies(mixer));
  for (size_t i = 0; i < n; ++i) {
    if ((*solution)[i] < kAlmostZero) return std::nullopt;
    mix[own[i]] = (*solution)[i];
  }
  return mix;
}

// One step of one player's shares.
std::vector<double> Replicate(const NormalFormGame& game, const MixedProfile& profile,
                              size_t player) {
  std::vector<double> payoffs = StrategyPayoffs(game, profile, player);
  // Payoffs are 0 to 1; the offset keeps the step small enough not to leap over an equilibrium.
  constexpr double kOffset = 1;
  double mean = 0;
  for (size_t s = 0; s < payoffs.size(); ++s) {
    payoffs[s] += kOffset;
    mean += profile[player][s] * payoffs[s];
  }
  std::vector<double> shares(payoffs.size());
  for (size_t s = 0; s < payoffs.size(); ++s) shares[s] = profile[player][s] * payoffs[s] / mean;
  return shares;
}

void Consider(const NormalFormGame& game, const MixedProfile& profile, FoundProfile& best) {
  const double regret = Regret(game, profile);
  if (!best.profile.empty() && regret >= best.regret) return;
  best.profile = profile;
  best.regret = regret;
}

void FollowDynamics(const NormalFormGame& game, MixedProfile profile, int steps,
                    FoundProfile& best) {
  Consider(game, profile, best);
  MixedProfile sum = profile;
  for (int step = 0; step < steps; ++step) {
    MixedProfile next;
    for (size_t player = 0; player < game.players(); ++player) {
      next.push_back(Replicate(game, profile, player));
    }
    profile = std::move(next);
    for (size_t player = 0; player < game.players(); ++player) {
      for (size_t s = 0; s < sum[player].size(); ++s) sum[player][s] += profile[player][s];
    }
  }
  Consider(game, profile, best);
  for (std::vector<double>& shares : sum) {
    double total = 0;
    for (const double share : shares) total += share;
    for (double& share : shares) share /= total;
  }
  Consider(game, sum, best);
}

MixedProfile Uniform(const NormalFormGame& game) {
  MixedProfile uniform;
  for (size_t player = 0; player < game.players(); ++player) {
    const size_t n = game.strategies(player);
    uniform.emplace_back(n, 1 / static_cast<double>(n));
  }
  return uniform;
}

// Near a pure profile: every strategy keeps a share to grow from.
MixedProfile Near(const NormalFormGame& game, size_t index) {
  constexpr double kRest = 0.1;
  MixedProfile near = Uniform(game);
  const PureProfile pure = game.ProfileAt(index);
  for (size_t player = 0; player < game.players(); ++player) {
    for (double& share : near[player]) share *= kRest;
    near[player][pure[player]] += 1 - kRest;
  }
  return near;
}

bool AllPlayTheSame(const PureProfile& profile) {
  return std::all_of(profile.begin(), profile.end(),
                     [&profile](size_t strategy) { return strategy == profile[0]; });
}

// The pure profiles of least regret, of which one may start.
std::vector<size_t> Starts(const NormalFormGame& game, bool symmetric) {
  constexpr size_t kMostStarts = 32;
  std::vector<std::pair<double, size_t>> by_regret;
  for (size_t index = 0; index < game.profiles(); ++index) {
    if (symmetric && !AllPlayTheSame(game.ProfileAt(index))) continue;
    by_regret.emplace_back(PureRegret(game, index), index);
  }
  std::sort(by_regret.begin(), by_regret.end());
  std::vector<size_t> starts;
  for (size_t i = 0; i < std::min(kMostStarts, by_regret.size()); ++i) {
    starts.push_back(by_regret[i].second);
  }
  return starts;
}

}  // namespace

std::vector<MixedProfile> SupportEnumeration(const NormalFormGame& original) {
  TRANCHE_CHECK(original.players() == 2, "support enumeration is for two players");
  TRANCHE_CHECK(original.strategies(0) <= kMostEnumeratedStrategies &&
                    original.strategies(1) <= kMostEnumeratedStrategies,
                "too many strategies to enumerate their supports");
  const NormalFormGame game = Scaled(original);
  std::vector<MixedProfile> equilibria;
  const size_t largest = std::min(game.strategies(0), game.strategies(1));
  for (size_t size = 1; size <= largest; ++size) {
    for (uint32_t first = 1; first < 1U << game.strategies(0); ++first) {
      if (static_cast<size_t>(__builtin_popcount(first)) != size) continue;
      for (uint32_t second = 1; second < 1U << game.strategies(1); ++second) {
        if (static_cast<size_t>(__builtin_popcount(second)) != size) continue;
        const std::vector<size_t> rows = Members(first);
        const std::vector<size_t> columns = Members(second);
        auto row_mix = IndifferenceMix(game, 0, rows, columns);
        auto column_mix = IndifferenceMix(game, 1, columns, rows);
        if (!row_mix.has_value() || !column_mix.has_value()) continue;
        MixedProfile profile = {*std::move(row_mix), *std::move(column_mix)};
        if (Regret(game, profile) <= kAlmostZero) equilibria.push_back(std::move(profile));
      }
    }
  }
  return equilibria;
}

FoundProfile ReplicatorSearch(const NormalFormGame& original, bool symmetric, int steps) {
  const NormalFormGame game = Scaled(original);
  const std::vector<size_t> starts = Starts(game, symmetric);
  FoundProfile best;
  // Pure ones first: of equal regret they are what people want to read.
  for (const size_t index : starts) Consider(game, ToMixed(game, index), best);
  FollowDynamics(game, Uniform(game), steps, best);
  for (const size_t index : starts) FollowDynamics(game, Near(game, index), steps, best);
  best.regret = Regret(original, best.profile);
  return best;
}

}  // namespace tranche
