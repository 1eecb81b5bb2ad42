#include "agents/strategies/bargaining.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

TEST(BargainingTest, ConcedesFromOpeningToReservation) {
  const ConcessionRule rule{.steps = 4};
  EXPECT_EQ(ConcededPart(rule, 0), 0);
  EXPECT_DOUBLE_EQ(ConcededPart(rule, 1), 0.25);
  EXPECT_EQ(ConcededPart(rule, 4), 1);
  EXPECT_EQ(ConcededPart(rule, 40), 1);
  EXPECT_EQ(ConcededPart(rule, -3), 0);
  EXPECT_DOUBLE_EQ(ConcededValue(100, 80, 0.25), 95);
  EXPECT_DOUBLE_EQ(ConcededValue(80, 100, 0.25), 85);
}

TEST(BargainingTest, BoulwareHoldsOutLongerThanConceder) {
  const ConcessionRule boulware{.steps = 4, .beta = 0.3};
  const ConcessionRule conceder{.steps = 4, .beta = 3};
  for (int step = 1; step < 4; ++step) {
    EXPECT_LT(ConcededPart(boulware, step), ConcededPart(conceder, step)) << step;
  }
}

TEST(BargainingTest, AtOnceIsGivenWithTheFirstProposal) {
  EXPECT_DOUBLE_EQ(ConcededPart({.steps = 2, .at_once = 0.5}, 0), 0.5);
  EXPECT_DOUBLE_EQ(ConcededPart({.steps = 2, .at_once = 0.5}, 2), 1);
}

// Rubinstein (1982), conclusion 2: with fixed discount factors d1 = d2 = d the first mover gets
// 1 / (1 + d); the patient side's share rises to the whole.
TEST(BargainingTest, SharesAreRubinsteins) {
  EXPECT_NEAR(FirstMoverShare(0.9, 0.9), 1 / 1.9, 1e-12);
  EXPECT_DOUBLE_EQ(FirstMoverShare(0.5, 0), 1);
  EXPECT_GT(FirstMoverShare(0.95, 0.5), FirstMoverShare(0.5, 0.95));
  EXPECT_GT(FirstMoverShare(1, 0.5), 0.99);
}

}  // namespace
}  // namespace tranche
