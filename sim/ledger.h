#ifndef TRANCHE_SIM_LEDGER_H_
#define TRANCHE_SIM_LEDGER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/accounts.h"
#include "sim/ids.h"
#include "sim/money.h"

// The books of the whole market: double entry, stock-flow consistent (Godley and Lavoie, 2007,
// Monetary Economics), in whole cents.
//
// Every payment stands in the books of both sides, so the cash of all entities together never
// changes, and every claim of one entity is an obligation of another. CheckBalanced says whether
// that holds; a run stops when it doesn't.
namespace tranche {

// Whoever has books: an agent, a group's treasury or a population. Its place in the ledger.
using EntityId = Id<struct EntityTag>;

// Why money moved or books changed. Names it in the log.
enum class PaymentKind : uint8_t {
  kOpening,
  kModelSales,
  kComputeUsage,
  kTakeOrPay,
  kPrepayment,
  kPrepaymentUse,
  kMarketplaceSettlement,
  kLicence,
  kPower,
  kOperations,
  kSitePayment,
  kChipPayment,
  kEnteringService,
  kDepreciation,
  kWages,
  kShareBasedPay,
  kOverhead,
  kEquityIssue,
  kComputeCredits,
  kSecondarySale,
  kMerger,
  kCapitalCall,
  kNoteIssue,
  kNoteConversion,
  kNoteRepayment,
  kInterest,
  kDividend,
  kMark,
  kImpairment,
  kDefault,
  kBreakupFee,
  kRegulatoryCost,
  kIntragroup,
  kOtherBusiness,
  kConsumption,
};
// In kebab case: "equity-issue".
absl::string_view PaymentKindName(PaymentKind kind);

// One line of the journal: `amount` is debited to `debit_account` of `debit_entity` and credited to
// `credit_account` of `credit_entity`. Where the two entities differ, the line is a payment: cash
// of the same amount is credited to the first and debited to the second.
struct JournalEntry {
  EntityId debit_entity;
  EntityId credit_entity;
  Account debit_account = Account::kCash;
  Account credit_account = Account::kCash;
  PaymentKind kind = PaymentKind::kOpening;
  // The deal or contract it belongs to; see Ledger::ThreadName.
  int32_t thread = 0;
  Cents amount;
};

// Statements of one entity for a quarter. Expenses and costs are positive numbers.
struct IncomeStatement {
  Cents revenue;
  Cents cost_of_revenue;
  Cents gross_profit;
  Cents operating_expenses;
  Cents operating_income;
  Cents other_income;  // interest, gains and losses, fees: net
  Cents net_income;
};

struct CashFlowStatement {
  Cents opening_cash;
  Cents operating;
  Cents investing;
  Cents financing;
  Cents closing_cash;
};

struct BalanceSheet {
  Cents assets;
  Cents liabilities;
  Cents equity;  // including the quarter's net income
};

// A ledger is filled with opening balances, then goes through quarters: OpenQuarter, payments and
// entries, CloseQuarter. Misuse (an amount below zero, cash as a counter-account, posting outside
// an open quarter) is a bug and aborts; an entity that lacks the cash is a Status.
class Ledger {
 public:
  enum class CashLimit {
    // Pays out of what it has: agents and treasuries.
    kOwnCash,
    // Its cash may fall below zero: a population stands for an economy that is larger than what
    // the market models of it.
    kNone,
  };

  EntityId AddEntity(absl::string_view name, CashLimit limit);
  int32_t entity_count() const { return static_cast<int32_t>(entities_.size()); }
  const std::string& NameOf(EntityId entity) const;

  // Whether postings are kept in journal(). Off for ensembles, which save its cost; on at first.
  void KeepJournal(bool keep) { keep_journal_ = keep; }

  // Before the first quarter: adds `amount` (in the account's natural sign, may be negative) to the
  // account, against opening equity. Not for revenue and expenses.
  void OpeningBalance(EntityId entity, Account account, Cents amount);
  // The same for both sides of a claim: an asset of `holder` that is a liability or paid-in capital
  // of `issuer`.
  void OpeningClaim(EntityId holder, Account asset, EntityId issuer, Account obligation,
                    Cents amount);

  void OpenQuarter();

