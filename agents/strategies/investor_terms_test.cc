#include "agents/strategies/investor_terms.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agents/strategies/funding_terms.h"
#include "agents/strategies/purse.h"
#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

v1::FundingTerms Terms(const InvestorStyle& style, double amount_cents, double funds_cents) {
  const v1::PublicView market = HandMarket();
  const v1::AgentView own = HandInvestor("nimbus-ventures");
  RandomStream random(1, StreamKey("test"), Quarter::FromIndex(kTestQuarter), Round(1));
  return FirstTerms({market, own, {}, kTestQuarter, 2}, style,
                    {.lab = "alpha",
                     .amount_cents = amount_cents,
                     .price_cents = 18.0 * kBillion,
                     .funds_cents = funds_cents,
                     .yearly_revenue_cents = 2.6 * kBillion},
                    random);
}

TEST(InvestorTermsTest, RightsFollowTheStake) {
  const InvestorStyle style{.seat_from = 0.08, .observer_from = 0.02};
  EXPECT_EQ(Terms(style, 2.0 * kBillion, 50.0 * kBillion).board_right(), v1::BOARD_RIGHT_SEAT);
  EXPECT_EQ(Terms(style, 0.5 * kBillion, 50.0 * kBillion).board_right(), v1::BOARD_RIGHT_OBSERVER);
  EXPECT_EQ(Terms(style, 0.1 * kBillion, 50.0 * kBillion).board_right(), v1::BOARD_RIGHT_NONE);
}

TEST(InvestorTermsTest, ALargeChequeIsStagedAndASmallOneIsNot) {
  InvestorStyle style{.part_at_clearance = 0.5};
  EXPECT_DOUBLE_EQ(PartAtClearance(Terms(style, 0.1 * kBillion, 50.0 * kBillion)), 1);
  const v1::FundingTerms revenue = Terms(style, 2.0 * kBillion, 5.0 * kBillion);
  EXPECT_DOUBLE_EQ(PartAtClearance(revenue), 0.5);
  EXPECT_GT(revenue.tranches(1).condition().annualised_revenue_cents(), 260 * kBillion / 100);
  style.milestone = InvestorStyle::Milestone::kCapability;
  EXPECT_EQ(
      Terms(style, 2.0 * kBillion, 5.0 * kBillion).tranches(1).condition().capability_millis(),
      27'250);
  style.milestone = InvestorStyle::Milestone::kDate;
  EXPECT_EQ(Terms(style, 2.0 * kBillion, 5.0 * kBillion).tranches(1).condition().quarter(),
            kTestQuarter + 2);
}

TEST(InvestorTermsTest, ACloudsGroupTiesItsMoneyToComputeThere) {
  InvestorStyle style;
  EXPECT_FALSE(Terms(style, 2.0 * kBillion, 5.0 * kBillion).has_cloud_commitment());
  style.strategic = true;
  style.commitment_multiple = 0.8;
  style.wants_exclusivity = 1;
  style.shuts_out_rivals = 1;
  const v1::FundingTerms terms = Terms(style, 2.0 * kBillion, 5.0 * kBillion);
  EXPECT_EQ(terms.cloud_commitment().cloud(), "nimbus");
  EXPECT_TRUE(terms.cloud_commitment().exclusive());
  EXPECT_TRUE(terms.early_access());
  // stratus has no investor that could be shut out.
  EXPECT_TRUE(terms.excluded_investors().empty());
}

TEST(InvestorTermsTest, ANoteConvertsAtItsCapAtMost) {
  const v1::FundingTerms note = NoteTermsFor(kTestQuarter, 0.2 * kBillion, 9.0 * kBillion);
  EXPECT_EQ(note.instrument(), v1::INSTRUMENT_CONVERTIBLE_NOTE);
  EXPECT_EQ(note.note().valuation_cap_cents(), 9 * kBillion);
  EXPECT_EQ(note.tranches(0).amount_cents(), note.amount_cents());
}

TEST(InvestorTermsTest, SovereignMoneyAsksForNoSeatAndVentureMoneyDoes) {
  const auto right = [](absl::string_view strategy) {
    v1::BoardRight best = v1::BOARD_RIGHT_UNSPECIFIED;
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      v1::Message ask;
      ask.set_id(10);
      ask.set_sender("alpha");
      ask.set_thread("alpha/round");
      ask.mutable_funding_ask()->set_kind(v1::FundingAsk::KIND_PRIMARY);
      ask.mutable_funding_ask()->set_amount_sought_cents(4 * kBillion);
      ask.mutable_funding_ask()->set_pre_money_cents(20 * kBillion);
      HandSeat seat("harbor", strategy, seed);
      seat.Turn(HandMarket(), HandInvestor(), 1, {});
      for (const v1::Message& move : seat.Turn(HandMarket(), HandInvestor(), 2, {ask})) {
        best = std::max(best, move.term_sheet().terms().board_right());
      }
    }
    return best;
  };
  EXPECT_LE(right("sovereign-investor"), v1::BOARD_RIGHT_NONE);
  EXPECT_EQ(right("venture-investor"), v1::BOARD_RIGHT_SEAT);
}

TEST(PurseTest, WhatIsOfferedCannotBeOfferedTwice) {
  const v1::AgentView own = HandInvestor();
  Purse purse;
  EXPECT_DOUBLE_EQ(purse.Uncommitted(own), 5.0 * kBillion);
  purse.Promise("a", 3.0 * kBillion);
  purse.Promise("b", 1.0 * kBillion);
  EXPECT_DOUBLE_EQ(purse.Uncommitted(own), 1.0 * kBillion);
  EXPECT_DOUBLE_EQ(purse.Uncommitted(own, "a"), 4.0 * kBillion);
  // A new offer in a thread replaces the one before.
  purse.Promise("a", 4.5 * kBillion);
  EXPECT_DOUBLE_EQ(purse.Uncommitted(own), 0);
  purse.Release("a");
  EXPECT_DOUBLE_EQ(purse.Uncommitted(own), 4.0 * kBillion);
  purse.OnQuarter();
  EXPECT_DOUBLE_EQ(purse.Uncommitted(own), 5.0 * kBillion);
}

}  // namespace
}  // namespace tranche
