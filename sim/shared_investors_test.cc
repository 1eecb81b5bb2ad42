#include "sim/shared_investors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/capability.h"
#include "sim/ownership.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

// Cloud 0's group holds shares in both labs; lab 0 is ahead.
class SharedInvestorsTest : public testing::Test {
 protected:
  SharedInvestorsTest() {
    v1::TechnologySpec& technology = *world().scenario.mutable_technology();
    technology.set_shared_investor_leak_percent_per_quarter(10);
    technology.set_leak_percent_per_quarter(0);
    technology.set_researcher_elasticity(0);
    technology.set_algorithmic_progress_percent_per_year(0);
    economy.lab(0).efficiency = 2;
    economy.lab(1).efficiency = 0.5;
    for (int lab : {0, 1}) {
      const GroupId group = world().agents[economy.cloud_agent(0)].group;
      economy.lab(lab).cap_table.Issue(CapTable::common(), AddHolder(world(), LabId(lab), group),
                                       1000, Cents(0));
      StakeIn(lab).information_right = true;
    }
  }
  World& world() { return economy.world; }
  Stake& StakeIn(int lab) { return StakeOf(world(), LabId(lab), economy.cloud_agent(0)); }
  // Of lab 0 over lab 1.
  double Lead() { return economy.lab(0).efficiency / economy.lab(1).efficiency; }

  HandMadeEconomy economy;
};

TEST_F(SharedInvestorsTest, ATenthOfTheLeadLeaksInLogarithms) {
  AdvanceTechnology(world());
  EXPECT_NEAR(Lead(), std::exp(0.9 * std::log(4.0)), 1e-12);
}

TEST_F(SharedInvestorsTest, AFirewallOnEitherStakeStopsIt) {
  for (int lab : {0, 1}) {
    StakeIn(lab).firewall = true;
    AdvanceTechnology(world());
    EXPECT_NEAR(Lead(), 4, 1e-12);
    StakeIn(lab).firewall = false;
  }
}

TEST_F(SharedInvestorsTest, ASilentHolderSeesNothing) {
  StakeIn(0).information_right = false;
  AdvanceTechnology(world());
  EXPECT_NEAR(Lead(), 4, 1e-12);
  StakeIn(0).board_right = v1::BOARD_RIGHT_OBSERVER;
  AdvanceTechnology(world());
  EXPECT_LT(Lead(), 4);
}

TEST_F(SharedInvestorsTest, SwitchedOffWithDualAllegiance) {
  world().scenario.mutable_switches()->set_no_dual_allegiance(true);
  AdvanceTechnology(world());
  EXPECT_NEAR(Lead(), 4, 1e-12);
}

}  // namespace
}  // namespace tranche
