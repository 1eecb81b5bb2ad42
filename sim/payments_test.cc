#include "sim/payments.h"

#include "gtest/gtest.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

class PaymentsTest : public testing::Test {
 protected:
  // Nothing is due but what a test sets.
  PaymentsTest() {
    for (Lab& lab : economy.world.labs) {
      lab.outcome = {};
      lab.cash_pay = Cents(0);
      lab.equity_pay = Cents(0);
      lab.other_operating_expense = Cents(0);
    }
    for (Cloud& cloud : economy.world.clouds) {
      cloud.operating_cost_micros_per_gpu_hour = 0;
      cloud.fleets[0].power_kw_per_h100e = 0;
      cloud.fleets[0].depreciation_per_quarter = Cents(0);
    }
  }

  void Use(int lab, const Contract& contract, int64_t gpu_hours, int64_t serving,
           int64_t training) {
    ComputeLot lot;
    lot.lab = LabId(lab);
    lot.cloud = economy.world.cloud_of(contract.provider);
    for (ContractId id : economy.world.contracts.ids()) {
      if (&economy.world.contracts[id] == &contract) lot.contract = id;
    }
    lot.maker = ChipMakerId(0);
    lot.gpu_hours = gpu_hours;
    lot.serving_gpu_hours = serving;
    lot.training_gpu_hours = training;
    lot.price_micros_per_gpu_hour = contract.capacity.price_micros_per_gpu_hour();
    economy.world.compute_lots.push_back(lot);
  }
  void Settle() {
    SettlePayments(economy.world, economy.out);
    const absl::Status balanced = ledger().CheckBalanced();
    EXPECT_TRUE(balanced.ok()) << balanced;
  }
  Ledger& ledger() { return economy.world.ledger; }
  Cents Lab0(Account account) { return ledger().Balance(lab0, account); }
  Cents Cloud0(Account account) { return ledger().Balance(cloud0, account); }
  Cents CashSpent(EntityId entity, Cents opening) { return opening - ledger().Cash(entity); }

