#include "sim/concentration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sim/philox.h"

namespace tranche {
namespace {

// US Department of Justice, "Herfindahl-Hirschman Index": firms of 30, 30, 20 and 20 percent have
// an HHI of 2,600.
TEST(HhiTest, MatchesThePublishedExample) {
  EXPECT_NEAR(Hhi({0.3, 0.3, 0.2, 0.2}), 2'600, 1e-9);
  EXPECT_EQ(Hhi({1.0}), 10'000);
  EXPECT_EQ(Hhi({}), 0);
}

TEST(HhiTest, ChangeIsTheDifferenceThatAMergerMakes) {
  EXPECT_NEAR(HhiChange(0.3, 0.2), Hhi({0.5, 0.3, 0.2}) - Hhi({0.3, 0.3, 0.2, 0.2}), 1e-9);
  EXPECT_NEAR(HhiChange(0.3, 0.2), 1'200, 1e-9);
}

TEST(UsGuidelinesTest, BandsAndPresumptionsBeginAboveTheirThresholds) {
  EXPECT_EQ(ClassifyUs2023(999), Concentration::kUnconcentrated);
  EXPECT_EQ(ClassifyUs2023(1'000), Concentration::kModerate);
  EXPECT_EQ(ClassifyUs2023(1'800), Concentration::kModerate);
  EXPECT_EQ(ClassifyUs2023(1'801), Concentration::kHigh);
  EXPECT_TRUE(PresumedUnlawfulUs2023(1'801, 101, 0.1));
  EXPECT_FALSE(PresumedUnlawfulUs2023(1'800, 101, 0.1));
  EXPECT_FALSE(PresumedUnlawfulUs2023(5'000, 100, 0.7));
  EXPECT_TRUE(PresumedUnlawfulUs2023(1'200, 101, 0.301));
  EXPECT_FALSE(PresumedUnlawfulUs2023(1'200, 101, 0.3));
}

TEST(EuGuidelinesTest, ConcernsBeginWhereTheSafeHarboursEnd) {
  EXPECT_FALSE(RaisesConcernsEu2004(999, 500));
  EXPECT_FALSE(RaisesConcernsEu2004(1'500, 249));
  EXPECT_TRUE(RaisesConcernsEu2004(1'500, 250));
  EXPECT_FALSE(RaisesConcernsEu2004(2'000, 249));
  EXPECT_FALSE(RaisesConcernsEu2004(2'001, 149));
  EXPECT_TRUE(RaisesConcernsEu2004(2'001, 150));
}

// Three firms. Owner 0 has all of firm 0 and `beta` of firm 1, owner 1 the rest of firm 1, owner 2
// all of firm 2.
struct PartialAcquisition {
  explicit PartialAcquisition(double beta) {
    interest = {1, beta,     0,  //
                0, 1 - beta, 0,  //
                0, 0,        1};
    control = {1, 0, 0,  //
               0, 1, 0,  //
               0, 0, 1};
  }
  double Change() const { return ModifiedHhi(shares, {3, 3, control, interest}) - Hhi(shares); }
  std::vector<double> shares = {0.5, 0.3, 0.2};
  std::vector<double> interest;
  std::vector<double> control;
};

// The general index on the ownership that each of O'Brien and Salop's cases describes gives their
// formula for it.
TEST(ModifiedHhiTest, GeneralFormulaGivesThePublishedSpecialCases) {
  for (const double beta : {0.05, 0.1, 0.25, 0.4, 0.5, 0.75, 0.9}) {
    PartialAcquisition silent(beta);
    EXPECT_NEAR(silent.Change(), 10'000 * beta * 0.5 * 0.3, 1e-9);
    EXPECT_NEAR(silent.Change(),
                ModifiedHhiChange(PartialControl::kSilentFinancialInterest, beta, 0.5, 0.3), 1e-9);

    PartialAcquisition total(beta);
    total.control[0 * 3 + 1] = 1;
    total.control[1 * 3 + 1] = 0;
    EXPECT_NEAR(total.Change(), 10'000 * (beta + 1 / beta) * 0.5 * 0.3, 1e-9);
    EXPECT_NEAR(total.Change(), ModifiedHhiChange(PartialControl::kTotalControl, beta, 0.5, 0.3),
                1e-9);

    PartialAcquisition one_way(beta);
    one_way.control[0 * 3 + 1] = 1;
    EXPECT_NEAR(one_way.Change(), 10'000 * (1 + beta) * 0.5 * 0.3, 1e-9);
    EXPECT_NEAR(one_way.Change(), ModifiedHhiChange(PartialControl::kOneWayControl, beta, 0.5, 0.3),
                1e-9);

    PartialAcquisition joint(beta);
    joint.control[0 * 3 + 1] = 1;
    joint.control[1 * 3 + 0] = 1;
    EXPECT_NEAR(joint.Change(), HhiChange(0.5, 0.3), 1e-9);
    EXPECT_NEAR(joint.Change(),
                ModifiedHhiChange(PartialControl::kCoasianJointControl, beta, 0.5, 0.3), 1e-9);

    PartialAcquisition proportional(beta);
    proportional.control = proportional.interest;
    EXPECT_NEAR(proportional.Change(),
                ModifiedHhiChange(PartialControl::kProportionalControl, beta, 0.5, 0.3), 1e-9);
  }
}

// Total control of a small interest is worse than a merger, a silent one milder (O'Brien and Salop,
// section IV).
TEST(ModifiedHhiTest, SilentInterestIsMilderAndTotalControlWorseThanAMerger) {
  const double merger = HhiChange(0.4, 0.2);
  EXPECT_LT(ModifiedHhiChange(PartialControl::kSilentFinancialInterest, 0.3, 0.4, 0.2), merger);
  EXPECT_GT(ModifiedHhiChange(PartialControl::kTotalControl, 0.3, 0.4, 0.2), merger);
  EXPECT_NEAR(ModifiedHhiChange(PartialControl::kTotalControl, 1, 0.4, 0.2), merger, 1e-9);
  EXPECT_DEATH(ModifiedHhiChange(PartialControl::kTotalControl, 0, 0.4, 0.2), "interest must be");
}

TEST(ModifiedHhiTest, EqualsTheHhiWithoutOverlap) {
  const std::vector<double> identity = {1, 0, 0, 1};
  EXPECT_NEAR(ModifiedHhi({0.6, 0.4}, {2, 2, identity, identity}), Hhi({0.6, 0.4}), 1e-9);
  // Nor do owners without control overlap, or firms without owners.
  const std::vector<double> nothing = {0, 0, 0, 0};
  EXPECT_NEAR(ModifiedHhi({0.6, 0.4}, {2, 2, nothing, identity}), Hhi({0.6, 0.4}), 1e-9);
}

// Rivals that the same two investors own by halves behave as a monopoly.
TEST(ModifiedHhiTest, CommonOwnersOfAllFirmsMakeAMonopoly) {
  const std::vector<double> halves = {0.5, 0.5, 0.5, 0.5};
  EXPECT_NEAR(ModifiedHhi({0.7, 0.3}, {2, 2, halves, halves}), 10'000, 1e-9);
  EXPECT_NEAR(ProfitWeight({2, 2, halves, halves}, 0, 1), 1, 1e-15);
}

TEST(ModifiedHhiTest, IsNeverBelowTheHhiAndIgnoresTheScaleOfControl) {
  RandomStream random(1, StreamKey("test/mhhi"), Quarter(2026, 1), Round(0));
  for (int run = 0; run < 500; ++run) {
    const size_t firms = 2 + random.UniformInt(4);
    const size_t owners = 1 + random.UniformInt(5);
    std::vector<double> shares(firms);
    for (double& share : shares) share = random.Uniform() / static_cast<double>(firms);
    std::vector<double> control(firms * owners);
    std::vector<double> interest(firms * owners);
    std::vector<double> doubled(firms * owners);
    for (size_t i = 0; i < control.size(); ++i) {
      control[i] = random.Uniform();
      interest[i] = random.Uniform();
      doubled[i] = 2 * control[i];
    }
    const double index = ModifiedHhi(shares, {firms, owners, control, interest});
    ASSERT_GE(index, Hhi(shares));
    ASSERT_NEAR(index, ModifiedHhi(shares, {firms, owners, doubled, interest}), 1e-6);
  }
}

}  // namespace
}  // namespace tranche
