#include "sim/nested_logit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "sim/philox.h"

namespace tranche {
namespace {

constexpr double kUnavailable = -std::numeric_limits<double>::infinity();

// A market with its results.
struct Choice {
  std::vector<int32_t> nest_ends;
  std::vector<double> lambda;
  std::vector<double> utilities;
  double outside_utility = 0;

  std::vector<double> shares = {};
  std::vector<double> inclusive_values = {};
  NestedLogitTotals totals = {};

  Nests nests() const { return {nest_ends, lambda}; }
  Choice& Solve() {
    shares.resize(utilities.size());
    inclusive_values.resize(lambda.size());
    totals = NestedLogitShares(nests(), utilities, outside_utility, absl::MakeSpan(shares),
                               absl::MakeSpan(inclusive_values));
    return *this;
  }
  size_t NestOf(size_t j) const {
    size_t g = 0;
    while (static_cast<int32_t>(j) >= nest_ends[g]) ++g;
    return g;
  }
  double ShareInNest(size_t j) const {
    const size_t g = NestOf(j);
    double sum = 0;
    for (int32_t k = g == 0 ? 0 : nest_ends[g - 1]; k < nest_ends[g]; ++k) sum += shares[k];
    return shares[j] / sum;
  }
};

Choice RandomChoice(RandomStream& random) {
  Choice choice;
  int32_t end = 0;
  const int nests = 1 + static_cast<int>(random.UniformInt(5));
  for (int g = 0; g < nests; ++g) {
    end += 1 + static_cast<int32_t>(random.UniformInt(4));
    choice.nest_ends.push_back(end);
    choice.lambda.push_back(0.1 + 0.9 * random.Uniform());
  }
  for (int32_t j = 0; j < end; ++j) choice.utilities.push_back(4 * random.Uniform() - 2);
  choice.outside_utility = random.Uniform() - 0.5;
  return choice;
}

// Worked by hand from the formulas at the top of the header: in nest 1, lambda = 1/2, so that
// exp(v / lambda) is 4 and 1; I = log(5) / 2; in nest 2, exp(v) = 2. With v_0 = 0,
// D = 1 + sqrt(5) + 2.
TEST(NestedLogitTest, TwoNestsByHand) {
  Choice choice{{2, 3}, {0.5, 1.0}, {std::log(2.0), 0, std::log(2.0)}};
  choice.Solve();
  const double d = 3 + std::sqrt(5.0);
  EXPECT_NEAR(choice.shares[0], 0.8 * std::sqrt(5.0) / d, 1e-15);
  EXPECT_NEAR(choice.shares[1], 0.2 * std::sqrt(5.0) / d, 1e-15);
  EXPECT_NEAR(choice.shares[2], 2 / d, 1e-15);
  EXPECT_NEAR(choice.totals.outside_share, 1 / d, 1e-15);
  EXPECT_NEAR(choice.totals.log_sum, std::log(d), 1e-15);
  EXPECT_NEAR(choice.inclusive_values[0], std::log(5.0) / 2, 1e-15);
}

TEST(NestedLogitTest, LambdaOneIsThePlainLogit) {
  Choice choice{{2, 5}, {1, 1}, {0.3, -1.2, 2.0, 0.0, 0.7}, 0.4};
  choice.Solve();
  double sum = std::exp(0.4);
  for (const double v : choice.utilities) sum += std::exp(v);
  for (size_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(choice.shares[j], std::exp(choice.utilities[j]) / sum, 1e-15);
  }
  EXPECT_NEAR(choice.totals.outside_share, std::exp(0.4) / sum, 1e-15);
}

// Red bus, blue bus (Train, 2009, section 3.3.2): two buses that differ in nothing that matters
// share what one had; the logit would give each a third.
TEST(NestedLogitTest, PerfectSubstitutesShareWhatOneWouldHave) {
  Choice buses{{2}, {0.001}, {0, 0}};
  buses.Solve();
  EXPECT_NEAR(buses.totals.outside_share, 0.5, 1e-3);
  EXPECT_NEAR(buses.shares[0], 0.25, 1e-3);
  buses.lambda = {1};
  buses.Solve();
  EXPECT_NEAR(buses.shares[0], 1.0 / 3, 1e-15);
}

TEST(NestedLogitTest, SharesSumToOne) {
  RandomStream random(1, StreamKey("test/shares"), Quarter(2026, 1), Round(0));
  for (int i = 0; i < 2'000; ++i) {
    Choice choice = RandomChoice(random).Solve();
    const double sum =
        std::accumulate(choice.shares.begin(), choice.shares.end(), choice.totals.outside_share);
    ASSERT_NEAR(sum, 1, 1e-14);
  }
}

TEST(NestedLogitTest, HugeUtilitiesDoNotOverflow) {
  Choice choice{{2, 3}, {0.1, 1}, {1e6, 1e6 - 1, -1e6}};
  choice.Solve();
  EXPECT_NEAR(choice.shares[0], 1 / (1 + std::exp(-10.0)), 1e-15);
  EXPECT_EQ(choice.shares[2], 0);
  EXPECT_EQ(choice.totals.outside_share, 0);
  EXPECT_TRUE(std::isfinite(choice.totals.log_sum));
}

TEST(NestedLogitTest, UnavailableAlternativesGetNothing) {
  Choice with{{2, 3, 3}, {0.5, 0.5, 0.5}, {1, kUnavailable, kUnavailable}};
  with.Solve();
  Choice without{{1}, {0.5}, {1}};
  without.Solve();
  EXPECT_EQ(with.shares[0], without.shares[0]);
  EXPECT_EQ(with.shares[1], 0);
  EXPECT_EQ(with.shares[2], 0);
  EXPECT_EQ(with.totals.log_sum, without.totals.log_sum);
  // Without the outside good the rest share everything.
  with.outside_utility = kUnavailable;
  with.Solve();
  EXPECT_EQ(with.shares[0], 1);
  EXPECT_EQ(with.totals.outside_share, 0);
}

TEST(NestedLogitDeathTest, RefusesWhatIsNoChoice) {
  EXPECT_DEATH((Choice{{1}, {0.5}, {kUnavailable}, kUnavailable}.Solve()), "nothing to choose");
  EXPECT_DEATH((Choice{{1}, {0.5}, {std::nan("")}}.Solve()), "no utility");
  EXPECT_DEATH((Choice{{1}, {0}, {1}}.Solve()), "lambda");
  EXPECT_DEATH((Choice{{1}, {1.5}, {1}}.Solve()), "lambda");
  EXPECT_DEATH((Choice{{1}, {1}, {1, 2}}.Solve()), "every alternative");
}

TEST(NestedLogitTest, BerryInversionRecoversUtilities) {
  RandomStream random(2, StreamKey("test/inversion"), Quarter(2026, 1), Round(0));
  for (int i = 0; i < 1'000; ++i) {
    Choice choice = RandomChoice(random);
    choice.outside_utility = 0;
    choice.Solve();
    std::vector<double> recovered(choice.utilities.size());
    NestedLogitUtilities(choice.nests(), choice.shares, choice.totals.outside_share,
                         absl::MakeSpan(recovered));
    for (size_t j = 0; j < recovered.size(); ++j) {
      ASSERT_NEAR(recovered[j], choice.utilities[j], 1e-11);
    }
  }
  std::vector<double> recovered(1);
  const Choice single{{1}, {1}, {0}};
  NestedLogitUtilities(single.nests(), {0.0}, 1, absl::MakeSpan(recovered));
  EXPECT_EQ(recovered[0], kUnavailable);
}

// Analytic elasticities against central differences of log shares.
TEST(NestedLogitTest, ElasticitiesAreTheDerivativesOfShares) {
  RandomStream random(3, StreamKey("test/elasticity"), Quarter(2026, 1), Round(0));
  constexpr double kAlpha = 1.7;
  constexpr double kStep = 1e-5;
  for (int i = 0; i < 100; ++i) {
    const Choice choice = RandomChoice(random).Solve();
    for (size_t k = 0; k < choice.utilities.size(); ++k) {
      const double price = 0.5 + random.Uniform();
      Choice dearer = choice;
      dearer.utilities[k] -= kAlpha * price * kStep;
      dearer.Solve();
      Choice cheaper = choice;
      cheaper.utilities[k] += kAlpha * price * kStep;
      cheaper.Solve();
      const double share = choice.shares[k];
      const double in_nest = choice.ShareInNest(k);
      const double lambda = choice.lambda[choice.NestOf(k)];
      for (size_t j = 0; j < choice.utilities.size(); ++j) {
        const double numeric = std::log(dearer.shares[j] / cheaper.shares[j]) / (2 * kStep);
        double analytic = OtherNestPriceElasticity(price, kAlpha, share);
        if (j == k) {
          analytic = OwnPriceElasticity(price, kAlpha, share, in_nest, lambda);
          ASSERT_LT(analytic, 0);
        } else if (choice.NestOf(j) == choice.NestOf(k)) {
          analytic = SameNestPriceElasticity(price, kAlpha, share, in_nest, lambda);
        }
        ASSERT_NEAR(numeric, analytic, 1e-6 * (1 + std::abs(analytic)));
      }
      const double outside = std::log(dearer.totals.outside_share / cheaper.totals.outside_share);
      ASSERT_NEAR(outside / (2 * kStep), OtherNestPriceElasticity(price, kAlpha, share), 1e-6);
    }
  }
}

// Berry (1994): with sigma = 1 - lambda the own elasticity is
// -alpha p / (1 - sigma) * (1 - sigma s_{j|g} - (1 - sigma) s_j).
TEST(NestedLogitTest, OwnElasticityAgreesWithBerrysForm) {
  const double sigma = 0.6;
  EXPECT_NEAR(OwnPriceElasticity(2, 0.8, 0.1, 0.25, 1 - sigma),
              -0.8 * 2 / (1 - sigma) * (1 - sigma * 0.25 - (1 - sigma) * 0.1), 1e-14);
}

// Roy's identity: a price that rises by one takes a share's worth of surplus.
TEST(NestedLogitTest, SurplusFallsByTheShareOfWhatGetsDearer) {
  RandomStream random(4, StreamKey("test/surplus"), Quarter(2026, 1), Round(0));
  constexpr double kAlpha = 0.9;
  constexpr double kStep = 1e-5;
  for (int i = 0; i < 200; ++i) {
    const Choice choice = RandomChoice(random).Solve();
    Choice dearer = choice;
    dearer.utilities[0] -= kAlpha * kStep;
    dearer.Solve();
    Choice cheaper = choice;
    cheaper.utilities[0] += kAlpha * kStep;
    cheaper.Solve();
    const double slope = (ConsumerSurplus(dearer.totals.log_sum, kAlpha) -
                          ConsumerSurplus(cheaper.totals.log_sum, kAlpha)) /
                         (2 * kStep);
    ASSERT_NEAR(slope, -choice.shares[0], 1e-8);
  }
}

}  // namespace
}  // namespace tranche
