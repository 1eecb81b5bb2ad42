#ifndef TRANCHE_SIM_ACCOUNTS_H_
#define TRANCHE_SIM_ACCOUNTS_H_

#include <cstdint>

#include "absl/strings/string_view.h"

// The chart of accounts: one for agents and populations alike, so that every payment has a place
// on both sides.
//
// How what happens is booked (T: Ledger::Transfer, payer's and payee's counter-account; E: Entry,
// debit and credit; X: Exchange, both of each side):
//
//   model sold                T  kModelSpending          kRevenueModels
//   compute used              T  kCostOfCompute or kTrainingCompute   kRevenueCompute
//   reserved and not used     T  kTakeOrPayCharges       kRevenueTakeOrPay
//   prepayment                T  kPrepaidCompute         kPrepaymentsReceived
//   prepayment used           X  kCostOfCompute, kPrepaidCompute | kPrepaymentsReceived,
//                                kRevenueCompute
//   site, chips bought        T  kConstructionInProgress kRevenueConstruction, kRevenueChips
//   entering service          E  kProperty or kAccelerators, kConstructionInProgress
//   depreciation              E  kDepreciation, kAccumulatedDepreciation
//   shares issued             T  kEquityInvestments      kPaidInCapital
//   shares for credits        X  kEquityInvestments, kPrepaymentsReceived | kPrepaidCompute,
//                                kPaidInCapital
//   shares sold by a holder   T  kEquityInvestments      kEquityInvestments, then of the seller
//                             E  kEquityInvestments, kGainOnInvestments for price less cost, or
//                                kLossOnInvestments, kEquityInvestments for cost less price, and
//                             E  kUnrealisedGains, kInvestmentMarks for the marks they carried
//   shares marked up          E  kInvestmentMarks, kUnrealisedGains (down: the reverse)
//   shares worthless          E  kLossOnInvestments, kEquityInvestments
//   note issued               T  kNotesReceivable        kNotesPayable
//   interest accrued          X  kNotesReceivable, kInterestIncome | kInterestExpense,
//   kNotesPayable note converted            X  kEquityInvestments, kNotesReceivable |
//   kNotesPayable,
//                                kPaidInCapital
//   note in default           X  kCreditLosses, kNotesReceivable | kNotesPayable, kDebtForgiven
//   drawn from the treasury   T  kIntragroup             kIntragroup
namespace tranche {

enum class Account : uint8_t {
  // Assets.
  kCash,
  kReceivables,             // sold, not yet paid; matched by kPayables
  kPrepaidCompute,          // paid ahead or granted as credits; matched by kPrepaymentsReceived
  kConstructionInProgress,  // sites and chips paid for and not yet in service
  kProperty,                // shells, power, cooling, network in service
  kAccelerators,
  kAccumulatedDepreciation,  // a negative asset
  kEquityInvestments,        // at cost to the holder; matched by kPaidInCapital
  kInvestmentMarks,          // carrying value of investments above (below: negative) their cost
  kNotesReceivable,          // principal and accrued interest; matched by kNotesPayable
  kIntragroup,               // lent within the group; of a borrower negative; sums to zero
  // Liabilities.
  kPayables,
  kPrepaymentsReceived,  // cash or credits for service still owed
  kNotesPayable,
  // Equity.
  kPaidInCapital,      // shares sold
  kShareBasedCapital,  // shares given to staff
  kOwnerDistributions,
  kOpeningEquity,
  kRetainedEarnings,
  // Revenue.
  kRevenueModels,       // a lab's sales of access
  kRevenueCompute,      // reserved and on-demand hours used
  kRevenueInvestees,    // the same and take-or-pay, of labs its group has invested in
  kRevenueTakeOrPay,    // reserved hours paid for and not used, prepayments forfeited
  kRevenueMarketplace,  // a cloud's part of what it resells
  kRevenueChips,
  kRevenueConstruction,
  kRevenuePower,
  kRevenueLicences,
  kRevenueOther,  // businesses outside the model
  kWagesIncome,
  kInterestIncome,
  kDividendIncome,
  kGainOnInvestments,  // realised; the other side is kEquityInvestments
  kUnrealisedGains,    // changes of kInvestmentMarks; a loss is negative
  kBreakupFeesReceived,
  kDebtForgiven,
  // Expenses.
  kCostOfCompute,     // to serve customers
  kTakeOrPayCharges,  // reserved and not used
  kRevenueShare,      // kept by marketplaces
  kCostOfPower,
  kCostOfOperations,  // staff, maintenance and network of data centres
  kDepreciation,
  kTrainingCompute,
  kWages,
  kShareBasedPay,
  kSalesGeneralAdmin,
  kLicenceFees,
  kRegulatoryCosts,
  kOtherExpense,
  kModelSpending,  // of customers
  kConsumption,    // of households
  kInterestExpense,
  kLossOnInvestments,  // realised; the other side is kEquityInvestments
  kImpairment,
  kCreditLosses,
  kBreakupFeesPaid,
};

inline constexpr int kAccountCount = static_cast<int>(Account::kBreakupFeesPaid) + 1;

enum class AccountType : uint8_t { kAsset, kLiability, kEquity, kRevenue, kExpense };

// Where an account stands in the income statement.
enum class IncomeLine : uint8_t { kNone, kRevenue, kCostOfRevenue, kOperatingExpense, kOther };

// Where cash that moves against an account stands in the cash-flow statement. Interest is
// operating, as under US GAAP (ASC 230).
enum class CashFlowSection : uint8_t { kNone, kOperating, kInvesting, kFinancing };

struct AccountInfo {
  // In kebab case, as the log writes it: "paid-in-capital".
  absl::string_view name;
  AccountType type;
  CashFlowSection section;
  IncomeLine line;
};

const AccountInfo& InfoOf(Account account);

// The chart runs from assets through liabilities, equity and revenue to expenses.
inline constexpr Account kFirstLiability = Account::kPayables;
inline constexpr Account kFirstTemporary = Account::kRevenueModels;
inline constexpr Account kFirstExpense = Account::kCostOfCompute;

// True for assets and expenses, which a debit increases.
constexpr bool IncreasesByDebit(Account account) {
  return account < kFirstLiability || account >= kFirstExpense;
}
// True for revenue and expenses, which are closed to retained earnings every quarter.
constexpr bool IsTemporary(Account account) { return account >= kFirstTemporary; }

}  // namespace tranche

#endif  // TRANCHE_SIM_ACCOUNTS_H_
