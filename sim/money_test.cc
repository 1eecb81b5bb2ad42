#include "sim/money.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace tranche {
namespace {

constexpr int64_t kMaxInt64 = std::numeric_limits<int64_t>::max();
constexpr int64_t kMinInt64 = std::numeric_limits<int64_t>::min();

TEST(CentsTest, AddsSubtractsNegatesAndCompares) {
  EXPECT_EQ(FromDollars(3) + Cents(20), Cents(320));
  EXPECT_EQ(FromDollars(3) - Cents(320), Cents(-20));
  EXPECT_EQ(-Cents(5), Cents(-5));
  EXPECT_EQ(3 * Cents(7), Cents(21));
  EXPECT_LT(Cents(-1), Cents(0));
  Cents balance(10);
  balance += Cents(5);
  balance -= Cents(20);
  EXPECT_EQ(balance, Cents(-5));
}

TEST(CentsDeathTest, OverflowAbortsInsteadOfWrapping) {
  EXPECT_DEATH(Cents(kMaxInt64) + Cents(1), "money overflows");
  EXPECT_DEATH(Cents(kMinInt64) - Cents(1), "money overflows");
  EXPECT_DEATH(-Cents(kMinInt64), "money overflows");
  EXPECT_DEATH(FromDollars(kMaxInt64 / 99), "money overflows");
  EXPECT_DEATH(MulDiv(Cents(kMaxInt64), 2, 1), "money overflows");
  EXPECT_DEATH(MulDiv(Cents(1), 1, 0), "division by zero");
}

TEST(MulDivTest, RoundsHalfToEvenOnBothSidesOfZero) {
  EXPECT_EQ(MulDiv(Cents(1), 1, 2), Cents(0));
  EXPECT_EQ(MulDiv(Cents(3), 1, 2), Cents(2));
  EXPECT_EQ(MulDiv(Cents(5), 1, 2), Cents(2));
  EXPECT_EQ(MulDiv(Cents(-1), 1, 2), Cents(0));
  EXPECT_EQ(MulDiv(Cents(-3), 1, 2), Cents(-2));
  EXPECT_EQ(MulDiv(Cents(-5), 1, 2), Cents(-2));
  EXPECT_EQ(MulDiv(Cents(5), -1, 2), Cents(-2));
  EXPECT_EQ(MulDiv(Cents(5), 1, -2), Cents(-2));
  EXPECT_EQ(MulDiv(Cents(2), 1, 3), Cents(1));
  EXPECT_EQ(MulDiv(Cents(-2), 1, 3), Cents(-1));
}

TEST(MulDivTest, IntermediateProductDoesNotOverflow) {
  EXPECT_EQ(MulDiv(Cents(kMaxInt64), kMaxInt64, kMaxInt64), Cents(kMaxInt64));
  EXPECT_EQ(MulDiv(Cents(kMinInt64), kMaxInt64, kMaxInt64), Cents(kMinInt64));
  EXPECT_EQ(MulDivFloor(-7, 1, 2), -4);
  EXPECT_EQ(MulDivFloor(7, 1, 2), 3);
  EXPECT_EQ(MulDivFloor(7, 1, -2), -4);
}

TEST(MulDivTest, NarrowAndWideProductsRoundAlike) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    const int64_t value = static_cast<int64_t>(random()) >> (24 + random() % 30);
    const int64_t numerator = static_cast<int64_t>(random() >> (50 + random() % 14));
    const int64_t denominator = 1 + static_cast<int64_t>(random() >> (48 + random() % 16));
    // The same ratio, with a product beyond 64 bits wherever it isn't small.
    constexpr int64_t kScale = int64_t{1} << 44;
    ASSERT_EQ(MulDivRounded(value, numerator, denominator),
              MulDivRounded(value, numerator * kScale, denominator * kScale));
  }
}

