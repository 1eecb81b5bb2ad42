#include "agents/strategies/lab_play.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agents/strategies/lab_products.h"
#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

constexpr char kRound[] = "alpha/round-2026Q2";

// A term sheet at `pre_money` in alpha's round.
v1::Message Sheet(absl::string_view investor, uint64_t id, int64_t amount, int64_t pre_money) {
  v1::Message sheet;
  sheet.set_id(id);
  sheet.set_sender(std::string(investor));
  sheet.set_thread(kRound);
  v1::FundingTerms& terms = *sheet.mutable_term_sheet()->mutable_terms();
  terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  terms.set_amount_cents(amount);
  terms.set_pre_money_cents(pre_money);
  v1::Tranche& tranche = *terms.add_tranches();
  tranche.set_amount_cents(amount);
  tranche.mutable_condition()->set_clearance(true);
  terms.set_liquidation_preference_bp(10'000);
  terms.set_outside_quarter(kTestQuarter + 4);
  return sheet;
}

v1::Message Refusal(absl::string_view investor, uint64_t id) {
  v1::Message refusal;
  refusal.set_id(id);
  refusal.set_sender(std::string(investor));
  refusal.set_thread(kRound);
  refusal.mutable_refusal()->set_reason(v1::Refusal::REASON_NO_FUNDS);
  return refusal;
}

class LabPlayTest : public testing::Test {
 protected:
  // The ask of the first turn.
  v1::Message Ask() {
    const std::vector<v1::Message> moves = seat_.Turn(market_, own_, 1, {});
    const v1::Message* ask = FirstOf(moves, v1::Message::kFundingAsk);
    return ask == nullptr ? v1::Message() : *ask;
  }

  v1::PublicView market_ = HandMarket();
  v1::AgentView own_ = HandLab();
  HandSeat seat_{"alpha", "balanced-lab"};
};

TEST_F(LabPlayTest, AsksForMoneyWhenTheRunwayIsShort) {
  const v1::Message ask = Ask();
  ASSERT_TRUE(ask.has_funding_ask());
  EXPECT_EQ(ask.thread(), kRound);
  EXPECT_EQ(ask.recipients_size(), 2);
  EXPECT_GT(ask.funding_ask().pre_money_cents(), 20 * kBillion);
}

TEST_F(LabPlayTest, DoesNotAskWithYearsOfCash) {
  own_.mutable_books()->set_cash_cents(20 * kBillion);
  EXPECT_FALSE(Ask().has_funding_ask());
}

TEST_F(LabPlayTest, RaisesTheRoundThePressExpects) {
  own_.mutable_books()->set_cash_cents(20 * kBillion);
  v1::AnnouncedEvent& event = *market_.add_events();
  event.set_name("alpha-round");
  event.set_quarter(kTestQuarter);
  v1::RoundNews& round = *event.mutable_round();
  round.set_lab("alpha");
  round.set_amount_cents(3 * kBillion);
  round.set_pre_money_cents(26 * kBillion);
  round.set_target_close_quarter(kTestQuarter + 1);
  round.set_outside_quarter(kTestQuarter + 3);
  const v1::Message ask = Ask();
  ASSERT_TRUE(ask.has_funding_ask());
  EXPECT_EQ(ask.funding_ask().amount_sought_cents(), 3 * kBillion);
  EXPECT_EQ(ask.funding_ask().pre_money_cents(), 26 * kBillion);
}

TEST_F(LabPlayTest, ADivisionAsksNobody) {
  for (v1::AgentProfile& profile : *market_.mutable_agents()) {
    if (profile.name() == "alpha") profile.set_group("nimbus-group");
  }
  EXPECT_FALSE(Ask().has_funding_ask());
}

TEST_F(LabPlayTest, DoesNotInviteWhomItsDealsShutOut) {
  v1::DealView& deal = *own_.add_deals();
  deal.set_state(v1::DealDisclosure::STATE_CLOSED);
  deal.mutable_terms()->add_excluded_investors("harbor");
  const v1::Message ask = Ask();
  ASSERT_EQ(ask.recipients_size(), 1);
  EXPECT_EQ(ask.recipients(0), "nimbus-ventures");
}

TEST_F(LabPlayTest, AcceptsWhatItAskedForAndSigns) {
  const v1::FundingAsk ask = Ask().funding_ask();
  const std::vector<v1::Message> moves =
      seat_.Turn(market_, own_, 3,
                 {Sheet("harbor", 50, ask.amount_sought_cents(), ask.pre_money_cents()),
                  Refusal("nimbus-ventures", 51)});
  const v1::Message* acceptance = FirstOf(moves, v1::Message::kAcceptance);
  ASSERT_NE(acceptance, nullptr);
  EXPECT_EQ(acceptance->in_reply_to(), 50);
  const v1::Message* agreement = FirstOf(moves, v1::Message::kDefinitiveAgreement);
  ASSERT_NE(agreement, nullptr);
  EXPECT_EQ(agreement->definitive_agreement().proposals(0), 50);
  EXPECT_EQ(agreement->definitive_agreement().pre_money_cents(), ask.pre_money_cents());
}

TEST_F(LabPlayTest, CountersALowPriceAndStrikesOutExclusivity) {
  const v1::FundingAsk ask = Ask().funding_ask();
  v1::Message sheet =
      Sheet("nimbus-ventures", 50, ask.amount_sought_cents() / 2, ask.pre_money_cents() / 10 * 8);
  v1::FundingTerms& terms = *sheet.mutable_term_sheet()->mutable_terms();
  terms.mutable_cloud_commitment()->set_cloud("nimbus");
  terms.mutable_cloud_commitment()->set_amount_cents(kBillion);
  terms.mutable_cloud_commitment()->set_term_quarters(20);
  terms.mutable_cloud_commitment()->set_exclusive(true);
  terms.set_board_right(v1::BOARD_RIGHT_SEAT);
  const std::vector<v1::Message> moves = seat_.Turn(market_, own_, 3, {sheet});
  const v1::Message* counter = FirstOf(moves, v1::Message::kCounterOffer);
  ASSERT_NE(counter, nullptr);
  const v1::FundingTerms& ours = counter->counter_offer().funding();
  EXPECT_GT(ours.pre_money_cents(), terms.pre_money_cents());
  EXPECT_FALSE(ours.cloud_commitment().exclusive());
  EXPECT_EQ(ours.board_right(), v1::BOARD_RIGHT_OBSERVER);
  EXPECT_EQ(FirstOf(moves, v1::Message::kDefinitiveAgreement), nullptr);
}

TEST_F(LabPlayTest, RefusesOffersFarBelowTheAsk) {
  const v1::FundingAsk ask = Ask().funding_ask();
  const std::vector<v1::Message> moves =
      seat_.Turn(market_, own_, 3, {Sheet("harbor", 50, kBillion / 2, ask.pre_money_cents() / 3)});
  const v1::Message* refusal = FirstOf(moves, v1::Message::kRefusal);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(refusal->refusal().reason(), v1::Refusal::REASON_PRICE);
}

TEST_F(LabPlayTest, SignsWithoutWhomTheMarketRejects) {
  const v1::FundingAsk ask = Ask().funding_ask();
  const std::vector<v1::Message> signing = seat_.Turn(
      market_, own_, 3,
      {Sheet("harbor", 50, ask.amount_sought_cents() / 2, ask.pre_money_cents()),
       Sheet("nimbus-ventures", 51, ask.amount_sought_cents() / 2, ask.pre_money_cents())});
  const v1::Message* agreement = FirstOf(signing, v1::Message::kDefinitiveAgreement);
  ASSERT_NE(agreement, nullptr);
  EXPECT_EQ(agreement->recipients_size(), 2);
  v1::Message rejected;
  rejected.set_sender("market");
  rejected.set_thread(kRound);
  rejected.mutable_rejected()->set_rule("cash");
  rejected.mutable_rejected()->set_explanation("harbor has $1.00 of uncommitted cash");
  const std::vector<v1::Message> moves = seat_.Turn(market_, own_, 4, {rejected});
  agreement = FirstOf(moves, v1::Message::kDefinitiveAgreement);
  ASSERT_NE(agreement, nullptr);
  ASSERT_EQ(agreement->recipients_size(), 1);
  EXPECT_EQ(agreement->recipients(0), "nimbus-ventures");
}

TEST_F(LabPlayTest, AFailedRoundIsWithdrawnAndFollowedByACheaperOne) {
  const v1::FundingAsk first = Ask().funding_ask();
  seat_.Turn(market_, own_, 3, {Refusal("harbor", 50), Refusal("nimbus-ventures", 51)});
  market_.set_quarter(kTestQuarter + 1);
  const std::vector<v1::Message> moves = seat_.Turn(market_, own_, 1, {});
  EXPECT_NE(FirstOf(moves, v1::Message::kWithdrawal), nullptr);
  const v1::Message* ask = FirstOf(moves, v1::Message::kFundingAsk);
  ASSERT_NE(ask, nullptr);
  EXPECT_LT(ask->funding_ask().pre_money_cents(), first.pre_money_cents());
}

TEST_F(LabPlayTest, WithCashForAQuarterAFailedRoundIsFollowedByABridge) {
  own_.mutable_books()->set_cash_cents(250 * kMillion);
  ASSERT_TRUE(Ask().has_funding_ask());
  market_.set_quarter(kTestQuarter + 1);
  const v1::Message ask = Ask();
  EXPECT_EQ(ask.funding_ask().kind(), v1::FundingAsk::KIND_BRIDGE);
  EXPECT_EQ(ask.funding_ask().instrument(), v1::INSTRUMENT_CONVERTIBLE_NOTE);
}

TEST_F(LabPlayTest, ReleasesARunThatIsClearlyBetter) {
  EXPECT_EQ(FirstOf(seat_.Turn(market_, own_, 1, {}), v1::Message::kModelRelease), nullptr);
  own_.mutable_lab()->set_run_capability_millis(27'400);
  HandSeat other("alpha", "balanced-lab");
  const std::vector<v1::Message> moves = other.Turn(market_, own_, 1, {});
  const v1::Message* release = FirstOf(moves, v1::Message::kModelRelease);
  ASSERT_NE(release, nullptr);
  EXPECT_EQ(release->model_release().run(), "run-2026Q1");
  EXPECT_EQ(release->model_release().model(), "alpha-4");
}

TEST_F(LabPlayTest, ReleasesASmallGainOnceARivalIsAhead) {
  own_.mutable_lab()->set_run_capability_millis(27'110);
  market_.mutable_labs(1)->set_capability_millis(27'100);
  EXPECT_NE(FirstOf(seat_.Turn(market_, own_, 1, {}), v1::Message::kModelRelease), nullptr);
}

TEST_F(LabPlayTest, HoldsAReleaseThatARivalWouldOutshineForAQuarter) {
  own_.mutable_lab()->set_run_capability_millis(27'060);
  market_.mutable_labs(1)->set_capability_millis(27'100);
  EXPECT_EQ(FirstOf(seat_.Turn(market_, own_, 1, {}), v1::Message::kModelRelease), nullptr);
  market_.set_quarter(kTestQuarter + 1);
  EXPECT_NE(FirstOf(seat_.Turn(market_, own_, 1, {}), v1::Message::kModelRelease), nullptr);
}

TEST_F(LabPlayTest, ARacingLabHoldsNothingBack) {
  own_.mutable_lab()->set_run_capability_millis(27'060);
  market_.mutable_labs(1)->set_capability_millis(27'100);
  HandSeat racing("alpha", "racing-lab");
  EXPECT_NE(FirstOf(racing.Turn(market_, own_, 1, {}), v1::Message::kModelRelease), nullptr);
}

TEST_F(LabPlayTest, RaisesPayAndPoachesBackAfterARivalHasTakenPeople) {
  own_.mutable_books()->set_cash_cents(9 * kBillion);
  own_.mutable_lab()->set_cash_pay_cents_per_year(kMillion);
  v1::Message left;
  left.set_sender("market");
  v1::TalentMove& move = *left.mutable_talent_move();
  move.set_from("alpha");
  move.set_to("beta");
  move.set_people(15);
  HandSeat racing("alpha", "racing-lab");
  const std::vector<v1::Message> moves = racing.Turn(market_, own_, 1, {left});
  const v1::Message* retention = FirstOf(moves, v1::Message::kRetentionOffer);
  ASSERT_NE(retention, nullptr);
  EXPECT_GT(retention->retention_offer().cash_cents_per_year(), kMillion);
  EXPECT_TRUE(std::any_of(moves.begin(), moves.end(), [](const v1::Message& message) {
    return message.job_offer().poach_from() == "beta";
  }));
}

TEST_F(LabPlayTest, SellsItselfUnaskedForItsPremiumOnly) {
  own_.mutable_books()->set_cash_cents(20 * kBillion);
  HandSeat platform("alpha", "platform-lab");
  platform.Turn(market_, own_, 1, {});
  v1::Message bid;
  bid.set_id(70);
  bid.set_sender("nimbus-ventures");
  bid.set_thread("nimbus-ventures/bid");
  v1::MergerTerms& terms = *bid.mutable_merger_proposal()->mutable_terms();
  terms.set_price_cents(18 * kBillion);
  terms.set_outside_quarter(kTestQuarter + 4);
  EXPECT_NE(FirstOf(platform.Turn(market_, own_, 2, {bid}), v1::Message::kRefusal), nullptr);
  terms.set_price_cents(60 * kBillion);
  bid.set_id(71);
  EXPECT_NE(FirstOf(platform.Turn(market_, own_, 3, {bid}), v1::Message::kAcceptance), nullptr);
}

TEST_F(LabPlayTest, RaisesPricesWhenCustomersCannotBeServed) {
  const auto price = [&](HandSeat seat) {
    const std::vector<v1::Message> moves = seat.Turn(market_, own_, 1, {});
    const v1::Message* list = FirstOf(moves, v1::Message::kPriceList);
    return list == nullptr ? 3'000'000 : list->price_list().items(0).price_micros_per_mtok();
  };
  const int64_t usual = price(HandSeat("alpha", "balanced-lab"));
  own_.mutable_lab()->set_inference_served_gpu_hours(150'000'000);
  EXPECT_GT(price(HandSeat("alpha", "balanced-lab")), usual);
}

TEST_F(LabPlayTest, FollowsThePricesOfRivalsLikeItWhereThereAreMany) {
  const auto price = [&] {
    const std::vector<v1::Message> moves =
        HandSeat("alpha", "balanced-lab").Turn(market_, own_, 1, {});
    const v1::Message* list = FirstOf(moves, v1::Message::kPriceList);
    return list == nullptr ? 3'000'000 : list->price_list().items(0).price_micros_per_mtok();
  };
  for (int i = 0; i < 70; ++i) {
    AddLab(market_, absl::StrCat("rival-", 10 + i), kBillion, kMillion, 27'000);
  }
  v1::LabDisclosure& unlike = AddLab(market_, "unlike", kBillion, kMillion, 26'000);
  const int64_t usual = price();
  unlike.mutable_prices(0)->set_price_micros_per_mtok(1'000);
  EXPECT_EQ(price(), usual);
  for (v1::LabDisclosure& rival : *market_.mutable_labs()) {
    if (absl::StartsWith(rival.lab(), "rival-1")) {
      rival.mutable_prices(0)->set_price_micros_per_mtok(1'000);
    }
  }
  EXPECT_LT(price(), usual);
}

TEST_F(LabPlayTest, TakesTheBestQuoteAfterOneCounter) {
  own_.mutable_books()->set_cash_cents(9 * kBillion);
  const std::vector<v1::Message> opening = seat_.Turn(market_, own_, 1, {});
  const v1::Message* request = FirstOf(opening, v1::Message::kCapacityRequest);
  ASSERT_NE(request, nullptr);
  const auto quote = [&](absl::string_view cloud, uint64_t id, int64_t price) {
    v1::Message message;
    message.set_id(id);
    message.set_sender(std::string(cloud));
    message.set_thread(request->thread());
    v1::CapacityTerms& terms = *message.mutable_capacity_quote()->mutable_terms();
    terms = request->capacity_request().terms();
    terms.set_price_micros_per_gpu_hour(price);
    return message;
  };
  const std::vector<v1::Message> quotes = {quote("nimbus", 60, 2'100'000),
                                           quote("stratus", 61, 1'900'000)};
  const std::vector<v1::Message> countered = seat_.Turn(market_, own_, 3, quotes);
  const v1::Message* counter = FirstOf(countered, v1::Message::kCounterOffer);
  ASSERT_NE(counter, nullptr);
  EXPECT_EQ(counter->recipients(0), "stratus");
  v1::Message last = quote("stratus", 62, 1'850'000);
  const v1::CapacityTerms terms = last.capacity_quote().terms();
  *last.mutable_counter_offer()->mutable_capacity() = terms;
  const std::vector<v1::Message> taken = seat_.Turn(market_, own_, 5, {last});
  const v1::Message* acceptance = FirstOf(taken, v1::Message::kAcceptance);
  ASSERT_NE(acceptance, nullptr);
  EXPECT_EQ(acceptance->in_reply_to(), 62);
  ASSERT_NE(FirstOf(taken, v1::Message::kRefusal), nullptr);
  EXPECT_EQ(FirstOf(taken, v1::Message::kRefusal)->in_reply_to(), 60);
}

TEST_F(LabPlayTest, AsksTheHolderOfAFirstRefusalBeforeItAccepts) {
  own_.mutable_books()->set_cash_cents(9 * kBillion);
  own_.mutable_contracts(0)->mutable_capacity()->set_right_of_first_refusal(true);
  const std::vector<v1::Message> opening = seat_.Turn(market_, own_, 1, {});
  const v1::Message* request = FirstOf(opening, v1::Message::kCapacityRequest);
  ASSERT_NE(request, nullptr);
  v1::Message quote;
  quote.set_id(60);
  quote.set_sender("stratus");
  quote.set_thread(request->thread());
  *quote.mutable_capacity_quote()->mutable_terms() = request->capacity_request().terms();
  v1::Message none;
  none.set_id(61);
  none.set_sender("nimbus");
  none.set_thread(request->thread());
  none.mutable_refusal()->set_reason(v1::Refusal::REASON_NO_CAPACITY);
  const std::vector<v1::Message> asked = seat_.Turn(market_, own_, 3, {quote, none});
  const v1::Message* notice = FirstOf(asked, v1::Message::kFirstRefusalNotice);
  ASSERT_NE(notice, nullptr);
  EXPECT_EQ(notice->recipients(0), "nimbus");
  EXPECT_EQ(FirstOf(asked, v1::Message::kAcceptance), nullptr);
  v1::Message declined;
  declined.set_id(62);
  declined.set_sender("nimbus");
  declined.set_thread(request->thread());
  declined.mutable_first_refusal_exercise()->set_exercised(false);
  EXPECT_NE(FirstOf(seat_.Turn(market_, own_, 5, {declined}), v1::Message::kAcceptance), nullptr);
}

TEST_F(LabPlayTest, WantsMoreComputeBehindTheFrontier) {
  own_.mutable_books()->set_cash_cents(9 * kBillion);
  const auto asked = [&] {
    const std::vector<v1::Message> moves =
        HandSeat("alpha", "balanced-lab").Turn(market_, own_, 1, {});
    const v1::Message* request = FirstOf(moves, v1::Message::kCapacityRequest);
    return request == nullptr ? 0 : request->capacity_request().terms().accelerators_h100e();
  };
  const int64_t ahead = asked();
  for (v1::LabDisclosure& lab : *market_.mutable_labs()) {
    if (lab.lab() == "beta") lab.set_capability_millis(27'500);
  }
  EXPECT_GT(asked(), ahead);
}

TEST_F(LabPlayTest, UsesAnOptionToExtendWhereItsPriceIsGood) {
  v1::CapacityTerms& terms = *own_.mutable_contracts(0)->mutable_capacity();
  own_.mutable_books()->set_cash_cents(9 * kBillion);
  const auto renewal = [&] {
    return FirstOf(HandSeat("alpha", "balanced-lab").Turn(market_, own_, 1, {}),
                   v1::Message::kContractRenewal) != nullptr;
  };
  // Its last quarter; three quarters of the lowest price posted are $1.65.
  terms.set_start_quarter(kTestQuarter - 19);
  terms.set_price_micros_per_gpu_hour(1'600'000);
  EXPECT_FALSE(renewal()) << "there is no option";
  terms.set_renewal_quarters(8);
  EXPECT_TRUE(renewal());
  terms.set_price_micros_per_gpu_hour(1'700'000);
  EXPECT_FALSE(renewal()) << "others are cheaper";
  terms.set_price_micros_per_gpu_hour(1'600'000);
  terms.set_start_quarter(kTestQuarter - 18);
  EXPECT_FALSE(renewal()) << "it runs on";
}

TEST_F(LabPlayTest, LetsPeopleGoWhenCashIsAboutToEnd) {
  own_.mutable_books()->set_cash_cents(100 * kMillion);
  const std::vector<v1::Message> moves = seat_.Turn(market_, own_, 1, {});
  EXPECT_NE(FirstOf(moves, v1::Message::kLayoff), nullptr);
  EXPECT_EQ(FirstOf(moves, v1::Message::kJobOffer), nullptr);
}

TEST(LabProductsTest, ModelNamesCountOn) {
  EXPECT_EQ(NextModelName("aurora-3"), "aurora-4");
  EXPECT_EQ(NextModelName("o9"), "o10");
  EXPECT_EQ(NextModelName("opus"), "opus-2");
  EXPECT_EQ(NextModelName(""), "model-2");
}

}  // namespace
}  // namespace tranche
