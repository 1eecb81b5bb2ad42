#include "broker/statistics/summary.h"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "broker/statistics/student_t.h"
#include "sim/check.h"
#include "sim/det_math.h"

namespace tranche {

Moments MomentsOf(absl::Span<const double> sample) {
  Moments moments;
  moments.count = static_cast<int64_t>(sample.size());
  if (sample.empty()) return moments;
  const auto n = static_cast<double>(sample.size());
  double sum = 0;
  for (const double value : sample) sum += value;
  moments.mean = sum / n;
  if (sample.size() < 2) return moments;
  double squares = 0;
  double deviations = 0;  // zero but for rounding, which it corrects
  for (const double value : sample) {
    const double deviation = value - moments.mean;
    squares += deviation * deviation;
    deviations += deviation;
  }
  const double variance = (squares - deviations * deviations / n) / (n - 1);
  moments.standard_deviation = DetSqrt(std::max(0.0, variance));
  return moments;
}

double QuantileOfSorted(absl::Span<const double> sorted, double p) {
  TRANCHE_CHECK(!sorted.empty() && p >= 0 && p <= 1, "a quantile of a sample");
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double part = at - static_cast<double>(below);
  return part == 0 ? sorted[below] : sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

Interval MeanInterval(const Moments& moments, double confidence) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (moments.count < 2) return {-kInfinity, kInfinity};
  const auto n = static_cast<double>(moments.count);
  const double half =
      moments.standard_deviation == 0
          ? 0
          : StudentTQuantile(0.5 + confidence / 2, n - 1) * moments.standard_deviation / DetSqrt(n);
  return {moments.mean - half, moments.mean + half};
}

}  // namespace tranche
