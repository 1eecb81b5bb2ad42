#include "sim/screens.h"

#include "sim/concentration.h"
#include "sim/ownership.h"
#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class ScreensTest : public NegotiationTest {
 protected:
  // Revenue 600 and 300: two thirds and a third.
  static constexpr double kAurora = 2.0 / 3;
  static constexpr double kBorealis = 1.0 / 3;

  ReviewScreens Screen(absl::string_view deal) {
    return ScreenDeal(world(), TheDeal(deal), RegulatorId(0));
  }
};

TEST_F(ScreensTest, IndexOfTheOpeningIsThatOfItsRevenues) {
  const ReviewScreens screens =
      Screen(SignWith("nimbus-ventures", Terms(kBillion, 9 * kBillion), "borealis", "c"));
  EXPECT_NEAR(screens.hhi, 10'000 * (kAurora * kAurora + kBorealis * kBorealis), 1e-6);
  EXPECT_EQ(screens.stake_after_bp, 1'000u);
  // The group controls no lab: were it one with Borealis, nothing would change.
  EXPECT_EQ(screens.hhi_change, 0);
  EXPECT_EQ(screens.combined_share_bp, 3'333u);
}

// O'Brien and Salop, section IV: an owner of one firm that silently takes a part beta of a rival
// raises the index by 10,000 beta s_a s_t.
TEST_F(ScreensTest, SilentInterestInARivalOfTheOwnLabMatchesTheClosedForm) {
  world().agents[Agent("aurora")].group = GroupOf("nimbus-ventures");
  TheLab("aurora").division = true;
  const ReviewScreens screens =
      Screen(SignWith("nimbus-ventures", Terms(kBillion, 4 * kBillion), "borealis", "c"));
  EXPECT_NEAR(screens.mhhi_change,
              ModifiedHhiChange(PartialControl::kSilentFinancialInterest, 0.2, kAurora, kBorealis),
              1e-3);
  EXPECT_NEAR(screens.hhi_change, HhiChange(kAurora, kBorealis), 1e-6);
}

// The screens sum by owners, ModifiedHhi firm by firm.
TEST_F(ScreensTest, IndexEqualsTheSumOverPairsOfFirms) {
  TheLab("aurora").cap_table.Issue(CapTable::common(),
                                   AddHolder(world(), LabNamed("aurora"), GroupOf("harbor-fund")),
                                   20'000'000, Cents(0));
  StakeOf(world(), LabNamed("aurora"), Agent("harbor-fund")).board_right = v1::BOARD_RIGHT_SEAT;
  const size_t firms = 2;
  const size_t groups = static_cast<size_t>(world().groups.size());
  std::vector<double> control((groups + firms) * firms);
  std::vector<double> interest((groups + firms) * firms);
  for (LabId lab : world().labs.ids()) {
    const auto column = static_cast<size_t>(lab.value());
    const size_t others = (groups + column) * firms + column;
    control[others] = interest[others] = 1;
    for (const Interest& held : InterestsIn(world(), lab)) {
      const size_t cell = static_cast<size_t>(held.group.value()) * firms + column;
      control[cell] = held.control;
      interest[cell] = held.financial;
      control[others] -= held.control;
      interest[others] -= held.financial;
    }
  }
  const ReviewScreens screens =
      Screen(SignWith("nimbus-ventures", Terms(kBillion, 9 * kBillion), "borealis", "c"));
  EXPECT_GT(screens.mhhi, screens.hhi);
  EXPECT_NEAR(screens.mhhi,
              ModifiedHhi(RevenueShares(world()), {firms, groups + firms, control, interest}),
              1e-6);
}

TEST_F(ScreensTest, ASeatWeighsMoreThanASilentStake) {
  v1::FundingTerms terms = Terms(kBillion, 4 * kBillion);
  const ReviewScreens silent = Screen(SignWith("nimbus-ventures", terms, "borealis", "c"));
  terms.set_board_right(v1::BOARD_RIGHT_SEAT);
  const ReviewScreens seat = Screen(SignWith("nimbus-ventures", terms, "borealis", "d"));
  EXPECT_GT(seat.mhhi_change, silent.mhhi_change);
}

TEST_F(ScreensTest, SeatsOnTwoRivalsBoardsInterlock) {
  v1::FundingTerms terms = Terms(kMillion, 20 * kBillion);
  EXPECT_FALSE(Screen(SignWith("harbor-fund", terms, "aurora", "c")).interlock);
  terms.set_board_right(v1::BOARD_RIGHT_SEAT);
  // Harbor sits on the board of Borealis.
  EXPECT_TRUE(Screen(SignWith("harbor-fund", terms, "aurora", "d")).interlock);
}

TEST_F(ScreensTest, StakesArentWeighedWhereDualAllegianceIsSwitchedOff) {
  v1::Scenario scenario = DuopolyScenario();
  scenario.mutable_switches()->set_no_dual_allegiance(true);
  Open(scenario);
  const ReviewScreens screens =
      Screen(SignWith("harbor-fund", Terms(kBillion, 20 * kBillion), "aurora", "c"));
  EXPECT_EQ(screens.mhhi, screens.hhi);
  EXPECT_EQ(screens.mhhi_change, 0);
  EXPECT_TRUE(screens.rivals_held.empty());
}

TEST_F(ScreensTest, DealsBelowTheThresholdNeedntBeNotified) {
  v1::FundingTerms terms = Terms(100 * kMillion, 20 * kBillion);
  terms.set_board_right(v1::BOARD_RIGHT_SEAT);
  // Harbor holds nothing of Aurora: $100M is below $133.9M.
  EXPECT_TRUE(TheDeal(SignWith("harbor-fund", terms, "aurora", "c")).reviews.empty());
}

TEST_F(ScreensTest, WhatIsHeldAlreadyCountsTowardsTheThreshold) {
  // 12% of Borealis are worth $960M.
  EXPECT_EQ(TheDeal(SignWith("harbor-fund", Terms(kMillion, 8 * kBillion), "borealis", "c"))
                .reviews.size(),
            1u);
}

TEST_F(ScreensTest, PassiveInvestorWithoutRivalsIsExemptInTheUnitedStates) {
  world().stakes = Stakes();
  CapTable& table = TheLab("borealis").cap_table;
  const HolderId harbor = HolderOf(world(), LabNamed("borealis"), GroupOf("harbor-fund"));
  const HolderId outside = table.AddHolder("outside");
  for (int i = 0; i < table.class_count(); ++i) {
    const ShareClassId share_class(i);
    ASSERT_TRUE(
        table.Transfer(share_class, harbor, outside, table.SharesOf(harbor, share_class)).ok());
  }
  EXPECT_TRUE(TheDeal(SignWith("harbor-fund", Terms(kBillion, 20 * kBillion), "aurora", "c"))
                  .reviews.empty());
  v1::FundingTerms informed = Terms(kBillion, 20 * kBillion);
  informed.set_information_right(true);
  EXPECT_EQ(TheDeal(SignWith("harbor-fund", informed, "aurora", "d")).reviews.size(), 1u);
}

}  // namespace
}  // namespace tranche
