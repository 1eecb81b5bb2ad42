#include "broker/ensemble/turn_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

namespace tranche {
namespace {

using std::chrono::milliseconds;

const Quarter kQuarter(2026, 2);

TEST(TurnClockTest, ATurnThatLastsIsSaidOnce) {
  TurnClock clock;
  clock.Begin("openai", kQuarter, 3);
  EXPECT_FALSE(clock.Late(milliseconds(1)).has_value());  // seen for the first time
  std::this_thread::sleep_for(milliseconds(5));
  EXPECT_FALSE(clock.Late(std::chrono::hours(1)).has_value());
  EXPECT_FALSE(clock.Late(milliseconds(0)).has_value());
  const std::optional<OpenTurn> late = clock.Late(milliseconds(1));
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(DescribeLate(*late, milliseconds(1)),
            "openai has been at its turn of 2026Q2, round 3, for more than 1ms");
  EXPECT_FALSE(clock.Late(milliseconds(1)).has_value());
}

TEST(TurnClockTest, TimeBetweenTurnsIsNobodys) {
  TurnClock clock;
  clock.Begin("openai", kQuarter, 3);
  EXPECT_FALSE(clock.Late(milliseconds(1)).has_value());
  clock.End();
  std::this_thread::sleep_for(milliseconds(5));
  EXPECT_FALSE(clock.Late(milliseconds(1)).has_value());
  // The next turn's time is its own.
  clock.Begin("amazon", kQuarter, 3);
  EXPECT_FALSE(clock.Late(milliseconds(1)).has_value());
  std::this_thread::sleep_for(milliseconds(5));
  EXPECT_EQ(clock.Late(milliseconds(1))->agent, "amazon");
}

}  // namespace
}  // namespace tranche
