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
  EXPECT_EQ(ResidualSeverity(concerns, remedies), 0);
  EXPECT_EQ(ResidualSeverity(concerns, {}), TotalSeverity(concerns));
  EXPECT_DOUBLE_EQ(ResidualSeverity(concerns, {remedies.front()}), concerns[1].severity);
}

TEST(ConcernsTest, APurchaseOfTheWholeCanNotBeCured) {
  v1::ReviewFile file = HarmlessFile();
  file.clear_terms();
  file.mutable_merger()->set_price_cents(20 * kBillion);
  file.set_hhi_change(900);
  const std::vector<Concern> concerns = About(file);
  ASSERT_EQ(concerns.size(), 1);
  EXPECT_TRUE(RemediesFor(concerns).empty());
  EXPECT_EQ(ResidualSeverity(concerns, {}), 9);
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
