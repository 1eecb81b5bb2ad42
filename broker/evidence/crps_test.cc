#include "broker/evidence/crps.h"

#include <gtest/gtest.h>

#include <vector>

#include "sim/det_math.h"

namespace tranche {
namespace {

// By hand: E|X - y| is 1, and the mean over pairs of different members 2.
TEST(CrpsTest, TwoMembersAroundTheObservation) {
  EXPECT_DOUBLE_EQ(FairCrps({1, 3}, 2), 1 - 2.0 / 2);
  EXPECT_DOUBLE_EQ(FairCrps({1, 3}, 5), 3 - 2.0 / 2);
}

// By hand: |1-2| + |2-2| + |6-2| = 5; pairs 1, 5, 4 with mean 10/3.
TEST(CrpsTest, ThreeMembers) { EXPECT_DOUBLE_EQ(FairCrps({6, 1, 2}, 2), 5.0 / 3 - 10.0 / 6); }

TEST(CrpsTest, MembersThatAgreeScoreTheAbsoluteError) {
  EXPECT_DOUBLE_EQ(FairCrps({4, 4, 4}, 1.5), 2.5);
}

TEST(CrpsTest, ScalesAndShiftsWithTheUnit) {
  const double score = FairCrps({1, 2, 4, 8}, 3);
  EXPECT_NEAR(FairCrps({110, 120, 140, 180}, 130), 10 * score, 1e-12);
}

// Gneiting and Raftery (2007), after equation 21, for a standard normal: the score at 0 is
// 2 phi(0) - 1/sqrt(pi) = 0.2337, at 2 it is 2 (2 Phi(2) - 1) + 2 phi(2) - 1/sqrt(pi) = 1.4528.
TEST(CrpsTest, AThousandNormalQuantilesScoreAsTheNormalDistribution) {
  std::vector<double> members;
  for (int i = 0; i < 1000; ++i) members.push_back(DetNormalQuantile((i + 0.5) / 1000));
  EXPECT_NEAR(FairCrps(members, 0), 0.2337, 0.001);
  EXPECT_NEAR(FairCrps(members, 2), 1.4528, 0.001);
}

// For one uniform on [0, 1] and y in it: y^2 - y + 1/3. Averaged over ensembles of two the fair
// score is that of the distribution; the plain estimator, with pairs of a member with itself, would
// be 1/12 too large.
TEST(CrpsTest, SmallEnsemblesAreScoredWithoutBias) {
  constexpr int kGrid = 100;
  const double observed = 0.3;
  double sum = 0;
  for (int i = 0; i < kGrid; ++i) {
    for (int j = 0; j < kGrid; ++j) {
      sum += FairCrps({(i + 0.5) / kGrid, (j + 0.5) / kGrid}, observed);
    }
  }
  EXPECT_NEAR(sum / (kGrid * kGrid), observed * observed - observed + 1.0 / 3, 1e-3);
}

}  // namespace
}  // namespace tranche
