#include "broker/evidence/naive_growth.h"

#include <algorithm>
#include <vector>

#include "sim/det_math.h"

namespace tranche {

std::optional<double> ExtrapolateGrowth(absl::Span<const Level> known, absl::CivilDay day) {
  if (known.empty()) return std::nullopt;
  std::vector<Level> levels(known.begin(), known.end());
  std::stable_sort(levels.begin(), levels.end(),
                   [](const Level& a, const Level& b) { return a.day < b.day; });
  const Level& last = levels.back();
  if (levels.size() < 2) return last.value;
  const Level& before = levels[levels.size() - 2];
  if (before.value <= 0 || last.value <= 0 || before.day == last.day) return last.value;
  const double periods =
      static_cast<double>(day - last.day) / static_cast<double>(last.day - before.day);
  return last.value * DetPow(last.value / before.value, periods);
}

}  // namespace tranche
