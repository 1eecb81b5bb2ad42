#include "sim/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "sim/philox.h"

namespace tranche {
namespace {

using Books = std::vector<std::array<int64_t, kAccountCount>>;

// A lab, a cloud, an investor and the rest of the world.
class LedgerTest : public testing::Test {
 protected:
  LedgerTest() {
    ledger_.OpeningBalance(lab_, Account::kCash, FromDollars(100));
    ledger_.OpeningBalance(cloud_, Account::kCash, FromDollars(50));
    ledger_.OpeningBalance(investor_, Account::kCash, FromDollars(1'000));
    ledger_.OpeningClaim(investor_, Account::kEquityInvestments, lab_, Account::kPaidInCapital,
                         FromDollars(30));
  }

  // A payment that must succeed.
  void Pay(EntityId from, EntityId to, int64_t dollars, Account from_account, Account to_account,
           PaymentKind kind = PaymentKind::kOtherBusiness) {
    const absl::Status status =
        ledger_.Transfer(from, to, FromDollars(dollars), from_account, to_account, kind, "thread");
    ASSERT_TRUE(status.ok()) << status;
  }

  Ledger ledger_;
  const EntityId lab_ = ledger_.AddEntity("lab", Ledger::CashLimit::kOwnCash);
  const EntityId cloud_ = ledger_.AddEntity("cloud", Ledger::CashLimit::kOwnCash);
  const EntityId investor_ = ledger_.AddEntity("investor", Ledger::CashLimit::kOwnCash);
  const EntityId world_ = ledger_.AddEntity("rest-of-world", Ledger::CashLimit::kNone);
};

TEST_F(LedgerTest, OpeningBalancesStandAgainstOpeningEquity) {
  EXPECT_EQ(ledger_.Balance(lab_, Account::kCash), FromDollars(100));
  EXPECT_EQ(ledger_.Balance(lab_, Account::kPaidInCapital), FromDollars(30));
  EXPECT_EQ(ledger_.Balance(lab_, Account::kOpeningEquity), FromDollars(70));
  EXPECT_EQ(ledger_.Balance(investor_, Account::kOpeningEquity), FromDollars(1'030));
  EXPECT_TRUE(ledger_.CheckBalanced().ok());
}

TEST_F(LedgerTest, TransferMovesCashAndBooksBothSides) {
  ledger_.OpenQuarter();
  Pay(lab_, cloud_, 40, Account::kCostOfCompute, Account::kRevenueCompute);
  EXPECT_EQ(ledger_.Cash(lab_), FromDollars(60));
  EXPECT_EQ(ledger_.Cash(cloud_), FromDollars(90));
  EXPECT_EQ(ledger_.Balance(lab_, Account::kCostOfCompute), FromDollars(40));
  EXPECT_EQ(ledger_.Balance(cloud_, Account::kRevenueCompute), FromDollars(40));
  EXPECT_TRUE(ledger_.CheckBalanced().ok());
}

TEST_F(LedgerTest, TransferWithoutCashIsRefusedAndChangesNothing) {
  ledger_.OpenQuarter();
  const absl::Status status =
      ledger_.Transfer(lab_, cloud_, Cents(100'01), Account::kCostOfCompute,
                       Account::kRevenueCompute, PaymentKind::kComputeUsage, "");
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "lab has $100.00 in cash and can't pay $100.01 to cloud");
  EXPECT_EQ(ledger_.Cash(lab_), FromDollars(100));
  EXPECT_EQ(ledger_.Balance(cloud_, Account::kRevenueCompute), Cents(0));
  EXPECT_TRUE(ledger_.journal().empty());
  EXPECT_TRUE(ledger_.CanPay(lab_, FromDollars(100)));
  EXPECT_FALSE(ledger_.CanPay(lab_, Cents(100'01)));
}

TEST_F(LedgerTest, PopulationsCanPayBeyondTheirCash) {
  ledger_.OpenQuarter();
  Pay(world_, lab_, 5'000, Account::kModelSpending, Account::kRevenueModels);
  EXPECT_EQ(ledger_.Cash(world_), -FromDollars(5'000));
  EXPECT_TRUE(ledger_.CheckBalanced().ok());
}

TEST_F(LedgerTest, StatementsAddUp) {
  ledger_.OpenQuarter();
  Pay(world_, lab_, 200, Account::kModelSpending, Account::kRevenueModels);
  Pay(investor_, lab_, 500, Account::kEquityInvestments, Account::kPaidInCapital);
  Pay(lab_, cloud_, 80, Account::kCostOfCompute, Account::kRevenueCompute);
  Pay(lab_, cloud_, 60, Account::kPrepaidCompute, Account::kPrepaymentsReceived);
  Pay(lab_, world_, 90, Account::kWages, Account::kWagesIncome);
  Pay(cloud_, world_, 100, Account::kConstructionInProgress, Account::kRevenueConstruction);
  ledger_.Exchange({lab_, Account::kTrainingCompute, Account::kPrepaidCompute},
                   {cloud_, Account::kPrepaymentsReceived, Account::kRevenueCompute},
                   FromDollars(25), PaymentKind::kPrepaymentUse, "");
  ledger_.Entry(cloud_, Account::kProperty, Account::kConstructionInProgress, FromDollars(100),
                PaymentKind::kEnteringService, "");
  ledger_.Entry(cloud_, Account::kDepreciation, Account::kAccumulatedDepreciation, FromDollars(10),
                PaymentKind::kDepreciation, "");
  ledger_.Entry(investor_, Account::kInvestmentMarks, Account::kUnrealisedGains, FromDollars(70),
                PaymentKind::kMark, "");
  ASSERT_TRUE(ledger_.CheckBalanced().ok()) << ledger_.CheckBalanced();
  ledger_.CloseQuarter();
  ASSERT_TRUE(ledger_.CheckBalanced().ok()) << ledger_.CheckBalanced();

  const IncomeStatement lab_income = ledger_.IncomeStatementOf(lab_);
  EXPECT_EQ(lab_income.revenue, FromDollars(200));
  EXPECT_EQ(lab_income.cost_of_revenue, FromDollars(80));
  EXPECT_EQ(lab_income.gross_profit, FromDollars(120));
  EXPECT_EQ(lab_income.operating_expenses, FromDollars(25 + 90));
  EXPECT_EQ(lab_income.operating_income, FromDollars(5));
  EXPECT_EQ(lab_income.net_income, FromDollars(5));
  const CashFlowStatement lab_cash = ledger_.CashFlowOf(lab_);
  EXPECT_EQ(lab_cash.opening_cash, FromDollars(100));
  EXPECT_EQ(lab_cash.operating, FromDollars(200 - 80 - 60 - 90));
  EXPECT_EQ(lab_cash.investing, Cents(0));
  EXPECT_EQ(lab_cash.financing, FromDollars(500));
  EXPECT_EQ(lab_cash.closing_cash, FromDollars(570));
  const BalanceSheet lab_balance = ledger_.BalanceSheetOf(lab_);
  EXPECT_EQ(lab_balance.assets, FromDollars(570 + 35));
  EXPECT_EQ(lab_balance.liabilities, Cents(0));
  EXPECT_EQ(lab_balance.equity, FromDollars(30 + 70 + 500 + 5));

  const CashFlowStatement cloud_cash = ledger_.CashFlowOf(cloud_);
  EXPECT_EQ(cloud_cash.operating, FromDollars(140));
  EXPECT_EQ(cloud_cash.investing, -FromDollars(100));
  const BalanceSheet cloud_balance = ledger_.BalanceSheetOf(cloud_);
  EXPECT_EQ(cloud_balance.assets, FromDollars(90 + 90));
  EXPECT_EQ(cloud_balance.liabilities, FromDollars(35));

  EXPECT_EQ(ledger_.IncomeStatementOf(investor_).other_income, FromDollars(70));
  EXPECT_EQ(ledger_.ClosedBalance(lab_, Account::kRevenueModels), FromDollars(200));
  EXPECT_EQ(ledger_.ClosedCashFlow(lab_, Account::kPrepaidCompute), -FromDollars(60));
}

TEST_F(LedgerTest, ClosingMovesIncomeToRetainedEarningsAndKeepsTheRest) {
  ledger_.OpenQuarter();
  Pay(world_, lab_, 200, Account::kModelSpending, Account::kRevenueModels);
  Pay(lab_, world_, 50, Account::kWages, Account::kWagesIncome);
  ledger_.CloseQuarter();
  EXPECT_EQ(ledger_.Balance(lab_, Account::kRevenueModels), Cents(0));
  EXPECT_EQ(ledger_.Balance(lab_, Account::kWages), Cents(0));
  EXPECT_EQ(ledger_.Balance(lab_, Account::kRetainedEarnings), FromDollars(150));
  EXPECT_EQ(ledger_.Cash(lab_), FromDollars(250));

  ledger_.OpenQuarter();
  Pay(lab_, world_, 10, Account::kWages, Account::kWagesIncome);
  // The closed quarter's statements stay until the next close.
  EXPECT_EQ(ledger_.IncomeStatementOf(lab_).net_income, FromDollars(150));
  ledger_.CloseQuarter();
  EXPECT_EQ(ledger_.IncomeStatementOf(lab_).net_income, -FromDollars(10));
  EXPECT_EQ(ledger_.CashFlowOf(lab_).opening_cash, FromDollars(250));
  EXPECT_EQ(ledger_.Balance(lab_, Account::kRetainedEarnings), FromDollars(140));
}

TEST_F(LedgerTest, SecondarySaleWithAGainKeepsEquityMatched) {
  const EntityId fund = ledger_.AddEntity("fund", Ledger::CashLimit::kNone);
  ledger_.OpenQuarter();
  // Half of the stake that cost $30 is sold for $40; then the fund writes off all it paid.
  Pay(fund, investor_, 40, Account::kEquityInvestments, Account::kEquityInvestments);
  EXPECT_TRUE(ledger_.CheckBalanced().ok());
  ledger_.Entry(investor_, Account::kEquityInvestments, Account::kGainOnInvestments,
                FromDollars(25), PaymentKind::kSecondarySale, "");
  EXPECT_EQ(ledger_.Balance(investor_, Account::kEquityInvestments), FromDollars(15));
  ASSERT_TRUE(ledger_.CheckBalanced().ok()) << ledger_.CheckBalanced();
  ledger_.CloseQuarter();
  ASSERT_TRUE(ledger_.CheckBalanced().ok()) << ledger_.CheckBalanced();
  ledger_.OpenQuarter();
  ledger_.Entry(fund, Account::kLossOnInvestments, Account::kEquityInvestments, FromDollars(40),
                PaymentKind::kDefault, "");
  ASSERT_TRUE(ledger_.CheckBalanced().ok()) << ledger_.CheckBalanced();
  ledger_.CloseQuarter();
  ASSERT_TRUE(ledger_.CheckBalanced().ok()) << ledger_.CheckBalanced();
}

TEST_F(LedgerTest, NoteLivesFromIssueToConversion) {
  ledger_.OpenQuarter();
  Pay(investor_, lab_, 100, Account::kNotesReceivable, Account::kNotesPayable);
  ledger_.Exchange({investor_, Account::kNotesReceivable, Account::kInterestIncome},
                   {lab_, Account::kInterestExpense, Account::kNotesPayable}, FromDollars(2),
                   PaymentKind::kInterest, "");
  EXPECT_EQ(ledger_.Balance(lab_, Account::kNotesPayable), FromDollars(102));
  EXPECT_TRUE(ledger_.CheckBalanced().ok());
  ledger_.Exchange({investor_, Account::kEquityInvestments, Account::kNotesReceivable},
                   {lab_, Account::kNotesPayable, Account::kPaidInCapital}, FromDollars(102),
                   PaymentKind::kNoteConversion, "");
  EXPECT_EQ(ledger_.Balance(lab_, Account::kNotesPayable), Cents(0));
  EXPECT_EQ(ledger_.Balance(lab_, Account::kPaidInCapital), FromDollars(132));
  EXPECT_TRUE(ledger_.CheckBalanced().ok());
}

TEST_F(LedgerTest, UnmatchedClaimsAreFound) {
  ledger_.OpenQuarter();
  Ledger notes = ledger_;
  ASSERT_TRUE(notes
                  .Transfer(investor_, lab_, Cents(5), Account::kNotesReceivable,
                            Account::kRevenueModels, PaymentKind::kNoteIssue, "")
                  .ok());
  EXPECT_EQ(notes.CheckBalanced(),
            absl::InternalError("notes-receivable and notes-payable differ by $0.05"));
  Ledger receivables = ledger_;
  receivables.Entry(cloud_, Account::kReceivables, Account::kRevenueCompute, Cents(1),
                    PaymentKind::kComputeUsage, "");
  EXPECT_EQ(receivables.CheckBalanced(),
            absl::InternalError("receivables and payables differ by $0.01"));
  Ledger prepayments = ledger_;
  prepayments.Entry(lab_, Account::kCostOfCompute, Account::kPrepaidCompute, Cents(1),
                    PaymentKind::kPrepaymentUse, "");
  EXPECT_EQ(prepayments.CheckBalanced(),
            absl::InternalError("prepaid-compute and prepayments-received differ by -$0.01"));
  Ledger equity = ledger_;
  equity.Entry(investor_, Account::kImpairment, Account::kEquityInvestments, Cents(1),
               PaymentKind::kImpairment, "");
  EXPECT_EQ(equity.CheckBalanced(),
            absl::InternalError("equity-investments and paid-in-capital differ by -$0.01"));
  Ledger intragroup = ledger_;
  intragroup.Entry(lab_, Account::kIntragroup, Account::kRevenueOther, Cents(1),
                   PaymentKind::kIntragroup, "");
  EXPECT_EQ(intragroup.CheckBalanced(), absl::InternalError("intragroup balances differ by $0.01"));
}

TEST_F(LedgerTest, CashBelowZeroIsFound) {
  ledger_.OpeningBalance(lab_, Account::kCash, -FromDollars(101));
  EXPECT_EQ(ledger_.CheckBalanced(), absl::InternalError("cash of lab is -$1.00"));
}

TEST_F(LedgerTest, JournalNamesEveryPostingOfTheQuarter) {
  EXPECT_EQ(ledger_.journal().size(), 5u);  // The opening balances.
  ledger_.OpenQuarter();
  EXPECT_TRUE(ledger_.journal().empty());
  ASSERT_TRUE(ledger_
                  .Transfer(lab_, cloud_, Cents(7), Account::kCostOfCompute,
                            Account::kRevenueCompute, PaymentKind::kComputeUsage, "supply/1")
                  .ok());
  ledger_.Entry(cloud_, Account::kDepreciation, Account::kAccumulatedDepreciation, Cents(3),
                PaymentKind::kDepreciation, "");
  ledger_.CloseQuarter();
  ASSERT_EQ(ledger_.journal().size(), 2u);  // Kept past the close.
  const JournalEntry& payment = ledger_.journal()[0];
  EXPECT_EQ(payment.debit_entity, lab_);
  EXPECT_EQ(payment.credit_entity, cloud_);
  EXPECT_EQ(payment.debit_account, Account::kCostOfCompute);
  EXPECT_EQ(payment.credit_account, Account::kRevenueCompute);
  EXPECT_EQ(payment.amount, Cents(7));
  EXPECT_EQ(PaymentKindName(payment.kind), "compute-usage");
  EXPECT_EQ(ledger_.ThreadName(payment.thread), "supply/1");
  EXPECT_EQ(ledger_.journal()[1].debit_entity, ledger_.journal()[1].credit_entity);
  EXPECT_EQ(ledger_.ThreadName(ledger_.journal()[1].thread), "");
}

TEST_F(LedgerTest, WithoutAJournalTheBooksAreTheSame) {
  Ledger silent = ledger_;
  silent.KeepJournal(false);
  for (Ledger* ledger : {&ledger_, &silent}) {
    ledger->OpenQuarter();
    ASSERT_TRUE(ledger
                    ->Transfer(lab_, cloud_, Cents(7), Account::kCostOfCompute,
                               Account::kRevenueCompute, PaymentKind::kComputeUsage, "supply/1")
                    .ok());
    ledger->CloseQuarter();
  }
  EXPECT_TRUE(silent.journal().empty());
  EXPECT_EQ(silent.IncomeStatementOf(lab_).net_income, ledger_.IncomeStatementOf(lab_).net_income);
}

using LedgerDeathTest = LedgerTest;

TEST_F(LedgerDeathTest, MisuseAborts) {
  EXPECT_DEATH(Pay(lab_, cloud_, 1, Account::kWages, Account::kWagesIncome), "open quarter");
  ledger_.OpenQuarter();
  EXPECT_DEATH(Pay(lab_, cloud_, -1, Account::kWages, Account::kWagesIncome), "isn't negative");
  EXPECT_DEATH(Pay(lab_, lab_, 1, Account::kWages, Account::kWagesIncome), "pays itself");
  EXPECT_DEATH(Pay(lab_, cloud_, 1, Account::kCash, Account::kWagesIncome), "counter-account");
  EXPECT_DEATH(ledger_.Entry(lab_, Account::kCash, Account::kRevenueModels, Cents(1),
                             PaymentKind::kMark, ""),
               "by Transfer only");
  EXPECT_DEATH(ledger_.OpeningBalance(lab_, Account::kCash, Cents(1)), "before the first quarter");
  EXPECT_DEATH(ledger_.OpenQuarter(), "open already");
}

// Posts a journal the long way, one entity and account at a time.
void ReplayJournal(const Ledger& ledger, Books& books) {
  const auto cell = [&books](EntityId entity, Account account) -> int64_t& {
    return books[static_cast<size_t>(entity.value())][static_cast<size_t>(account)];
  };
  for (const JournalEntry& entry : ledger.journal()) {
    cell(entry.debit_entity, entry.debit_account) += entry.amount.value();
    cell(entry.credit_entity, entry.credit_account) -= entry.amount.value();
    if (entry.debit_entity == entry.credit_entity) continue;
    cell(entry.debit_entity, Account::kCash) -= entry.amount.value();
    cell(entry.credit_entity, Account::kCash) += entry.amount.value();
  }
}

TEST(LedgerPropertyTest, RandomPostingsKeepEveryInvariant) {
  int refused = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream random(seed, StreamKey("test/ledger"), Quarter(2026, 1), Round(0));
    Ledger ledger;
    const int32_t entities = 2 + static_cast<int32_t>(random.UniformInt(6));
    for (int32_t i = 0; i < entities; ++i) {
      const EntityId entity = ledger.AddEntity(
          std::to_string(i), i == 0 ? Ledger::CashLimit::kNone : Ledger::CashLimit::kOwnCash);
      ledger.OpeningBalance(entity, Account::kCash,
                            Cents(static_cast<int64_t>(random.UniformInt(100'000))));
    }
    Books books(static_cast<size_t>(entities));
    ReplayJournal(ledger, books);

    // Pairs of counter-accounts, of which each keeps the claims of the market matched.
    constexpr Account kPairs[][2] = {
        {Account::kCostOfCompute, Account::kRevenueCompute},
        {Account::kModelSpending, Account::kRevenueModels},
        {Account::kWages, Account::kWagesIncome},
        {Account::kPrepaidCompute, Account::kPrepaymentsReceived},
        {Account::kEquityInvestments, Account::kPaidInCapital},
        {Account::kEquityInvestments, Account::kEquityInvestments},
        {Account::kNotesReceivable, Account::kNotesPayable},
        {Account::kNotesPayable, Account::kNotesReceivable},
        {Account::kIntragroup, Account::kIntragroup},
        {Account::kConstructionInProgress, Account::kRevenueChips},
    };
    for (int quarter = 0; quarter < 4; ++quarter) {
      ledger.OpenQuarter();
      std::vector<Cents> opening_cash;
      opening_cash.reserve(books.size());
      for (int32_t i = 0; i < entities; ++i) opening_cash.push_back(ledger.Cash(EntityId(i)));
      for (int step = 0; step < 500; ++step) {
        const EntityId a(static_cast<int32_t>(random.UniformInt(entities)));
        EntityId b(static_cast<int32_t>(random.UniformInt(entities - 1)));
        if (b.value() >= a.value()) ++b;
        const Cents amount(static_cast<int64_t>(random.UniformInt(30'000)));
        const auto& pair = kPairs[random.UniformInt(std::size(kPairs))];
        if (random.Bernoulli(0.2)) {
          ledger.Entry(a, Account::kEquityInvestments, Account::kGainOnInvestments, amount,
                       PaymentKind::kSecondarySale, "x");
        } else if (random.Bernoulli(0.2)) {
          ledger.Exchange({a, Account::kEquityInvestments, Account::kNotesReceivable},
                          {b, Account::kNotesPayable, Account::kPaidInCapital}, amount,
                          PaymentKind::kNoteConversion, "y");
        } else if (!ledger.Transfer(a, b, amount, pair[0], pair[1], PaymentKind::kOtherBusiness, "")
                        .ok()) {
          ++refused;
        }
        ASSERT_TRUE(ledger.CheckBalanced().ok()) << ledger.CheckBalanced();
      }
      ReplayJournal(ledger, books);
      for (int32_t i = 0; i < entities; ++i) {
        for (int k = 0; k < kAccountCount; ++k) {
          const Account account = static_cast<Account>(k);
          const int64_t debit = books[static_cast<size_t>(i)][static_cast<size_t>(k)];
          ASSERT_EQ(ledger.Balance(EntityId(i), account).value(),
                    IncreasesByDebit(account) ? debit : -debit);
        }
      }
      ledger.CloseQuarter();
      ASSERT_TRUE(ledger.CheckBalanced().ok()) << ledger.CheckBalanced();

      for (int32_t i = 0; i < entities; ++i) {
        const EntityId entity(i);
        const BalanceSheet sheet = ledger.BalanceSheetOf(entity);
        ASSERT_EQ(sheet.assets, sheet.liabilities + sheet.equity);
        ASSERT_EQ(ledger.CashFlowOf(entity).opening_cash, opening_cash[static_cast<size_t>(i)]);
        ASSERT_EQ(ledger.CashFlowOf(entity).closing_cash, ledger.Cash(entity));
        // The replayed books close the way the ledger's do.
        auto& row = books[static_cast<size_t>(i)];
        for (int k = 0; k < kAccountCount; ++k) {
          if (!IsTemporary(static_cast<Account>(k))) continue;
          row[static_cast<size_t>(Account::kRetainedEarnings)] += row[static_cast<size_t>(k)];
          row[static_cast<size_t>(k)] = 0;
        }
      }
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(AccountsTest, NamesAreUniqueAndTypesFollowTheOrder) {
  std::vector<std::string> names;
  for (int i = 0; i < kAccountCount; ++i) {
    const AccountInfo& info = InfoOf(static_cast<Account>(i));
    names.emplace_back(info.name);
    for (const char c : info.name) EXPECT_TRUE((c >= 'a' && c <= 'z') || c == '-') << info.name;
    const bool temporary = info.type == AccountType::kRevenue || info.type == AccountType::kExpense;
    const bool by_debit = info.type == AccountType::kAsset || info.type == AccountType::kExpense;
    EXPECT_EQ(IsTemporary(static_cast<Account>(i)), temporary) << info.name;
    EXPECT_EQ(IncreasesByDebit(static_cast<Account>(i)), by_debit) << info.name;
    EXPECT_EQ(info.line != IncomeLine::kNone, temporary) << info.name;
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

TEST(AccountsTest, EveryPaymentKindHasAName) {
  for (int i = 0; i <= static_cast<int>(PaymentKind::kConsumption); ++i) {
    EXPECT_FALSE(PaymentKindName(static_cast<PaymentKind>(i)).empty()) << i;
  }
}

}  // namespace
}  // namespace tranche
