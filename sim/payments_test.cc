#include "sim/payments.h"

#include "gtest/gtest.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

class PaymentsTest : public testing::Test {
 protected:
  // Nothing is due but what a test sets.
  PaymentsTest() {
    for (Lab& lab : economy_.world.labs) {
      lab.outcome = {};
      lab.cash_pay = Cents(0);
      lab.equity_pay = Cents(0);
      lab.other_operating_expense = Cents(0);
    }
    for (Cloud& cloud : economy_.world.clouds) {
      cloud.operating_cost_micros_per_gpu_hour = 0;
      cloud.fleets[0].power_kw_per_h100e = 0;
      cloud.fleets[0].depreciation_per_quarter = Cents(0);
    }
  }

  void Use(int lab, const Contract& contract, int64_t gpu_hours, int64_t serving,
           int64_t training) {
    ComputeLot lot;
    lot.lab = LabId(lab);
    lot.cloud = economy_.world.cloud_of(contract.provider);
    for (ContractId id : economy_.world.contracts.ids()) {
      if (&economy_.world.contracts[id] == &contract) lot.contract = id;
    }
    lot.maker = ChipMakerId(0);
    lot.gpu_hours = gpu_hours;
    lot.serving_gpu_hours = serving;
    lot.training_gpu_hours = training;
    lot.price_micros_per_gpu_hour = contract.capacity.price_micros_per_gpu_hour();
    economy_.world.compute_lots.push_back(lot);
  }
  void Settle() {
    SettlePayments(economy_.world, economy_.out);
    const absl::Status balanced = ledger().CheckBalanced();
    EXPECT_TRUE(balanced.ok()) << balanced;
  }
  Ledger& ledger() { return economy_.world.ledger; }
  Cents Lab0(Account account) { return ledger().Balance(lab0_, account); }
  Cents Cloud0(Account account) { return ledger().Balance(cloud0_, account); }
  Cents CashSpent(EntityId entity, Cents opening) { return opening - ledger().Cash(entity); }

