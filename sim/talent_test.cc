#include "sim/talent.h"

#include <gtest/gtest.h>

#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

class TalentTest : public testing::Test {
 protected:
  TalentTest() {
    v1::TalentSpec& talent = *economy_.world.scenario.mutable_talent();
    talent.set_pay_weight(2);
    talent.set_prestige_weight(1);
    talent.set_mobility_friction(3);
    talent.set_know_how_carried(2);
    talent.set_equity_weight(0.8);
    economy_.world.researchers_available = 50;
  }

  Verdict Offer(int lab, absl::string_view from, uint32_t positions, int64_t pay_millions) {
    v1::Message move;
    v1::JobOffer& offer = *move.mutable_job_offer();
    offer.set_poach_from(std::string(from));
    offer.set_positions(positions);
    offer.set_cash_cents_per_year(FromDollars(pay_millions * 1'000'000).value());
    return ApplyJobOffer(economy_.world, economy_.lab_agent(lab), move);
  }

  int64_t AllResearchers() {
    int64_t all = economy_.world.researchers_available;
    for (const Lab& lab : economy_.world.labs) all += lab.researchers;
    return all;
  }

  HandMadeEconomy economy_;
};

TEST_F(TalentTest, HigherPayDrawsMorePeople) {
  int64_t before = 0;
  for (const int64_t pay : {2, 4, 8, 16, 64}) {
    HandMadeEconomy economy;
    std::swap(economy_.world, economy.world);
    *economy_.world.scenario.mutable_talent() = economy.world.scenario.talent();
    ASSERT_FALSE(Offer(0, "lab-1", 1000, pay).has_value());
    ClearTalent(economy_.world, economy_.out);
    const int64_t moved = economy_.lab(0).researchers - 100;
    EXPECT_GE(moved, before) << pay;
    before = moved;
    std::swap(economy_.world, economy.world);
  }
  EXPECT_GT(before, 50);
}

TEST_F(TalentTest, NobodyIsLostOrMade) {
  const int64_t before = AllResearchers();
  ASSERT_FALSE(Offer(0, "lab-1", 40, 20).has_value());
  ASSERT_FALSE(Offer(1, "lab-0", 40, 20).has_value());
  ASSERT_FALSE(Offer(1, "", 40, 20).has_value());
  ClearTalent(economy_.world, economy_.out);
  EXPECT_EQ(AllResearchers(), before);
  EXPECT_LT(economy_.world.researchers_available, 50);
}

TEST_F(TalentTest, NoMoreComeThanThereArePositions) {
  ASSERT_FALSE(Offer(0, "lab-1", 7, 1000).has_value());
  ClearTalent(economy_.world, economy_.out);
  EXPECT_EQ(economy_.lab(0).researchers, 107);
  ASSERT_EQ(economy_.out.messages.size(), 1u);
  EXPECT_EQ(economy_.out.messages[0].talent_move().people(), 7u);
  EXPECT_EQ(economy_.out.messages[0].talent_move().from(), "lab-1");
}

TEST_F(TalentTest, KnowHowMovesWithPeopleToTheLabBehind) {
  economy_.lab(1).efficiency = 1.5;
  ASSERT_FALSE(Offer(0, "lab-1", 10, 1000).has_value());
  ClearTalent(economy_.world, economy_.out);
  // 10 of 100 people, twice their part of a gap of a half.
  EXPECT_DOUBLE_EQ(economy_.lab(0).efficiency, 1.1);
  EXPECT_DOUBLE_EQ(economy_.lab(1).efficiency, 1.5);
}

TEST_F(TalentTest, PayOfTheHiredEntersTheMean) {
  ASSERT_FALSE(Offer(0, "lab-1", 25, 1000).has_value());
  ClearTalent(economy_.world, economy_.out);
  EXPECT_EQ(economy_.lab(0).cash_pay, FromDollars((100 * 1'000'000 + 25 * 1'000'000'000LL) / 125));
}

TEST_F(TalentTest, OffersThatMakeNoSenseAreRefused) {
  EXPECT_EQ(Offer(0, "", 0, 2)->rule, "positions");
  EXPECT_EQ(Offer(0, "", 10'001, 2)->rule, "positions");
  EXPECT_EQ(Offer(0, "", 5, 0)->rule, "pay");
  EXPECT_EQ(Offer(0, "lab-0", 5, 2)->rule, "poach-from");
  EXPECT_EQ(Offer(0, "cloud-0", 5, 2)->rule, "poach-from");
  EXPECT_EQ(Offer(0, "nobody", 5, 2)->rule, "poach-from");
}

TEST_F(TalentTest, LaidOffPeopleAreOnTheOpenMarket) {
  v1::Message move;
  move.mutable_layoff()->set_positions(30);
  ASSERT_FALSE(ApplyLayoff(economy_.world, economy_.lab_agent(0), move).has_value());
  EXPECT_EQ(economy_.lab(0).researchers, 70);
  EXPECT_EQ(economy_.world.researchers_available, 80);
  move.mutable_layoff()->set_positions(71);
  EXPECT_EQ(ApplyLayoff(economy_.world, economy_.lab_agent(0), move)->rule, "positions");
}

TEST_F(TalentTest, SwitchedOffNobodyMoves) {
  economy_.world.scenario.mutable_switches()->set_no_talent(true);
  EXPECT_EQ(Offer(0, "lab-1", 5, 100)->rule, "switched-off");
  ClearTalent(economy_.world, economy_.out);
  EXPECT_EQ(economy_.lab(0).researchers, 100);
}

}  // namespace
}  // namespace tranche
