#include "sim/insolvency.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/ownership.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

class InsolvencyTest : public testing::Test {
 protected:
  InsolvencyTest() { economy_.Reserve(0, 0, 1000, 2'000'000); }

  // A bill of `dollars` that lab 0 can't pay, to cloud 0.
  void Owe(int64_t dollars) {
    World& world = economy_.world;
    const EntityId lab = economy_.EntityOf(economy_.lab_agent(0));
    const EntityId cloud = economy_.EntityOf(economy_.cloud_agent(0));
    world.ledger.Exchange({cloud, Account::kReceivables, Account::kRevenueCompute},
                          {lab, Account::kCostOfCompute, Account::kPayables}, FromDollars(dollars),
                          PaymentKind::kComputeUsage, "lab-0/0");
    Arrear arrear;
    arrear.debtor = economy_.lab_agent(0);
    arrear.creditor = cloud;
    arrear.amount = FromDollars(dollars);
    arrear.thread = "lab-0/0";
    arrear.since = world.quarter;
    world.arrears.push_back(arrear);
  }

  void LeaveCash(int64_t dollars) {
    World& world = economy_.world;
    const EntityId lab = economy_.EntityOf(economy_.lab_agent(0));
    ASSERT_TRUE(world.ledger
                    .Transfer(lab, world.populations.rest_of_world,
                              world.ledger.Cash(lab) - FromDollars(dollars), Account::kOtherExpense,
                              Account::kRevenueOther, PaymentKind::kOverhead, "")
                    .ok());
  }

  void NextQuarter() {
    ASSERT_TRUE(economy_.world.ledger.CheckBalanced().ok());
    economy_.world.ledger.CloseQuarter();
    ++economy_.world.quarter;
    economy_.world.ledger.OpenQuarter();
  }

  size_t CountMessages(v1::Message::BodyCase body) {
    return static_cast<size_t>(
        std::count_if(economy_.out.messages.begin(), economy_.out.messages.end(),
                      [body](const v1::Message& m) { return m.body_case() == body; }));
  }

  bool Active() { return economy_.world.agents[economy_.lab_agent(0)].active; }

  HandMadeEconomy economy_;
};

TEST_F(InsolvencyTest, ArrearsThatCanBePaidArePaid) {
  Owe(1'000'000);
  ResolveInsolvency(economy_.world, economy_.out);
  EXPECT_TRUE(economy_.world.arrears.empty());
  EXPECT_TRUE(economy_.out.messages.empty());
  EXPECT_TRUE(economy_.world.ledger.CheckBalanced().ok());
}

// The cloud owes as much as the lab owes it: it lives if the lab pays, and follows it if not.
TEST_F(InsolvencyTest, ADefaultSpreadsToACreditorThatCannotPayInTurn) {
  for (const bool lab_can_pay : {true, false}) {
    HandMadeEconomy economy;
    World& world = economy.world;
    const AgentId lab = economy.lab_agent(0);
    const AgentId cloud = economy.cloud_agent(0);
    const auto empty = [&](AgentId agent) {
      ASSERT_TRUE(world.ledger
                      .Transfer(economy.EntityOf(agent), world.populations.rest_of_world,
                                world.ledger.Cash(economy.EntityOf(agent)), Account::kOtherExpense,
                                Account::kRevenueOther, PaymentKind::kOverhead, "")
                      .ok());
    };
    const auto owe = [&](AgentId debtor, EntityId creditor) {
      world.ledger.Exchange({creditor, Account::kReceivables, Account::kRevenueOther},
                            {economy.EntityOf(debtor), Account::kOtherExpense, Account::kPayables},
                            FromDollars(1'000'000), PaymentKind::kOverhead, "bill");
      world.arrears.push_back({debtor, creditor, FromDollars(1'000'000), PaymentKind::kOverhead,
                               "bill", world.quarter});
    };
    empty(cloud);
    if (!lab_can_pay) empty(lab);
    owe(lab, economy.EntityOf(cloud));
    owe(cloud, world.populations.builders);
    for (int quarter = 0; quarter < 2; ++quarter) {
      ResolveInsolvency(world, economy.out);
      ASSERT_TRUE(world.ledger.CheckBalanced().ok());
      world.ledger.CloseQuarter();
      ++world.quarter;
      world.ledger.OpenQuarter();
    }
    EXPECT_EQ(world.agents[cloud].active, lab_can_pay);
    EXPECT_EQ(world.agents[lab].active, lab_can_pay);
  }
}

