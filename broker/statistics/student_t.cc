#include "broker/statistics/student_t.h"

#include <array>
#include <limits>

#include "sim/check.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

constexpr double kPi = 3.14159265358979323846;

// The continued fraction of I_x(a, b), which converges fast for x < (a + 1) / (a + b + 2).
double BetaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  constexpr double kEnough = 1e-16;
  constexpr int kMostTerms = 10'000;
  const auto away_from_zero = [](double value) {
    return value > -kTiny && value < kTiny ? kTiny : value;
  };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m <= kMostTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    const double step = d * c;
    fraction *= step;
    if (step - 1 < kEnough && 1 - step < kEnough) break;
  }
  return fraction;
}

}  // namespace

double LogGamma(double x) {
  constexpr std::array<double, 9> kLanczos = {
      0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
      771.32342877765313,   -176.61502916214059,   12.507343278686905,
      -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
  TRANCHE_CHECK(x > 0, "the logarithm of Γ is needed of positive numbers only");
  const double z = x - 1;
  double sum = kLanczos[0];
  for (size_t i = 1; i < kLanczos.size(); ++i) sum += kLanczos[i] / (z + static_cast<double>(i));
  const double t = z + 7.5;
  return 0.5 * DetLog(2 * kPi) + (z + 0.5) * DetLog(t) - t + DetLog(sum);
}

double IncompleteBeta(double a, double b, double x) {
  TRANCHE_CHECK(a > 0 && b > 0 && x >= 0 && x <= 1, "arguments of the incomplete beta function");
  if (x == 0 || x == 1) return x;
  const double front =
      DetExp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * DetLog(x) + b * DetLog1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * BetaFraction(a, b, x) / a;
  return 1 - front * BetaFraction(b, a, 1 - x) / b;
}

double StudentTCdf(double t, double degrees) {
  if (t == std::numeric_limits<double>::infinity()) return 1;
  if (t == -std::numeric_limits<double>::infinity()) return 0;
  const double tail = 0.5 * IncompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));
  return t > 0 ? 1 - tail : tail;
}

double StudentTQuantile(double p, double degrees) {
  TRANCHE_CHECK(p > 0 && p < 1 && degrees > 0, "a quantile of t");
  if (p == 0.5) return 0;
  if (p < 0.5) return -StudentTQuantile(1 - p, degrees);
  // The upper tail is halved until its bounds meet: slow, sure, and without a derivative.
  double low = 0;
  double high = 1;
  while (StudentTCdf(high, degrees) < p && high < 1e300) high *= 2;
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (StudentTCdf(middle, degrees) < p ? low : high) = middle;
  }
  return high;
}

}  // namespace tranche
