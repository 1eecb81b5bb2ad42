#include "broker/games/empirical_game.h"

#include <algorithm>
#include <utility>

#include "sim/check.h"
#include "sim/philox.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// A regret below this part of the range of payoffs is none.
constexpr double kRounding = 1e-9;

double RangeOf(const NormalFormGame& game) {
  double low = game.payoff(0, 0);
  double high = low;
  for (size_t index = 0; index < game.profiles(); ++index) {
    for (size_t player = 0; player < game.players(); ++player) {
      low = std::min(low, game.payoff(index, player));
      high = std::max(high, game.payoff(index, player));
    }
  }
  return high - low;
}

BestResponse BestResponseTo(const EmpiricalGame& game, size_t index, size_t player,
                            double confidence) {
  const NormalFormGame& means = game.means();
  const auto payoff = [&](size_t s) {
    return means.payoff(means.Deviation(index, player, s), player);
  };
  std::vector<size_t> by_payoff(means.strategies(player));
  for (size_t s = 0; s < by_payoff.size(); ++s) by_payoff[s] = s;
  std::stable_sort(by_payoff.begin(), by_payoff.end(),
                   [&payoff](size_t a, size_t b) { return payoff(a) > payoff(b); });
  BestResponse response;
  response.player = player;
  response.strategy = by_payoff[0];
  response.second = by_payoff.size() > 1 ? by_payoff[1] : by_payoff[0];
  response.profile = means.Deviation(index, player, response.strategy);
  response.advantage =
      ComparePairs(game.payoffs(means.Deviation(index, player, response.second), player),
                   game.payoffs(response.profile, player), confidence);
  return response;
}

}  // namespace

EmpiricalGame::EmpiricalGame(std::vector<size_t> strategies, size_t samples)
    : means_(std::move(strategies)),
      samples_(samples),
      values_(means_.profiles() * means_.players() * samples) {
  TRANCHE_CHECK(samples > 0, "a game without a sample");
}

void EmpiricalGame::SetPayoffs(size_t index, size_t player, absl::Span<const double> payoffs) {
  TRANCHE_CHECK(payoffs.size() == samples_, "a payoff for each sample");
  std::copy(
      payoffs.begin(), payoffs.end(),
      values_.begin() + static_cast<ptrdiff_t>((index * means_.players() + player) * samples_));
  means_.SetPayoff(index, player, MomentsOf(payoffs).mean);
}

absl::Span<const double> EmpiricalGame::payoffs(size_t index, size_t player) const {
  return absl::MakeConstSpan(values_).subspan((index * means_.players() + player) * samples_,
                                              samples_);
}

NormalFormGame EmpiricalGame::MeansOf(absl::Span<const size_t> chosen) const {
  NormalFormGame game = means_;
  for (size_t index = 0; index < game.profiles(); ++index) {
    for (size_t player = 0; player < game.players(); ++player) {
      const absl::Span<const double> values = payoffs(index, player);
      double sum = 0;
      for (const size_t sample : chosen) sum += values[sample];
      game.SetPayoff(index, player, sum / static_cast<double>(chosen.size()));
    }
  }
  return game;
}

EmpiricalGame Symmetrised(const EmpiricalGame& game) {
  const NormalFormGame& means = game.means();
  std::vector<NormalFormGame> of_samples;
  for (size_t sample = 0; sample < game.samples(); ++sample) {
    of_samples.push_back(Symmetrised(game.MeansOf({sample})));
  }
  EmpiricalGame symmetric(std::vector<size_t>(means.players(), means.strategies(0)),
                          game.samples());
  std::vector<double> payoffs(game.samples());
  for (size_t index = 0; index < means.profiles(); ++index) {
    for (size_t player = 0; player < means.players(); ++player) {
      for (size_t sample = 0; sample < payoffs.size(); ++sample) {
        payoffs[sample] = of_samples[sample].payoff(index, player);
      }
      symmetric.SetPayoffs(index, player, payoffs);
    }
  }
  return symmetric;
}

std::vector<RegretEstimate> EstimateRegrets(const EmpiricalGame& game,
                                            absl::Span<const MixedProfile> profiles,
                                            double confidence, int resamples, uint64_t seed) {
  std::vector<RegretEstimate> estimates(profiles.size());
  const double rounding = kRounding * RangeOf(game.means());
  std::vector<std::vector<double>> regrets(profiles.size());
  RandomStream random(seed, StreamKey("games/regret"), Quarter(), Round(0));
  std::vector<size_t> chosen(game.samples());
  for (int resample = 0; resample < resamples; ++resample) {
    for (size_t& sample : chosen) sample = random.UniformInt(game.samples());
    const NormalFormGame drawn = game.MeansOf(chosen);
    for (size_t i = 0; i < profiles.size(); ++i) regrets[i].push_back(Regret(drawn, profiles[i]));
  }
  for (size_t i = 0; i < profiles.size(); ++i) {
    RegretEstimate& estimate = estimates[i];
    estimate.regret = Regret(game.means(), profiles[i]);
    if (regrets[i].empty()) continue;
    std::sort(regrets[i].begin(), regrets[i].end());
    estimate.interval = {QuantileOfSorted(regrets[i], 0.5 - confidence / 2),
                         QuantileOfSorted(regrets[i], 0.5 + confidence / 2)};
    const auto above = std::upper_bound(regrets[i].begin(), regrets[i].end(), rounding);
    estimate.stability = static_cast<double>(above - regrets[i].begin()) / resamples;
  }
  return estimates;
}

std::vector<BestResponse> BestResponses(const EmpiricalGame& game, double confidence) {
  const NormalFormGame& means = game.means();
  std::vector<BestResponse> responses;
  for (size_t player = 0; player < means.players(); ++player) {
    for (size_t index = 0; index < means.profiles(); ++index) {
      // Each situation once: with the player's first strategy.
      if (means.ProfileAt(index)[player] != 0) continue;
      responses.push_back(BestResponseTo(game, index, player, confidence));
    }
  }
  return responses;
}

}  // namespace tranche
