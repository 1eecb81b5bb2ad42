#include "sim/ledger.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "sim/check.h"

namespace tranche {
namespace {

struct AccountInfo {
  absl::string_view name;
  AccountType type;
};

constexpr AccountInfo kAccountInfo[] = {
    {"cash", AccountType::kAsset},
    {"receivables", AccountType::kAsset},
    {"prepaid_compute", AccountType::kAsset},
    {"fixed_assets", AccountType::kAsset},
    {"construction_in_progress", AccountType::kAsset},
    {"accumulated_depreciation", AccountType::kAsset},
    {"equity_investments", AccountType::kAsset},
    {"notes_receivable", AccountType::kAsset},
    {"intercompany_receivable", AccountType::kAsset},
    {"payables", AccountType::kLiability},
    {"deferred_revenue", AccountType::kLiability},
    {"notes_payable", AccountType::kLiability},
    {"intercompany_payable", AccountType::kLiability},
    {"opening_equity", AccountType::kEquity},
    {"paid_in_capital", AccountType::kEquity},
    {"capital_called", AccountType::kEquity},
    {"retained_earnings", AccountType::kEquity},
    {"model_revenue", AccountType::kRevenue},
    {"marketplace_revenue", AccountType::kRevenue},
    {"licence_revenue", AccountType::kRevenue},
    {"reserved_compute_revenue", AccountType::kRevenue},
    {"on_demand_compute_revenue", AccountType::kRevenue},
    {"shortfall_revenue", AccountType::kRevenue},
    {"other_revenue", AccountType::kRevenue},
    {"supplier_revenue", AccountType::kRevenue},
    {"wage_income", AccountType::kRevenue},
    {"interest_income", AccountType::kRevenue},
    {"break_fee_income", AccountType::kRevenue},
    {"investment_gain", AccountType::kRevenue},
    {"compute_expense", AccountType::kExpense},
    {"shortfall_expense", AccountType::kExpense},
    {"marketplace_expense", AccountType::kExpense},
    {"licence_expense", AccountType::kExpense},
    {"power_expense", AccountType::kExpense},
    {"operations_expense", AccountType::kExpense},
    {"research_wages", AccountType::kExpense},
    {"other_operating_expense", AccountType::kExpense},
    {"sales_expense", AccountType::kExpense},
    {"depreciation_expense", AccountType::kExpense},
    {"interest_expense", AccountType::kExpense},
    {"break_fee_expense", AccountType::kExpense},
    {"compliance_expense", AccountType::kExpense},
    {"impairment", AccountType::kExpense},
    {"investment_loss", AccountType::kExpense},
    {"bad_debt_expense", AccountType::kExpense},
    {"consumption", AccountType::kExpense},
};
static_assert(sizeof(kAccountInfo) / sizeof(kAccountInfo[0]) == kAccounts);

const AccountInfo& InfoOf(Account account) { return kAccountInfo[static_cast<size_t>(account)]; }

constexpr Account AccountAt(int index) { return static_cast<Account>(index); }

}  // namespace

AccountType TypeOf(Account account) { return InfoOf(account).type; }

absl::string_view AccountName(Account account) { return InfoOf(account).name; }

absl::string_view PaymentKindName(PaymentKind kind) {
  switch (kind) {
    case PaymentKind::kOperating:
      return "operating";
    case PaymentKind::kInvesting:
      return "investing";
    case PaymentKind::kFinancing:
      return "financing";
  }
  return "";
}

EntityId Ledger::AddEntity(absl::string_view name, bool overdraft) {
  entities_.push_back(Entity{std::string(name), overdraft, {}, {}, {}});
  return EntityId(size() - 1);
}

void Ledger::Open(EntityId entity, Account account, Cents balance) {
  TRANCHE_CHECK(transaction_ == 0, "opening balances come before the first transfer");
  Cell(entity, account) += balance;
  Cell(entity, Account::kOpeningEquity) -= balance;
  if (account == Account::kCash) opening_cash_ += balance;
  Entity& opened = entities_[Index(entity)];
  opened.at_quarter_start = opened.balance;
}

bool Ledger::CanPay(EntityId entity, Cents amount) const {
  return entities_[Index(entity)].overdraft || cash(entity) >= amount;
}

absl::Status Ledger::Transfer(EntityId from, EntityId to, Cents amount, Account from_account,
                              Account to_account, PaymentKind kind, absl::string_view thread) {
  TRANCHE_CHECK(amount >= Cents(0), "a transfer is not negative");
  if (amount == Cents(0)) return absl::OkStatus();
  if (!CanPay(from, amount)) {
    return absl::FailedPreconditionError(absl::StrCat(
        name(from), " can't pay ", FormatDollars(amount), ": it has ", FormatDollars(cash(from))));
  }
  ++transaction_;
  const int32_t thread_index = InternThread(thread);
  // The cash leg crosses entities; each side's counter-account keeps it in balance.
  Post(from, from_account, from, Account::kCash, amount, thread_index);
  Post(to, Account::kCash, to, to_account, amount, thread_index);
  CashFlow& out = entities_[Index(from)].flows;
  CashFlow& in = entities_[Index(to)].flows;
  switch (kind) {
    case PaymentKind::kOperating:
      out.operating -= amount;
      in.operating += amount;
      break;
    case PaymentKind::kInvesting:
      out.investing -= amount;
      // What one invests in another's shares finances the other; what it buys from a supplier is
      // the supplier's sale.
      if (TypeOf(to_account) == AccountType::kRevenue) {
        in.operating += amount;
      } else if (TypeOf(to_account) == AccountType::kAsset) {
        in.investing += amount;
      } else {
        in.financing += amount;
      }
      break;
    case PaymentKind::kFinancing:
      out.financing -= amount;
      in.financing += amount;
      break;
  }
  return absl::OkStatus();
}

void Ledger::Enter(EntityId entity, Account debit, Account credit, Cents amount,
                   absl::string_view thread) {
  TRANCHE_CHECK(amount >= Cents(0), "an entry is not negative");
  TRANCHE_CHECK(debit != Account::kCash && credit != Account::kCash, "cash moves by Transfer");
  if (amount == Cents(0)) return;
  ++transaction_;
  Post(entity, debit, entity, credit, amount, InternThread(thread));
}

void Ledger::EnterClaim(EntityId creditor, Account debit, Account offset_credit, EntityId debtor,
                        Account offset_debit, Account credit, Cents amount,
                        absl::string_view thread) {
  TRANCHE_CHECK(amount >= Cents(0), "a claim is not negative");
  if (amount == Cents(0)) return;
  ++transaction_;
  const int32_t thread_index = InternThread(thread);
  Post(creditor, debit, creditor, offset_credit, amount, thread_index);
  Post(debtor, offset_debit, debtor, credit, amount, thread_index);
}

Cents Ledger::Balance(EntityId entity, Account account) const {
  return entities_[Index(entity)].balance[static_cast<size_t>(account)];
}

Cents Ledger::Change(EntityId entity, Account account) const {
  return Balance(entity, account) -
         entities_[Index(entity)].at_quarter_start[static_cast<size_t>(account)];
}

Cents Ledger::NetIncome(EntityId entity) const { return Revenue(entity) - Expenses(entity); }

Cents Ledger::Revenue(EntityId entity) const {
  Cents sum;
  for (int i = 0; i < kAccounts; ++i) {
    if (TypeOf(AccountAt(i)) == AccountType::kRevenue) sum -= Change(entity, AccountAt(i));
  }
  return sum;
}

Cents Ledger::Expenses(EntityId entity) const {
  Cents sum;
  for (int i = 0; i < kAccounts; ++i) {
    if (TypeOf(AccountAt(i)) == AccountType::kExpense) sum += Change(entity, AccountAt(i));
  }
  return sum;
}

Cents Ledger::TotalAssets(EntityId entity) const {
  Cents sum;
  for (int i = 0; i < kAccounts; ++i) {
    if (TypeOf(AccountAt(i)) == AccountType::kAsset) sum += Balance(entity, AccountAt(i));
  }
  return sum;
}

CashFlow Ledger::Flows(EntityId entity) const { return entities_[Index(entity)].flows; }

absl::Status Ledger::CheckBalanced() const {
  std::array<Cents, kAccounts> total{};
  for (const Entity& entity : entities_) {
    Cents sum;
    for (int i = 0; i < kAccounts; ++i) {
      sum += entity.balance[static_cast<size_t>(i)];
      total[static_cast<size_t>(i)] += entity.balance[static_cast<size_t>(i)];
    }
    if (sum != Cents(0)) {
      return absl::InternalError(
          absl::StrCat("the books of ", entity.name, " are out by ", FormatDollars(sum)));
    }
    const Cents cash = entity.balance[static_cast<size_t>(Account::kCash)];
    if (!entity.overdraft && cash < Cents(0)) {
      return absl::InternalError(
          absl::StrCat(entity.name, " has negative cash: ", FormatDollars(cash)));
    }
  }
  const auto total_of = [&total](Account account) { return total[static_cast<size_t>(account)]; };
  if (total_of(Account::kCash) != opening_cash_) {
    return absl::InternalError(absl::StrCat("all cash is ", FormatDollars(total_of(Account::kCash)),
                                            ", at the opening ", FormatDollars(opening_cash_)));
  }
  constexpr std::array<std::array<Account, 2>, 3> kMirrors = {{
      {Account::kReceivables, Account::kPayables},
      {Account::kNotesReceivable, Account::kNotesPayable},
      {Account::kIntercompanyReceivable, Account::kIntercompanyPayable},
  }};
  for (const auto& [claim, debt] : kMirrors) {
    if (total_of(claim) + total_of(debt) != Cents(0)) {
      return absl::InternalError(
          absl::StrCat(AccountName(claim), " are ", FormatDollars(total_of(claim)), " and ",
                       AccountName(debt), " ", FormatDollars(-total_of(debt))));
    }
  }
  return absl::OkStatus();
}

void Ledger::CloseQuarter() {
  for (Entity& entity : entities_) {
    for (int i = 0; i < kAccounts; ++i) {
      const AccountType type = TypeOf(AccountAt(i));
      if (type != AccountType::kRevenue && type != AccountType::kExpense) continue;
      Cents& balance = entity.balance[static_cast<size_t>(i)];
      entity.balance[static_cast<size_t>(Account::kRetainedEarnings)] += balance;
      balance = Cents(0);
    }
    entity.at_quarter_start = entity.balance;
    entity.flows = CashFlow();
  }
  journal_.clear();
  threads_.resize(1);
}

int32_t Ledger::InternThread(absl::string_view thread) {
  if (!keep_journal_ || thread.empty()) return 0;
  // A deal's entries mostly follow one another.
  if (threads_.back() != thread) threads_.emplace_back(thread);
  return static_cast<int32_t>(threads_.size()) - 1;
}

void Ledger::Post(EntityId debit_entity, Account debit, EntityId credit_entity, Account credit,
                  Cents amount, int32_t thread) {
  Cell(debit_entity, debit) += amount;
  Cell(credit_entity, credit) -= amount;
  if (keep_journal_) {
    journal_.push_back(
        JournalEntry{debit_entity, debit, credit_entity, credit, amount, thread, transaction_});
  }
}

}  // namespace tranche
