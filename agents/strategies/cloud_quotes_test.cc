#include "agents/strategies/cloud_quotes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

v1::Message Request(int64_t accelerators, uint32_t ramp_quarters) {
  v1::Message request;
  request.set_id(10);
  request.set_sender("alpha");
  request.set_thread("alpha/capacity");
  v1::CapacityTerms& terms = *request.mutable_capacity_request()->mutable_terms();
  terms.set_accelerators_h100e(accelerators);
  terms.set_start_quarter(kTestQuarter);
  terms.set_term_quarters(12);
  terms.set_ramp_quarters(ramp_quarters);
  terms.set_price_micros_per_gpu_hour(1'500'000);
  terms.set_take_or_pay_bp(8'000);
  return request;
}

v1::Message QuoteFor(const v1::AgentView& own, const v1::Message& request,
                     absl::string_view strategy, uint64_t seed = 1) {
  HandSeat seat("nimbus", strategy, seed);
  seat.Turn(HandMarket(), own, 1, {});
  const std::vector<v1::Message> moves = seat.Turn(HandMarket(), own, 2, {request});
  const v1::Message* quote = FirstOf(moves, v1::Message::kCapacityQuote);
  return quote == nullptr ? v1::Message() : *quote;
}

TEST(CloudQuotesTest, TheFamilyIsItsGroupsLabsAndThoseItHoldsSharesOf) {
  v1::PublicView market = HandMarket();
  AddLab(market, "gamma", kBillion, kMillion, 26'500);
  AddLab(market, "delta", kBillion, kMillion, 26'500);
  AddAgent(market, "kin", v1::ROLE_LAB, "nimbus-group");
  market.add_labs()->set_lab("kin");
  v1::HoldingDisclosure& disclosed = *market.add_holdings();
  disclosed.set_lab("beta");
  disclosed.set_holder_group("nimbus-group");
  disclosed.set_stake_ppm(60'000);
  v1::AgentView own = HandCloud();
  own.add_holdings()->set_lab("gamma");
  const TurnView view{market, own, {}, kTestQuarter, 1};
  EXPECT_EQ(FamilyLabs(view), (std::vector<absl::string_view>{"beta", "gamma", "kin"}));
  for (const v1::LabDisclosure& lab : market.labs()) {
    const std::vector<absl::string_view> family = FamilyLabs(view);
    EXPECT_EQ(IsFamily(view, lab.lab()),
              std::find(family.begin(), family.end(), lab.lab()) != family.end())
        << lab.lab();
  }
}

TEST(CloudQuotesTest, ARampLetsSitesToComeServe) {
  const v1::AgentView own = HandCloud();
  // 60,000 are free for two quarters, 90,000 from then on.
  EXPECT_DOUBLE_EQ(MostWithRamp(own.cloud(), kTestQuarter, 12, 0, 0), 60'000);
  EXPECT_DOUBLE_EQ(MostWithRamp(own.cloud(), kTestQuarter, 12, 4, 0), 90'000);
  EXPECT_DOUBLE_EQ(MostWithRamp(own.cloud(), kTestQuarter, 12, 0, 10'000), 50'000);
  EXPECT_DOUBLE_EQ(MostWithRamp(own.cloud(), kTestQuarter + 40, 12, 0, 0), 0);
}

TEST(CloudQuotesTest, AnOptionToExtendIsGrantedWhileMuchIsFree) {
  v1::Message request = Request(40'000, 0);
  request.mutable_capacity_request()->mutable_terms()->set_renewal_quarters(6);
  v1::AgentView own = HandCloud();
  EXPECT_EQ(QuoteFor(own, request, "balanced-cloud").capacity_quote().terms().renewal_quarters(),
            6U);
  own.mutable_cloud()->set_on_demand_sold_gpu_hours(170'000'000);
  EXPECT_EQ(QuoteFor(own, request, "balanced-cloud").capacity_quote().terms().renewal_quarters(),
            0U);
}

TEST(CloudQuotesTest, QuotesALongerRampWhereThatServesMore) {
  const v1::CapacityTerms terms =
      QuoteFor(HandCloud(), Request(90'000, 0), "balanced-cloud").capacity_quote().terms();
  EXPECT_EQ(terms.ramp_quarters(), 4);
  EXPECT_GT(terms.accelerators_h100e(), 60'000);
  // Not where all that is wanted is there today.
  EXPECT_EQ(QuoteFor(HandCloud(), Request(20'000, 0), "balanced-cloud")
                .capacity_quote()
                .terms()
                .ramp_quarters(),
            0);
}

TEST(CloudQuotesTest, ExclusivityIsAskedOfLargeCustomersForADiscount) {
  v1::AgentView own = HandCloud();
  for (v1::CapacityAhead& ahead : *own.mutable_cloud()->mutable_ahead()) {
    ahead.set_uncommitted_h100e(200'000);
  }
  int64_t free_price = 0;
  int64_t exclusive_price = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const v1::CapacityTerms terms =
        QuoteFor(own, Request(100'000, 4), "expansive-cloud", seed).capacity_quote().terms();
    ASSERT_GT(terms.accelerators_h100e(), 0);
    EXPECT_TRUE(terms.right_of_first_refusal());
    (terms.exclusive() ? exclusive_price : free_price) = terms.price_micros_per_gpu_hour();
  }
  ASSERT_GT(free_price, 0);
  ASSERT_GT(exclusive_price, 0);
  EXPECT_LT(exclusive_price, free_price);
  EXPECT_FALSE(QuoteFor(own, Request(20'000, 4), "expansive-cloud")
                   .capacity_quote()
                   .terms()
                   .right_of_first_refusal());
}

TEST(CloudQuotesTest, ALabThatBetsItsYearOnACloudPaysAhead) {
  v1::AgentView own = HandCloud();
  for (v1::CapacityAhead& ahead : *own.mutable_cloud()->mutable_ahead()) {
    ahead.set_uncommitted_h100e(200'000);
  }
  EXPECT_GT(
      QuoteFor(own, Request(100'000, 4), "balanced-cloud").capacity_quote().terms().prepayment_bp(),
      0);
  EXPECT_EQ(
      QuoteFor(own, Request(10'000, 4), "balanced-cloud").capacity_quote().terms().prepayment_bp(),
      0);
}

}  // namespace
}  // namespace tranche
