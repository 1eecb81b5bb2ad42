#include "sim/det_math.h"

#include <gtest/gtest.h>
#include <mpfr.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "sim/philox.h"

namespace tranche {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();

// A number with more than twice a double's precision, for reference results.
class Reference {
 public:
  explicit Reference(double x) {
    mpfr_init2(value_, 160);
    mpfr_set_d(value_, x, MPFR_RNDN);
  }
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;
  ~Reference() { mpfr_clear(value_); }

  mpfr_ptr get() { return value_; }

  // The distance to `result` in units of the last place of the reference.
  double UlpsFrom(double result) {
    const double nearest = mpfr_get_d(value_, MPFR_RNDN);
    if (std::isnan(nearest) || std::isnan(result)) {
      return std::isnan(nearest) == std::isnan(result) ? 0 : kInf;
    }
    if (nearest == result) {
      if (nearest == 0 || std::isinf(nearest)) return 0;
    } else if (std::isinf(result) && !std::isinf(nearest)) {
      return std::abs(nearest) == std::numeric_limits<double>::max() ? 1 : kInf;
    } else if (std::isinf(nearest)) {
      return std::abs(result) == std::numeric_limits<double>::max() ? 1 : kInf;
    }
    int exponent = 0;
    std::frexp(nearest, &exponent);
    const double ulp = std::ldexp(1.0, std::max(exponent - 53, -1074));
    mpfr_sub_d(value_, value_, result, MPFR_RNDN);
    mpfr_div_d(value_, value_, ulp, MPFR_RNDN);
    return std::abs(mpfr_get_d(value_, MPFR_RNDN));
  }

 private:
  mpfr_t value_;
};

using MpfrFunction = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

double UlpError(double (*function)(double), MpfrFunction mpfr_function, double x) {
  Reference reference(x);
  mpfr_function(reference.get(), reference.get(), MPFR_RNDN);
  return reference.UlpsFrom(function(x));
}

double PowUlpError(double x, double y) {
  Reference reference(x);
  Reference exponent(y);
  mpfr_pow(reference.get(), reference.get(), exponent.get(), MPFR_RNDN);
  return reference.UlpsFrom(DetPow(x, y));
}

RandomStream Arguments(absl::string_view name) {
  return RandomStream(20260101, StreamKey(name), Quarter(2026, 1), Round(0));
}

double Between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.Uniform();
}

// Any finite double: uniform over bit patterns, thus over exponents.
double AnyFinite(RandomStream& random) {
  for (;;) {
    const double x = std::bit_cast<double>(random.NextU64());
    if (std::isfinite(x)) return x;
  }
}

// The largest error in ulps of `function` over `count` arguments.
double WorstUlpError(double (*function)(double), MpfrFunction mpfr_function, int count,
                     const std::function<double()>& argument) {
  double worst = 0;
  for (int i = 0; i < count; ++i) {
    worst = std::max(worst, UlpError(function, mpfr_function, argument()));
  }
  return worst;
}

// With contraction, a * a - rounded(a * a) becomes the rounding error instead of zero.
TEST(DetMathTest, BuildDoesNotContractProductsAndSums) {
  volatile double one_and_a_bit = 1.0 + 0x1p-30;
  const double a = one_and_a_bit;
  const double square = a * a;
  volatile double stored_square = square;
  EXPECT_EQ(a * a - stored_square, 0.0);
}

