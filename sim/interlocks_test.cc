#include "sim/interlocks.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

// Harbor sits on Borealis's board.
class InterlocksTest : public NegotiationTest {
 protected:
  InterlocksTest() { OpenWith(5.138); }
  void OpenWith(double sales_usd_millions, bool switched_off = false) {
    v1::Scenario scenario = DuopolyScenario();
    for (v1::RegimeSpec& regime : *scenario.mutable_regimes()) {
      if (regime.jurisdiction() == v1::JURISDICTION_US_ANTITRUST) {
        regime.set_interlock_sales_usd_millions(sales_usd_millions);
      }
    }
    scenario.mutable_switches()->set_no_interlock_rule(switched_off);
    scenario.mutable_switches()->set_no_review(true);
    Open(scenario);
  }
  v1::BoardRight RightAfterClosing() {
    v1::FundingTerms terms = Terms(kBillion, 10 * kBillion);
    terms.set_board_right(v1::BOARD_RIGHT_SEAT);
    SignWith("harbor-fund", terms);
    CloseQuarter();
    return BoardRightOf(world(), LabNamed("aurora"), GroupOf("harbor-fund"));
  }
};

TEST_F(InterlocksTest, ASeatAtACompetitorBecomesAnObservers) {
  EXPECT_EQ(RightAfterClosing(), v1::BOARD_RIGHT_OBSERVER);
  ASSERT_EQ(Sent(v1::Message::kSeatBarred).size(), 1u);
  EXPECT_EQ(Sent(v1::Message::kSeatBarred)[0].seat_barred().rival(), "borealis");
}

TEST_F(InterlocksTest, LabsThatSellLessThanTheThresholdDoNotCompeteEnough) {
  // Borealis sells $300M a quarter.
  OpenWith(1200.01);
  EXPECT_EQ(RightAfterClosing(), v1::BOARD_RIGHT_SEAT);
  OpenWith(1200);
  EXPECT_EQ(RightAfterClosing(), v1::BOARD_RIGHT_OBSERVER);
}

TEST_F(InterlocksTest, AnInvestorWithoutARivalsSeatTakesItsOwn) {
  v1::FundingTerms terms = Terms(kBillion, 10 * kBillion);
  terms.set_board_right(v1::BOARD_RIGHT_SEAT);
  SignWith("nimbus-ventures", terms);
  CloseQuarter();
  EXPECT_EQ(BoardRightOf(world(), LabNamed("aurora"), GroupOf("nimbus-ventures")),
            v1::BOARD_RIGHT_SEAT);
  EXPECT_TRUE(Sent(v1::Message::kSeatBarred).empty());
}

TEST_F(InterlocksTest, WithoutTheLawOrSwitchedOffASeatIsASeat) {
  OpenWith(0);
  EXPECT_EQ(RightAfterClosing(), v1::BOARD_RIGHT_SEAT);
  OpenWith(5.138, /*switched_off=*/true);
  EXPECT_EQ(RightAfterClosing(), v1::BOARD_RIGHT_SEAT);
}

// The screen tells of an interlock that the deal would make.
TEST_F(InterlocksTest, AScreenSeesTheInterlockOfASeatOnOffer) {
  const LabId aurora = LabNamed("aurora");
  const GroupId harbor = GroupOf("harbor-fund");
  EXPECT_EQ(InterlockedRival(world(), aurora, harbor, v1::BOARD_RIGHT_SEAT), LabNamed("borealis"));
  EXPECT_FALSE(InterlockedRival(world(), aurora, harbor, v1::BOARD_RIGHT_OBSERVER).valid());
}

}  // namespace
}  // namespace tranche
