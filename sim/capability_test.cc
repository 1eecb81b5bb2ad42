#include "sim/capability.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/det_math.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

v1::Message Plan(const std::string& run, int64_t gpu_hours) {
  v1::Message move;
  move.mutable_training_plan()->set_run(run);
  move.mutable_training_plan()->set_gpu_hours(gpu_hours);
  return move;
}

v1::Message Release(const std::string& run, const std::string& model) {
  v1::Message move;
  move.mutable_model_release()->set_run(run);
  move.mutable_model_release()->set_model(model);
  return move;
}

class CapabilityTest : public testing::Test {
 protected:
  // Gives the lab training hours on a maker's accelerators, as the compute market would.
  void GiveHours(int lab, int64_t gpu_hours, int maker = 0) {
    ComputeLot lot;
    lot.lab = LabId(lab);
    lot.cloud = CloudId(0);
    lot.maker = ChipMakerId(maker);
    lot.gpu_hours = gpu_hours;
    lot.training_gpu_hours = gpu_hours;
    economy_.world.compute_lots.push_back(lot);
  }
  void Train(int lab, const std::string& run, int64_t gpu_hours, int maker = 0) {
    ASSERT_FALSE(ApplyTrainingPlan(economy_.world, economy_.lab_agent(lab), Plan(run, gpu_hours)));
    economy_.world.compute_lots.clear();
    GiveHours(lab, gpu_hours, maker);
    RunTraining(economy_.world, economy_.out);
  }

  HandMadeEconomy economy_;
};

TEST_F(CapabilityTest, EffectiveFlopIsHoursTimesRateTimesBothEfficiencies) {
  economy_.world.field_efficiency = 10;
  economy_.lab(0).efficiency = 1.5;
  Train(0, "next", 1'000'000);
  ASSERT_EQ(economy_.lab(0).runs.size(), 1u);
  // 10^6 hours x 10^18 FLOP an hour x 10 x 1.5.
  EXPECT_DOUBLE_EQ(economy_.lab(0).runs[0].effective_flop, 1.5e25);
  EXPECT_NEAR(CapabilityOf(1.5e25), 25.17609, 1e-5);
}

TEST_F(CapabilityTest, RunAccumulatesOverQuarters) {
  Train(0, "next", 1'000'000);
  const double after_one = economy_.lab(0).runs[0].effective_flop;
  Train(0, "next", 2'000'000);
  EXPECT_DOUBLE_EQ(economy_.lab(0).runs[0].effective_flop, 3 * after_one);
  EXPECT_EQ(economy_.lab(0).runs[0].gpu_hours, 3'000'000);
}

TEST_F(CapabilityTest, TrainingIsReportedToTheLab) {
  Train(0, "next", 1'000'000);
  ASSERT_EQ(economy_.out.messages.size(), 1u);
  const v1::Message& message = economy_.out.messages[0];
  EXPECT_THAT(message.recipients(), testing::ElementsAre("lab-0"));
  EXPECT_EQ(message.training_completed().run(), "next");
  EXPECT_EQ(message.training_completed().gpu_hours(), 1'000'000);
  EXPECT_EQ(message.training_completed().capability_millis(), 25'000);
}

TEST_F(CapabilityTest, UnknownMakerCostsPortingLossInTheFirstQuarterOnly) {
  Train(0, "next", 1'000'000, 1);
  const double first = economy_.lab(0).runs[0].effective_flop;
  EXPECT_DOUBLE_EQ(first, 0.75e25);
  Train(0, "next", 1'000'000, 1);
  EXPECT_DOUBLE_EQ(economy_.lab(0).runs[0].effective_flop - first, 1e25);
}

TEST_F(CapabilityTest, AFewHoursDoNotMakeAMakerKnown) {
  ASSERT_FALSE(ApplyTrainingPlan(economy_.world, economy_.lab_agent(0), Plan("next", 1'000'000)));
  GiveHours(0, 950'000, 0);
  GiveHours(0, 50'000, 1);
  RunTraining(economy_.world, economy_.out);
  EXPECT_THAT(economy_.lab(0).makers_known, testing::ElementsAre(ChipMakerId(0)));
}

TEST_F(CapabilityTest, ReleasePutsTheRunOnTheMarketAndUsesItUp) {
  Train(0, "next", 200'000'000);
  ASSERT_FALSE(
      ApplyModelRelease(economy_.world, economy_.lab_agent(0), Release("next", "lab-0-2")));
  EXPECT_DOUBLE_EQ(economy_.lab(0).capability, 26);
  ReleaseModels(economy_.world, economy_.out);
  EXPECT_NEAR(economy_.lab(0).capability, 27.30103, 1e-5);
  EXPECT_EQ(economy_.lab(0).model, "lab-0-2");
  EXPECT_EQ(economy_.lab(0).released, Quarter(2026, 1));
  EXPECT_TRUE(economy_.lab(0).runs.empty());
}

TEST_F(CapabilityTest, ReleaseOfAWeakerRunIsRefused) {
  Train(0, "next", 1'000'000);
  const Verdict verdict =
      ApplyModelRelease(economy_.world, economy_.lab_agent(0), Release("next", "lab-0-2"));
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->rule, "release-no-better");
}

TEST_F(CapabilityTest, ReleaseOfAnUnknownRunIsRefused) {
  const Verdict verdict =
      ApplyModelRelease(economy_.world, economy_.lab_agent(0), Release("none", "lab-0-2"));
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->rule, "unknown-run");
}

TEST_F(CapabilityTest, NegativeHoursAreRefused) {
  const Verdict verdict =
      ApplyTrainingPlan(economy_.world, economy_.lab_agent(0), Plan("next", -1));
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->rule, "hours-range");
}

