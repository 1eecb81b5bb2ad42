// The kernels of DetExp, DetExpm1, DetLog and DetLog1p follow fdlibm's e_exp.c, s_expm1.c, e_log.c
// and s_log1p.c, whose notice reads:
//
//   Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
//   Developed at SunSoft, a Sun Microsystems, Inc. business.
//   Permission to use, copy, modify, and distribute this software is freely granted, provided that
//   this notice is preserved.

#include "sim/det_math.h"

#include <bit>
#include <cfloat>
#include <cstdint>
#include <limits>

#ifdef __FAST_MATH__
#error "det_math.cc must not be compiled with -ffast-math: its results would depend on the host"
#endif
static_assert(FLT_EVAL_METHOD == 0, "doubles must be evaluated as doubles; use -mfpmath=sse");
static_assert(std::numeric_limits<double>::is_iec559, "IEEE-754 doubles are required");

namespace tranche {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// ln 2 in two parts. The first has 21 trailing zero bits, so that k * kLn2High is exact for every
// exponent k a double can have.
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kInverseLn2 = 1.44269504088896338700e+00;

constexpr uint64_t kSignBit = uint64_t{1} << 63;
// High word of sqrt(1/2), at whose multiples by powers of two mantissas are split: a reduced
// argument lies in [sqrt(1/2), sqrt(2)).
constexpr uint32_t kSqrtHalfHighWord = 0x3fe6a09e;
constexpr uint32_t kOneHighWord = 0x3ff00000;

uint64_t Bits(double x) { return std::bit_cast<uint64_t>(x); }
double FromBits(uint64_t bits) { return std::bit_cast<double>(bits); }

// 2^k for -1022 <= k <= 1023.
double PowerOfTwo(int k) { return FromBits(static_cast<uint64_t>(k + 1023) << 52); }

// x * 2^k for x in [1/2, 2] and -1100 < k <= 1024, rounded once.
double Scale(double x, int k) {
  if (k > 1023) return x * PowerOfTwo(1023) * 2.0;
  if (k >= -1021) return x * PowerOfTwo(k);
  return x * PowerOfTwo(k + 1000) * PowerOfTwo(-1000);
}

// The nearest integer to x, for |x| < 2^31.
int NearestInteger(double x) { return static_cast<int>(x + (x < 0 ? -0.5 : 0.5)); }

// 2^k * e^(high - low) for |high - low| <= ln(2) / 2 and |low| much smaller than |high|.
// With r = high - low, e^r = 1 + 2r / (R(r) - r), where R(r) = r (e^r + 1) / (e^r - 1) is an even
// function approximated by a minimax polynomial in r^2 on [0, ln(2) / 2].
double ExpOfReduced(double high, double low, int k) {
  constexpr double kP1 = 1.66666666666666019037e-01;
  constexpr double kP2 = -2.77777777770155933842e-03;
  constexpr double kP3 = 6.61375632143793436117e-05;
  constexpr double kP4 = -1.65339022054652515390e-06;
  constexpr double kP5 = 4.13813679705723846039e-08;
  const double r = high - low;
  const double t = r * r;
  const double c = r - t * (kP1 + t * (kP2 + t * (kP3 + t * (kP4 + t * kP5))));
  const double y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
  return Scale(y, k);
}

// x = 2^k * (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), for positive normal x.
struct Reduced {
  double f;
  int k;
};

Reduced SplitAtSqrtHalf(double x) {
  const uint64_t bits = Bits(x);
  const uint32_t shifted = static_cast<uint32_t>(bits >> 32) + (kOneHighWord - kSqrtHalfHighWord);
  const int k = static_cast<int>(shifted >> 20) - 1023;
  const uint64_t mantissa_high = (shifted & 0x000fffff) + kSqrtHalfHighWord;
  const double m = FromBits(mantissa_high << 32 | (bits & 0xffffffff));
  return {m - 1.0, k};
}

// What log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)) needs beyond f: with s = f / (2 + f), R is the
// minimax polynomial of log((1 + s) / (1 - s)) - 2s.
struct LogTail {
  double half_square;  // f^2 / 2
  double correction;   // s * (f^2/2 + R)
};

LogTail TailOfLog(double f) {
  constexpr double kL1 = 6.666666666666735130e-01;
  constexpr double kL2 = 3.999999999940941908e-01;
  constexpr double kL3 = 2.857142874366239149e-01;
  constexpr double kL4 = 2.222219843214978396e-01;
  constexpr double kL5 = 1.818357216161805012e-01;
  constexpr double kL6 = 1.531383769920937332e-01;
  constexpr double kL7 = 1.479819860511658591e-01;
  const double half_square = 0.5 * f * f;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double even = w * (kL2 + w * (kL4 + w * kL6));
  const double odd = z * (kL1 + w * (kL3 + w * (kL5 + w * kL7)));
  return {half_square, s * (half_square + (odd + even))};
}

// An unevaluated sum high + low with |low| <= ulp(high) / 2: about 106 bits.
struct DoubleDouble {
  double high;
  double low;
};

// a + b exactly, for |a| >= |b| or a = 0 (Dekker, 1971).
DoubleDouble FastTwoSum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

// a * b exactly, by Veltkamp's splitting and Dekker's product (Dekker, 1971, "A floating-point
// technique for extending the available precision", Numerische Mathematik 18), which needs no FMA.
// |a|, |b| < 2^990.
DoubleDouble TwoProduct(double a, double b) {
  constexpr double kSplitter = 0x1p27 + 1;
  const double a_scaled = kSplitter * a;
  const double a_high = a_scaled - (a_scaled - a);
  const double a_low = a - a_high;
  const double b_scaled = kSplitter * b;
  const double b_high = b_scaled - (b_scaled - b);
  const double b_low = b - b_high;
  const double product = a * b;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = TwoProduct(a.high, b.high);
  return FastTwoSum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

// log(x * 2^extra_exponent) with relative error below 2^-63, for positive normal x.
// With s = f / (2 + f), log(1 + f) = 2s + s z (2/3 + z (2/5 + z (2/7 + ...))), z = s^2: the first
// two terms in double-double, the rest, at most 2% of the second, in double.
DoubleDouble LogDoubleDouble(double x, int extra_exponent) {
  const auto [f, split] = SplitAtSqrtHalf(x);
  const double k = static_cast<double>(split + extra_exponent);

  const DoubleDouble denominator = FastTwoSum(2.0, f);
  const double quotient = f / denominator.high;
  const DoubleDouble back = TwoProduct(quotient, denominator.high);
  const DoubleDouble s = FastTwoSum(
      quotient, ((f - back.high) - back.low - quotient * denominator.low) / denominator.high);

  const DoubleDouble z = s * s;
  double series = 2.0 / 23;
  for (const double coefficient :
       {2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5}) {
    series = series * z.high + coefficient;
  }
  constexpr double kTwoThirds = 2.0 / 3;
  constexpr double kTwoThirdsLow = 0x1.5555555555555p-55;  // 2/3 - kTwoThirds.
  DoubleDouble inner = FastTwoSum(kTwoThirds, series * z.high);
  inner.low += kTwoThirdsLow + series * z.low;
  const DoubleDouble tail = s * (z * inner);

  // k ln 2 is larger than the rest unless k = 0, when it vanishes; 2s is larger than the tail.
  const DoubleDouble log_mantissa = FastTwoSum(2.0 * s.high, tail.high);
  const double low = log_mantissa.low + (2.0 * s.low + tail.low);
  const DoubleDouble sum = FastTwoSum(k * kLn2High, log_mantissa.high);
  const DoubleDouble k_low = TwoProduct(k, kLn2Low);
  const DoubleDouble with_k = FastTwoSum(sum.high, sum.low + k_low.high);
  return FastTwoSum(with_k.high, with_k.low + (low + k_low.low));
}

enum class Parity { kNotInteger, kEven, kOdd };

Parity ParityOf(double y) {
  const double magnitude = y < 0 ? -y : y;
  if (magnitude >= 0x1p53) return Parity::kEven;
  const int64_t truncated = static_cast<int64_t>(magnitude);
  if (static_cast<double>(truncated) != magnitude) return Parity::kNotInteger;
  return (truncated & 1) != 0 ? Parity::kOdd : Parity::kEven;
}

// x^y for positive finite x and finite y.
double PowPositive(double x, double y) {
  // Even the x nearest to 1 has |log x| > 2^-54, so that beyond 2^65 only 0 and infinity remain.
  if (y > 0x1p65 || y < -0x1p65) return (x > 1) == (y > 0) ? kInfinity : 0.0;
  const bool subnormal = x < DBL_MIN;
  const DoubleDouble log = subnormal ? LogDoubleDouble(x * 0x1p54, -54) : LogDoubleDouble(x, 0);
  const DoubleDouble product = TwoProduct(y, log.high);
  const DoubleDouble exponent = FastTwoSum(product.high, product.low + y * log.low);
  if (exponent.high > 709.79) return kInfinity;
  if (exponent.high < -745.2) return 0.0;
  const int k = NearestInteger(exponent.high * kInverseLn2);
  return ExpOfReduced(exponent.high - k * kLn2High, k * kLn2Low - exponent.low, k);
}

}  // namespace

double DetExp(double x) {
  if (x > 709.782712893383973096) return kInfinity;
  if (x < -745.13321910194110842) return 0.0;
  if (x != x) return x;
  const int k = NearestInteger(x * kInverseLn2);
  return ExpOfReduced(x - k * kLn2High, k * kLn2Low, k);
}

double DetExpm1(double x) {
  constexpr double kQ1 = -3.33333333333331316428e-02;
  constexpr double kQ2 = 1.58730158725481460165e-03;
  constexpr double kQ3 = -7.93650757867487942473e-05;
  constexpr double kQ4 = 4.00821782732936239552e-06;
  constexpr double kQ5 = -2.01099218183624371326e-07;
  if (x != x) return x;
  if (x > 709.782712893383973096) return kInfinity;
  if (x < -56 * kLn2High) return -1.0;
  if (x > -0x1p-54 && x < 0x1p-54) return x;

  // x = k ln 2 + r + c, where c corrects the rounding of r.
  const int k = NearestInteger(x * kInverseLn2);
  const double high = x - k * kLn2High;
  const double low = k * kLn2Low;
  const double r = high - low;
  const double c = (high - r) - low;

  // e^r - 1 = r + r^2/2 + r^3 (3 - (R + R r/2)) / (2 (6 - r (3 - R r/2))), R a polynomial in r^2/2.
  const double half = 0.5 * r;
  const double half_square = r * half;
  const double ratio =
      1.0 + half_square *
                (kQ1 + half_square *
                           (kQ2 + half_square * (kQ3 + half_square * (kQ4 + half_square * kQ5))));
  const double t = 3.0 - ratio * half;
  double e = half_square * ((ratio - t) / (6.0 - r * t));
  if (k == 0) return r - (r * e - half_square);
  e = (r * (e - c) - c) - half_square;

  // 2^k (1 + r - e) - 1, arranged so that the larger terms cancel exactly.
  if (k == -1) return 0.5 * (r - e) - 0.5;
  if (k == 1) return r < -0.25 ? -2.0 * (e - (r + 0.5)) : 1.0 + 2.0 * (r - e);
  if (k < 0 || k > 56) return Scale(1.0 - (e - r), k) - 1.0;
  const double reciprocal = PowerOfTwo(-k);
  if (k < 20) return ((1.0 - reciprocal) - (e - r)) * PowerOfTwo(k);
  return ((r - (e + reciprocal)) + 1.0) * PowerOfTwo(k);
}

double DetLog(double x) {
  int extra_exponent = 0;
  if (!(x >= DBL_MIN)) {
    if (x == 0) return -kInfinity;
    if (!(x > 0)) return kNan;
    x *= 0x1p54;
    extra_exponent = -54;
  }
  if (x == kInfinity) return x;
  const auto [f, split] = SplitAtSqrtHalf(x);
  const double k = static_cast<double>(split + extra_exponent);
  const LogTail tail = TailOfLog(f);
  return tail.correction + k * kLn2Low - tail.half_square + f + k * kLn2High;
}

double DetLog1p(double x) {
  if (!(x > -1)) return x == -1 ? -kInfinity : kNan;
  if (x == kInfinity) return x;
  if (x > -0x1p-53 && x < 0x1p-53) return x;
  double f = x;
  double k = 0;
  double c = 0;
  // Unless 1 + x already lies in [sqrt(1/2), sqrt(2)): split the rounded sum u = 1 + x and carry
  // what the rounding lost, log(u + lost) = log(u) + lost / u.
  if (x < -0.29289 || x > 0.41421) {
    const double u = 1.0 + x;
    const double lost = x > 1 ? 1.0 - (u - x) : x - (u - 1.0);
    c = u < 0x1p54 ? lost / u : 0.0;
    const Reduced reduced = SplitAtSqrtHalf(u);
    f = reduced.f;
    k = static_cast<double>(reduced.k);
  }
  const LogTail tail = TailOfLog(f);
  return tail.correction + (k * kLn2Low + c) - tail.half_square + f + k * kLn2High;
}

double DetPow(double x, double y) {
  if (y == 0 || x == 1) return 1.0;
  if (x != x || y != y) return kNan;
  if (y == 1) return x;
  const double magnitude = FromBits(Bits(x) & ~kSignBit);
  if (y == kInfinity || y == -kInfinity) {
    if (magnitude == 1) return 1.0;
    return (magnitude > 1) == (y > 0) ? kInfinity : 0.0;
  }
  const Parity parity = ParityOf(y);
  const bool negative_base = (Bits(x) & kSignBit) != 0;
  const double sign = negative_base && parity == Parity::kOdd ? -1.0 : 1.0;
  if (magnitude == 0) return sign * (y < 0 ? kInfinity : 0.0);
  if (magnitude == kInfinity) return sign * (y < 0 ? 0.0 : kInfinity);
  if (negative_base && parity == Parity::kNotInteger) return kNan;
  return magnitude == 1 ? sign : sign * PowPositive(magnitude, y);
}

double DetLogistic(double x) {
  if (x >= 0) return 1.0 / (1.0 + DetExp(-x));
  const double odds = DetExp(x);
  return odds / (1.0 + odds);
}

double DetLogSumExp(absl::Span<const double> values) {
  double largest = -kInfinity;
  for (const double value : values) {
    if (value != value) return value;
    if (value > largest) largest = value;
  }
  if (largest == kInfinity || largest == -kInfinity) return largest;
  double sum = 0;
  for (const double value : values) sum += DetExp(value - largest);
  return largest + DetLog(sum);
}

double DetNormalQuantile(double p) {
  // Numerators and denominators from the highest power down; the names are the paper's.
  constexpr double kA[] = {2.5090809287301226727e+3, 3.3430575583588128105e+4,
                           6.7265770927008700853e+4, 4.5921953931549871457e+4,
                           1.3731693765509461125e+4, 1.9715909503065514427e+3,
                           1.3314166789178437745e+2, 3.3871328727963666080e+0};
  constexpr double kB[] = {5.2264952788528545610e+3, 2.8729085735721942674e+4,
                           3.9307895800092710610e+4, 2.1213794301586595867e+4,
                           5.3941960214247511077e+3, 6.8718700749205790830e+2,
                           4.2313330701600911252e+1, 1.0};
  constexpr double kC[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2,
                           2.41780725177450611770e-1, 1.27045825245236838258e+0,
                           3.64784832476320460504e+0, 5.76949722146069140550e+0,
                           4.63033784615654529590e+0, 1.42343711074968357734e+0};
  constexpr double kD[] = {1.05075007164441684324e-9, 5.47593808499534494600e-4,
                           1.51986665636164571966e-2, 1.48103976427480074590e-1,
                           6.89767334985100004550e-1, 1.67638483018380384940e+0,
                           2.05319162663775882187e+0, 1.0};
  constexpr double kE[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5,
                           1.24266094738807843860e-3, 2.65321895265761230930e-2,
                           2.96560571828504891230e-1, 1.78482653991729133580e+0,
                           5.46378491116411436990e+0, 6.65790464350110377720e+0};
  constexpr double kF[] = {2.04426310338993978564e-15, 1.42151175831644588870e-7,
                           1.84631831751005468180e-5,  7.86869131145613259100e-4,
                           1.48753612908506148525e-2,  1.36929880922735805310e-1,
                           5.99832206555887937690e-1,  1.0};
  const auto ratio = [](const double(&numerator)[8], const double(&denominator)[8], double r) {
    double above = numerator[0];
    double below = denominator[0];
    for (int i = 1; i < 8; ++i) {
      above = above * r + numerator[i];
      below = below * r + denominator[i];
    }
    return above / below;
  };

  if (!(p >= 0 && p <= 1)) return kNan;
  if (p == 0) return -kInfinity;
  if (p == 1) return kInfinity;
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) return q * ratio(kA, kB, 0.180625 - q * q);
  const double r = DetSqrt(-DetLog(q < 0 ? p : 1.0 - p));
  const double deviation = r <= 5 ? ratio(kC, kD, r - 1.6) : ratio(kE, kF, r - 5.0);
  return q < 0 ? -deviation : deviation;
}

}  // namespace tranche