TEST(DetMathTest, ExpIsWithinOneUlp) {
  RandomStream random = Arguments("exp");
  EXPECT_LT(WorstUlpError(DetExp, mpfr_exp, 100'000, [&] { return Between(random, -1, 1); }), 1);
  EXPECT_LT(WorstUlpError(DetExp, mpfr_exp, 100'000, [&] { return Between(random, -746, 710); }),
            1);
  EXPECT_LT(WorstUlpError(DetExp, mpfr_exp, 20'000, [&] { return AnyFinite(random); }), 1);
}

TEST(DetMathTest, Expm1IsWithinOneUlp) {
  RandomStream random = Arguments("expm1");
  EXPECT_LT(WorstUlpError(DetExpm1, mpfr_expm1, 100'000, [&] { return Between(random, -1, 1); }),
            1);
  EXPECT_LT(WorstUlpError(DetExpm1, mpfr_expm1, 50'000, [&] { return Between(random, -60, 710); }),
            1);
  EXPECT_LT(WorstUlpError(DetExpm1, mpfr_expm1, 20'000, [&] { return AnyFinite(random); }), 1);
}

TEST(DetMathTest, LogIsWithinOneUlp) {
  RandomStream random = Arguments("log");
  EXPECT_LT(WorstUlpError(DetLog, mpfr_log, 100'000, [&] { return std::abs(AnyFinite(random)); }),
            1);
  EXPECT_LT(WorstUlpError(DetLog, mpfr_log, 100'000, [&] { return Between(random, 0.5, 2); }), 1);
  EXPECT_LT(WorstUlpError(DetLog, mpfr_log, 20'000,
                          [&] { return 1 + std::ldexp(Between(random, -1, 1), -20); }),
            1);
  EXPECT_LT(WorstUlpError(DetLog, mpfr_log, 20'000, [&] { return random.NextU32() * kSmallest; }),
            1);
}

TEST(DetMathTest, Log1pIsWithinOneUlp) {
  RandomStream random = Arguments("log1p");
  EXPECT_LT(WorstUlpError(DetLog1p, mpfr_log1p, 100'000, [&] { return Between(random, -1, 2); }),
            1);
  EXPECT_LT(
      WorstUlpError(DetLog1p, mpfr_log1p, 100'000, [&] { return std::abs(AnyFinite(random)); }), 1);
  EXPECT_LT(
      WorstUlpError(DetLog1p, mpfr_log1p, 20'000,
                    [&] { return std::ldexp(Between(random, -1, 1), -random.UniformInt(60)); }),
      1);
}

TEST(DetMathTest, PowIsWithinItsBoundOverTheWholeRange) {
  RandomStream random = Arguments("pow");
  double worst = 0;
  for (int i = 0; i < 100'000; ++i) {
    worst = std::max(worst, PowUlpError(Between(random, 0, 20), Between(random, -5, 5)));
  }
  for (int i = 0; i < 100'000; ++i) {
    // Results spread over all exponents, as do bases; and bases next to 1 with huge exponents.
    const double base = std::abs(AnyFinite(random));
    if (base == 0) continue;
    worst = std::max(worst, PowUlpError(base, Between(random, -745, 710) / DetLog(base)));
    const double near_one =
        1 + std::ldexp(Between(random, -1, 1), -static_cast<int>(random.UniformInt(50)));
    if (near_one == 1) continue;
    worst = std::max(worst, PowUlpError(near_one, Between(random, -745, 710) / DetLog(near_one)));
  }
  EXPECT_LT(worst, 1.5);
  EXPECT_GT(worst, 0.5);  // The comparison itself is alive: no algorithm of this kind is exact.
}

TEST(DetMathTest, PowWorksOnSubnormalBasesAndResults) {
  RandomStream random = Arguments("pow subnormal");
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_LT(PowUlpError((1 + random.NextU32()) * kSmallest, Between(random, -1.1, 1.1)), 1.5);
    ASSERT_LT(PowUlpError(Between(random, 1, 2), Between(random, -1080, -1020)), 1.5);
  }
}

TEST(DetMathTest, SpecialCasesFollowAnnexF) {
  EXPECT_EQ(DetExp(0.0), 1.0);
  EXPECT_EQ(DetExp(-0.0), 1.0);
  EXPECT_EQ(DetExp(kInf), kInf);
  EXPECT_EQ(DetExp(-kInf), 0.0);
  EXPECT_EQ(DetExp(710), kInf);
  EXPECT_EQ(DetExp(-746), 0.0);
  EXPECT_EQ(DetExp(-745), kSmallest);
  EXPECT_TRUE(std::isnan(DetExp(kNotANumber)));
  EXPECT_EQ(DetExp(kSmallest), 1.0);

  EXPECT_EQ(DetExpm1(kInf), kInf);
  EXPECT_EQ(DetExpm1(-kInf), -1.0);
  EXPECT_EQ(DetExpm1(kSmallest), kSmallest);
  EXPECT_TRUE(std::signbit(DetExpm1(-0.0)));
  EXPECT_TRUE(std::isnan(DetExpm1(kNotANumber)));

  EXPECT_EQ(DetLog(1.0), 0.0);
  EXPECT_FALSE(std::signbit(DetLog(1.0)));
  EXPECT_EQ(DetLog(0.0), -kInf);
  EXPECT_EQ(DetLog(-0.0), -kInf);
  EXPECT_EQ(DetLog(kInf), kInf);
  EXPECT_TRUE(std::isnan(DetLog(-1.0)));
  EXPECT_TRUE(std::isnan(DetLog(-kInf)));
  EXPECT_TRUE(std::isnan(DetLog(kNotANumber)));

  EXPECT_EQ(DetLog1p(-1.0), -kInf);
  EXPECT_EQ(DetLog1p(kInf), kInf);
  EXPECT_EQ(DetLog1p(kSmallest), kSmallest);
  EXPECT_TRUE(std::isnan(DetLog1p(-1.5)));
  EXPECT_TRUE(std::isnan(DetLog1p(kNotANumber)));

  EXPECT_EQ(DetSqrt(2.25), 1.5);
  EXPECT_TRUE(std::isnan(DetSqrt(-1.0)));
}

// glibc's pow implements Annex F, so every pair of special values can be compared with it.
TEST(DetMathTest, PowOfSpecialValuesFollowsAnnexF) {
  const std::vector<double> values = {0.0,       -0.0,       1.0,         -1.0,       0.5,
                                      -0.5,      2.0,        -2.0,        3.0,        -3.0,
                                      kInf,      -kInf,      kNotANumber, 1e300,      -1e300,
                                      kSmallest, -kSmallest, 0x1p53,      0x1p53 - 1, -0x1p53 + 1};
  for (const double x : values) {
    for (const double y : values) {
      const double expected = std::pow(x, y);
      const double actual = DetPow(x, y);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(actual)) << x << "^" << y;
      } else {
        EXPECT_DOUBLE_EQ(actual, expected) << x << "^" << y;
        EXPECT_EQ(std::signbit(actual), std::signbit(expected)) << x << "^" << y;
      }
    }
  }
  RandomStream random = Arguments("pow identity");
  for (int i = 0; i < 10'000; ++i) {
    const double x = AnyFinite(random);
    ASSERT_EQ(DetPow(x, 1), x);
  }
}

// The same bits on every host, compiler and build type: these were computed once and are kept.
TEST(DetMathTest, BitsNeverChange) {
  RandomStream random = Arguments("bits");
  uint64_t digest = 0;
  const auto mix = [&digest](double x) {
    digest = (digest ^ std::bit_cast<uint64_t>(x)) * 0x9e3779b97f4a7c15;
    digest ^= digest >> 29;
  };
  for (int i = 0; i < 100'000; ++i) {
    const double x = Between(random, -30, 30);
    mix(DetExp(x));
    mix(DetExpm1(x));
    mix(DetLogistic(x));
    mix(DetLog(x + 30.5));
    mix(DetLog1p(x + 29.25));
    mix(DetPow(x + 30.5, Between(random, -3, 3)));
    mix(DetNormalQuantile(random.Uniform()));
  }
  EXPECT_EQ(digest, uint64_t{10765198458595570076u});
}

TEST(DetLogisticTest, IsTheLogisticWithoutOverflow) {
  EXPECT_EQ(DetLogistic(0), 0.5);
  EXPECT_EQ(DetLogistic(kInf), 1.0);
  EXPECT_EQ(DetLogistic(-kInf), 0.0);
  EXPECT_EQ(DetLogistic(-800), 0.0);
  EXPECT_EQ(DetLogistic(800), 1.0);
  EXPECT_GT(DetLogistic(-700), 0.0);
  EXPECT_DOUBLE_EQ(DetLogistic(std::log(3.0)), 0.75);
  EXPECT_DOUBLE_EQ(DetLogistic(-std::log(3.0)), 0.25);
  EXPECT_TRUE(std::isnan(DetLogistic(kNotANumber)));
}

TEST(DetLogSumExpTest, SumsWithoutOverflow) {
  EXPECT_DOUBLE_EQ(DetLogSumExp(std::vector<double>{0, 0, 0}), std::log(3.0));
  EXPECT_DOUBLE_EQ(DetLogSumExp(std::vector<double>{1000, 1000}), 1000 + std::log(2.0));
  EXPECT_DOUBLE_EQ(DetLogSumExp(std::vector<double>{-1000, -1000}), -1000 + std::log(2.0));
  EXPECT_EQ(DetLogSumExp(std::vector<double>{5, -kInf}), 5);
  EXPECT_EQ(DetLogSumExp({}), -kInf);
  EXPECT_EQ(DetLogSumExp(std::vector<double>{-kInf, -kInf}), -kInf);
  EXPECT_EQ(DetLogSumExp(std::vector<double>{1, kInf}), kInf);
  EXPECT_TRUE(std::isnan(DetLogSumExp(std::vector<double>{1, kNotANumber})));
}

// Values from Wichura (1988), table of test results, and the median.
TEST(DetNormalQuantileTest, GivesThePublishedValues) {
  EXPECT_NEAR(DetNormalQuantile(0.25), -0.6744897501960817, 1e-15);
  EXPECT_NEAR(DetNormalQuantile(0.001), -3.090232306167814, 4e-15);
  EXPECT_NEAR(DetNormalQuantile(1e-20), -9.262340089798408, 1e-14);
  EXPECT_EQ(DetNormalQuantile(0.5), 0.0);
  EXPECT_EQ(DetNormalQuantile(0), -kInf);
  EXPECT_EQ(DetNormalQuantile(1), kInf);
  EXPECT_TRUE(std::isnan(DetNormalQuantile(-0.1)));
  EXPECT_TRUE(std::isnan(DetNormalQuantile(1.1)));
  EXPECT_TRUE(std::isnan(DetNormalQuantile(kNotANumber)));
}

TEST(DetNormalQuantileTest, InvertsTheDistributionFunction) {
  RandomStream random = Arguments("quantile");
  Reference argument(0);
  for (int i = 0; i < 20'000; ++i) {
    // Half of the draws over (0, 1), half spread over the exponents of the lower tail.
    const double p = i % 2 == 0 ? random.Uniform() : std::exp(Between(random, -700, -0.7));
    if (p == 0) continue;
    const double x = DetNormalQuantile(p);
    // Phi(x) = erfc(-x / sqrt 2) / 2, and dx = dPhi / density(x).
    Reference phi(-x);
    Reference root(2);
    mpfr_sqrt(root.get(), root.get(), MPFR_RNDN);
    mpfr_div(phi.get(), phi.get(), root.get(), MPFR_RNDN);
    mpfr_erfc(phi.get(), phi.get(), MPFR_RNDN);
    mpfr_div_ui(phi.get(), phi.get(), 2, MPFR_RNDN);
    mpfr_sub_d(phi.get(), phi.get(), p, MPFR_RNDN);
    const double residual = mpfr_get_d(phi.get(), MPFR_RNDN);
    const double density = std::exp(-x * x / 2) * 0.3989422804014327;
    if (density == 0) continue;
    ASSERT_LT(std::abs(residual / density), 4e-15 * std::max(std::abs(x), 0.25)) << p;
  }
}

}  // namespace
}  // namespace tranche