TEST_F(CapabilityTest, RunsAreLimited) {
  for (int i = 0; i < kMaxRuns; ++i) Train(0, absl::StrCat("run-", i), 1000);
  const Verdict verdict = ApplyTrainingPlan(economy_.world, economy_.lab_agent(0), Plan("more", 1));
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->rule, "too-many-runs");
}

TEST_F(CapabilityTest, SwitchKeepsCapabilitiesAsTheyOpen) {
  Train(0, "next", 200'000'000);
  economy_.lab(0).release_run = "next";
  economy_.world.scenario.mutable_switches()->set_no_training(true);
  EXPECT_TRUE(ApplyTrainingPlan(economy_.world, economy_.lab_agent(0), Plan("next", 1)));
  EXPECT_TRUE(ApplyModelRelease(economy_.world, economy_.lab_agent(0), Release("next", "m")));
  ReleaseModels(economy_.world, economy_.out);
  EXPECT_DOUBLE_EQ(economy_.lab(0).capability, 26);
}

TEST_F(CapabilityTest, FieldEfficiencyGrowsAtTheScenariosYearlyRate) {
  const double opening = economy_.world.field_efficiency;
  for (int i = 0; i < 4; ++i) AdvanceTechnology(economy_.world);
  EXPECT_NEAR(economy_.world.field_efficiency / opening, 3, 1e-12);
  EXPECT_NEAR(economy_.world.mtok_per_gpu_hour, 1.5, 1e-12);
}

TEST_F(CapabilityTest, LabsWithEqualStaffStayAtTheField) {
  for (int i = 0; i < 8; ++i) AdvanceTechnology(economy_.world);
  EXPECT_NEAR(economy_.lab(0).efficiency, 1, 1e-12);
  EXPECT_NEAR(economy_.lab(1).efficiency, 1, 1e-12);
}

TEST_F(CapabilityTest, MoreResearchersThanTheMeanLeadTheField) {
  economy_.lab(0).researchers = 300;
  AdvanceTechnology(economy_.world);
  EXPECT_GT(economy_.lab(0).efficiency, 1);
  EXPECT_LT(economy_.lab(1).efficiency, 1);
  EXPECT_NEAR(economy_.lab(0).efficiency * economy_.lab(1).efficiency, 1, 1e-12);
}

TEST_F(CapabilityTest, ALeadLeaksToRivalsAQuarterLate) {
  economy_.world.scenario.mutable_technology()->set_algorithmic_progress_percent_per_year(0);
  economy_.lab(0).efficiency = 4;
  economy_.lab(1).efficiency = 0.25;
  economy_.world.known_best_efficiency = 1;
  // A quarter ago the best that was known was 1: a fifth of the way from 0.25 to 1, in logs.
  AdvanceTechnology(economy_.world);
  const double gap_after_one = economy_.lab(0).efficiency / economy_.lab(1).efficiency;
  EXPECT_NEAR(gap_after_one, 16 / DetPow(4, 0.2), 1e-9);
  // Now the 4 of the leader is known.
  AdvanceTechnology(economy_.world);
  const double gap_after_two = economy_.lab(0).efficiency / economy_.lab(1).efficiency;
  EXPECT_LT(gap_after_two, gap_after_one);
  EXPECT_GT(gap_after_two, 1);
}

TEST_F(CapabilityTest, CompatibilityReachesItsClosingLevelInTheLastQuarter) {
  v1::TechnologySpec* technology = economy_.world.scenario.mutable_technology();
  technology->set_compatibility_opening(0.2);
  technology->set_compatibility_closing(0.75);
  economy_.world.compatibility = 0.2;
  AdvanceTechnology(economy_.world);
  EXPECT_NEAR(economy_.world.compatibility, 0.25, 1e-12);
  for (economy_.world.quarter = Quarter(2026, 2); economy_.world.quarter < Quarter(2028, 4);
       ++economy_.world.quarter) {
    AdvanceTechnology(economy_.world);
  }
  EXPECT_NEAR(economy_.world.compatibility, 0.75, 1e-12);
}

}  // namespace
}  // namespace tranche
