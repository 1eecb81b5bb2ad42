#ifndef TRANCHE_BROKER_STATISTICS_DESIGNS_H_
#define TRANCHE_BROKER_STATISTICS_DESIGNS_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/philox.h"

namespace tranche {

// A point of the unit cube, a coordinate for each factor.
using UnitPoint = std::vector<double>;

// McKay, Beckman and Conover (1979), "A Comparison of Three Methods for Selecting Values of Input
// Variables", Technometrics 21: each factor's range is cut into as many slices as there are
// samples, and every slice holds one, at a random place in it. `stream` tells apart designs of one
// seed.
std::vector<UnitPoint> LatinHypercube(int samples, int factors, uint64_t seed, uint64_t stream = 0);

// Fisher and Yates's shuffle (Knuth, "The Art of Computer Programming" 2, algorithm P).
template <typename T>
void Shuffle(std::vector<T>& values, RandomStream& random) {
  for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.UniformInt(i)]);
}

}  // namespace tranche

#endif  // TRANCHE_BROKER_STATISTICS_DESIGNS_H_
