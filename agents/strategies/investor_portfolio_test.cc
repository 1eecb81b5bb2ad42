#include "agents/strategies/investor_portfolio.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

// harbor holds a tenth of alpha: 10 million of 100 million shares, at $200 a share.
v1::AgentView Holder(int64_t cost) {
  v1::AgentView own = HandInvestor("harbor");
  v1::HoldingView& holding = *own.add_holdings();
  holding.set_holder("harbor");
  holding.set_lab("alpha");
  holding.set_shares(10'000'000);
  holding.set_stake_ppm(100'000);
  holding.set_cost_cents(cost);
  holding.set_mark_cents(2 * kBillion);
  holding.set_pro_rata_right(true);
  return own;
}

v1::Message Offer(int64_t shares, int64_t price_micros) {
  v1::Message offer;
  offer.set_id(20);
  offer.set_sender("nimbus-ventures");
  offer.set_thread("nimbus-ventures/shares");
  v1::SecondaryTerms& terms = *offer.mutable_secondary_offer()->mutable_terms();
  terms.set_lab("alpha");
  terms.set_shares(shares);
  terms.set_price_micros_per_share(price_micros);
  return offer;
}

TEST(InvestorPortfolioTest, ProfitIsTakenFromAMultipleOfCostOn) {
  InvestorStyle style;
  style.takes_profit_at = 3;
  EXPECT_TRUE(TakesProfit(style, Holder(kBillion / 2).holdings(0)));
  EXPECT_FALSE(TakesProfit(style, Holder(kBillion).holdings(0)));
  style.takes_profit_at = 0;
  EXPECT_FALSE(TakesProfit(style, Holder(kBillion / 2).holdings(0)));
}

TEST(InvestorPortfolioTest, SellersTurnToKnownHoldersFirst) {
  v1::PublicView market = HandMarket();
  const v1::AgentView own = Holder(kBillion);
  AddAgent(market, "zeta-fund", v1::ROLE_INVESTOR);
  const TurnView view{market, own, {}, kTestQuarter, 1};
  using Names = std::vector<absl::string_view>;
  EXPECT_EQ(PossibleShareBuyers(view, "alpha"), (Names{"nimbus-ventures", "zeta-fund"}));
  v1::HoldingDisclosure& holding = *market.add_holdings();
  holding.set_holder_group("zeta-fund");
  holding.set_lab("alpha");
  holding.set_stake_ppm(60'000);
  EXPECT_EQ(PossibleShareBuyers(view, "alpha"), Names{"zeta-fund"});
}

TEST(InvestorPortfolioTest, VentureSellsAPartOfWhatHasTrebledAndSovereignNothing) {
  const v1::AgentView own = Holder(kBillion / 4);
  int sold = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<v1::Message> moves =
        HandSeat("harbor", "venture-investor", seed).Turn(HandMarket(), own, 1, {});
    const v1::Message* offer = FirstOf(moves, v1::Message::kSecondaryOffer);
    if (offer != nullptr) {
      ++sold;
      const v1::SecondaryTerms& terms = offer->secondary_offer().terms();
      EXPECT_EQ(terms.shares(), 1'500'000);
      EXPECT_GE(terms.price_micros_per_share(), 190'000'000);
    }
    EXPECT_EQ(FirstOf(HandSeat("harbor", "sovereign-investor", seed).Turn(HandMarket(), own, 1, {}),
                      v1::Message::kSecondaryOffer),
              nullptr);
  }
  EXPECT_GT(sold, 4);
  EXPECT_LT(sold, 20);
}

TEST(InvestorPortfolioTest, SharesAreBoughtBelowTheAppraisalOnlyByWhoKnowsTheirNumber) {
  const auto answer = [](const v1::AgentView& own, int64_t price) {
    HandSeat seat("harbor", "value-investor");
    seat.Turn(HandMarket(), own, 1, {});
    const std::vector<v1::Message> moves = seat.Turn(HandMarket(), own, 2, {Offer(100'000, price)});
    return moves.empty() ? v1::Message::BODY_NOT_SET : moves.front().body_case();
  };
  EXPECT_EQ(answer(Holder(kBillion), 80'000'000), v1::Message::kAcceptance);
  EXPECT_EQ(answer(Holder(kBillion), 900'000'000), v1::Message::kRefusal);
  EXPECT_EQ(answer(HandInvestor("harbor"), 80'000'000), v1::Message::kRefusal);
}

TEST(InvestorPortfolioTest, ASellerTakesALittleLessAndNotMuchLess) {
  const auto answer = [](int64_t price) {
    HandSeat seat("harbor", "venture-investor");
    const v1::AgentView own = Holder(kBillion / 4);
    seat.Turn(HandMarket(), own, 1, {});
    v1::Message counter = Offer(1'500'000, price);
    const v1::SecondaryTerms terms = counter.secondary_offer().terms();
    *counter.mutable_counter_offer()->mutable_secondary() = terms;
    const std::vector<v1::Message> moves = seat.Turn(HandMarket(), own, 3, {counter});
    return moves.empty() ? v1::Message::BODY_NOT_SET : moves.front().body_case();
  };
  EXPECT_EQ(answer(180'000'000), v1::Message::kAcceptance);
  EXPECT_EQ(answer(120'000'000), v1::Message::kRefusal);
}

TEST(InvestorPortfolioTest, KeepsItsShareOfARoundItSeesWorthItsPrice) {
  v1::PublicView market = HandMarket();
  v1::DealDisclosure& deal = *market.add_deals();
  deal.set_deal("alpha/round/nimbus-ventures");
  deal.set_lab("alpha");
  deal.set_investor("nimbus-ventures");
  deal.set_amount_cents(2 * kBillion);
  deal.set_post_money_cents(18 * kBillion);
  deal.set_state(v1::DealDisclosure::STATE_CLOSED);
  deal.set_signed_quarter(kTestQuarter - 1);
  const std::vector<v1::Message> moves =
      HandSeat("harbor", "venture-investor").Turn(market, Holder(kBillion), 1, {});
  const v1::Message* exercise = FirstOf(moves, v1::Message::kProRataExercise);
  ASSERT_NE(exercise, nullptr);
  EXPECT_EQ(exercise->thread(), "alpha/round");
  EXPECT_EQ(exercise->pro_rata_exercise().amount_cents(), kBillion / 5);
  market.mutable_deals(0)->set_post_money_cents(90 * kBillion);
  EXPECT_EQ(FirstOf(HandSeat("harbor", "venture-investor").Turn(market, Holder(kBillion), 1, {}),
                    v1::Message::kProRataExercise),
            nullptr);
}

TEST(InvestorPortfolioTest, LeavesAPendingDealThatHasTurnedBad) {
  v1::AgentView own = HandInvestor("harbor");
  v1::DealView& deal = *own.add_deals();
  deal.set_deal("alpha/round/harbor");
  deal.set_lab("alpha");
  deal.set_investor("harbor");
  deal.set_state(v1::DealDisclosure::STATE_UNDER_REVIEW);
  deal.set_signed_quarter(kTestQuarter - 2);
  deal.mutable_terms()->set_pre_money_cents(90 * kBillion);
  const auto leaves = [&] {
    const std::vector<v1::Message> moves =
        HandSeat("harbor", "value-investor").Turn(HandMarket(), own, 1, {});
    return FirstOf(moves, v1::Message::kWithdrawal) != nullptr;
  };
  EXPECT_TRUE(leaves());
  own.mutable_deals(0)->mutable_terms()->set_pre_money_cents(15 * kBillion);
  EXPECT_FALSE(leaves());
}

}  // namespace
}  // namespace tranche