TEST_F(InsolvencyTest, ALabHasOneQuarterToFindMoney) {
  LeaveCash(0);
  Owe(1'000'000);
  ResolveInsolvency(economy_.world, economy_.out);
  EXPECT_TRUE(Active());
  EXPECT_EQ(CountMessages(v1::Message::kDefaultNotice), 1u);
  NextQuarter();
  ResolveInsolvency(economy_.world, economy_.out);
  EXPECT_FALSE(Active());
  EXPECT_EQ(CountMessages(v1::Message::kInsolvency), 1u);
  EXPECT_TRUE(economy_.world.ledger.CheckBalanced().ok());
}

TEST_F(InsolvencyTest, MoneyFoundInTimeSavesIt) {
  LeaveCash(0);
  Owe(1'000'000);
  ResolveInsolvency(economy_.world, economy_.out);
  NextQuarter();
  World& world = economy_.world;
  ASSERT_TRUE(world.ledger
                  .Transfer(world.populations.capital, economy_.EntityOf(economy_.lab_agent(0)),
                            FromDollars(2'000'000), Account::kEquityInvestments,
                            Account::kPaidInCapital, PaymentKind::kEquityIssue, "")
                  .ok());
  ResolveInsolvency(world, economy_.out);
  EXPECT_TRUE(Active());
  EXPECT_TRUE(world.arrears.empty());
  EXPECT_TRUE(world.ledger.CheckBalanced().ok());
}

TEST_F(InsolvencyTest, CreditorsShareWhatIsLeftAndLoseTheRest) {
  LeaveCash(0);
  Owe(3'000'000);
  ResolveInsolvency(economy_.world, economy_.out);
  NextQuarter();
  World& world = economy_.world;
  const EntityId cloud = economy_.EntityOf(economy_.cloud_agent(0));
  ASSERT_TRUE(world.ledger
                  .Transfer(world.populations.capital, economy_.EntityOf(economy_.lab_agent(0)),
                            FromDollars(1'000'000), Account::kEquityInvestments,
                            Account::kPaidInCapital, PaymentKind::kEquityIssue, "")
                  .ok());
  const Cents before = world.ledger.Cash(cloud);
  ResolveInsolvency(world, economy_.out);
  EXPECT_FALSE(Active());
  EXPECT_EQ(world.ledger.Cash(cloud) - before, FromDollars(1'000'000));
  EXPECT_EQ(world.ledger.Balance(cloud, Account::kCreditLosses), FromDollars(2'000'000));
  EXPECT_EQ(world.ledger.Balance(cloud, Account::kReceivables), Cents(0));
}

TEST_F(InsolvencyTest, NotesRankWithBills) {
  World& world = economy_.world;
  const EntityId lab = economy_.EntityOf(economy_.lab_agent(0));
  CapTable& table = economy_.lab(0).cap_table;
  ConvertibleNote note;
  note.holder = table.AddHolder("a lender outside the market");
  note.principal = FromDollars(1'000'000);
  note.issued = world.first_quarter - 1;
  table.AddNote(note);
  ASSERT_TRUE(world.ledger
                  .Transfer(world.populations.capital, lab, note.principal,
                            Account::kNotesReceivable, Account::kNotesPayable,
                            PaymentKind::kNoteIssue, "")
                  .ok());
  LeaveCash(0);
  Owe(3'000'000);
  ResolveInsolvency(world, economy_.out);
  NextQuarter();
  ASSERT_TRUE(world.ledger
                  .Transfer(world.populations.capital, lab, FromDollars(2'000'000),
                            Account::kEquityInvestments, Account::kPaidInCapital,
                            PaymentKind::kEquityIssue, "")
                  .ok());
  // Unpaid bills take the cash before the estate is divided: 1M of the 3M stays owed.
  ResolveInsolvency(world, economy_.out);
  EXPECT_FALSE(Active());
  EXPECT_TRUE(table.notes().empty());
  EXPECT_EQ(world.ledger.Balance(lab, Account::kNotesPayable), Cents(0));
  EXPECT_EQ(world.ledger.Balance(world.populations.capital, Account::kCreditLosses),
            FromDollars(1'000'000));
  EXPECT_TRUE(world.ledger.CheckBalanced().ok());
}

