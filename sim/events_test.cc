#include "sim/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/genesis.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

namespace pb = v1;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class KeptOutput : public MarketOutput {
 public:
  pb::Message* AddMessage() override { return &messages_.emplace_back(); }
  pb::LogRecord* AddRecord() override { return nullptr; }
  const std::deque<pb::Message>& messages() const { return messages_; }

 private:
  std::deque<pb::Message> messages_;
};

pb::Scenario Eventless() {
  pb::Scenario scenario = DuopolyScenario();
  scenario.clear_events();
  return scenario;
}

pb::EventSpec& AddEvent(pb::Scenario& scenario, const std::string& name, int month, int day) {
  pb::EventSpec* event = scenario.add_events();
  event->set_name(name);
  event->mutable_date()->set_year(2026);
  event->mutable_date()->set_month(month);
  event->mutable_date()->set_day(day);
  return *event;
}

std::unique_ptr<World> Open(const pb::Scenario& scenario) {
  absl::StatusOr<std::unique_ptr<World>> world = BuildWorld(scenario, 1);
  TRANCHE_CHECK(world.ok(), std::string(world.status().message()));
  return *std::move(world);
}

std::vector<std::string> NamesOf(const KeptOutput& out) {
  std::vector<std::string> names;
  for (const pb::Message& message : out.messages()) {
    names.push_back(message.has_rule_in_force() ? message.rule_in_force().name()
                                                : message.scheduled_event().name());
  }
  return names;
}

TEST(EventsTest, EventsTakePlaceInTheirQuarterByDateThenName) {
  pb::Scenario scenario = Eventless();
  AddEvent(scenario, "later", 6, 30);
  AddEvent(scenario, "zulu", 4, 1);
  AddEvent(scenario, "alpha", 4, 1);
  AddEvent(scenario, "next-quarter", 7, 1);
  const auto world = Open(scenario);
  KeptOutput first;
  ApplyScheduledEvents(*world, first);
  EXPECT_THAT(first.messages(), SizeIs(0));
  ++world->quarter;
  KeptOutput second;
  ApplyScheduledEvents(*world, second);
  EXPECT_THAT(NamesOf(second), ElementsAre("alpha", "zulu", "later"));
}

TEST(EventsTest, EveryActiveAgentIsTold) {
  pb::Scenario scenario = Eventless();
  AddEvent(scenario, "news", 1, 15);
  const auto world = Open(scenario);
  world->agents[world->FindAgent("borealis")].active = false;
  KeptOutput out;
  ApplyScheduledEvents(*world, out);
  ASSERT_THAT(out.messages(), SizeIs(1));
  const pb::Message& message = out.messages()[0];
  EXPECT_EQ(message.sender(), "market");
  EXPECT_THAT(message.recipients(),
              ElementsAre("aurora", "european-commission", "harbor-fund", "nimbus",
                          "nimbus-ventures", "stratus", "us-antitrust"));
}

TEST(EventsTest, AListingListsTheLab) {
  pb::Scenario scenario = Eventless();
  AddEvent(scenario, "listing", 2, 1).set_listing_of("borealis");
  const auto world = Open(scenario);
  KeptOutput out;
  ApplyScheduledEvents(*world, out);
  EXPECT_TRUE(world->labs[world->lab_of(world->FindAgent("borealis"))].listed);
  EXPECT_FALSE(world->labs[world->lab_of(world->FindAgent("aurora"))].listed);
}

TEST(EventsTest, GridsGrowAtANewPace) {
  pb::Scenario scenario = Eventless();
  AddEvent(scenario, "crunch", 2, 1).set_grid_growth_factor(0.25);
  const auto world = Open(scenario);
  const double before = world->regions[RegionId(0)].new_kw_per_quarter;
  KeptOutput out;
  ApplyScheduledEvents(*world, out);
  EXPECT_DOUBLE_EQ(world->regions[RegionId(0)].new_kw_per_quarter, before / 4);
}

TEST(EventsTest, ALawReplacesThatOfItsJurisdictionFromItsQuarterOn) {
  pb::Scenario scenario = Eventless();
  pb::RegimeSpec strict = scenario.regimes(0);
  strict.set_name("a-strict-law");
  strict.set_in_force("2026Q2");
  strict.set_transaction_threshold_usd_millions(1);
  *scenario.add_regimes() = strict;
  const auto world = Open(scenario);
  const auto threshold = [&] {
    return world->regimes[pb::JURISDICTION_US_ANTITRUST].transaction_threshold_usd_millions();
  };
  KeptOutput first;
  ApplyScheduledEvents(*world, first);
  EXPECT_EQ(threshold(), 133.9);
  EXPECT_THAT(NamesOf(first), ElementsAre());
  ++world->quarter;
  KeptOutput second;
  ApplyScheduledEvents(*world, second);
  EXPECT_EQ(threshold(), 1);
  EXPECT_THAT(NamesOf(second), ElementsAre("a-strict-law"));
  ++world->quarter;
  KeptOutput third;
  ApplyScheduledEvents(*world, third);
  EXPECT_EQ(threshold(), 1) << "it stays in force";
  EXPECT_THAT(NamesOf(third), ElementsAre());
}

}  // namespace
}  // namespace tranche
