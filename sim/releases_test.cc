#include "sim/releases.h"

#include <gtest/gtest.h>

#include "sim/capability.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

class ReleasesTest : public testing::Test {
 protected:
  ReleasesTest() {
    TrainingRun run;
    run.name = "next";
    run.effective_flop = 1e27;
    economy.lab(0).runs.push_back(run);
    run.name = "other";
    economy.lab(0).runs.push_back(run);
  }
  World& world() { return economy.world; }
  std::string Release(const std::string& run) {
    v1::Message move;
    move.mutable_model_release()->set_run(run);
    move.mutable_model_release()->set_model("model");
    const Verdict verdict = ApplyModelRelease(world(), economy.lab_agent(0), move);
    return verdict.has_value() ? verdict->rule : "";
  }
  std::string Train(const std::string& run) {
    v1::Message move;
    move.mutable_training_plan()->set_run(run);
    move.mutable_training_plan()->set_gpu_hours(1000);
    const Verdict verdict = ApplyTrainingPlan(world(), economy.lab_agent(0), move);
    return verdict.has_value() ? verdict->rule : "";
  }
  void AddWindow(int lab, Quarter from, Quarter through) {
    LabReleaseWindow window;
    window.lab = LabId(lab);
    window.from = from;
    window.through = through;
    world().release_windows.push_back(window);
  }
  void AddAssessment(int32_t quarters) {
    Framework act;
    act.name = "act";
    act.in_force = world().quarter;
    act.assessment_quarters = quarters;
    world().frameworks.push_back(act);
  }
  void Close() {
    ReleaseModels(world(), economy.out);
    ++world().quarter;
  }

  HandMadeEconomy economy;
};

TEST_F(ReleasesTest, ALabWithWindowsReleasesInThemOnly) {
  AddWindow(0, world().quarter + 1, world().quarter + 1);
  EXPECT_EQ(Release("next"), "release-window");
  Close();
  EXPECT_EQ(Release("next"), "");
  Close();
  EXPECT_EQ(economy.lab(0).model, "model");
  EXPECT_EQ(Release("other"), "release-no-better");
  economy.lab(0).runs[0].effective_flop = 1e28;
  EXPECT_EQ(Release("other"), "release-window") << "the window has closed";
}

TEST_F(ReleasesTest, OthersWindowsBindNobodyElse) {
  AddWindow(1, world().quarter + 1, world().quarter + 1);
  EXPECT_EQ(Release("next"), "");
}

TEST_F(ReleasesTest, AnAssessedModelReachesTheMarketWhenTheAssessmentIsOver) {
  AddAssessment(2);
  ASSERT_EQ(Release("next"), "");
  Close();
  EXPECT_NE(economy.lab(0).model, "model");
  ASSERT_EQ(Release("next"), "") << "asking again doesn't restart the clock";
  Close();
  EXPECT_NE(economy.lab(0).model, "model");
  Close();
  EXPECT_EQ(economy.lab(0).model, "model");
  EXPECT_EQ(economy.lab(0).released, world().first_quarter + 2);
}

TEST_F(ReleasesTest, ARunUnderAssessmentDoesNotTrain) {
  AddAssessment(1);
  ASSERT_EQ(Train("next"), "");
  ASSERT_EQ(Release("next"), "");
  EXPECT_EQ(economy.lab(0).training_run, "") << "this quarter's plan is off";
  EXPECT_EQ(Train("next"), "assessment");
  EXPECT_EQ(Train("other"), "");
}

TEST_F(ReleasesTest, AskingForAnotherRunRestartsTheClock) {
  AddAssessment(1);
  ASSERT_EQ(Release("next"), "");
  Close();
  ASSERT_EQ(Release("other"), "");
  Close();
  EXPECT_NE(economy.lab(0).model, "model");
  Close();
  EXPECT_EQ(economy.lab(0).model, "model");
}

TEST_F(ReleasesTest, TheWindowIsThatOfTheQuarterInWhichTheModelReachesTheMarket) {
  AddAssessment(1);
  AddWindow(0, world().quarter + 1, world().quarter + 1);
  EXPECT_EQ(Release("next"), "");
  Close();
  EXPECT_EQ(Release("other"), "release-window");
}

TEST_F(ReleasesTest, WithoutAssessmentAModelIsOnTheMarketAtTheClose) {
  ASSERT_EQ(Release("next"), "");
  EXPECT_FALSE(IsUnderAssessment(world(), economy.lab(0), "next"));
  Close();
  EXPECT_EQ(economy.lab(0).model, "model");
}

}  // namespace
}  // namespace tranche
