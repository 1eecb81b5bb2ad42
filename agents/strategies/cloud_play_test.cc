#include "agents/strategies/cloud_play.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

v1::Message Request(absl::string_view lab, uint64_t id, int64_t accelerators) {
  v1::Message request;
  request.set_id(id);
  request.set_sender(std::string(lab));
  request.set_thread(absl::StrCat(lab, "/capacity"));
  v1::CapacityTerms& terms = *request.mutable_capacity_request()->mutable_terms();
  terms.set_accelerators_h100e(accelerators);
  terms.set_start_quarter(kTestQuarter + 1);
  terms.set_term_quarters(8);
  terms.set_price_micros_per_gpu_hour(1'500'000);
  return request;
}

v1::Message Counter(const v1::Message& quote, uint64_t id, int64_t price) {
  v1::Message counter;
  counter.set_id(id);
  counter.set_sender(quote.recipients(0));
  counter.set_thread(quote.thread());
  counter.set_in_reply_to(quote.id());
  v1::CapacityTerms& terms = *counter.mutable_counter_offer()->mutable_capacity();
  terms = quote.has_capacity_quote() ? quote.capacity_quote().terms()
                                     : quote.counter_offer().capacity();
  terms.set_price_micros_per_gpu_hour(price);
  return counter;
}

class CloudPlayTest : public testing::Test {
 protected:
  std::vector<v1::Message> Turn(uint32_t round, const std::vector<v1::Message>& inbox) {
    return seat_.Turn(market_, own_, round, inbox);
  }

  v1::PublicView market_ = HandMarket();
  v1::AgentView own_ = HandCloud();
  HandSeat seat_{"nimbus", "balanced-cloud"};
};

