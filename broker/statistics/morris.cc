#include "broker/statistics/morris.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "broker/statistics/bootstrap.h"
#include "sim/check.h"
#include "sim/philox.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

constexpr int kLevels = 4;
constexpr double kStep = 2.0 / 3;  // levels / (2 (levels - 1)): every level is as likely

double Absolute(double value) { return value < 0 ? -value : value; }

}  // namespace

MorrisDesign MakeMorrisDesign(int factors, int trajectories, uint64_t seed) {
  MorrisDesign design = {factors, trajectories, {}, {}};
  RandomStream random(seed, StreamKey("design/morris"), Quarter(), Round(0));
  std::vector<int> order(static_cast<size_t>(factors));
  for (int t = 0; t < trajectories; ++t) {
    UnitPoint point(static_cast<size_t>(factors));
    for (double& x : point) {
      x = static_cast<double>(random.UniformInt(kLevels)) / (kLevels - 1);
    }
    std::iota(order.begin(), order.end(), 0);
    Shuffle(order, random);
    design.points.push_back(point);
    design.moved.push_back(-1);
    for (const int factor : order) {
      // From the lower half of the levels the step leads up, from the upper down.
      double& x = point[static_cast<size_t>(factor)];
      x = x < 0.5 ? std::min(1.0, x + kStep) : std::max(0.0, x - kStep);
      design.points.push_back(point);
      design.moved.push_back(factor);
    }
  }
  return design;
}

std::vector<ElementaryEffects> MorrisEffects(const MorrisDesign& design,
                                             absl::Span<const double> outputs, double confidence,
                                             int resamples, uint64_t seed) {
  TRANCHE_CHECK(outputs.size() == design.points.size(), "an output for each point");
  const auto factors = static_cast<size_t>(design.factors);
  std::vector<std::vector<double>> effects(factors);  // by factor, one for each trajectory
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (design.moved[i] < 0) continue;
    const auto factor = static_cast<size_t>(design.moved[i]);
    const double moved_by = design.points[i][factor] - design.points[i - 1][factor];
    effects[factor].push_back((outputs[i] - outputs[i - 1]) / moved_by);
  }
  std::vector<ElementaryEffects> result(factors);
  for (size_t factor = 0; factor < factors; ++factor) {
    const std::vector<double>& of_factor = effects[factor];
    std::vector<double> sizes(of_factor.size());
    std::transform(of_factor.begin(), of_factor.end(), sizes.begin(), Absolute);
    const Moments moments = MomentsOf(of_factor);
    result[factor].mean = moments.mean;
    result[factor].standard_deviation = moments.standard_deviation;
    result[factor].mean_absolute = MomentsOf(sizes).mean;
    result[factor].mean_absolute_interval = BootstrapMean(sizes, confidence, resamples, seed);
  }
  return result;
}

}  // namespace tranche
