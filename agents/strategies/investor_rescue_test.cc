#include "agents/strategies/investor_rescue.h"

#include <gtest/gtest.h>

#include <vector>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

v1::Message Ask(v1::FundingAsk::Kind kind, int64_t pre_money) {
  v1::Message message;
  message.set_id(10);
  message.set_sender("beta");
  message.set_thread("beta/round");
  v1::FundingAsk& ask = *message.mutable_funding_ask();
  ask.set_kind(kind);
  ask.set_amount_sought_cents(kBillion / 2);
  ask.set_pre_money_cents(pre_money);
  return message;
}

v1::Message Report(int64_t runway_millis) {
  v1::Message message;
  message.set_id(11);
  message.set_sender("beta");
  message.set_thread("beta/books");
  message.mutable_information_report()->set_revenue_cents(300 * kMillion);
  message.mutable_information_report()->set_runway_millis(runway_millis);
  return message;
}

v1::AgentView Holder(int64_t money) {
  v1::AgentView own = HandInvestor("nimbus-ventures");
  own.mutable_investor()->set_investable_cents(money);
  v1::HoldingView& holding = *own.add_holdings();
  holding.set_lab("beta");
  holding.set_shares(1'000'000);
  return own;
}

TEST(InvestorRescueTest, StrategicInvestorsBuyALabThatSeeksABuyer) {
  const auto answer = [](absl::string_view strategy, int64_t money) {
    HandSeat seat("nimbus-ventures", strategy);
    seat.Turn(HandMarket(), Holder(money), 1, {});
    const std::vector<v1::Message> moves =
        seat.Turn(HandMarket(), Holder(money), 2, {Ask(v1::FundingAsk::KIND_SALE, 4 * kBillion)});
    return moves.empty() ? v1::Message() : moves.front();
  };
  const v1::Message bid = answer("strategic-investor", 50 * kBillion);
  ASSERT_TRUE(bid.has_merger_proposal());
  EXPECT_LE(bid.merger_proposal().terms().price_cents(), 4 * kBillion);
  EXPECT_GT(bid.merger_proposal().terms().break_fee_cents(), 0);
  EXPECT_TRUE(answer("strategic-investor", kBillion).has_refusal());
  EXPECT_TRUE(answer("value-investor", 50 * kBillion).has_refusal());
}

TEST(InvestorRescueTest, BidsUnaskedForALabWhoseBooksSayItFails) {
  const auto bids = [](int64_t runway_millis) {
    HandSeat seat("nimbus-ventures", "strategic-investor");
    v1::PublicView market = HandMarket();
    const std::vector<v1::Message> moves =
        seat.Turn(market, Holder(50 * kBillion), 1, {Report(runway_millis)});
    return FirstOf(moves, v1::Message::kMergerProposal) != nullptr;
  };
  EXPECT_TRUE(bids(800));
  EXPECT_FALSE(bids(4'000));
}

TEST(InvestorRescueTest, NotesConvertAtNoMoreThanTheValueSeen) {
  v1::FundingTerms note;
  for (uint64_t seed = 1; seed <= 10 && note.amount_cents() == 0; ++seed) {
    HandSeat seat("nimbus-ventures", "venture-investor", seed);
    seat.Turn(HandMarket(), Holder(5 * kBillion), 1, {});
    const std::vector<v1::Message> moves = seat.Turn(
        HandMarket(), Holder(5 * kBillion), 2, {Ask(v1::FundingAsk::KIND_BRIDGE, 8 * kBillion)});
    const v1::Message* sheet = FirstOf(moves, v1::Message::kTermSheet);
    if (sheet != nullptr) note = sheet->term_sheet().terms();
  }
  EXPECT_EQ(note.amount_cents(), kBillion / 2);
  EXPECT_EQ(note.instrument(), v1::INSTRUMENT_CONVERTIBLE_NOTE);
  EXPECT_GT(note.note().valuation_cap_cents(), 0);
  EXPECT_GT(note.note().maturity_quarter(), kTestQuarter);
}

}  // namespace
}  // namespace tranche