TEST_F(CloudPlayTest, QuotesBetweenItsCostAndThePostedPrice) {
  Turn(1, {});
  const std::vector<v1::Message> moves = Turn(2, {Request("alpha", 10, 20'000)});
  const v1::Message* quote = FirstOf(moves, v1::Message::kCapacityQuote);
  ASSERT_NE(quote, nullptr);
  EXPECT_EQ(quote->in_reply_to(), 10);
  EXPECT_EQ(quote->capacity_quote().terms().accelerators_h100e(), 20'000);
  EXPECT_GT(quote->capacity_quote().terms().price_micros_per_gpu_hour(), 600'000);
  EXPECT_LT(quote->capacity_quote().terms().price_micros_per_gpu_hour(), 2'400'000);
}

TEST_F(CloudPlayTest, NeverPromisesMoreThanIsFreeOverTheTerm) {
  Turn(1, {});
  const std::vector<v1::Message> moves =
      Turn(2, {Request("alpha", 10, 90'000), Request("beta", 11, 90'000)});
  int quotes = 0;
  for (const v1::CapacityAhead& ahead : own_.cloud().ahead()) {
    double promised = 0;
    for (const v1::Message& move : moves) {
      if (!move.has_capacity_quote()) continue;
      const v1::CapacityTerms& terms = move.capacity_quote().terms();
      const int32_t step = ahead.quarter() - terms.start_quarter() + 1;
      if (step < 1) continue;
      const double grown = terms.ramp_quarters() == 0
                               ? 1
                               : std::min(1.0, step / static_cast<double>(terms.ramp_quarters()));
      promised += grown * static_cast<double>(terms.accelerators_h100e());
      ++quotes;
    }
    EXPECT_LE(promised, static_cast<double>(ahead.uncommitted_h100e())) << ahead.quarter();
  }
  EXPECT_GT(quotes, 0);
}

TEST_F(CloudPlayTest, TurnsDownWhatItCannotServe) {
  for (v1::CapacityAhead& ahead : *own_.mutable_cloud()->mutable_ahead()) {
    ahead.set_uncommitted_h100e(1'000);
  }
  Turn(1, {});
  const std::vector<v1::Message> moves = Turn(2, {Request("alpha", 10, 90'000)});
  const v1::Message* refusal = FirstOf(moves, v1::Message::kRefusal);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(refusal->refusal().reason(), v1::Refusal::REASON_NO_CAPACITY);
}

TEST_F(CloudPlayTest, ConcedesStepByStepAndThenRefuses) {
  Turn(1, {});
  std::vector<v1::Message> moves = Turn(2, {Request("alpha", 10, 20'000)});
  const v1::Message* ours = FirstOf(moves, v1::Message::kCapacityQuote);
  ASSERT_NE(ours, nullptr);
  int64_t price = ours->capacity_quote().terms().price_micros_per_gpu_hour();
  for (uint32_t round = 4;; round += 2) {
    ASSERT_LE(round, 10U);
    const v1::Message counter = Counter(*ours, 100 + round, 700'000);
    moves = Turn(round, {counter});
    ours = FirstOf(moves, v1::Message::kCounterOffer);
    if (ours == nullptr) break;
    EXPECT_LE(ours->counter_offer().capacity().price_micros_per_gpu_hour(), price);
    price = ours->counter_offer().capacity().price_micros_per_gpu_hour();
  }
  EXPECT_NE(FirstOf(moves, v1::Message::kRefusal), nullptr);
}

TEST_F(CloudPlayTest, AcceptsACounterAtItsOwnPrice) {
  Turn(1, {});
  const std::vector<v1::Message> moves = Turn(2, {Request("alpha", 10, 20'000)});
  const v1::Message* quote = FirstOf(moves, v1::Message::kCapacityQuote);
  ASSERT_NE(quote, nullptr);
  const std::vector<v1::Message> answer =
      Turn(4, {Counter(*quote, 20, quote->capacity_quote().terms().price_micros_per_gpu_hour())});
  EXPECT_NE(FirstOf(answer, v1::Message::kAcceptance), nullptr);
}

TEST_F(CloudPlayTest, PriceRisesWhenFullAndFallsWhenEmpty) {
  const auto posted = [&]() {
    HandSeat seat("nimbus", "balanced-cloud");
    const std::vector<v1::Message> moves = seat.Turn(market_, own_, 1, {});
    const v1::Message* list = FirstOf(moves, v1::Message::kComputePriceList);
    return list == nullptr ? 2'400'000
                           : list->compute_price_list().on_demand_price_micros_per_gpu_hour();
  };
  market_.mutable_clouds(1)->set_on_demand_price_micros_per_gpu_hour(2'400'000);
  own_.mutable_cloud()->set_reserved_h100e(180'000);
  EXPECT_GT(posted(), 2'400'000);
  own_.mutable_cloud()->set_reserved_h100e(20'000);
  own_.mutable_cloud()->set_on_demand_sold_gpu_hours(0);
  own_.mutable_cloud()->set_on_demand_wanted_gpu_hours(0);
  EXPECT_LT(posted(), 2'400'000);
}

TEST_F(CloudPlayTest, BuildsWhenWhatIsAheadIsSold) {
  for (v1::CapacityAhead& ahead : *own_.mutable_cloud()->mutable_ahead()) {
    ahead.set_uncommitted_h100e(130'000);
  }
  EXPECT_EQ(FirstOf(Turn(1, {}), v1::Message::kBuildOrder), nullptr);
  for (v1::CapacityAhead& ahead : *own_.mutable_cloud()->mutable_ahead()) {
    ahead.set_uncommitted_h100e(5'000);
  }
  HandSeat seat("nimbus", "balanced-cloud");
  const std::vector<v1::Message> moves = seat.Turn(market_, own_, 1, {});
  const v1::Message* order = FirstOf(moves, v1::Message::kBuildOrder);
  ASSERT_NE(order, nullptr);
  EXPECT_EQ(order->build_order().region(), "west");
  EXPECT_EQ(order->build_order().cooling(), v1::COOLING_LIQUID);
  // A quarter of $4B at $40,000 a kilowatt.
  EXPECT_LE(order->build_order().it_power_kw(), 25'000);
}

TEST_F(CloudPlayTest, AnotherGroupsSiliconIsNotBought) {
  for (v1::CapacityAhead& ahead : *own_.mutable_cloud()->mutable_ahead()) {
    ahead.set_uncommitted_h100e(5'000);
  }
  v1::ChipMaker& captive = *market_.add_chip_makers();
  captive = market_.chip_makers(0);
  captive.set_chip_maker("stratus-silicon");
  captive.set_price_cents(1'000);
  captive.set_captive_to("stratus");
  for (uint64_t seed = 1; seed < 10; ++seed) {
    HandSeat seat("nimbus", "balanced-cloud", seed);
    const std::vector<v1::Message> moves = seat.Turn(market_, own_, 1, {});
    ASSERT_NE(FirstOf(moves, v1::Message::kBuildOrder), nullptr);
    EXPECT_EQ(FirstOf(moves, v1::Message::kBuildOrder)->build_order().chip_maker(), "merchant");
  }
}

TEST_F(CloudPlayTest, MatchesAGoodQuoteItHasTheHoursFor) {
  Turn(1, {});
  v1::Message notice;
  notice.set_id(30);
  notice.set_sender("alpha");
  notice.set_thread("alpha/capacity");
  v1::CapacityTerms& terms = *notice.mutable_first_refusal_notice()->mutable_terms();
  terms = Request("alpha", 1, 20'000).capacity_request().terms();
  terms.set_price_micros_per_gpu_hour(2'000'000);
  std::vector<v1::Message> moves = Turn(2, {notice});
  ASSERT_NE(FirstOf(moves, v1::Message::kFirstRefusalExercise), nullptr);
  EXPECT_TRUE(
      FirstOf(moves, v1::Message::kFirstRefusalExercise)->first_refusal_exercise().exercised());
  terms.set_price_micros_per_gpu_hour(300'000);
  moves = Turn(3, {notice});
  EXPECT_FALSE(
      FirstOf(moves, v1::Message::kFirstRefusalExercise)->first_refusal_exercise().exercised());
}

TEST_F(CloudPlayTest, QuotesWithinACapTheMarketNames) {
  Turn(1, {});
  Turn(2, {Request("alpha", 10, 20'000)});
  v1::Message rejected;
  rejected.set_id(40);
  rejected.set_sender("market");
  rejected.set_thread("alpha/capacity");
  rejected.mutable_rejected()->set_rule("condition");
  rejected.mutable_rejected()->set_would_be_legal("at most 1500000 micro-dollars a GPU-hour");
  const std::vector<v1::Message> moves = Turn(3, {rejected});
  const v1::Message* quote = FirstOf(moves, v1::Message::kCapacityQuote);
  ASSERT_NE(quote, nullptr);
  EXPECT_LE(quote->capacity_quote().terms().price_micros_per_gpu_hour(), 1'500'000);
}

}  // namespace
}  // namespace tranche