TEST(BasisPointsTest, ShareOfAnAmountRoundsHalfToEven) {
  EXPECT_EQ(FromDollars(1'000) * BasisPoints(250), FromDollars(25));
  EXPECT_EQ(Cents(1) * BasisPoints(5'000), Cents(0));
  EXPECT_EQ(Cents(3) * BasisPoints(5'000), Cents(2));
}

TEST(CostAtMicrosTest, WholeUnits) {
  EXPECT_EQ(CostAtMicros(2'500'000, 4), FromDollars(10));
  EXPECT_EQ(CostAtMicros(15'000, 1), Cents(2));  // 1.5 cents.
  EXPECT_EQ(CostAtMicros(25'000, 1), Cents(2));  // 2.5 cents.
  // 10^12 tokens at $2.00 a million: 2 micro-dollars each.
  EXPECT_EQ(CostAtMicros(2, int64_t{1'000'000'000'000}), FromDollars(2'000'000));
}

TEST(CostAtMicrosTest, FractionalUnitsRoundOnce) {
  EXPECT_EQ(CostAtMicros(2'500'000, 0.5), Cents(125));
  EXPECT_EQ(CostAtMicros(10'000, 0.5), Cents(0));
  EXPECT_EQ(CostAtMicros(10'000, 1.5), Cents(2));
  EXPECT_EQ(CostAtMicros(10'000, -1.5), Cents(-2));
  EXPECT_EQ(CostAtMicros(10'000, 0.0), Cents(0));
  EXPECT_EQ(CostAtMicros(kMaxInt64, std::numeric_limits<double>::denorm_min()), Cents(0));
  EXPECT_EQ(CostAtMicros(10'000, 9007199254740992.0), Cents(9007199254740992));
  EXPECT_EQ(CostAtMicros(1, 0x1p62), Cents(461168601842739));  // 4611686018427387904 / 10^4.
}

TEST(CostAtMicrosTest, WholeDoublesAgreeWithIntegers) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const int64_t price = static_cast<int64_t>(random() >> (24 + random() % 40));
    const int64_t units = static_cast<int64_t>(random() >> (40 + random() % 24));
    ASSERT_EQ(CostAtMicros(price, units), CostAtMicros(price, static_cast<double>(units)));
  }
}

TEST(CostAtMicrosDeathTest, RejectsWhatHasNoCost) {
  EXPECT_DEATH(CostAtMicros(1, std::numeric_limits<double>::infinity()), "not finite");
  EXPECT_DEATH(CostAtMicros(1, std::numeric_limits<double>::quiet_NaN()), "not finite");
  EXPECT_DEATH(CostAtMicros(1'000'000, 1e300), "money overflows");
  EXPECT_DEATH(CostAtMicros(kMaxInt64, kMaxInt64), "money overflows");
}

TEST(SplitProRataTest, LargestRemaindersGetTheLeftOverCents) {
  const std::vector<int64_t> weights = {1, 1, 1};
  EXPECT_EQ(SplitProRata(Cents(100), weights),
            (std::vector<Cents>{Cents(34), Cents(33), Cents(33)}));
  EXPECT_EQ(SplitProRata(Cents(-100), weights),
            (std::vector<Cents>{Cents(-34), Cents(-33), Cents(-33)}));
  // Quotas 3.75, 1.75, 0.5: the two largest remainders win.
  EXPECT_EQ(SplitProRata(Cents(6), std::vector<int64_t>{15, 7, 2}),
            (std::vector<Cents>{Cents(4), Cents(2), Cents(0)}));
  EXPECT_EQ(SplitProRata(Cents(0), std::vector<int64_t>{0, 0}),
            (std::vector<Cents>{Cents(0), Cents(0)}));
  EXPECT_DEATH(SplitProRata(Cents(1), std::vector<int64_t>{0}), "nobody to split");
}

TEST(SplitProRataTest, PartsSumExactlyAndStayWithinACentOfTheirQuota) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<int64_t> weights(1 + random() % 12);
    long double weight_sum = 0;
    for (int64_t& weight : weights) {
      weight = static_cast<int64_t>(random() >> (1 + random() % 60));
      weight_sum += static_cast<long double>(weight);
    }
    if (weight_sum == 0) continue;
    const Cents total(static_cast<int64_t>(random()) >> (random() % 60));
    const std::vector<Cents> parts = SplitProRata(total, weights);
    Cents sum(0);
    for (size_t k = 0; k < parts.size(); ++k) {
      sum += parts[k];
      const long double quota = static_cast<long double>(total.value()) *
                                static_cast<long double>(weights[k]) / weight_sum;
      ASSERT_LT(std::abs(static_cast<long double>(parts[k].value()) - quota), 1.01L + 1e-15L);
    }
    ASSERT_EQ(sum, total);
  }
}

TEST(FormatDollarsTest, ReadsAsPeopleWriteIt) {
  EXPECT_EQ(FormatDollars(FromDollars(50'000'000'000)), "$50.0B");
  EXPECT_EQ(FormatDollars(FromDollars(1'250'000)), "$1.25M");
  EXPECT_EQ(FormatDollars(FromDollars(830'000'000'000)), "$830B");
  EXPECT_EQ(FormatDollars(Cents(-320)), "-$3.20");
  EXPECT_EQ(FormatDollars(Cents(0)), "$0.00");
  EXPECT_EQ(FormatDollars(Cents(99'999)), "$999.99");
  EXPECT_EQ(FormatDollars(Cents(100'000)), "$1.00K");
  EXPECT_EQ(FormatDollars(FromDollars(999'499)), "$999K");
  EXPECT_EQ(FormatDollars(FromDollars(999'996)), "$1.00M");
  EXPECT_EQ(FormatDollars(FromDollars(9'996'000)), "$10.0M");
  EXPECT_EQ(FormatDollars(-FromDollars(1'500'000'000'000)), "-$1.50T");
  EXPECT_EQ(FormatDollars(Cents(kMinInt64)), "-$92200T");
}

TEST(FormatDollarsTest, ExactFormKeepsEveryCent) {
  EXPECT_EQ(FormatDollarsExact(Cents(-123'456'789)), "-$1,234,567.89");
  EXPECT_EQ(FormatDollarsExact(Cents(99'900)), "$999.00");
  EXPECT_EQ(FormatDollarsExact(Cents(5)), "$0.05");
  EXPECT_EQ(FormatDollarsExact(Cents(kMinInt64)), "-$92,233,720,368,547,758.08");
}

}  // namespace
}  // namespace tranche
