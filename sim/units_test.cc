#include "sim/units.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

TEST(UnitsTest, HalvesRoundAwayFromZero) {
  EXPECT_EQ(Rounded(0.5), 1);
  EXPECT_EQ(Rounded(-0.5), -1);
  EXPECT_EQ(Rounded(1.5), 2);
  EXPECT_EQ(Rounded(-2.49), -2);
  // The largest double below a half: adding a half to it would round up.
  EXPECT_EQ(Rounded(0.49999999999999994), 0);
  EXPECT_EQ(Rounded(9007199254740993.0), 9007199254740992);
}

TEST(UnitsTest, ScenariosUnitsBecomeTheWires) {
  EXPECT_EQ(FromUsdMillions(133.9), Cents(13'390'000'000));
  EXPECT_EQ(FromUsdMillions(-0.01), Cents(-1'000'000));
  EXPECT_EQ(MicrosFromUsd(3.44), 3'440'000);
  EXPECT_EQ(BpFromPercent(0.1), 10);
  EXPECT_EQ(BpFromFraction(0.27), 2700);
  EXPECT_EQ(PpmFromFraction(0.27), 270'000);
  EXPECT_EQ(CapabilityMillis(26.8), 26'800);
}

}  // namespace
}  // namespace tranche
