#include "sim/quarter.h"

#include <gtest/gtest.h>

#include <string>

namespace tranche {
namespace {

TEST(QuarterTest, ParsesWhatItPrints) {
  for (int index = 4; index < 4 * 9999 + 4; ++index) {
    const Quarter quarter = Quarter::FromIndex(index);
    const absl::StatusOr<Quarter> parsed = Quarter::Parse(quarter.ToString());
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ASSERT_EQ(*parsed, quarter);
  }
  EXPECT_EQ(Quarter(2026, 1).ToString(), "2026Q1");
}

TEST(QuarterTest, RefusesOtherTextAndSaysWhatToWrite) {
  for (const std::string text : {"", "2026", "2026Q0", "2026Q5", "2026q1", "26Q1", "2026Q10",
                                 " 2026Q1", "2026-1", "0000Q1", "20x6Q1", "-026Q1"}) {
    const absl::StatusOr<Quarter> parsed = Quarter::Parse(text);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(parsed.status().message(),
              "\"" + text + "\" is not a quarter; write year, Q and 1 to 4, as in \"2026Q1\"");
  }
}

TEST(QuarterTest, ArithmeticCrossesYears) {
  EXPECT_EQ(Quarter(2026, 4) + 1, Quarter(2027, 1));
  EXPECT_EQ(Quarter(2026, 1) - 1, Quarter(2025, 4));
  EXPECT_EQ(Quarter(2028, 4) - Quarter(2026, 1), 11);
  EXPECT_LT(Quarter(2026, 4), Quarter(2027, 1));
}

TEST(QuarterTest, DaysOfAQuarter) {
  EXPECT_EQ(Quarter(2028, 1).FirstDay(), absl::CivilDay(2028, 1, 1));
  EXPECT_EQ(Quarter(2028, 1).LastDay(), absl::CivilDay(2028, 3, 31));
  EXPECT_EQ(Quarter(2028, 1).LastDay() - Quarter(2028, 1).FirstDay() + 1, 91);  // A leap year.
  EXPECT_EQ(Quarter(2026, 4).LastDay(), absl::CivilDay(2026, 12, 31));
  for (absl::CivilDay day(2025, 12, 1); day < absl::CivilDay(2029, 2, 1); ++day) {
    const Quarter quarter = Quarter::Containing(day);
    ASSERT_LE(quarter.FirstDay(), day);
    ASSERT_GE(quarter.LastDay(), day);
  }
}

TEST(RoundTest, CountsUp) {
  Round round;
  EXPECT_EQ(round, Round(0));
  EXPECT_EQ(++round, Round(1));
  EXPECT_LT(round, round + 1);
}

}  // namespace
}  // namespace tranche
