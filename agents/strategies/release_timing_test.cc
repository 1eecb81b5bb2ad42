#include "agents/strategies/release_timing.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

constexpr ReleaseTaste kTaste{
    .margin_dex = 0.2, .catch_up_margin_dex = 0.05, .patience_quarters = 2};

// A run that is good enough and takes the lead from a rival that is level.
ReleaseCase Good() { return {.gain_dex = 0.25, .run_lead_dex = 0.25, .model_age_quarters = 2}; }

TEST(ReleaseTimingTest, AGoodRunThatLeadsIsReleased) {
  EXPECT_EQ(TimeRelease(kTaste, Good()), ReleaseTiming::kRelease);
}

TEST(ReleaseTimingTest, ASmallGainIsNotReady) {
  ReleaseCase now = Good();
  now.gain_dex = 0.1;
  EXPECT_EQ(TimeRelease(kTaste, now), ReleaseTiming::kNotReady);
}

TEST(ReleaseTimingTest, ASmallGainWillDoBeforeARound) {
  ReleaseCase now = Good();
  now.gain_dex = 0.1;
  now.raising = true;
  EXPECT_EQ(TimeRelease(kTaste, now), ReleaseTiming::kRelease);
}

TEST(ReleaseTimingTest, ARunBehindARivalIsHeldAsLongAsPatienceLasts) {
  ReleaseCase now = Good();
  now.model_lead_dex = -0.3;
  now.run_lead_dex = -0.05;
  EXPECT_EQ(TimeRelease(kTaste, now), ReleaseTiming::kHold);
  now.held_quarters = 2;
  EXPECT_EQ(TimeRelease(kTaste, now), ReleaseTiming::kRelease);
}

TEST(ReleaseTimingTest, TheStageIsLeftToARivalThatHasJustReleased) {
  ReleaseCase now = Good();
  now.run_lead_dex = 0.1;
  now.rival_just_released = true;
  EXPECT_EQ(TimeRelease(kTaste, now), ReleaseTiming::kHold);
  // A clear lead is shown all the same.
  now.run_lead_dex = 0.3;
  EXPECT_EQ(TimeRelease(kTaste, now), ReleaseTiming::kRelease);
}

TEST(ReleaseTimingTest, WhoLeadsByFarRests) {
  ReleaseCase now = Good();
  now.model_lead_dex = 0.35;
  now.run_lead_dex = 0.6;
  EXPECT_EQ(TimeRelease(kTaste, now), ReleaseTiming::kHold);
}

TEST(ReleaseTimingTest, AnOldModelIsReplacedByAnythingBetter) {
  ReleaseCase now = Good();
  now.gain_dex = 0.06;
  now.run_lead_dex = -1;
  now.model_age_quarters = 4;
  EXPECT_EQ(TimeRelease(kTaste, now), ReleaseTiming::kRelease);
  now.gain_dex = 0;
  EXPECT_EQ(TimeRelease({.margin_dex = 0, .catch_up_margin_dex = 0}, now),
            ReleaseTiming::kNotReady);
}

}  // namespace
}  // namespace tranche
