#include "broker/ensemble/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "broker/ensemble/dimension.h"
#include "sim/scenario_path.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

PlanRequest Request(std::vector<Dimension> dimensions) {
  return {.scenarios = {DuopolyScenario()}, .seeds = {1, 2}, .dimensions = std::move(dimensions)};
}

std::string ErrorOf(PlanRequest request) {
  return std::string(MakePlan(std::move(request)).status().message());
}

TEST(DimensionTest, FlagsAreRead) {
  const auto levels = ParseLevels("compute.pue=1.1,1.3");
  ASSERT_TRUE(levels.ok()) << levels.status();
  EXPECT_EQ(levels->path, "compute.pue");
  EXPECT_THAT(levels->levels, ElementsAre("1.1", "1.3"));
  const auto range = ParseRange("agents[aurora].parameters[markup_bp]=-1e3..2.5");
  ASSERT_TRUE(range.ok()) << range.status();
  EXPECT_EQ(range->low, -1000);
  EXPECT_EQ(range->high, 2.5);
  const auto strategies = ParseStrategies("openai=racing-lab,conserving-lab");
  ASSERT_TRUE(strategies.ok()) << strategies.status();
  EXPECT_EQ(strategies->path, "agents[openai].strategy");
  const auto seeds = ParseSeeds("1..3,7,5..6");
  ASSERT_TRUE(seeds.ok()) << seeds.status();
  EXPECT_THAT(*seeds, ElementsAre(1, 2, 3, 7, 5, 6));
  EXPECT_EQ(SeedsText(*seeds), "1..3,7,5..6");
}

TEST(DimensionTest, WrongFlagsAreRefusedWithWhatIsRight) {
  EXPECT_THAT(ParseLevels("compute.pue").status().message(), HasSubstr("write PATH=VALUE"));
  EXPECT_THAT(ParseLevels("compute.pue=1,,2").status().message(), HasSubstr("empty value"));
  EXPECT_THAT(ParseLevels("compute.pue=1,1").status().message(), HasSubstr("1 twice"));
  EXPECT_THAT(ParseRange("compute.pue=1.2").status().message(), HasSubstr("LOW..HIGH"));
  EXPECT_THAT(ParseRange("compute.pue=2..1").status().message(), HasSubstr("empty range"));
  EXPECT_THAT(ParseStrategies("openai=racing-lab:markup_bp=3").status().message(),
              HasSubstr("--set agents[openai].parameters[NAME]"));
  for (const char* seeds :
       {"", "x", "1..", "-1", "3..1", "1,1", "1..3,2", "0..9223372036854775807"}) {
    EXPECT_FALSE(ParseSeeds(seeds).ok()) << seeds;
  }
  EXPECT_TRUE(ParseSeeds("9223372036854775806..9223372036854775807").ok());
}

TEST(PlanTest, TheGridHasEveryCombinationAndTheLastDimensionChangesFastest) {
  const auto plan = MakePlan(Request(
      {*ParseLevels("compute.pue=1.1,1.3"), *ParseLevels("switches.no_talent=false,true")}));
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->points.size(), 4u);
  EXPECT_EQ(plan->runs(), 8);
  EXPECT_THAT(plan->points[1].values, ElementsAre("1.1", "true"));
  EXPECT_THAT(plan->points[2].values, ElementsAre("1.3", "false"));
  EXPECT_EQ(plan->PointOf(5), 2u);
  EXPECT_EQ(plan->SeedOf(5), 2);
  const v1::Scenario scenario = ScenarioAt(*plan, 3);
  EXPECT_EQ(scenario.compute().pue(), 1.3);
  EXPECT_TRUE(scenario.switches().no_talent());
}

