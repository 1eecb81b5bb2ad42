#ifndef TRANCHE_SIM_LEDGER_H_
#define TRANCHE_SIM_LEDGER_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/ids.h"
#include "sim/money.h"

// The market's books: double entry in whole cents over all entities, agents and populations alike,
// so that every payment has two sides and nothing appears from nowhere. Stock-flow consistent in
// the sense of Godley and Lavoie (2007), "Monetary Economics": a claim of one entity is the
// liability of another, and all cash adds up to what there was at the opening.
//
// Balances are kept in debit form: a debit raises them, a credit lowers them. Thus assets and
// expenses are positive, liabilities, equity and revenue negative, and each entity's balances add
// up to zero at all times.
namespace tranche {

using EntityId = Id<struct EntityTag>;

enum class AccountType { kAsset, kLiability, kEquity, kRevenue, kExpense };

enum class Account : uint8_t {
  // Assets
  kCash,
  kReceivables,     // arrears owed to the entity
  kPrepaidCompute,  // paid ahead for compute
  kFixedAssets,     // sites, power, accelerators, at cost
  kConstructionInProgress,
  kAccumulatedDepreciation,
  kEquityInvestments,  // stakes at cost
  kNotesReceivable,    // convertible notes, loans
  kIntercompanyReceivable,
  // Liabilities
  kPayables,         // arrears the entity owes
  kDeferredRevenue,  // prepayments received
  kNotesPayable,
  kIntercompanyPayable,
  // Equity
  kOpeningEquity,
  kPaidInCapital,  // shares issued, at issue price
  kCapitalCalled,  // capital that an investor's owners paid in
  kRetainedEarnings,
  // Revenue
  kModelRevenue,
  kMarketplaceRevenue,  // a cloud's share of models resold
  kLicenceRevenue,
  kReservedComputeRevenue,  // take-or-pay contracts
  kOnDemandComputeRevenue,
  kShortfallRevenue,  // paid and not used: take or pay, spend commitments
  kOtherRevenue,      // businesses outside the model
  kSupplierRevenue,   // chip makers, builders, grids
  kWageIncome,
  kInterestIncome,
  kBreakFeeIncome,
  kInvestmentGain,
  // Expenses
  kComputeExpense,  // reserved and on-demand compute used
  kShortfallExpense,
  kMarketplaceExpense,  // kept by marketplaces
  kLicenceExpense,
  kPowerExpense,
  kOperationsExpense,  // data-centre staff, maintenance, network
  kResearchWages,
  kOtherOperatingExpense,
  kSalesExpense,
  kDepreciationExpense,
  kInterestExpense,
  kBreakFeeExpense,
  kComplianceExpense,  // legal work of reviews
  kImpairment,
  kInvestmentLoss,
  kBadDebtExpense,
  kConsumption,  // populations: what they pay for models, compute
  kCount,
};
inline constexpr int kAccounts = static_cast<int>(Account::kCount);

AccountType TypeOf(Account account);
// "model_revenue" for kModelRevenue; what the log calls it.
absl::string_view AccountName(Account account);

// What a cash payment is for: the line of the cash-flow statement.
enum class PaymentKind : uint8_t {
  kOperating,
  kInvesting,
  kFinancing,
};
absl::string_view PaymentKindName(PaymentKind kind);

// One entry: `amount` (positive) is debited to one account and credited to another. An entry of one
// entity has the same entity on both sides.
struct JournalEntry {
  EntityId debit_entity;
  Account debit_account = Account::kCash;
  EntityId credit_entity;
  Account credit_account = Account::kCash;
  Cents amount;
  // Index into Ledger::threads(): deal or contract it belongs to; 0: none.
  int32_t thread = 0;
  // Which entries belong to one transfer.
  int32_t transaction = 0;
};

// Flows of the quarter in play.
struct CashFlow {
  Cents operating;
  Cents investing;
  Cents financing;
};

class Ledger {
 public:
  // `overdraft`: the entity's cash may go below zero (populations, whose cash isn't modelled).
  EntityId AddEntity(absl::string_view name, bool overdraft);
  int32_t size() const { return static_cast<int32_t>(entities_.size()); }
  const std::string& name(EntityId entity) const { return entities_[Index(entity)].name; }

  // Opening balance of an asset (or, negative, of a liability or paid-in capital), against opening
  // equity. Only before the first transfer.
  void Open(EntityId entity, Account account, Cents balance);

  // Cash from `from` to `to`. `from_account` is debited at the payer (what it got: an expense, an
  // asset, a liability paid off), `to_account` credited at the payee. FailedPrecondition when the
  // payer lacks the cash; nothing is paid then. Amounts of zero are ignored, negative ones a CHECK.
  absl::Status Transfer(EntityId from, EntityId to, Cents amount, Account from_account,
                        Account to_account, PaymentKind kind, absl::string_view thread);
  // Non-cash entry within one entity, such as depreciation.
  void Enter(EntityId entity, Account debit, Account credit, Cents amount,
             absl::string_view thread);
  // Non-cash entry on two entities at once: a claim of one on the other comes up or goes. Debits
  // `debit` and credits `offset_credit` at `creditor`; debits `offset_debit` and credits `credit`
  // at `debtor`.
  void EnterClaim(EntityId creditor, Account debit, Account offset_credit, EntityId debtor,
                  Account offset_debit, Account credit, Cents amount, absl::string_view thread);

  Cents cash(EntityId entity) const { return Balance(entity, Account::kCash); }
  bool CanPay(EntityId entity, Cents amount) const;
  // In debit form.
  Cents Balance(EntityId entity, Account account) const;
  // Change in this quarter, in debit form.
  Cents Change(EntityId entity, Account account) const;
  // Positive: revenue less expenses of this quarter.
  Cents NetIncome(EntityId entity) const;
  // Revenue of the quarter, positive.
  Cents Revenue(EntityId entity) const;
  // Expenses of the quarter, positive.
  Cents Expenses(EntityId entity) const;
  Cents TotalAssets(EntityId entity) const;
  CashFlow Flows(EntityId entity) const;

  // Every entity's balances add up to zero; all cash adds up to the opening's; receivables equal
  // payables, notes receivable notes payable, intercompany claims intercompany debts. Internal
  // names what doesn't.
  absl::Status CheckBalanced() const;

  // Moves revenue and expenses to retained earnings and starts a new quarter.
  void CloseQuarter();

  // Keeping the journal costs memory; off for ensembles without a log.
  void KeepJournal(bool keep) { keep_journal_ = keep; }
  // Entries of the quarter in play, in order.
  absl::Span<const JournalEntry> journal() const { return journal_; }
  const std::string& thread(int32_t index) const { return threads_[static_cast<size_t>(index)]; }

 private:
  struct Entity {
    std::string name;
    bool overdraft = false;
    std::array<Cents, kAccounts> balance{};
    std::array<Cents, kAccounts> at_quarter_start{};
    CashFlow flows;
  };
  static size_t Index(EntityId entity) { return static_cast<size_t>(entity.value()); }
  Cents& Cell(EntityId entity, Account account) {
    return entities_[Index(entity)].balance[static_cast<size_t>(account)];
  }
  int32_t InternThread(absl::string_view thread);
  void Post(EntityId debit_entity, Account debit, EntityId credit_entity, Account credit,
            Cents amount, int32_t thread);

  std::vector<Entity> entities_;
  std::vector<JournalEntry> journal_;
  std::vector<std::string> threads_ = {""};
  int32_t transaction_ = 0;
  bool keep_journal_ = true;
  Cents opening_cash_;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_LEDGER_H_
