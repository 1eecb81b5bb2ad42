#include "sim/circular_financing.h"

#include <gtest/gtest.h>

#include "sim/ownership.h"
#include "sim/payments.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

// Lab 0 reserves at both clouds; cloud 0's group holds shares in it.
class CircularFinancingTest : public testing::Test {
 protected:
  CircularFinancingTest() {
    CalibrateAppeal(economy.world);
    for (int cloud : {0, 1}) economy.Reserve(0, cloud, 1'000, 2'000'000);
    GiveShares();
  }
  World& world() { return economy.world; }
  GroupId GroupOf(int cloud) { return world().agents[economy.cloud_agent(cloud)].group; }
  void GiveShares() {
    economy.lab(0).cap_table.Issue(CapTable::common(), AddHolder(world(), LabId(0), GroupOf(0)),
                                   1000, Cents(0));
  }
  Cents Closed(int cloud, Account account) {
    return world().ledger.ClosedBalance(economy.EntityOf(economy.cloud_agent(cloud)), account);
  }

  HandMadeEconomy economy;
};

TEST_F(CircularFinancingTest, WhatAnInvesteeBuysIsALineOfItsOwn) {
  economy.CloseQuarter();
  // 1,000 accelerators at 2,000 hours and $2, take or pay.
  EXPECT_EQ(Closed(0, Account::kRevenueInvestees), FromDollars(4'000'000));
  EXPECT_EQ(Closed(0, Account::kRevenueCompute) + Closed(0, Account::kRevenueTakeOrPay), Cents(0));
  EXPECT_EQ(Closed(1, Account::kRevenueInvestees), Cents(0));
  EXPECT_EQ(Closed(1, Account::kRevenueCompute) + Closed(1, Account::kRevenueTakeOrPay),
            FromDollars(4'000'000));
  EXPECT_EQ(CircularFinancing(world(), GroupOf(0)), FromDollars(4'000'000));
  EXPECT_EQ(CircularFinancing(world(), GroupOf(1)), Cents(0));
}

TEST_F(CircularFinancingTest, TheLineIsPartOfRevenue) {
  economy.CloseQuarter();
  const EntityId invested = economy.EntityOf(economy.cloud_agent(0));
  const EntityId other = economy.EntityOf(economy.cloud_agent(1));
  EXPECT_EQ(world().ledger.IncomeStatementOf(invested).revenue,
            world().ledger.IncomeStatementOf(other).revenue);
  EXPECT_EQ(economy.cloud(0).revenue_history.back(), economy.cloud(1).revenue_history.back());
}

TEST_F(CircularFinancingTest, AHolderOfNotesHasInvestedTooAndADivisionIsNoInvestee) {
  EXPECT_FALSE(HasInvestedIn(world(), LabId(0), GroupOf(1)));
  ConvertibleNote note;
  note.holder = AddHolder(world(), LabId(0), GroupOf(1));
  note.principal = FromDollars(1);
  economy.lab(0).cap_table.AddNote(note);
  EXPECT_TRUE(HasInvestedIn(world(), LabId(0), GroupOf(1)));
  EXPECT_FALSE(HasInvestedIn(world(), LabId(0), world().agent_of(LabId(0)).group));
}

}  // namespace
}  // namespace tranche
