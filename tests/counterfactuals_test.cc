// The flagship's counterfactuals: each is the flagship but for what it states, and each can be
// played.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/inline/inline_run.h"
#include "sim/scenario.h"
#include "sim/scenario_path.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

struct Counterfactual {
  std::string name;
  // Where it has another value than the flagship.
  std::vector<std::string> changed;
  // What it lacks.
  std::vector<std::string> removed;
  // Events it adds.
  std::vector<std::string> added_events;
};

void PrintTo(const Counterfactual& counterfactual, std::ostream* out) {
  *out << counterfactual.name;
}

std::vector<std::string> RegionPaths() {
  std::vector<std::string> paths;
  for (const char* region : {"us-east", "us-midwest", "us-south", "europe", "gulf"}) {
    for (const char* field : {"spare_power_mw", "new_power_mw_per_quarter",
                              "electricity_usd_per_mwh", "scarcity_price_percent"}) {
      paths.push_back(absl::StrCat("regions[", region, "].", field));
    }
  }
  return paths;
}

std::vector<std::string> InvestorPaths() {
  std::vector<std::string> paths;
  for (const char* investor : {"amazon", "microsoft", "alphabet", "softbank", "nvidia",
                               "sovereign-fund", "venture-syndicate"}) {
    for (const char* parameter : {"sits_out_percent", "optimism_percent", "bridge_percent"}) {
      paths.push_back(absl::StrCat("agents[", investor, "].parameters[", parameter, "]"));
    }
  }
  return paths;
}

std::vector<Counterfactual> Counterfactuals() {
  return {
      {"no-deal",
       {"agents[amazon].parameters[sits_out_percent]", "events[openai-round].description"},
       {"events[openai-round].round.interest[amazon]"},
       {}},
      {"strict-regulators",
       {"agents[us-antitrust].strategy", "agents[european-commission].strategy",
        "agents[cfius].strategy", "regimes[hsr-2026].hhi_threshold",
        "regimes[hsr-2026].hhi_change_threshold", "regimes[hsr-2026].share_threshold_percent",
        "regimes[hsr-2026].court_upholds_percent",
        "regimes[eu-merger-regulation].stake_threshold_percent",
        "regimes[eu-merger-regulation].hhi_threshold",
        "regimes[eu-merger-regulation].hhi_change_threshold",
        "regimes[eu-merger-regulation].share_threshold_percent",
        "regimes[eu-merger-regulation].court_upholds_percent",
        "regimes[cfius].stake_threshold_percent"},
       {},
       {}},
      {"exclusive-cloud",
       {"contracts[azure-base].capacity.exclusive", "contracts[rainier].capacity.exclusive",
        "contracts[colossus].capacity.exclusive", "contracts[bedrock].marketplace.exclusive",
        "agents[amazon].parameters[exclusivity_percent]",
        "agents[amazon].parameters[shut_out_percent]",
        "agents[microsoft].parameters[exclusivity_percent]",
        "agents[microsoft].parameters[shut_out_percent]",
        "agents[alphabet].parameters[exclusivity_percent]",
        "agents[alphabet].parameters[shut_out_percent]"},
       {"contracts[vertex-claude]", "contracts[foundry-claude]"},
       {}},
      {"open-standards",
       {"technology.compatibility_opening", "technology.compatibility_closing"},
       {},
       {}},
      {"power-crunch", RegionPaths(), {}, {"turbines-sold-out"}},
      {"talent-freeze",
       {"talent.available", "talent.entrants_per_quarter", "talent.mobility_friction"},
       {},
       {}},
      {"funding-winter", InvestorPaths(), {}, {}},
  };
}

class CounterfactualTest : public ::testing::TestWithParam<Counterfactual> {};

TEST_P(CounterfactualTest, DiffersFromTheFlagshipOnlyWhereItSays) {
  const v1::Scenario counterfactual = ShippedScenario(GetParam().name);
  v1::Scenario flagship = ShippedScenario("amazon-openai");
  EXPECT_EQ(counterfactual.name(), GetParam().name);
  EXPECT_NE(counterfactual.title(), flagship.title());
  EXPECT_NE(counterfactual.description(), flagship.description());
  flagship.set_name(counterfactual.name());
  flagship.set_title(counterfactual.title());
  flagship.set_description(counterfactual.description());
  for (const std::string& path : GetParam().removed) {
    EXPECT_TRUE(RemoveAt(&flagship, nullptr, path).ok()) << path;
  }
  for (const std::string& path : GetParam().changed) {
    const auto value = ValueAt(counterfactual, path);
    ASSERT_TRUE(value.ok()) << value.status();
    EXPECT_NE(*ValueAt(flagship, path), *value) << path;
    const absl::Status set = SetAt(&flagship, path, *value);
    EXPECT_TRUE(set.ok()) << set;
  }
  for (const std::string& name : GetParam().added_events) {
    EXPECT_FALSE(ValueAt(flagship, absl::StrCat("events[", name, "].name")).ok()) << name;
    for (const v1::EventSpec& event : counterfactual.events()) {
      if (event.name() == name) *flagship.add_events() = event;
    }
  }
  EXPECT_EQ(CanonicalScenarioBytes(flagship), CanonicalScenarioBytes(counterfactual));
}

TEST_P(CounterfactualTest, CanBePlayed) {
  const v1::Scenario scenario = ShippedScenario(GetParam().name);
  const auto seats = ResolveSeats(scenario);
  ASSERT_TRUE(seats.ok()) << seats.status();
  auto run = InlineRun::Create(scenario, 1, *seats, {.keep_records = false});
  ASSERT_TRUE(run.ok()) << run.status();
  const auto result = (*run)->Play();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->quarters, 12);
}

INSTANTIATE_TEST_SUITE_P(All, CounterfactualTest, ::testing::ValuesIn(Counterfactuals()),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

}  // namespace
}  // namespace tranche
