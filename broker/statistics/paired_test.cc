#include "broker/statistics/paired.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "broker/statistics/summary.h"
#include "sim/philox.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// Student (1908), "The Probable Error of a Mean", Biometrika 6: additional hours of sleep of ten
// patients under two drugs. R's documentation of `sleep` and `t.test(…, paired = TRUE)`: t = 4.0621
// on 9 degrees of freedom, p = 0.002833, interval 0.7001142 to 2.4598858, mean difference 1.58.
TEST(PairedTest, StudentsSleepDataGiveThePublishedInterval) {
  const std::vector<double> first = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
  const std::vector<double> second = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  const PairedDifference paired = ComparePairs(first, second, 0.95);
  EXPECT_EQ(paired.pairs, 10);
  EXPECT_NEAR(paired.base_mean, 0.75, 1e-12);
  EXPECT_NEAR(paired.other_mean, 2.33, 1e-12);
  EXPECT_NEAR(paired.difference, 1.58, 1e-12);
  EXPECT_NEAR(paired.t_interval.low, 0.7001142, 1e-6);
  EXPECT_NEAR(paired.t_interval.high, 2.4598858, 1e-6);
  EXPECT_NEAR(paired.p_value, 0.002833, 5e-7);
  EXPECT_NEAR(paired.standardised, 1.58 / 1.8985, 1e-3);  // variances 3.2006 and 4.0090
}

TEST(PairedTest, NoDifferenceAndNoVariationAreToldApart) {
  const std::vector<double> ones = {1, 1, 1};
  const std::vector<double> twos = {2, 2, 2};
  const PairedDifference same = ComparePairs(ones, ones, 0.95);
  EXPECT_EQ(same.difference, 0);
  EXPECT_EQ(same.p_value, 1);
  EXPECT_EQ(same.standardised, 0);
  const PairedDifference certain = ComparePairs(ones, twos, 0.95);
  EXPECT_EQ(certain.difference, 1);
  EXPECT_EQ(certain.p_value, 0);
  EXPECT_EQ(certain.t_interval.low, 1);
  EXPECT_EQ(certain.standardised, std::numeric_limits<double>::infinity());
  const PairedDifference single = ComparePairs({{1.0}}, {{2.0}}, 0.95);
  EXPECT_EQ(single.t_interval.high, std::numeric_limits<double>::infinity());
  EXPECT_EQ(single.p_value, 1);
}

// What an interval is for: of many experiments whose true difference is 0.5, about 95% must hold
// it.
TEST(PairedTest, IntervalsCoverTheTruthAsOftenAsTheySay) {
  constexpr int kExperiments = 2000;
  RandomStream random(1, StreamKey("test/coverage"), Quarter(), Round(0));
  int covered_by_t = 0;
  int covered_by_bootstrap = 0;
  int unpaired_wider = 0;
  for (int experiment = 0; experiment < kExperiments; ++experiment) {
    std::vector<double> base(20);
    std::vector<double> other(20);
    for (size_t i = 0; i < base.size(); ++i) {
      const double seed_effect = random.Normal(0, 3);  // what the seeds have in common
      base[i] = seed_effect + random.Normal();
      other[i] = seed_effect + 0.5 + random.Normal();
    }
    const PairedDifference paired = ComparePairs(base, other, 0.95);
    covered_by_t += paired.t_interval.low <= 0.5 && 0.5 <= paired.t_interval.high;
    if (experiment < 500) {
      const Interval bootstrap = BootstrapDifference(base, other, 0.95, 400, 7);
      covered_by_bootstrap += bootstrap.low <= 0.5 && 0.5 <= bootstrap.high;
    }
    unpaired_wider += MeanInterval(MomentsOf(base), 0.95).high - MomentsOf(base).mean >
                      paired.t_interval.high - paired.difference;
  }
  // Three standard errors of a proportion of 2,000 are 1.5 points, of 500 three; the percentile
  // bootstrap is known to fall short with 20 pairs.
  EXPECT_NEAR(covered_by_t / double{kExperiments}, 0.95, 0.015);
  EXPECT_GT(covered_by_bootstrap / 500.0, 0.90);
  EXPECT_LT(covered_by_bootstrap / 500.0, 0.98);
  EXPECT_GT(unpaired_wider / double{kExperiments}, 0.95) << "pairing is what narrows it";
}

TEST(PairedTest, TheBootstrapDependsOnItsSeedAlone) {
  const std::vector<double> base = {1, 5, 2, 8, 3};
  const std::vector<double> other = {2, 7, 1, 9, 9};
  const Interval once = BootstrapDifference(base, other, 0.95, 500, 3);
  const Interval again = BootstrapDifference(base, other, 0.95, 500, 3);
  const Interval otherwise = BootstrapDifference(base, other, 0.95, 500, 4);
  EXPECT_EQ(once.low, again.low);
  EXPECT_EQ(once.high, again.high);
  EXPECT_TRUE(once.low != otherwise.low || once.high != otherwise.high);
}

// Worked example: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") in R is 0.03, 0.06, 0.06, 0.02.
TEST(HolmTest, AdjustsAsR) {
  const std::vector<double> adjusted = AdjustHolm({{0.01, 0.04, 0.03, 0.005}});
  ASSERT_EQ(adjusted.size(), 4u);
  EXPECT_NEAR(adjusted[0], 0.03, 1e-15);
  EXPECT_NEAR(adjusted[1], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[2], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[3], 0.02, 1e-15);
  EXPECT_EQ(AdjustHolm({{0.9, 0.8}})[0], 1);
}

}  // namespace
}  // namespace tranche
