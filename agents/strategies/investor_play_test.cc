#include "agents/strategies/investor_play.h"

#include <gtest/gtest.h>

#include "agents/strategies/funding_terms.h"
#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

v1::Message Ask(int64_t pre_money, v1::FundingAsk::Kind kind = v1::FundingAsk::KIND_PRIMARY) {
  v1::Message message;
  message.set_id(10);
  message.set_sender("alpha");
  message.set_thread("alpha/round");
  v1::FundingAsk& ask = *message.mutable_funding_ask();
  ask.set_kind(kind);
  ask.set_amount_sought_cents(2 * kBillion);
  ask.set_minimum_cents(kBillion / 2);
  ask.set_pre_money_cents(pre_money);
  return message;
}

v1::Message Counter(const v1::Message& offer, uint64_t id, int64_t pre_money) {
  v1::Message counter;
  counter.set_id(id);
  counter.set_sender("alpha");
  counter.set_thread(offer.thread());
  counter.set_in_reply_to(offer.id());
  v1::FundingTerms& terms = *counter.mutable_counter_offer()->mutable_funding();
  terms = offer.has_term_sheet() ? offer.term_sheet().terms() : offer.counter_offer().funding();
  terms.set_pre_money_cents(pre_money);
  return counter;
}

// The term sheet that a strategy answers an ask with; without body if it passes.
v1::Message SheetOf(absl::string_view strategy, const v1::AgentView& own, int64_t pre_money,
                    uint64_t seed) {
  HandSeat seat(own.agent(), strategy, seed);
  const v1::PublicView market = HandMarket();
  seat.Turn(market, own, 1, {});
  const std::vector<v1::Message> moves = seat.Turn(market, own, 2, {Ask(pre_money)});
  const v1::Message* sheet = FirstOf(moves, v1::Message::kTermSheet);
  return sheet == nullptr ? v1::Message() : *sheet;
}

TEST(InvestorPlayTest, OffersWithinItsMoneyAndNotAboveTheAsk) {
  int sheets = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    for (absl::string_view strategy :
         {"value-investor", "strategic-investor", "momentum-investor"}) {
      const v1::Message sheet =
          SheetOf(strategy, HandInvestor("nimbus-ventures"), 22 * kBillion, seed);
      if (!sheet.has_term_sheet()) continue;
      ++sheets;
      const v1::FundingTerms& terms = sheet.term_sheet().terms();
      EXPECT_LE(terms.pre_money_cents(), 22 * kBillion);
      EXPECT_LE(terms.amount_cents(), 5 * kBillion);
      int64_t sum = 0;
      for (const v1::Tranche& tranche : terms.tranches()) sum += tranche.amount_cents();
      EXPECT_EQ(sum, terms.amount_cents());
    }
  }
  EXPECT_GT(sheets, 40);
}

TEST(InvestorPlayTest, OnlyTheStrategicTieTheirMoneyToACloud) {
  const v1::AgentView own = HandInvestor("nimbus-ventures");
  int tied = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const v1::Message strategic = SheetOf("strategic-investor", own, 22 * kBillion, seed);
    if (strategic.term_sheet().terms().has_cloud_commitment()) {
      ++tied;
      EXPECT_EQ(strategic.term_sheet().terms().cloud_commitment().cloud(), "nimbus");
    }
    const v1::Message value = SheetOf("value-investor", own, 22 * kBillion, seed);
    EXPECT_FALSE(value.term_sheet().terms().has_cloud_commitment());
  }
  EXPECT_GT(tied, 5);
}

TEST(InvestorPlayTest, RefusesAPriceFarBeyondWhatItSees) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    HandSeat seat("harbor", "value-investor", seed);
    seat.Turn(HandMarket(), HandInvestor(), 1, {});
    const std::vector<v1::Message> moves =
        seat.Turn(HandMarket(), HandInvestor(), 2, {Ask(400 * kBillion)});
    EXPECT_NE(FirstOf(moves, v1::Message::kRefusal), nullptr);
  }
}

TEST(InvestorPlayTest, RefusesWithoutMoney) {
  v1::AgentView own = HandInvestor();
  own.mutable_investor()->set_investable_cents(kMillion);
  HandSeat seat("harbor", "momentum-investor", 2);
  seat.Turn(HandMarket(), own, 1, {});
  const std::vector<v1::Message> moves = seat.Turn(HandMarket(), own, 2, {Ask(22 * kBillion)});
  ASSERT_NE(FirstOf(moves, v1::Message::kRefusal), nullptr);
}