  HandMadeEconomy economy;
  const EntityId lab0 = economy.EntityOf(economy.lab_agent(0));
  const EntityId cloud0 = economy.EntityOf(economy.cloud_agent(0));
  const Cents lab_cash = FromDollars(1'000'000'000);
};

TEST_F(PaymentsTest, CustomersPayTheLabInFullAndTheMarketplaceItsPart) {
  economy.Marketplace(0, 0, 2500);
  Offering direct;
  direct.lab = LabId(0);
  direct.sales = FromDollars(6'000'000);
  Offering resold = direct;
  resold.marketplace = CloudId(0);
  resold.sales = FromDollars(4'000'000);
  economy.segment(0).offerings = {direct, resold};
  economy.lab(0).outcome[0].revenue = FromDollars(10'000'000);
  economy.lab(0).sales_expense_ratio = 0;
  Settle();
  EXPECT_EQ(Lab0(Account::kRevenueModels), FromDollars(10'000'000));
  EXPECT_EQ(Lab0(Account::kRevenueShare), FromDollars(1'000'000));
  EXPECT_EQ(Cloud0(Account::kRevenueMarketplace), FromDollars(1'000'000));
  EXPECT_EQ(ledger().Cash(lab0), lab_cash + FromDollars(9'000'000));
  EXPECT_EQ(economy.lab(0).revenue_history.back(), FromDollars(10'000'000));
}

TEST_F(PaymentsTest, LicenceFeeAndEmbeddingPartGoTheirWays) {
  economy.world.groups[economy.world.agents[economy.cloud_agent(0)].group].reach.fill(0.5);
  economy.Licence(0, economy.cloud_agent(0), FromDollars(300'000).value(), 4000);
  Offering direct;
  direct.lab = LabId(0);
  direct.sales = FromDollars(10'000'000);
  economy.segment(0).offerings = {direct};
  Settle();
  // Half of the sales come through the partner, which keeps 60% of them.
  EXPECT_EQ(Lab0(Account::kRevenueShare), FromDollars(3'000'000));
  EXPECT_EQ(Lab0(Account::kRevenueLicences), FromDollars(300'000));
  EXPECT_EQ(Cloud0(Account::kLicenceFees), FromDollars(300'000));
}

TEST_F(PaymentsTest, WagesAreAQuarterOfYearlyPayAndSharesCostNoCash) {
  economy.lab(0).researchers = 40;
  economy.lab(0).cash_pay = FromDollars(1'000'000);
  economy.lab(0).equity_pay = FromDollars(2'000'000);
  Settle();
  EXPECT_EQ(Lab0(Account::kWages), FromDollars(10'000'000));
  EXPECT_EQ(Lab0(Account::kShareBasedPay), FromDollars(20'000'000));
  EXPECT_EQ(CashSpent(lab0, lab_cash), FromDollars(10'000'000));
}

TEST_F(PaymentsTest, SalesExpenseFollowsRevenue) {
  economy.lab(0).outcome[2].revenue = FromDollars(10'000'000);
  economy.lab(0).sales_expense_ratio = 0.1;
  economy.lab(0).other_operating_expense = FromDollars(500'000);
  Settle();
  EXPECT_EQ(Lab0(Account::kSalesGeneralAdmin), FromDollars(1'500'000));
}

TEST_F(PaymentsTest, TakeOrPayChargesIdleHoursUpToItsPart) {
  Contract& contract = economy.Reserve(0, 0, 1000, 2'000'000, 8'000);
  Use(0, contract, 2'000'000, 500'000, 300'000);
  Settle();
  EXPECT_EQ(Lab0(Account::kCostOfCompute), FromDollars(1'000'000));
  EXPECT_EQ(Lab0(Account::kTrainingCompute), FromDollars(600'000));
  // 1.6 million hours are owed, 0.8 million were used.
  EXPECT_EQ(Lab0(Account::kTakeOrPayCharges), FromDollars(1'600'000));
  EXPECT_EQ(Cloud0(Account::kRevenueCompute), FromDollars(1'600'000));
  EXPECT_EQ(Cloud0(Account::kRevenueTakeOrPay), FromDollars(1'600'000));
  EXPECT_EQ(economy.lab(0).compute_cost, FromDollars(1'000'000));
}

TEST_F(PaymentsTest, UseBeyondTakeOrPayIsChargedAsUsed) {
  Contract& contract = economy.Reserve(0, 0, 1000, 2'000'000, 5'000);
  Use(0, contract, 2'000'000, 1'500'000, 0);
  Settle();
  EXPECT_EQ(CashSpent(lab0, lab_cash), FromDollars(3'000'000));
}

TEST_F(PaymentsTest, PrepaymentIsDrawnDownInItsProportion) {
  Contract& contract = economy.Reserve(0, 0, 1000, 2'000'000);
  contract.capacity.set_prepayment_bp(2'500);
  contract.prepaid = FromDollars(8'000'000);
  ASSERT_TRUE(Pay(economy.world, economy.lab_agent(0), cloud0, contract.prepaid,
                  Account::kPrepaidCompute, Account::kPrepaymentsReceived, PaymentKind::kPrepayment,
                  contract.name)
                  .ok());
  Use(0, contract, 2'000'000, 2'000'000, 0);
  Settle();
  EXPECT_EQ(contract.prepaid, FromDollars(7'000'000));
  EXPECT_EQ(Lab0(Account::kPrepaidCompute), FromDollars(7'000'000));
  EXPECT_EQ(Cloud0(Account::kPrepaymentsReceived), FromDollars(7'000'000));
  EXPECT_EQ(Lab0(Account::kCostOfCompute), FromDollars(4'000'000));
  EXPECT_EQ(CashSpent(lab0, lab_cash), FromDollars(8'000'000 + 3'000'000));
}

TEST_F(PaymentsTest, WhatIsPrepaidAndUnusedAtTheEndStaysWithTheCloud) {
  Contract& contract = economy.Reserve(0, 0, 1000, 2'000'000, 0);
  contract.capacity.set_prepayment_bp(1'000);
  contract.prepaid = FromDollars(9'000'000);
  contract.end = economy.world.quarter + 1;
  ASSERT_TRUE(Pay(economy.world, economy.lab_agent(0), cloud0, contract.prepaid,
                  Account::kPrepaidCompute, Account::kPrepaymentsReceived, PaymentKind::kPrepayment,
                  contract.name)
                  .ok());
  Use(0, contract, 2'000'000, 2'000'000, 0);
  Settle();
  // In the last quarter the whole bill of $4M comes out of it.
  EXPECT_EQ(contract.prepaid, Cents(0));
  EXPECT_EQ(Lab0(Account::kTakeOrPayCharges), FromDollars(5'000'000));
  EXPECT_EQ(CashSpent(lab0, lab_cash), FromDollars(9'000'000));
}

TEST_F(PaymentsTest, CreditsPayBeforeCash) {
  Contract& commitment = economy.Commit(0, 0, Cents(0));
  commitment.prepaid = FromDollars(3'000'000);
  ASSERT_TRUE(Pay(economy.world, economy.lab_agent(0), cloud0, commitment.prepaid,
                  Account::kPrepaidCompute, Account::kPrepaymentsReceived,
                  PaymentKind::kComputeCredits, commitment.name)
                  .ok());
  Contract& contract = economy.Reserve(0, 0, 1000, 2'000'000);
  Use(0, contract, 2'000'000, 2'000'000, 0);
  Settle();
  EXPECT_EQ(CashSpent(lab0, lab_cash), FromDollars(3'000'000 + 1'000'000));
  EXPECT_EQ(Lab0(Account::kPrepaidCompute), Cents(0));
}

TEST_F(PaymentsTest, MissingSpendIsChargedWhenTheCommitmentEnds) {
  economy.Commit(0, 0, FromDollars(50'000'000));
  economy.Reserve(0, 0, 1000, 2'000'000);
  Contract& commitment = economy.world.contracts[ContractId(0)];
  Contract& contract = economy.world.contracts[ContractId(1)];
  commitment.spent = FromDollars(30'000'000);
  commitment.end = economy.world.quarter + 1;
  Use(0, contract, 2'000'000, 2'000'000, 0);
  Settle();
  EXPECT_EQ(Lab0(Account::kTakeOrPayCharges), FromDollars(16'000'000));
  EXPECT_EQ(commitment.spent, FromDollars(50'000'000));
}

TEST_F(PaymentsTest, SpendCountsTowardsTheCommitmentBeforeItEnds) {
  economy.Commit(0, 0, FromDollars(50'000'000));
  economy.Reserve(0, 0, 1000, 2'000'000);
  Use(0, economy.world.contracts[ContractId(1)], 2'000'000, 2'000'000, 0);
  Settle();
  EXPECT_EQ(economy.world.contracts[ContractId(0)].spent, FromDollars(4'000'000));
  EXPECT_EQ(Lab0(Account::kTakeOrPayCharges), Cents(0));
}

TEST_F(PaymentsTest, BoughtHoursArePaidForWhetherUsedOrNot) {
  ComputeLot lot;
  lot.lab = LabId(0);
  lot.cloud = CloudId(0);
  lot.maker = ChipMakerId(0);
  lot.gpu_hours = 1'000'000;
  lot.training_gpu_hours = 250'000;
  lot.price_micros_per_gpu_hour = 2'000'000;
  economy.world.compute_lots = {lot};
  Settle();
  EXPECT_EQ(Lab0(Account::kTrainingCompute), FromDollars(500'000));
  EXPECT_EQ(Lab0(Account::kCostOfCompute), FromDollars(1'500'000));
}

TEST_F(PaymentsTest, OtherTenantsPayThePostedPrice) {
  economy.cloud(0).other_tenants_sold_gpu_hours = 3'000'000;
  Settle();
  EXPECT_EQ(Cloud0(Account::kRevenueCompute), FromDollars(6'000'000));
}

TEST_F(PaymentsTest, PowerIsDrawnAtTheFleetsUtilisation) {
  economy.cloud(0).fleets[0].power_kw_per_h100e = 0.8;
  economy.cloud(0).utilisation = 0.5;
  Settle();
  // 10,000 x 0.8 kW x PUE 1.25 x (0.3 + 0.7 x 0.5) = 6,500 kW over 90 days at 6 cents.
  EXPECT_EQ(Cloud0(Account::kCostOfPower), Cents(6'500 * 90 * 24 * 6));
}

TEST_F(PaymentsTest, OperationsArePaidForAllCapacity) {
  economy.cloud(0).operating_cost_micros_per_gpu_hour = 250'000;
  Settle();
  EXPECT_EQ(Cloud0(Account::kCostOfOperations), FromDollars(5'000'000));
}

TEST_F(PaymentsTest, FleetsAreWrittenOffToZeroAndNoFurther) {
  Fleet& fleet = economy.cloud(0).fleets[0];
  fleet.depreciation_per_quarter = FromDollars(150'000'000);
  Settle();
  EXPECT_EQ(fleet.book_value, FromDollars(50'000'000));
  Settle();
  EXPECT_EQ(fleet.book_value, Cents(0));
  EXPECT_EQ(Cloud0(Account::kDepreciation), FromDollars(200'000'000));
}

TEST_F(PaymentsTest, OtherBusinessBringsItsMarginAndGrows) {
  economy.cloud(0).other_revenue = FromDollars(100'000'000);
  economy.cloud(0).other_margin = 0.3;
  economy.cloud(0).other_revenue_growth = 0.21;
  const Cents before = ledger().Cash(cloud0);
  Settle();
  EXPECT_EQ(ledger().Cash(cloud0), before + FromDollars(30'000'000));
  EXPECT_NEAR(static_cast<double>(economy.cloud(0).other_revenue.value()),
              1e10 * std::sqrt(std::sqrt(1.21)), 1);
}

TEST_F(PaymentsTest, NotesAccrueSimpleInterestAQuarter) {
  Deal deal;
  deal.name = "lab-0/round/cloud-0";
  deal.lab = LabId(0);
  deal.investor = economy.cloud_agent(0);
  deal.note_principal = FromDollars(100'000'000);
  deal.terms.mutable_note()->set_interest_bp(800);
  economy.world.deals.Add(deal);
  ASSERT_TRUE(ledger()
                  .Transfer(cloud0, lab0, deal.note_principal, Account::kNotesReceivable,
                            Account::kNotesPayable, PaymentKind::kNoteIssue, deal.name)
                  .ok());
  Settle();
  Settle();
  EXPECT_EQ(economy.world.deals[DealId(0)].note_interest, FromDollars(4'000'000));
  EXPECT_EQ(Lab0(Account::kNotesPayable), FromDollars(104'000'000));
}

TEST_F(PaymentsTest, WhatCannotBePaidBecomesAnArrear) {
  economy.lab(0).other_operating_expense = lab_cash + FromDollars(7'000'000);
  Settle();
  EXPECT_EQ(ledger().Cash(lab0), Cents(0));
  ASSERT_EQ(economy.world.arrears.size(), 1u);
  const Arrear& arrear = economy.world.arrears[0];
  EXPECT_EQ(arrear.debtor, economy.lab_agent(0));
  EXPECT_EQ(arrear.creditor, economy.world.populations.rest_of_world);
  EXPECT_EQ(arrear.amount, FromDollars(7'000'000));
  EXPECT_EQ(Lab0(Account::kPayables), FromDollars(7'000'000));
  EXPECT_EQ(Lab0(Account::kSalesGeneralAdmin), lab_cash + FromDollars(7'000'000));
}

TEST_F(PaymentsTest, AFailedLabOwesNobodyAnyMore) {
  economy.world.agents[economy.lab_agent(0)].active = false;
  economy.lab(0).other_operating_expense = FromDollars(7'000'000);
  Settle();
  EXPECT_EQ(ledger().Cash(lab0), lab_cash);
}

}  // namespace
}  // namespace tranche