TEST(PlanTest, TheHypercubeStandsAtEveryNodeOfTheGrid) {
  PlanRequest request =
      Request({*ParseLevels("switches.no_talent=false,true"), *ParseRange("compute.pue=1..2"),
               *ParseRange("compute.site_lead_time_quarters=2..5")});
  request.samples = 20;
  const auto plan = MakePlan(std::move(request));
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->points.size(), 40u);
  std::set<std::string> lead_times;
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(plan->points[i].values[1], plan->points[i + 20].values[1]);
    const double pue = ScenarioAt(*plan, i).compute().pue();
    EXPECT_TRUE(pue >= 1 && pue <= 2) << pue;
    lead_times.insert(plan->points[i].values[2]);
  }
  EXPECT_THAT(lead_times, ElementsAre("2", "3", "4", "5"));
}

TEST(PlanTest, AStrategyIsSetBeforeItsParameters) {
  const auto plan = MakePlan(Request({*ParseLevels("agents[aurora].parameters[pay_percent]=90,120"),
                                      *ParseStrategies("aurora=balanced-lab,conserving-lab")}));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->dimensions[0].path, "agents[aurora].strategy");
  const v1::Scenario last = ScenarioAt(*plan, 3);
  EXPECT_EQ(*ValueAt(last, "agents[aurora].strategy"), "conserving-lab");
  EXPECT_EQ(*ValueAt(last, "agents[aurora].parameters[pay_percent]"), "120");
}

TEST(PlanTest, WhatMakesNoScenarioIsRefusedBeforeAnythingIsPlayed) {
  EXPECT_THAT(ErrorOf(Request({*ParseLevels("compute.pu=1.1")})),
              HasSubstr("did you mean \"pue\"?"));
  EXPECT_THAT(ErrorOf(Request({*ParseLevels("compute.pue=0.5")})),
              HasSubstr("it must be between 1 and 5"));
  EXPECT_THAT(ErrorOf(Request({*ParseStrategies("aurora=racing")})),
              HasSubstr("there is no strategy \"racing\""));
  EXPECT_THAT(ErrorOf(Request({*ParseLevels("agents[aurora].parameters[nonsense]=1")})),
              HasSubstr("has no parameter \"nonsense\""));
  EXPECT_THAT(ErrorOf(Request({*ParseLevels("segments[consumers].adoption_percent=99")})),
              HasSubstr("duopoly with segments[consumers].adoption_percent=99: "));
  EXPECT_THAT(ErrorOf(Request({*ParseRange("compute.pue=1..2")})), HasSubstr("--samples"));
  EXPECT_THAT(ErrorOf(Request({*ParseLevels("quarters=4,8")})), HasSubstr("can't be varied"));
  EXPECT_THAT(ErrorOf(Request({*ParseLevels("compute.pue=1.1"), *ParseLevels("compute.pue=1.2")})),
              HasSubstr("varied twice"));
  PlanRequest twice = Request({});
  twice.scenarios.push_back(twice.scenarios[0]);
  EXPECT_THAT(ErrorOf(twice), HasSubstr("two scenarios are named duopoly"));
  twice.scenarios[1].set_name("longer");
  twice.scenarios[1].set_quarters(9);
  EXPECT_THAT(ErrorOf(twice), HasSubstr("--quarters"));
  twice.quarters = 3;
  EXPECT_EQ(ErrorOf(twice), "");
}

TEST(PlanTest, TheTextTellsPlansApart) {
  const auto plan = MakePlan(Request({*ParseLevels("compute.pue=1.1,1.3")}));
  PlanRequest more = Request({*ParseLevels("compute.pue=1.1,1.3")});
  more.seeds.push_back(3);
  const auto other = MakePlan(std::move(more));
  ASSERT_TRUE(plan.ok() && other.ok());
  EXPECT_EQ(PlanText(*plan), PlanText(*MakePlan(Request({*ParseLevels("compute.pue=1.1,1.3")}))));
  EXPECT_EQ(DescribePlanDifference(PlanText(*plan), PlanText(*other)),
            "there: seeds 1..2; wanted: seeds 1..3");
}

}  // namespace
}  // namespace tranche
