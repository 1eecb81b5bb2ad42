#include "broker/statistics/bootstrap.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "sim/philox.h"
#include "sim/quarter.h"

namespace tranche {

Interval BootstrapMean(absl::Span<const double> sample, double confidence, int resamples,
                       uint64_t seed) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (sample.size() < 2) return {-kInfinity, kInfinity};
  RandomStream random(seed, StreamKey("statistics/bootstrap"), Quarter(), Round(0));
  std::vector<double> means(static_cast<size_t>(resamples));
  for (double& mean : means) {
    double sum = 0;
    for (size_t i = 0; i < sample.size(); ++i) sum += sample[random.UniformInt(sample.size())];
    mean = sum / static_cast<double>(sample.size());
  }
  std::sort(means.begin(), means.end());
  return {QuantileOfSorted(means, 0.5 - confidence / 2),
          QuantileOfSorted(means, 0.5 + confidence / 2)};
}

}  // namespace tranche