  // `from` pays `to`: cash moves, `from_account` of the payer is debited (what it gets or owes
  // less), `to_account` of the payee credited (what it earned or owes). FailedPrecondition, and
  // nothing changes, if the payer lacks the cash. `from` and `to` differ.
  absl::Status Transfer(EntityId from, EntityId to, Cents amount, Account from_account,
                        Account to_account, PaymentKind kind, absl::string_view thread);

  // Books without cash inside one entity: depreciation, a mark, use of a prepayment.
  void Entry(EntityId entity, Account debit, Account credit, Cents amount, PaymentKind kind,
             absl::string_view thread);

  // Books without cash between two entities, one entry each: a note that converts, interest that
  // accrues, shares paid for with compute credits.
  struct Side {
    EntityId entity;
    Account debit;
    Account credit;
  };
  void Exchange(Side a, Side b, Cents amount, PaymentKind kind, absl::string_view thread);

  Cents Cash(EntityId entity) const { return Balance(entity, Account::kCash); }
  bool CanPay(EntityId entity, Cents amount) const;
  // In the account's natural sign: assets and expenses as debits, the others as credits. Of revenue
  // and expenses: since the quarter opened.
  Cents Balance(EntityId entity, Account account) const;

  // Takes the quarter's statements and closes revenue and expenses to retained earnings.
  void CloseQuarter();

  // Of the quarter last closed. All zero before the first close.
  IncomeStatement IncomeStatementOf(EntityId entity) const;
  CashFlowStatement CashFlowOf(EntityId entity) const;
  BalanceSheet BalanceSheetOf(EntityId entity) const;
  // One line of those statements: the account's balance, in its natural sign, as the quarter closed
  // (of revenue and expenses: over the quarter) ...
  Cents ClosedBalance(EntityId entity, Account account) const;
  // ... and the cash received (paid: negative) against the account over the quarter.
  Cents ClosedCashFlow(EntityId entity, Account account) const;

  // The postings since OpenQuarter, in order; before it, the opening balances. Kept until the next
  // OpenQuarter. Empty if no journal is kept.
  absl::Span<const JournalEntry> journal() const { return journal_; }
  // The thread of an entry of journal(); empty for 0.
  absl::string_view ThreadName(int32_t thread) const {
    return threads_[static_cast<size_t>(thread)];
  }

  // Internal, naming entity or account and the difference, unless
  //   * debits equal credits in the books of every entity,
  //   * the cash of all entities sums to what it was at the opening,
  //   * nobody with a cash limit has less than nothing,
  //   * receivables equal payables, prepaid compute prepayments received, and notes receivable
  //     notes payable, summed over all entities; intragroup balances sum to zero,
  //   * equity investments at cost equal paid-in capital plus gains less losses realised on them.
  absl::Status CheckBalanced() const;

 private:
  enum class Stage { kOpening, kQuarterOpen, kQuarterClosed };

  struct Entity {
    std::string name;
    CashLimit limit;
  };

  static size_t Cell(EntityId entity, Account account) {
    return static_cast<size_t>(entity.value()) * kAccountCount + static_cast<size_t>(account);
  }
  // Debits are positive, credits negative, whatever the account.
  void Post(EntityId entity, Account account, Cents debit) {
    balances_[Cell(entity, account)] += debit;
  }
  void Record(const JournalEntry& entry, absl::string_view thread);
  // Sum over entities, in debits.
  Cents Total(Account account) const;

  std::vector<Entity> entities_;
  // Entity by account.
  std::vector<Cents> balances_;
  std::vector<Cents> cash_flows_;  // this quarter, received positive
  std::vector<Cents> closed_balances_;
  std::vector<Cents> closed_cash_flows_;

  Stage stage_ = Stage::kOpening;
  Cents total_cash_;
  // Gains less losses on equity investments over all closed quarters.
  Cents realised_gains_;

  bool keep_journal_ = true;
  std::vector<JournalEntry> journal_;
  std::vector<std::string> threads_ = {""};
  absl::flat_hash_map<std::string, int32_t> thread_ids_;  // look-ups only, never iterated
};

}  // namespace tranche

#endif  // TRANCHE_SIM_LEDGER_H_
