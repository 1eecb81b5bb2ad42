#include "agents/strategies/quote_choice.h"

#include <gtest/gtest.h>

#include <vector>

namespace tranche {
namespace {

v1::CapacityTerms Terms(int64_t accelerators, int64_t price_micros) {
  v1::CapacityTerms terms;
  terms.set_accelerators_h100e(accelerators);
  terms.set_price_micros_per_gpu_hour(price_micros);
  terms.set_take_or_pay_bp(8'000);
  terms.set_start_quarter(10);
  terms.set_term_quarters(12);
  return terms;
}

const v1::CapacityTerms kWanted = Terms(100'000, 1'600'000);
constexpr double kPosted = 2'400'000;

TEST(QuoteChoiceTest, TheCheapestFullQuoteIsTakenAlone) {
  const v1::CapacityTerms dear = Terms(100'000, 2'000'000);
  const v1::CapacityTerms cheap = Terms(100'000, 1'900'000);
  EXPECT_EQ(QuotesToTake({{&dear, kPosted}, {&cheap, kPosted}}, kWanted, 0),
            std::vector<size_t>{1});
}

TEST(QuoteChoiceTest, WhatOneCloudLacksAnotherFills) {
  const v1::CapacityTerms large = Terms(70'000, 1'900'000);
  const v1::CapacityTerms small = Terms(30'000, 1'950'000);
  EXPECT_EQ(QuotesToTake({{&small, kPosted}, {&large, kPosted}}, kWanted, 0),
            (std::vector<size_t>{1, 0}));
  const v1::CapacityTerms dear = Terms(30'000, 2'300'000);
  EXPECT_EQ(QuotesToTake({{&dear, kPosted}, {&large, kPosted}}, kWanted, 0),
            std::vector<size_t>{1});
}

TEST(QuoteChoiceTest, NothingDearerThanOnDemandIsReserved) {
  const v1::CapacityTerms dear = Terms(100'000, 2'500'000);
  EXPECT_TRUE(QuotesToTake({{&dear, kPosted}}, kWanted, 0).empty());
}

TEST(QuoteChoiceTest, ExclusivityIsSoldForADiscountThatGrowsWithWhatIsBoughtElsewhere) {
  const v1::CapacityTerms free = Terms(100'000, 2'000'000);
  v1::CapacityTerms exclusive = Terms(100'000, 1'800'000);
  exclusive.set_exclusive(true);
  // A tenth off for a lab that buys nowhere else is enough, for one that does it isn't.
  EXPECT_EQ(QuotesToTake({{&free, kPosted}, {&exclusive, kPosted}}, kWanted, 0),
            std::vector<size_t>{1});
  EXPECT_EQ(QuotesToTake({{&free, kPosted}, {&exclusive, kPosted}}, kWanted, 0.6),
            std::vector<size_t>{0});
}

TEST(QuoteChoiceTest, AnExclusiveQuoteStandsAlone) {
  v1::CapacityTerms exclusive = Terms(50'000, 1'500'000);
  exclusive.set_exclusive(true);
  const v1::CapacityTerms other = Terms(50'000, 1'900'000);
  EXPECT_EQ(QuotesToTake({{&exclusive, kPosted}, {&other, kPosted}}, kWanted, 0),
            std::vector<size_t>{0});
}

TEST(QuoteChoiceTest, WaitingPayingAheadAndTakeOrPayMakeAPriceWorse) {
  const double plain = ComparablePrice(Terms(100'000, 1'900'000), kWanted, 0);
  v1::CapacityTerms terms = Terms(100'000, 1'900'000);
  terms.set_start_quarter(12);
  EXPECT_GT(ComparablePrice(terms, kWanted, 0), plain);
  terms = Terms(100'000, 1'900'000);
  terms.set_ramp_quarters(8);
  EXPECT_GT(ComparablePrice(terms, kWanted, 0), plain);
  terms = Terms(100'000, 1'900'000);
  terms.set_prepayment_bp(1'000);
  EXPECT_GT(ComparablePrice(terms, kWanted, 0), plain);
  terms = Terms(100'000, 1'900'000);
  terms.set_take_or_pay_bp(10'000);
  EXPECT_GT(ComparablePrice(terms, kWanted, 0), plain);
}

}  // namespace
}  // namespace tranche
