#include "broker/evidence/crps.h"

#include <algorithm>
#include <vector>

#include "sim/check.h"

namespace tranche {

double FairCrps(absl::Span<const double> members, double observed) {
  TRANCHE_CHECK(members.size() >= 2, "an ensemble has two members at least");
  std::vector<double> sorted(members.begin(), members.end());
  std::sort(sorted.begin(), sorted.end());
  const auto count = static_cast<double>(sorted.size());
  double error = 0;
  // Of all ordered pairs, half: in the sum of differences the i-th of n sorted members comes with
  // the factor i below it less those above.
  double spread = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    error += std::max(sorted[i] - observed, observed - sorted[i]);
    spread += sorted[i] * (2 * static_cast<double>(i) - (count - 1));
  }
  return error / count - spread / (count * (count - 1));
}

}  // namespace tranche