TEST(InvestorPlayTest, ConcedesUpwardsAndWalksAwayBeyondItsLimit) {
  int walked = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    HandSeat seat("harbor", "value-investor", seed);
    const v1::PublicView market = HandMarket();
    const v1::AgentView own = HandInvestor();
    seat.Turn(market, own, 1, {});
    std::vector<v1::Message> moves = seat.Turn(market, own, 2, {Ask(26 * kBillion)});
    const v1::Message* ours = FirstOf(moves, v1::Message::kTermSheet);
    if (ours == nullptr) continue;
    int64_t price = ours->term_sheet().terms().pre_money_cents();
    for (uint32_t round = 4; ours != nullptr; round += 2) {
      ASSERT_LE(round, 10U);
      moves = seat.Turn(market, own, round, {Counter(*ours, 100 + round, 34 * kBillion)});
      ours = FirstOf(moves, v1::Message::kCounterOffer);
      if (ours == nullptr) break;
      EXPECT_GE(ours->counter_offer().funding().pre_money_cents(), price);
      price = ours->counter_offer().funding().pre_money_cents();
    }
    EXPECT_EQ(FirstOf(moves, v1::Message::kAcceptance), nullptr);
    walked += FirstOf(moves, v1::Message::kRefusal) != nullptr ? 1 : 0;
  }
  EXPECT_GT(walked, 3);
}

TEST(InvestorPlayTest, AcceptsACounterAtItsOwnPrice) {
  HandSeat seat("harbor", "momentum-investor", 2);
  seat.Turn(HandMarket(), HandInvestor(), 1, {});
  const std::vector<v1::Message> moves =
      seat.Turn(HandMarket(), HandInvestor(), 2, {Ask(22 * kBillion)});
  const v1::Message* sheet = FirstOf(moves, v1::Message::kTermSheet);
  ASSERT_NE(sheet, nullptr);
  const std::vector<v1::Message> answer =
      seat.Turn(HandMarket(), HandInvestor(), 4,
                {Counter(*sheet, 20, sheet->term_sheet().terms().pre_money_cents())});
  EXPECT_NE(FirstOf(answer, v1::Message::kAcceptance), nullptr);
}

TEST(InvestorPlayTest, HoldingARivalLowersThePrice) {
  v1::AgentView conflicted = HandInvestor();
  v1::Conflict& conflict = *conflicted.mutable_investor()->add_conflicts();
  conflict.set_lab("alpha");
  conflict.set_overlap_bp(5'000);
  double free_prices = 0;
  double bound_prices = 0;
  int compared = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const v1::Message free = SheetOf("value-investor", HandInvestor(), 28 * kBillion, seed);
    const v1::Message bound = SheetOf("value-investor", conflicted, 28 * kBillion, seed);
    if (!free.has_term_sheet() || !bound.has_term_sheet()) continue;
    ++compared;
    free_prices += static_cast<double>(free.term_sheet().terms().pre_money_cents());
    bound_prices += static_cast<double>(bound.term_sheet().terms().pre_money_cents());
  }
  EXPECT_GT(compared, 10);
  EXPECT_LT(bound_prices, 0.97 * free_prices);
}

TEST(InvestorPlayTest, HoldersBridge) {
  v1::AgentView own = HandInvestor();
  v1::HoldingView& holding = *own.add_holdings();
  holding.set_lab("alpha");
  holding.set_shares(1'000);
  int notes = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    HandSeat seat("harbor", "value-investor", seed);
    seat.Turn(HandMarket(), own, 1, {});
    const std::vector<v1::Message> moves =
        seat.Turn(HandMarket(), own, 2, {Ask(20 * kBillion, v1::FundingAsk::KIND_BRIDGE)});
    const v1::Message* sheet = FirstOf(moves, v1::Message::kTermSheet);
    if (sheet == nullptr) continue;
    ++notes;
    EXPECT_EQ(sheet->term_sheet().terms().instrument(), v1::INSTRUMENT_CONVERTIBLE_NOTE);
    EXPECT_GT(sheet->term_sheet().terms().note().valuation_cap_cents(), 0);
  }
  EXPECT_GT(notes, 4);
}

TEST(InvestorPlayTest, FilesWhereTheMarketSaysItMust) {
  v1::Message required;
  required.set_sender("market");
  required.set_thread("alpha/round/harbor");
  v1::FilingRequired& filing = *required.mutable_filing_required();
  filing.set_deal("alpha/round/harbor");
  filing.set_jurisdiction(v1::JURISDICTION_US_ANTITRUST);
  filing.set_regulator("ftc");
  filing.set_investor("harbor");
  filing.set_lab("alpha");
  HandSeat seat("harbor", "value-investor");
  seat.Turn(HandMarket(), HandInvestor(), 1, {});
  const std::vector<v1::Message> moves = seat.Turn(HandMarket(), HandInvestor(), 8, {required});
  const v1::Message* notification = FirstOf(moves, v1::Message::kMergerNotification);
  ASSERT_NE(notification, nullptr);
  EXPECT_EQ(notification->recipients(0), "ftc");
  EXPECT_EQ(notification->thread(), "alpha/round/harbor");
  // Once is enough.
  EXPECT_TRUE(seat.Turn(HandMarket(), HandInvestor(), 9, {required}).empty());
}

}  // namespace
}  // namespace tranche
