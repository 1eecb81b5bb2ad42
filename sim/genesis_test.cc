#include "sim/genesis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "sim/compute_market.h"
#include "sim/demand.h"
#include "sim/marks.h"
#include "sim/ownership.h"
#include "sim/testing/small_market.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

namespace pb = v1;
using ::testing::ElementsAre;

constexpr Cents kMillion{100'000'000};

std::unique_ptr<World> Open(const pb::Scenario& scenario) {
  absl::StatusOr<std::unique_ptr<World>> world = BuildWorld(scenario, 1);
  TRANCHE_CHECK(world.ok(), std::string(world.status().message()));
  return std::move(*world);
}

std::unique_ptr<World> Duopoly() { return Open(DuopolyScenario()); }

const Lab& LabNamed(const World& world, absl::string_view name) {
  return world.labs[world.lab_of(world.FindAgent(name))];
}

EntityId EntityOf(const World& world, absl::string_view agent) {
  return world.agents[world.FindAgent(agent)].entity;
}

pb::AgentSpec& SpecOf(pb::Scenario& scenario, absl::string_view name) {
  for (pb::AgentSpec& agent : *scenario.mutable_agents()) {
    if (agent.name() == name) return agent;
  }
  TRANCHE_CHECK(false, std::string(name));
}

TEST(GenesisTest, AgentsAreInByteOrderOfTheirNames) {
  const auto world = Duopoly();
  std::vector<std::string> names;
  for (const AgentSeat& seat : world->seats) names.push_back(seat.name);
  EXPECT_THAT(names, ElementsAre("aurora", "borealis", "european-commission", "harbor-fund",
                                 "nimbus", "nimbus-ventures", "stratus", "us-antitrust"));
  std::vector<std::string> groups;
  for (const Group& group : world->groups) groups.push_back(group.name);
  EXPECT_TRUE(std::is_sorted(groups.begin(), groups.end()));
  EXPECT_THAT(groups, testing::Contains("nimbus-group"));
}

TEST(GenesisTest, OrderOfTheScenarioMakesNoDifference) {
  pb::Scenario reversed = DuopolyScenario();
  std::reverse(reversed.mutable_agents()->begin(), reversed.mutable_agents()->end());
  std::reverse(reversed.mutable_contracts()->begin(), reversed.mutable_contracts()->end());
  std::reverse(reversed.mutable_segments()->begin(), reversed.mutable_segments()->end());
  const auto a = Duopoly();
  const auto b = Open(reversed);
  EXPECT_EQ(a->scenario.SerializeAsString(), b->scenario.SerializeAsString());
  for (AgentId id : a->agents.ids()) {
    EXPECT_EQ(a->name_of(id), b->name_of(id));
    EXPECT_EQ(a->agents[id].role_index, b->agents[id].role_index);
  }
  for (ContractId id : a->contracts.ids()) EXPECT_EQ(a->contracts[id].name, b->contracts[id].name);
}

