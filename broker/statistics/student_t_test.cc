#include "broker/statistics/student_t.h"

#include <gtest/gtest.h>

#include "sim/det_math.h"

namespace tranche {
namespace {

TEST(StudentTTest, LogGammaIsThatOfFactorialsAndOfOneHalf) {
  EXPECT_NEAR(LogGamma(1), 0, 1e-13);
  EXPECT_NEAR(LogGamma(11), DetLog(3628800), 1e-12);
  EXPECT_NEAR(LogGamma(0.5), DetLog(3.14159265358979323846) / 2, 1e-12);
  EXPECT_NEAR(LogGamma(171), 706.573062245787, 1e-9);  // ln 170!
}

TEST(StudentTTest, IncompleteBetaHasItsClosedForms) {
  EXPECT_EQ(IncompleteBeta(2, 3, 0), 0);
  EXPECT_EQ(IncompleteBeta(2, 3, 1), 1);
  for (const double x : {0.01, 0.3, 0.5, 0.9}) {
    EXPECT_NEAR(IncompleteBeta(1, 1, x), x, 1e-13);
    EXPECT_NEAR(IncompleteBeta(3, 1, x), x * x * x, 1e-13);
    EXPECT_NEAR(IncompleteBeta(2.5, 4, x), 1 - IncompleteBeta(4, 2.5, 1 - x), 1e-13);
  }
}

// Table of the NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, to three decimals.
TEST(StudentTTest, QuantilesAreThoseOfThePublishedTable) {
  const struct {
    double degrees, p90, p95, p975, p99, p995, p999;
  } rows[] = {
      {1, 3.078, 6.314, 12.706, 31.821, 63.657, 318.309},
      {2, 1.886, 2.920, 4.303, 6.965, 9.925, 22.327},
      {5, 1.476, 2.015, 2.571, 3.365, 4.032, 5.893},
      {10, 1.372, 1.812, 2.228, 2.764, 3.169, 4.144},
      {30, 1.310, 1.697, 2.042, 2.457, 2.750, 3.385},
      {100, 1.290, 1.660, 1.984, 2.364, 2.626, 3.174},
  };
  for (const auto& row : rows) {
    EXPECT_NEAR(StudentTQuantile(0.90, row.degrees), row.p90, 6e-4);
    EXPECT_NEAR(StudentTQuantile(0.95, row.degrees), row.p95, 6e-4);
    EXPECT_NEAR(StudentTQuantile(0.975, row.degrees), row.p975, 6e-4);
    EXPECT_NEAR(StudentTQuantile(0.99, row.degrees), row.p99, 6e-4);
    EXPECT_NEAR(StudentTQuantile(0.995, row.degrees), row.p995, 6e-4);
    EXPECT_NEAR(StudentTQuantile(0.999, row.degrees), row.p999, 6e-4);
  }
}

TEST(StudentTTest, OneDegreeIsCauchysAndManyAreTheNormal) {
  EXPECT_NEAR(StudentTCdf(1, 1), 0.75, 1e-13);  // 1/2 + arctan(1) / π
  EXPECT_NEAR(StudentTQuantile(0.75, 1), 1, 1e-12);
  EXPECT_NEAR(StudentTQuantile(0.975, 1e8), DetNormalQuantile(0.975), 1e-6);
}

TEST(StudentTTest, IsSymmetricAndItsOwnInverse) {
  EXPECT_EQ(StudentTQuantile(0.5, 7), 0);
  for (const double p : {1e-9, 0.001, 0.2, 0.5001, 0.99}) {
    EXPECT_NEAR(StudentTCdf(StudentTQuantile(p, 7), 7), p, 1e-12);
    EXPECT_NEAR(StudentTQuantile(p, 7), -StudentTQuantile(1 - p, 7), 1e-7);
  }
}

}  // namespace
}  // namespace tranche
