#include "broker/statistics/designs.h"

#include <cstddef>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "sim/philox.h"
#include "sim/quarter.h"

namespace tranche {

std::vector<UnitPoint> LatinHypercube(int samples, int factors, uint64_t seed, uint64_t stream) {
  std::vector<UnitPoint> points(static_cast<size_t>(samples),
                                UnitPoint(static_cast<size_t>(factors)));
  std::vector<size_t> slices(points.size());
  for (size_t factor = 0; factor < static_cast<size_t>(factors); ++factor) {
    // A stream for each factor: one more leaves the others' places as they are.
    RandomStream random(seed, StreamKey(absl::StrCat("design/", stream, "/", factor)), Quarter(),
                        Round(0));
    std::iota(slices.begin(), slices.end(), size_t{0});
    Shuffle(slices, random);
    for (size_t i = 0; i < points.size(); ++i) {
      points[i][factor] =
          (static_cast<double>(slices[i]) + random.Uniform()) / static_cast<double>(samples);
    }
  }
  return points;
}

}  // namespace tranche