  HandMadeEconomy economy_;
  const EntityId lab0_ = economy_.EntityOf(economy_.lab_agent(0));
  const EntityId cloud0_ = economy_.EntityOf(economy_.cloud_agent(0));
  const Cents lab_cash_ = FromDollars(1'000'000'000);
};

TEST_F(PaymentsTest, CustomersPayTheLabInFullAndTheMarketplaceItsPart) {
  economy_.Marketplace(0, 0, 2500);
  Offering direct;
  direct.lab = LabId(0);
  direct.sales = FromDollars(6'000'000);
  Offering resold = direct;
  resold.marketplace = CloudId(0);
  resold.sales = FromDollars(4'000'000);
  economy_.segment(0).offerings = {direct, resold};
  economy_.lab(0).outcome[0].revenue = FromDollars(10'000'000);
  economy_.lab(0).sales_expense_ratio = 0;
  Settle();
  EXPECT_EQ(Lab0(Account::kRevenueModels), FromDollars(10'000'000));
  EXPECT_EQ(Lab0(Account::kRevenueShare), FromDollars(1'000'000));
  EXPECT_EQ(Cloud0(Account::kRevenueMarketplace), FromDollars(1'000'000));
  EXPECT_EQ(ledger().Cash(lab0_), lab_cash_ + FromDollars(9'000'000));
  EXPECT_EQ(economy_.lab(0).revenue_history.back(), FromDollars(10'000'000));
}

TEST_F(PaymentsTest, LicenceFeeAndEmbeddingPartGoTheirWays) {
  economy_.world.groups[economy_.world.agents[economy_.cloud_agent(0)].group].reach.fill(0.5);
  economy_.Licence(0, economy_.cloud_agent(0), FromDollars(300'000).value(), 4000);
  Offering direct;
  direct.lab = LabId(0);
  direct.sales = FromDollars(10'000'000);
  economy_.segment(0).offerings = {direct};
  Settle();
  // Half of the sales come through the partner, which keeps 60% of them.
  EXPECT_EQ(Lab0(Account::kRevenueShare), FromDollars(3'000'000));
  EXPECT_EQ(Lab0(Account::kRevenueLicences), FromDollars(300'000));
  EXPECT_EQ(Cloud0(Account::kLicenceFees), FromDollars(300'000));
}

TEST_F(PaymentsTest, WagesAreAQuarterOfYearlyPayAndSharesCostNoCash) {
  economy_.lab(0).researchers = 40;
  economy_.lab(0).cash_pay = FromDollars(1'000'000);
  economy_.lab(0).equity_pay = FromDollars(2'000'000);
  Settle();
  EXPECT_EQ(Lab0(Account::kWages), FromDollars(10'000'000));
  EXPECT_EQ(Lab0(Account::kShareBasedPay), FromDollars(20'000'000));
  EXPECT_EQ(CashSpent(lab0_, lab_cash_), FromDollars(10'000'000));
}

TEST_F(PaymentsTest, SalesExpenseFollowsRevenue) {
  economy_.lab(0).outcome[2].revenue = FromDollars(10'000'000);
  economy_.lab(0).sales_expense_ratio = 0.1;
  economy_.lab(0).other_operating_expense = FromDollars(500'000);
  Settle();
  EXPECT_EQ(Lab0(Account::kSalesGeneralAdmin), FromDollars(1'500'000));
}

TEST_F(PaymentsTest, TakeOrPayChargesIdleHoursUpToItsPart) {
  Contract& contract = economy_.Reserve(0, 0, 1000, 2'000'000, 8'000);
  Use(0, contract, 2'000'000, 500'000, 300'000);
  Settle();
  EXPECT_EQ(Lab0(Account::kCostOfCompute), FromDollars(1'000'000));
  EXPECT_EQ(Lab0(Account::kTrainingCompute), FromDollars(600'000));
  // 1.6 million hours are owed, 0.8 million were used.
  EXPECT_EQ(Lab0(Account::kTakeOrPayCharges), FromDollars(1'600'000));
  EXPECT_EQ(Cloud0(Account::kRevenueCompute), FromDollars(1'600'000));
  EXPECT_EQ(Cloud0(Account::kRevenueTakeOrPay), FromDollars(1'600'000));
  EXPECT_EQ(economy_.lab(0).compute_cost, FromDollars(1'000'000));
}

TEST_F(PaymentsTest, UseBeyondTakeOrPayIsChargedAsUsed) {
  Contract& contract = economy_.Reserve(0, 0, 1000, 2'000'000, 5'000);
  Use(0, contract, 2'000'000, 1'500'000, 0);
  Settle();
  EXPECT_EQ(CashSpent(lab0_, lab_cash_), FromDollars(3'000'000));
}

TEST_F(PaymentsTest, PrepaymentIsDrawnDownInItsProportion) {
  Contract& contract = economy_.Reserve(0, 0, 1000, 2'000'000);
  contract.capacity.set_prepayment_bp(2'500);
  contract.prepaid = FromDollars(8'000'000);
  ASSERT_TRUE(Pay(economy_.world, economy_.lab_agent(0), cloud0_, contract.prepaid,
                  Account::kPrepaidCompute, Account::kPrepaymentsReceived, PaymentKind::kPrepayment,
                  contract.name)
                  .ok());
  Use(0, contract, 2'000'000, 2'000'000, 0);
  Settle();
  EXPECT_EQ(contract.prepaid, FromDollars(7'000'000));
  EXPECT_EQ(Lab0(Account::kPrepaidCompute), FromDollars(7'000'000));
  EXPECT_EQ(Cloud0(Account::kPrepaymentsReceived), FromDollars(7'000'000));
  EXPECT_EQ(Lab0(Account::kCostOfCompute), FromDollars(4'000'000));
  EXPECT_EQ(CashSpent(lab0_, lab_cash_), FromDollars(8'000'000 + 3'000'000));
}

TEST_F(PaymentsTest, WhatIsPrepaidAndUnusedAtTheEndStaysWithTheCloud) {
  Contract& contract = economy_.Reserve(0, 0, 1000, 2'000'000, 0);
  contract.capacity.set_prepayment_bp(1'000);
  contract.prepaid = FromDollars(9'000'000);
  contract.end = economy_.world.quarter + 1;
  ASSERT_TRUE(Pay(economy_.world, economy_.lab_agent(0), cloud0_, contract.prepaid,
                  Account::kPrepaidCompute, Account::kPrepaymentsReceived, PaymentKind::kPrepayment,
                  contract.name)
                  .ok());
  Use(0, contract, 2'000'000, 2'000'000, 0);
  Settle();
  // In the last quarter the whole bill of $4M comes out of it.
  EXPECT_EQ(contract.prepaid, Cents(0));
  EXPECT_EQ(Lab0(Account::kTakeOrPayCharges), FromDollars(5'000'000));
  EXPECT_EQ(CashSpent(lab0_, lab_cash_), FromDollars(9'000'000));
}

TEST_F(PaymentsTest, CreditsPayBeforeCash) {
  Contract& commitment = economy_.Commit(0, 0, Cents(0));
  commitment.prepaid = FromDollars(3'000'000);
  ASSERT_TRUE(Pay(economy_.world, economy_.lab_agent(0), cloud0_, commitment.prepaid,
                  Account::kPrepaidCompute, Account::kPrepaymentsReceived,
                  PaymentKind::kComputeCredits, commitment.name)
                  .ok());
  Contract& contract = economy_.Reserve(0, 0, 1000, 2'000'000);
  Use(0, contract, 2'000'000, 2'000'000, 0);
  Settle();
  EXPECT_EQ(CashSpent(lab0_, lab_cash_), FromDollars(3'000'000 + 1'000'000));
  EXPECT_EQ(Lab0(Account::kPrepaidCompute), Cents(0));
}

TEST_F(PaymentsTest, MissingSpendIsChargedWhenTheCommitmentEnds) {
  economy_.Commit(0, 0, FromDollars(50'000'000));
  economy_.Reserve(0, 0, 1000, 2'000'000);
  Contract& commitment = economy_.world.contracts[ContractId(0)];
  Contract& contract = economy_.world.contracts[ContractId(1)];
  commitment.spent = FromDollars(30'000'000);
  commitment.end = economy_.world.quarter + 1;
  Use(0, contract, 2'000'000, 2'000'000, 0);
  Settle();
  EXPECT_EQ(Lab0(Account::kTakeOrPayCharges), FromDollars(16'000'000));
  EXPECT_EQ(commitment.spent, FromDollars(50'000'000));
}

TEST_F(PaymentsTest, SpendCountsTowardsTheCommitmentBeforeItEnds) {
  economy_.Commit(0, 0, FromDollars(50'000'000));
  economy_.Reserve(0, 0, 1000, 2'000'000);
  Use(0, economy_.world.contracts[ContractId(1)], 2'000'000, 2'000'000, 0);
  Settle();
  EXPECT_EQ(economy_.world.contracts[ContractId(0)].spent, FromDollars(4'000'000));
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
  economy_.world.compute_lots = {lot};
  Settle();
  EXPECT_EQ(Lab0(Account::kTrainingCompute), FromDollars(500'000));
  EXPECT_EQ(Lab0(Account::kCostOfCompute), FromDollars(1'500'000));
}

TEST_F(PaymentsTest, OtherTenantsPayThePostedPrice) {
  economy_.cloud(0).other_tenants_sold_gpu_hours = 3'000'000;
  Settle();
  EXPECT_EQ(Cloud0(Account::kRevenueCompute), FromDollars(6'000'000));
}

TEST_F(PaymentsTest, PowerIsDrawnAtTheFleetsUtilisation) {
  economy_.cloud(0).fleets[0].power_kw_per_h100e = 0.8;
  economy_.cloud(0).utilisation = 0.5;
  Settle();
  // 10,000 x 0.8 kW x PUE 1.25 x (0.3 + 0.7 x 0.5) = 6,500 kW over 90 days at 6 cents.
  EXPECT_EQ(Cloud0(Account::kCostOfPower), Cents(int64_t{6'500} * 90 * 24 * 6));
}

TEST_F(PaymentsTest, OperationsArePaidForAllCapacity) {
  economy_.cloud(0).operating_cost_micros_per_gpu_hour = 250'000;
  Settle();
  EXPECT_EQ(Cloud0(Account::kCostOfOperations), FromDollars(5'000'000));
}

TEST_F(PaymentsTest, FleetsAreWrittenOffToZeroAndNoFurther) {
  Fleet& fleet = economy_.cloud(0).fleets[0];
  fleet.depreciation_per_quarter = FromDollars(150'000'000);
  Settle();
  EXPECT_EQ(fleet.book_value, FromDollars(50'000'000));
  Settle();
  EXPECT_EQ(fleet.book_value, Cents(0));
  EXPECT_EQ(Cloud0(Account::kDepreciation), FromDollars(200'000'000));
}

TEST_F(PaymentsTest, OtherBusinessBringsItsMarginAndGrows) {
  economy_.cloud(0).other_revenue = FromDollars(100'000'000);
  economy_.cloud(0).other_margin = 0.3;
  economy_.cloud(0).other_revenue_growth = 0.21;
  const Cents before = ledger().Cash(cloud0_);
  Settle();
  EXPECT_EQ(ledger().Cash(cloud0_), before + FromDollars(30'000'000));
  EXPECT_NEAR(static_cast<double>(economy_.cloud(0).other_revenue.value()),
              1e10 * std::sqrt(std::sqrt(1.21)), 1);
}

TEST_F(PaymentsTest, NotesAccrueSimpleInterestAQuarter) {
  Deal deal;
  deal.name = "lab-0/round/cloud-0";
  deal.lab = LabId(0);
  deal.investor = economy_.cloud_agent(0);
  deal.note_principal = FromDollars(100'000'000);
  deal.terms.mutable_note()->set_interest_bp(800);
  economy_.world.deals.Add(deal);
  ASSERT_TRUE(ledger()
                  .Transfer(cloud0_, lab0_, deal.note_principal, Account::kNotesReceivable,
                            Account::kNotesPayable, PaymentKind::kNoteIssue, deal.name)
                  .ok());
  Settle();
  Settle();
  EXPECT_EQ(economy_.world.deals[DealId(0)].note_interest, FromDollars(4'000'000));
  EXPECT_EQ(Lab0(Account::kNotesPayable), FromDollars(104'000'000));
}

TEST_F(PaymentsTest, WhatCannotBePaidBecomesAnArrear) {
  economy_.lab(0).other_operating_expense = lab_cash_ + FromDollars(7'000'000);
  Settle();
  EXPECT_EQ(ledger().Cash(lab0_), Cents(0));
  ASSERT_EQ(economy_.world.arrears.size(), 1u);
  const Arrear& arrear = economy_.world.arrears[0];
  EXPECT_EQ(arrear.debtor, economy_.lab_agent(0));
  EXPECT_EQ(arrear.creditor, economy_.world.populations.rest_of_world);
  EXPECT_EQ(arrear.amount, FromDollars(7'000'000));
  EXPECT_EQ(Lab0(Account::kPayables), FromDollars(7'000'000));
  EXPECT_EQ(Lab0(Account::kSalesGeneralAdmin), lab_cash_ + FromDollars(7'000'000));
}

TEST_F(PaymentsTest, AFailedLabOwesNobodyAnyMore) {
  economy_.world.agents[economy_.lab_agent(0)].active = false;
  economy_.lab(0).other_operating_expense = FromDollars(7'000'000);
  Settle();
  EXPECT_EQ(ledger().Cash(lab0_), lab_cash_);
}

}  // namespace
}  // namespace tranche
