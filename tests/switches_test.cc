// A switch turns its mechanism off and nothing else: where a scenario makes no use of a mechanism,
// switching it off changes no record of a run.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "broker/inline/inline_run.h"
#include "sim/testing/small_market.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {
namespace {

// All records of a run of a year but the header, which holds the scenario.
std::string RecordsOf(const v1::Scenario& scenario) {
  std::string records;
  InlineOptions options;
  options.on_quarter = [&](absl::Span<const StoredRecord> quarter) {
    for (const StoredRecord& stored : quarter) {
      if (stored.record->has_header() || stored.record->has_quarter_closed()) continue;
      stored.record->AppendToString(&records);
    }
    return absl::OkStatus();
  };
  absl::StatusOr<std::unique_ptr<InlineRun>> run =
      InlineRun::Create(scenario, 1, *ResolveSeats(scenario), options);
  EXPECT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE((*run)->Play().ok());
  return records;
}

TEST(UnusedSwitchesTest, SwitchingOffWhatAScenarioDoesNotUseChangesNoRecord) {
  v1::Scenario scenario = DuopolyScenario();
  scenario.set_quarters(4);
  const std::string as_it_is = RecordsOf(scenario);
  ASSERT_FALSE(as_it_is.empty());
  const auto* type = v1::Switches::descriptor();
  for (const char* name : {"no_frameworks", "no_shareholder_votes", "no_data_flow_limits",
                           "no_interlock_rule", "no_anti_dilution"}) {
    v1::Scenario without = scenario;
    v1::Switches& switches = *without.mutable_switches();
    switches.GetReflection()->SetBool(&switches, type->FindFieldByName(name), true);
    EXPECT_TRUE(RecordsOf(without) == as_it_is) << name;
  }
}

// And what it does use is missed.
TEST(UsedSwitchesTest, SwitchingOffWhatAScenarioUsesChangesTheRun) {
  v1::Scenario scenario = DuopolyScenario();
  scenario.set_quarters(4);
  const std::string as_it_is = RecordsOf(scenario);
  const auto* type = v1::Switches::descriptor();
  for (const char* name :
       {"no_training", "no_demand_response", "no_building", "no_funding", "no_review", "no_talent",
        "no_dual_allegiance", "no_supply_contracts", "no_marketplaces", "no_standards",
        "no_scheduled_events", "no_marks", "no_disclosure_lag"}) {
    v1::Scenario without = scenario;
    v1::Switches& switches = *without.mutable_switches();
    switches.GetReflection()->SetBool(&switches, type->FindFieldByName(name), true);
    EXPECT_TRUE(RecordsOf(without) != as_it_is) << name;
  }
}

}  // namespace
}  // namespace tranche
