#include "agents/strategies/concerns.h"

#include <gtest/gtest.h>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

v1::ReviewFile HarmlessFile() {
  v1::ReviewFile file;
  file.set_deal("alpha/round/harbor");
  file.set_investor("harbor");
  file.set_investor_group("harbor");
  file.set_lab("alpha");
  file.set_stake_after_bp(500);
  file.set_hhi(5'000);
  file.mutable_terms()->set_amount_cents(kBillion);
  return file;
}

std::vector<Concern> About(const v1::ReviewFile& file) {
  const v1::PublicView market = HandMarket();
  return ConcernsAbout(market, market.regimes(0), file);
}

TEST(ConcernsTest, AConcentratedMarketAloneIsNoConcern) {
  EXPECT_TRUE(About(HarmlessFile()).empty());
}

TEST(ConcernsTest, SeverityIsOneAtTheThreshold) {
  v1::ReviewFile file = HarmlessFile();
  file.set_mhhi(2'500);
  file.set_mhhi_change(100);
  EXPECT_TRUE(About(file).empty());
  file.set_mhhi_change(250);
  ASSERT_EQ(About(file).size(), 1);
  EXPECT_DOUBLE_EQ(About(file)[0].severity, 2.5);
  EXPECT_NE(About(file)[0].reason.find("modified HHI 2500, up 250"), std::string::npos);
}

TEST(ConcernsTest, CombinationNeedsControl) {
  v1::ReviewFile file = HarmlessFile();
  file.set_hhi_change(900);
  file.set_combined_share_bp(6'000);
  EXPECT_TRUE(About(file).empty());
  file.set_has_control(true);
  ASSERT_EQ(About(file).size(), 1);
  EXPECT_DOUBLE_EQ(About(file)[0].severity, 9);
}

TEST(ConcernsTest, RemediesFitTheConcern) {
  v1::ReviewFile file = HarmlessFile();
  file.set_interlock(true);
  file.set_exclusive_terms(true);
  const std::vector<Concern> concerns = About(file);
  const std::vector<v1::Remedy> remedies = RemediesFor(concerns);
  ASSERT_EQ(remedies.size(), 3);
  EXPECT_EQ(remedies[0].kind(), v1::Remedy::KIND_NO_BOARD_SEAT);
  EXPECT_EQ(remedies[1].kind(), v1::Remedy::KIND_NO_EXCLUSIVITY);
  EXPECT_EQ(remedies[2].kind(), v1::Remedy::KIND_NON_DISCRIMINATION);
  // A seat given up is gone; of a term struck out a trace is feared to stay.
  EXPECT_NEAR(ResidualSeverity(concerns, remedies), 0.05 * concerns[1].severity, 1e-9);
  EXPECT_EQ(ResidualSeverity(concerns, {}), TotalSeverity(concerns));
  EXPECT_DOUBLE_EQ(ResidualSeverity(concerns, {remedies.front()}), concerns[1].severity);
}

TEST(ConcernsTest, APurchaseOfTheWholeCanNotBeCured) {
  v1::ReviewFile file = HarmlessFile();
  file.clear_terms();
  file.mutable_merger()->set_price_cents(20 * kBillion);
  file.set_hhi_change(900);
  // Of the two boards one goes: no director is left in common.
  file.set_interlock(true);
  const std::vector<Concern> concerns = About(file);
  ASSERT_EQ(concerns.size(), 1);
  EXPECT_TRUE(RemediesFor(concerns).empty());
  EXPECT_EQ(ResidualSeverity(concerns, {}), 9);
}

TEST(ConcernsTest, ConductLeavesMoreOfALargeHoldThanASale) {
  v1::ReviewFile file = HarmlessFile();
  file.set_mhhi(3'000);
  file.set_mhhi_change(300);
  file.add_rivals_held("beta");
  const std::vector<Concern> small = About(file);
  ASSERT_EQ(small.size(), 1);
  EXPECT_NEAR(ResidualSeverity(small, RemediesFor(small)), 0.35 * 3, 1e-9);
  // Distrust adds to it.
  EXPECT_NEAR(ResidualSeverity(small, RemediesFor(small), 0.2), 3 * (1 - 0.65 * 0.8), 1e-9);
  file.set_mhhi_change(800);
  const std::vector<Concern> large = About(file);
  const std::vector<v1::Remedy> remedies = RemediesFor(large);
  EXPECT_NEAR(ResidualSeverity(large, remedies), 0.1 * 8, 1e-9);
  // Without what it takes beyond conduct, all of it stays.
  EXPECT_EQ(ResidualSeverity(large, {remedies.front()}), 8);
}

TEST(ConcernsTest, LargeStakesInTwoRivalsAreAConcernOfTheirOwn) {
  v1::PublicView market = HandMarket();
  v1::HoldingDisclosure& holding = *market.add_holdings();
  holding.set_holder_group("harbor");
  holding.set_lab("beta");
  holding.set_stake_ppm(250'000);
  v1::ReviewFile file = HarmlessFile();
  file.add_rivals_held("beta");
  const auto severity = [&](uint32_t stake_bp) {
    file.set_stake_after_bp(stake_bp);
    return TotalSeverity(ConcernsAbout(market, market.regimes(0), file));
  };
  EXPECT_EQ(severity(300), 0);
  EXPECT_DOUBLE_EQ(severity(1'200), 1.2);
  // The smaller of the two counts.
  EXPECT_DOUBLE_EQ(severity(4'000), 2.5);
  const std::vector<v1::Remedy> remedies =
      RemediesFor(ConcernsAbout(market, market.regimes(0), file));
  ASSERT_EQ(remedies.size(), 2);
  EXPECT_EQ(remedies[1].kind(), v1::Remedy::KIND_DIVESTITURE);
  EXPECT_EQ(remedies[1].subject(), "beta");
}

TEST(ConcernsTest, AForeignersStakeBeyondATenthIsNotPassive) {
  v1::ReviewRegime cfius;
  cfius.set_jurisdiction(v1::JURISDICTION_CFIUS);
  v1::ReviewFile file = HarmlessFile();
  file.set_foreign_investor(true);
  file.set_stake_after_bp(900);
  EXPECT_TRUE(ConcernsAbout(HandMarket(), cfius, file).empty());
  file.set_stake_after_bp(1'100);
  const std::vector<Concern> concerns = ConcernsAbout(HandMarket(), cfius, file);
  ASSERT_EQ(concerns.size(), 1);
  EXPECT_EQ(concerns[0].remedies[0].kind(), v1::Remedy::KIND_DATA_FLOW_LIMITS);
}

TEST(ConcernsTest, CfiusLooksAtForeignersOnly) {
  const v1::PublicView market = HandMarket();
  v1::ReviewRegime cfius;
  cfius.set_jurisdiction(v1::JURISDICTION_CFIUS);
  v1::ReviewFile file = HarmlessFile();
  file.set_exclusive_terms(true);
  file.mutable_terms()->set_board_right(v1::BOARD_RIGHT_SEAT);
  EXPECT_TRUE(ConcernsAbout(market, cfius, file).empty());
  file.set_foreign_investor(true);
  ASSERT_EQ(ConcernsAbout(market, cfius, file).size(), 1);
  file.mutable_terms()->set_board_right(v1::BOARD_RIGHT_NONE);
  EXPECT_TRUE(ConcernsAbout(market, cfius, file).empty());
}

}  // namespace
}  // namespace tranche
