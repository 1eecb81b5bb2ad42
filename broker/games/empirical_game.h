#ifndef TRANCHE_BROKER_GAMES_EMPIRICAL_GAME_H_
#define TRANCHE_BROKER_GAMES_EMPIRICAL_GAME_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "broker/games/normal_form.h"
#include "broker/statistics/paired.h"
#include "broker/statistics/summary.h"

// Games whose payoffs are means over simulations (Wellman 2006, "Methods for Empirical
// Game-Theoretic Analysis", AAAI). What is an equilibrium of the means need not be one of the game:
// regrets are maxima over noisy differences, which chance makes larger, and they come with an
// interval.
namespace tranche {

class EmpiricalGame {
 public:
  // `strategies` as for NormalFormGame. Every profile is simulated under the same `samples` seeds,
  // at least one, so that profiles are compared seed by seed.
  EmpiricalGame(std::vector<size_t> strategies, size_t samples);

  // Of players, strategies and profiles; payoffs are the means once they are all set.
  const NormalFormGame& means() const { return means_; }
  size_t samples() const { return samples_; }

  // `payoffs`: by sample.
  void SetPayoffs(size_t index, size_t player, absl::Span<const double> payoffs);
  absl::Span<const double> payoffs(size_t index, size_t player) const;

  // The game of the samples that `chosen` names, each as often as it does.
  NormalFormGame MeansOf(absl::Span<const size_t> chosen) const;

 private:
  NormalFormGame means_;
  size_t samples_;
  std::vector<double> values_;  // [(profile × players + player) × samples + sample]
};

// The same with each player in each seat as often, sample by sample (normal_form.h).
EmpiricalGame Symmetrised(const EmpiricalGame& game);

// How sure it is that a profile is an equilibrium.
struct RegretEstimate {
  double regret = 0;  // of the means
  // Percentile bootstrap over samples, the same ones for all profiles.
  Interval interval;
  // In which part of the resampled games it is an equilibrium, as far as rounding.
  double stability = 0;
};

// Draws come from Philox with `seed`.
std::vector<RegretEstimate> EstimateRegrets(const EmpiricalGame& game,
                                            absl::Span<const MixedProfile> profiles,
                                            double confidence, int resamples, uint64_t seed);

// What a player does best against the others' strategies in a pure profile.
struct BestResponse {
  size_t player = 0;
  // The player's own strategy in it is the best one.
  size_t profile = 0;
  size_t strategy = 0;
  size_t second = 0;  // the next best; `strategy` itself if it's the only one
  // The best one's payoff less the second's.
  PairedDifference advantage;
};

// For each player and all that the others may do.
std::vector<BestResponse> BestResponses(const EmpiricalGame& game, double confidence);

}  // namespace tranche

#endif  // TRANCHE_BROKER_GAMES_EMPIRICAL_GAME_H_
