#include "sim/scenario_path.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/testing/small_market.h"

namespace tranche {
namespace {

std::string ValueOrError(const v1::Scenario& scenario, absl::string_view path) {
  const absl::StatusOr<std::string> value = ValueAt(scenario, path);
  return value.ok() ? *value : std::string(value.status().message());
}

TEST(ScenarioPathTest, LeadsToWhatItNames) {
  const v1::Scenario flagship = ShippedScenario("amazon-openai");
  EXPECT_EQ(ValueOrError(flagship, "quarters"), "12");
  EXPECT_EQ(ValueOrError(flagship, "technology.compatibility_closing"), "0.6");
  EXPECT_EQ(ValueOrError(flagship, "regimes[hsr-2026].transaction_threshold_usd_millions"),
            "133.9");
  EXPECT_EQ(ValueOrError(flagship, "agents[openai].strategy"), "racing-lab");
  EXPECT_EQ(ValueOrError(flagship, "agents[aws].cloud.capacity[us-east, nvidia-gpu].region"),
            "us-east");
  EXPECT_EQ(ValueOrError(flagship, "agents[aws].cloud.builds[0].cooling"), "liquid");
  EXPECT_EQ(ValueOrError(flagship, "segments[small-businesses].switching_cost"), "1");
  EXPECT_EQ(ValueOrError(flagship, "segments[SEGMENT_SMALL_BUSINESSES].switching_cost"), "1");
  EXPECT_EQ(ValueOrError(flagship, "agents[openai].lab.holdings[microsoft].pro_rata_right"),
            "true");
  EXPECT_EQ(ValueOrError(flagship, "switches.no_talent"), "false");
}

TEST(ScenarioPathTest, SaysWhichStepLeadsNowhere) {
  const v1::Scenario flagship = ShippedScenario("amazon-openai");
  EXPECT_EQ(ValueOrError(flagship, "agents[opnai].cash_usd_millions"),
            "agents[opnai]: agents has no \"opnai\"; did you mean \"openai\"?");
  EXPECT_EQ(ValueOrError(flagship, "technology.compatibility_closed"),
            "technology.compatibility_closed: TechnologySpec has no field "
            "\"compatibility_closed\"; did you mean \"compatibility_closing\"?");
  EXPECT_EQ(ValueOrError(flagship, "agents[aws].lab.researchers"),
            "agents[aws].lab: it has no lab; what it has is cloud");
  EXPECT_EQ(ValueOrError(flagship, "technology"),
            "technology: it leads to a whole TechnologySpec; go on to one of its fields: "
            "algorithmic_progress_percent_per_year, leak_percent_per_quarter, "
            "researcher_elasticity, flop_per_gpu_hour, opening_efficiency, compatibility_opening, "
            "compatibility_closing, shared_investor_leak_percent_per_quarter");
  EXPECT_EQ(ValueOrError(flagship, "regions.spare_power_mw"),
            "regions.spare_power_mw: regions is a list; say which: "
            "regions[us-east|us-midwest|us-south|europe|gulf]");
  EXPECT_EQ(ValueOrError(flagship, "quarters[1]"),
            "quarters[1]: quarters is no list of things; leave the brackets out");
  EXPECT_EQ(ValueOrError(flagship, "quarters.x"),
            "quarters.x: quarters holds no fields; end the path there");
  EXPECT_EQ(ValueOrError(flagship, "agents[aws"),
            "agents[aws: a bracket isn't closed; write agents[aws]");
  EXPECT_EQ(ValueOrError(flagship, "agents[aws]strategy"),
            "agents[aws]strategy: \"strategy\" follows a bracket; put a dot between");
  EXPECT_FALSE(ValueAt(flagship, "").ok());
  EXPECT_FALSE(ValueAt(flagship, "agents..name").ok());
}

TEST(ScenarioPathTest, SetsValuesOfEveryType) {
  v1::Scenario scenario = ShippedScenario("amazon-openai");
  const auto set = [&](absl::string_view path, absl::string_view value) {
    const absl::Status status = SetAt(&scenario, path, value);
    return status.ok() ? ValueOrError(scenario, path) : std::string(status.message());
  };
  EXPECT_EQ(set("technology.compatibility_closing", "0.25"), "0.25");
  EXPECT_EQ(set("compute.site_lead_time_quarters", "3"), "3");
  EXPECT_EQ(set("switches.no_talent", "true"), "true");
  EXPECT_EQ(set("agents[aws].cloud.builds[1].cooling", "air"), "air");
  EXPECT_EQ(set("agents[aws].cloud.builds[1].cooling", "COOLING_LIQUID"), "liquid");
  EXPECT_EQ(set("agents[openai].lab.shares_outstanding", "2000000000"), "2000000000");
}

TEST(ScenarioPathTest, RefusesValuesOfTheWrongTypeOrRange) {
  v1::Scenario scenario = ShippedScenario("amazon-openai");
  const auto error = [&](absl::string_view path, absl::string_view value) {
    return std::string(SetAt(&scenario, path, value).message());
  };
  EXPECT_EQ(error("technology.compatibility_closing", "1.5"),
            "technology.compatibility_closing: compatibility_closing would be 1.5; it must be "
            "between 0 and 1");
  EXPECT_EQ(error("technology.compatibility_closing", "much"),
            "technology.compatibility_closing: \"much\" can't be its value; it must be a number");
  EXPECT_EQ(error("technology.compatibility_closing", "nan"),
            "technology.compatibility_closing: compatibility_closing would be nan; it must be "
            "between 0 and 1");
  EXPECT_EQ(error("compute.site_lead_time_quarters", "1.5"),
            "compute.site_lead_time_quarters: \"1.5\" can't be its value; it must be a whole "
            "number");
  EXPECT_EQ(error("switches.no_talent", "yes"),
            "switches.no_talent: \"yes\" can't be its value; it must be true or false");
  EXPECT_EQ(error("agents[aws].cloud.builds[0].cooling", "liquids"),
            "agents[aws].cloud.builds[0].cooling: \"liquids\" can't be its value; did you mean "
            "\"liquid\"?");
}

TEST(ScenarioPathTest, AParameterNeedNotBeThereToBeSet) {
  v1::Scenario scenario = ShippedScenario("amazon-openai");
  ASSERT_TRUE(SetAt(&scenario, "agents[openai].parameters[markup_bp]", "2500").ok());
  EXPECT_EQ(ValueOrError(scenario, "agents[openai].parameters[markup_bp]"), "2500");
  EXPECT_EQ(ValueOrError(scenario, "agents[openai].parameters[markup_bp].value"), "2500");
}

TEST(ScenarioPathTest, AnotherStrategyTakesTheParametersAway) {
  v1::Scenario scenario = ShippedScenario("amazon-openai");
  ASSERT_TRUE(SetAt(&scenario, "agents[openai].parameters[markup_bp]", "2500").ok());
  ASSERT_TRUE(SetAt(&scenario, "agents[openai].strategy", "racing-lab").ok());
  const auto parameters = [&] {
    for (const v1::AgentSpec& agent : scenario.agents()) {
      if (agent.name() == "openai") return agent.parameters_size();
    }
    return -1;
  };
  EXPECT_EQ(parameters(), 1);
  ASSERT_TRUE(SetAt(&scenario, "agents[openai].strategy", "conserving-lab").ok());
  EXPECT_EQ(parameters(), 0);
}

TEST(ScenarioPathTest, RemovesOneElementAndKeepsTheOrderOfTheRest) {
  v1::Scenario scenario = ShippedScenario("amazon-openai");
  ASSERT_TRUE(RemoveAt(&scenario, nullptr, "regions[us-midwest]").ok());
  ASSERT_EQ(scenario.regions_size(), 4);
  EXPECT_EQ(scenario.regions(0).name(), "us-east");
  EXPECT_EQ(scenario.regions(1).name(), "us-south");
  EXPECT_EQ(scenario.regions(2).name(), "europe");
  EXPECT_EQ(RemoveAt(&scenario, nullptr, "regions[us-midwest]").message(),
            "regions[us-midwest]: regions has no \"us-midwest\"; it must be one of \"europe\", "
            "\"gulf\", \"us-east\", \"us-south\"");
}

}  // namespace
}  // namespace tranche