TEST(GenesisTest, AnInvalidScenarioIsRefused) {
  pb::Scenario scenario = DuopolyScenario();
  scenario.set_quarters(0);
  EXPECT_EQ(BuildWorld(scenario, 1).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(GenesisTest, BooksBalanceBeforeTheFirstPayment) {
  const auto world = Duopoly();
  EXPECT_TRUE(world->ledger.CheckBalanced().ok());
  EXPECT_EQ(world->ledger.Cash(EntityOf(*world, "aurora")), 550 * kMillion);
  EXPECT_EQ(world->ledger.Cash(EntityOf(*world, "nimbus")), Cents(0));
  EXPECT_EQ(SpendableCash(*world, world->FindAgent("nimbus")), 4000 * kMillion);
  EXPECT_EQ(SpendableCash(*world, world->FindAgent("harbor-fund")), 3000 * kMillion);
  EXPECT_EQ(world->ledger.Balance(EntityOf(*world, "stratus"), Account::kAccelerators),
            2900 * kMillion);
}

TEST(GenesisTest, StakesAreExactToTheShare) {
  const auto world = Duopoly();
  const Lab& aurora = LabNamed(*world, "aurora");
  const CapTable& table = aurora.cap_table;
  EXPECT_EQ(table.FullyDiluted(), 100'000'000);
  EXPECT_EQ(table.SharesOf(table.FindHolder("nimbus-group")), 15'000'000);
  EXPECT_EQ(table.SharesOf(table.FindHolder("early-backers")), 25'000'000);
  EXPECT_EQ(table.SharesOf(table.FindHolder(kFoundersAndStaff)), 60'000'000);
  EXPECT_EQ(aurora.last_price_micros_per_share, 200'000'000);
}

TEST(GenesisTest, HoldersCarryTheirStakesAtTheLastPrice) {
  const auto world = Duopoly();
  // The group's investor holds the shares in its books.
  const EntityId ventures = EntityOf(*world, "nimbus-ventures");
  EXPECT_EQ(world->ledger.Balance(ventures, Account::kEquityInvestments), 1000 * kMillion);
  ASSERT_EQ(std::distance(world->stakes.begin(), world->stakes.end()), 2);
  for (const Stake& stake : world->stakes) {
    const EntityId holder = world->agents[stake.holder_agent].entity;
    EXPECT_EQ(stake.cost + stake.marked, MarkOf(*world, stake));
    EXPECT_EQ(world->ledger.Balance(holder, Account::kInvestmentMarks), stake.marked);
  }
  EXPECT_EQ(world->ledger.Balance(EntityOf(*world, "aurora"), Account::kPaidInCapital),
            1300 * kMillion);
  EXPECT_EQ(BoardRightOf(*world, world->lab_of(world->FindAgent("borealis")),
                         GroupOfHolder(*world, "harbor-fund")),
            pb::BOARD_RIGHT_SEAT);
}

TEST(GenesisTest, OpeningNotesAreClaimsOnBothSides) {
  pb::Scenario scenario = DuopolyScenario();
  SpecOf(scenario, "borealis").mutable_lab()->mutable_holdings(0)->set_notes_usd_millions(250);
  const auto world = Open(scenario);
  const Lab& borealis = LabNamed(*world, "borealis");
  ASSERT_EQ(borealis.cap_table.notes().size(), 1);
  EXPECT_EQ(borealis.cap_table.notes()[0].principal, 250 * kMillion);
  EXPECT_EQ(world->ledger.Balance(EntityOf(*world, "borealis"), Account::kNotesPayable),
            250 * kMillion);
  EXPECT_EQ(world->ledger.Balance(EntityOf(*world, "harbor-fund"), Account::kNotesReceivable),
            250 * kMillion);
  EXPECT_TRUE(world->ledger.CheckBalanced().ok());
}

TEST(GenesisTest, OpeningSalesAreTheScenarios) {
  const auto world = Duopoly();
  const Lab& aurora = LabNamed(*world, "aurora");
  EXPECT_EQ(aurora.revenue_history, (std::vector<Cents>{540 * kMillion, 600 * kMillion}));
  for (int s = 0; s < kSegments; ++s) {
    double shares = 0;
    for (const Lab& lab : world->labs) shares += lab.outcome[static_cast<size_t>(s)].share;
    EXPECT_DOUBLE_EQ(shares, 1);
  }
  // 150 of 270 millions in enterprises.
  EXPECT_DOUBLE_EQ(aurora.outcome[1].share, 150.0 / 270);
}

// With adoption at rest, customers want at the opening prices what they are said to have bought.
TEST(GenesisTest, DemandAtTheOpeningPricesIsTheOpeningSales) {
  pb::Scenario scenario = DuopolyScenario();
  for (pb::SegmentSpec& segment : *scenario.mutable_segments()) {
    segment.set_adoption_speed_percent_per_quarter(0);
  }
  const auto world = Open(scenario);
  std::vector<std::array<SegmentOutcome, kSegments>> opening;
  for (const Lab& lab : world->labs) opening.push_back(lab.outcome);
  PlanDemand(*world);
  for (int s = 0; s < kSegments; ++s) {
    const Segment& segment = world->segments[static_cast<size_t>(s)];
    std::vector<double> wanted(opening.size());
    double shares = 0;
    for (const Offering& offering : segment.offerings) {
      wanted[static_cast<size_t>(offering.lab.value())] += offering.wanted_mtok;
      shares += offering.share;
    }
    EXPECT_NEAR(shares, 1, 1e-12);
    for (size_t lab = 0; lab < opening.size(); ++lab) {
      const double sold = opening[lab][static_cast<size_t>(s)].mtok;
      EXPECT_NEAR(wanted[lab], sold, sold * 1e-6) << pb::Segment_Name(SegmentAt(s)) << lab;
    }
  }
}

TEST(GenesisTest, ReservationsStayAtTheirOpeningSizeInTheFirstQuarterThenRamp) {
  const auto world = Duopoly();
  const LabId aurora = world->lab_of(world->FindAgent("aurora"));
  const Quarter first = world->first_quarter;
  EXPECT_EQ(ReservedForLab(*world, aurora, first), 130'000);
  EXPECT_EQ(ReservedForLab(*world, aurora, first + 1), 132'500);
  // The ramp is over, and so is the contract with Stratus, unless it is renewed.
  EXPECT_EQ(ReservedForLab(*world, aurora, first + 8), 120'000);
}

TEST(GenesisTest, SitesUnderWayAreInTheBooksForWhatHasBeenPaid) {
  const auto world = Duopoly();
  ASSERT_EQ(world->builds.size(), 1);
  const Build& build = world->builds[0];
  EXPECT_EQ(build.total_cost - build.paid, 900 * kMillion);
  EXPECT_EQ(world->ledger.Balance(EntityOf(*world, "nimbus"), Account::kConstructionInProgress),
            build.paid);
  // 60 MW of accelerators at 1.2 kW, 1.5 H100-equivalents each.
  EXPECT_EQ(build.h100e, 75'000);
  EXPECT_EQ(build.ready, Quarter(2026, 3));
}

TEST(GenesisTest, LawsInForceAreThoseOfTheFirstQuarter) {
  pb::Scenario scenario = DuopolyScenario();
  pb::RegimeSpec* later = scenario.add_regimes();
  *later = scenario.regimes(0);
  later->set_name("a-later-law");
  later->set_in_force("2026Q3");
  const auto world = Open(scenario);
  EXPECT_TRUE(world->has_regime[pb::JURISDICTION_US_ANTITRUST]);
  EXPECT_TRUE(world->has_regime[pb::JURISDICTION_EUROPEAN_UNION]);
  EXPECT_FALSE(world->has_regime[pb::JURISDICTION_CFIUS]);
  EXPECT_EQ(world->regimes[pb::JURISDICTION_US_ANTITRUST].name(), "hsr");
}

TEST(GenesisTest, ADivisionBelongsToItsGroup) {
  pb::Scenario scenario = DuopolyScenario();
  pb::AgentSpec& aurora = SpecOf(scenario, "aurora");
  aurora.set_group("nimbus-group");
  aurora.clear_cash_usd_millions();
  aurora.mutable_lab()->set_division(true);
  aurora.mutable_lab()->clear_holdings();
  scenario.mutable_events()->DeleteSubrange(0, scenario.events_size());
  const auto world = Open(scenario);
  const LabId lab = world->lab_of(world->FindAgent("aurora"));
  const GroupId group = GroupOfHolder(*world, "nimbus-group");
  EXPECT_EQ(ControllerOf(*world, lab), group);
  EXPECT_EQ(StakePpm(*world, lab, group), 1'000'000);
  EXPECT_TRUE(world->ledger.CheckBalanced().ok());
}

}  // namespace
}  // namespace tranche
