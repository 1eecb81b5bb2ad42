#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <vector>

#include "broker/statistics/designs.h"
#include "broker/statistics/morris.h"
#include "broker/statistics/sobol.h"

namespace tranche {
namespace {

constexpr double kPi = 3.14159265358979323846;

std::vector<double> OutputsOf(const std::vector<UnitPoint>& points,
                              const std::function<double(const UnitPoint&)>& model) {
  std::vector<double> outputs;
  for (const UnitPoint& point : points) outputs.push_back(model(point));
  return outputs;
}

TEST(LatinHypercubeTest, EverySliceOfEveryFactorHoldsOnePoint) {
  const std::vector<UnitPoint> points = LatinHypercube(50, 3, 1);
  ASSERT_EQ(points.size(), 50u);
  for (size_t factor = 0; factor < 3; ++factor) {
    std::set<int> slices;
    for (const UnitPoint& point : points) {
      ASSERT_GE(point[factor], 0);
      ASSERT_LT(point[factor], 1);
      slices.insert(static_cast<int>(point[factor] * 50));
    }
    EXPECT_EQ(slices.size(), 50u);
  }
  EXPECT_NE(points, LatinHypercube(50, 3, 2));
  // One factor more leaves the others' places as they are.
  EXPECT_EQ(points[7][1], LatinHypercube(50, 4, 1)[7][1]);
}

TEST(MorrisTest, ALinearModelsEffectsAreItsSlopes) {
  const MorrisDesign design = MakeMorrisDesign(3, 8, 1);
  ASSERT_EQ(design.points.size(), 8u * 4);
  const std::vector<double> outputs = OutputsOf(
      design.points, [](const UnitPoint& x) { return 5 + 3 * x[0] - 2 * x[1] + 0 * x[2]; });
  const std::vector<ElementaryEffects> effects = MorrisEffects(design, outputs, 0.95, 200, 1);
  const double slopes[] = {3, -2, 0};
  for (size_t factor = 0; factor < 3; ++factor) {
    EXPECT_NEAR(effects[factor].mean, slopes[factor], 1e-12);
    EXPECT_NEAR(effects[factor].mean_absolute, std::abs(slopes[factor]), 1e-12);
    EXPECT_NEAR(effects[factor].standard_deviation, 0, 1e-12);
    EXPECT_NEAR(effects[factor].mean_absolute_interval.low, std::abs(slopes[factor]), 1e-12);
  }
}

TEST(MorrisTest, InteractionShowsInTheDeviationAndCancellingEffectsInTheAbsoluteMean) {
  const MorrisDesign design = MakeMorrisDesign(2, 200, 1);
  for (const UnitPoint& point : design.points) {
    for (const double x : point) ASSERT_TRUE(x >= 0 && x <= 1);
  }
  const std::vector<double> outputs =
      OutputsOf(design.points, [](const UnitPoint& x) { return (x[0] - 0.5) * (x[1] - 0.5); });
  const std::vector<ElementaryEffects> effects = MorrisEffects(design, outputs, 0.95, 200, 1);
  EXPECT_NEAR(effects[0].mean, 0, 0.1);
  EXPECT_NEAR(effects[0].mean_absolute, 1.0 / 3, 0.05);  // |x - 1/2| is 1/2 or 1/6
  EXPECT_GT(effects[0].standard_deviation, 0.3);
  EXPECT_LT(effects[0].mean_absolute_interval.low, effects[0].mean_absolute);
  EXPECT_GT(effects[0].mean_absolute_interval.high, effects[0].mean_absolute);
}

// Ishigami and Homma (1990): sin x1 + a sin² x2 + b x3⁴ sin x1 over [-π, π]³, with a = 7, b = 0.1.
// Its variances are known: V = a²/8 + b π⁴/5 + b² π⁸/18 + 1/2, V1 = (1 + b π⁴/5)²/2, V2 = a²/8, V13
// = 8 b² π⁸/225.
TEST(SobolTest, IndicesOfTheIshigamiFunctionAreThoseOfItsClosedForm) {
  constexpr double kA = 7;
  constexpr double kB = 0.1;
  const SobolDesign design = MakeSobolDesign(3, 4096, 1);
  ASSERT_EQ(design.points.size(), 4096u * 5);
  const std::vector<double> outputs = OutputsOf(design.points, [&](const UnitPoint& u) {
    const auto x = [&](size_t i) { return kPi * (2 * u[i] - 1); };
    return std::sin(x(0)) + kA * std::pow(std::sin(x(1)), 2) +
           kB * std::pow(x(2), 4) * std::sin(x(0));
  });
  const double v = kA * kA / 8 + kB * std::pow(kPi, 4) / 5 + kB * kB * std::pow(kPi, 8) / 18 + 0.5;
  const double v1 = 0.5 * std::pow(1 + kB * std::pow(kPi, 4) / 5, 2);
  const double v2 = kA * kA / 8;
  const double v13 = 8 * kB * kB * std::pow(kPi, 8) / 225;
  const double first[] = {v1 / v, v2 / v, 0};
  const double total[] = {(v1 + v13) / v, v2 / v, v13 / v};
  const std::vector<SobolIndices> indices = EstimateSobol(design, outputs, 0.95, 200, 1);
  for (size_t factor = 0; factor < 3; ++factor) {
    EXPECT_NEAR(indices[factor].first, first[factor], 0.03) << factor;
    EXPECT_NEAR(indices[factor].total, total[factor], 0.03) << factor;
    EXPECT_LE(indices[factor].first_interval.low, first[factor] + 0.01) << factor;
    EXPECT_GE(indices[factor].first_interval.high, first[factor] - 0.01) << factor;
    EXPECT_LT(indices[factor].total_interval.high - indices[factor].total_interval.low, 0.1);
  }
}

TEST(SobolTest, AnOutputThatDoesNotVaryHasNoIndices) {
  const SobolDesign design = MakeSobolDesign(2, 8, 1);
  const std::vector<SobolIndices> indices =
      EstimateSobol(design, std::vector<double>(design.points.size(), 4.0), 0.95, 50, 1);
  EXPECT_EQ(indices[0].first, 0);
  EXPECT_EQ(indices[0].total, 0);
}

}  // namespace
}  // namespace tranche
