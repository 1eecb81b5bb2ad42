#include "sim/frameworks.h"

#include <gtest/gtest.h>

#include "sim/events.h"
#include "sim/payments.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

class FrameworksTest : public testing::Test {
 protected:
  FrameworksTest() { CalibrateAppeal(economy.world); }

  Framework& AddFramework(Quarter in_force) {
    Framework framework;
    framework.name = "act";
    framework.in_force = in_force;
    world().frameworks.push_back(framework);
    return world().frameworks.back();
  }
  World& world() { return economy.world; }
  Cents RegulatoryCosts(int lab) {
    return world().ledger.Balance(economy.EntityOf(economy.lab_agent(lab)),
                                  Account::kRegulatoryCosts);
  }

  HandMadeEconomy economy;
};

TEST_F(FrameworksTest, CostsAreAFixedPartAndOneOfTheTerritorysRevenue) {
  Framework& act = AddFramework(world().quarter);
  act.cost = FromDollars(1'000'000);
  act.cost_of_revenue = 0.02;
  act.territory = 0.25;
  // Four segments of $10M.
  EXPECT_EQ(CostOfComplying(world(), act, LabId(0)), FromDollars(1'000'000 + 200'000));
  SettlePayments(world(), economy.out);
  EXPECT_EQ(RegulatoryCosts(0), FromDollars(1'200'000));
}

TEST_F(FrameworksTest, CostsBeginWithTheQuarterInForce) {
  AddFramework(world().quarter + 1).cost = FromDollars(1'000'000);
  economy.CloseQuarter();
  EXPECT_EQ(world().ledger.ClosedBalance(economy.EntityOf(economy.lab_agent(0)),
                                         Account::kRegulatoryCosts),
            Cents(0));
  economy.CloseQuarter();
  EXPECT_EQ(world().ledger.ClosedBalance(economy.EntityOf(economy.lab_agent(0)),
                                         Account::kRegulatoryCosts),
            FromDollars(1'000'000));
}

TEST_F(FrameworksTest, LabsBelowTheCapabilityAreNotConcerned) {
  Framework& act = AddFramework(world().quarter);
  act.capability = 26.5;
  act.cost = FromDollars(1'000'000);
  act.assessment_quarters = 2;
  economy.lab(0).capability = 26.5;
  economy.lab(1).capability = 26.4;
  EXPECT_TRUE(Concerns(world(), act, LabId(0)));
  EXPECT_FALSE(Concerns(world(), act, LabId(1)));
  EXPECT_EQ(AssessmentQuarters(world(), 26.5), 2);
  EXPECT_EQ(AssessmentQuarters(world(), 26.4), 0);
}

TEST_F(FrameworksTest, MandatedCompatibilityRaisesThatOfCustomInItsTerritory) {
  world().compatibility = 0.4;
  EXPECT_DOUBLE_EQ(Compatibility(world()), 0.4);
  Framework& act = AddFramework(world().quarter);
  act.territory = 0.25;
  act.compatibility_floor = 0.8;
  EXPECT_DOUBLE_EQ(Compatibility(world()), 0.4 + 0.25 * 0.4);
  act.compatibility_floor = 0.3;
  EXPECT_DOUBLE_EQ(Compatibility(world()), 0.4) << "a floor below it changes nothing";
}

TEST_F(FrameworksTest, MandatedCompatibilityLowersLockIn) {
  HandMadeEconomy mandated;
  CalibrateAppeal(mandated.world);
  Framework act;
  act.name = "act";
  act.in_force = mandated.world.quarter;
  act.territory = 1;
  act.compatibility_floor = 1;
  mandated.world.frameworks.push_back(act);
  PlanDemand(world());
  PlanDemand(mandated.world);
  EXPECT_LT(mandated.segment(0).lock_in, economy.segment(0).lock_in);
}

}  // namespace
}  // namespace tranche