TEST_F(InsolvencyTest, PeopleAreFreedAndContractsEnd) {
  LeaveCash(0);
  Owe(1'000'000);
  ResolveInsolvency(economy_.world, economy_.out);
  NextQuarter();
  ResolveInsolvency(economy_.world, economy_.out);
  EXPECT_EQ(economy_.lab(0).researchers, 0);
  EXPECT_EQ(economy_.world.researchers_available, 100);
  EXPECT_FALSE(economy_.world.contracts[ContractId(0)].active);
  EXPECT_EQ(CountMessages(v1::Message::kContractEnded), 1u);
}

TEST_F(InsolvencyTest, CustomersOfAFailedLabGoToItsRival) {
  // The rival has no reservation: it serves them on demand.
  economy_.lab(1).on_demand_limit_gpu_hours = 100'000'000;
  CalibrateAppeal(economy_.world);
  LeaveCash(0);
  Owe(1'000'000);
  ResolveInsolvency(economy_.world, economy_.out);
  NextQuarter();
  ResolveInsolvency(economy_.world, economy_.out);
  economy_.CloseQuarter();
  EXPECT_EQ(economy_.lab(0).outcome[0].revenue, Cents(0));
  EXPECT_DOUBLE_EQ(economy_.lab(1).outcome[0].share, 1);
}

TEST_F(InsolvencyTest, SwitchedOffTheRestOfTheWorldPays) {
  economy_.world.scenario.mutable_switches()->set_no_insolvency(true);
  LeaveCash(0);
  Owe(1'000'000);
  ResolveInsolvency(economy_.world, economy_.out);
  NextQuarter();
  ResolveInsolvency(economy_.world, economy_.out);
  EXPECT_TRUE(Active());
  EXPECT_TRUE(economy_.world.arrears.empty());
  EXPECT_TRUE(economy_.world.ledger.CheckBalanced().ok());
}

TEST_F(InsolvencyTest, AFailedCloudsAcceleratorsLeaveTheMarket) {
  World& world = economy_.world;
  const AgentId cloud = economy_.cloud_agent(1);
  const EntityId entity = economy_.EntityOf(cloud);
  ASSERT_TRUE(world.ledger
                  .Transfer(entity, world.populations.rest_of_world, world.ledger.Cash(entity),
                            Account::kOtherExpense, Account::kRevenueOther, PaymentKind::kOverhead,
                            "")
                  .ok());
  world.ledger.Exchange({world.populations.grids, Account::kReceivables, Account::kRevenuePower},
                        {entity, Account::kCostOfPower, Account::kPayables}, FromDollars(5),
                        PaymentKind::kPower, "");
  Arrear arrear;
  arrear.debtor = cloud;
  arrear.creditor = world.populations.grids;
  arrear.amount = FromDollars(5);
  arrear.since = world.quarter;
  world.arrears.push_back(arrear);
  ResolveInsolvency(world, economy_.out);
  NextQuarter();
  ResolveInsolvency(world, economy_.out);
  EXPECT_FALSE(world.agents[cloud].active);
  EXPECT_EQ(economy_.cloud(1).capacity_h100e(), 0);
  EXPECT_TRUE(world.ledger.CheckBalanced().ok());
}

}  // namespace
}  // namespace tranche
