#include "sim/ledger.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/check.h"

namespace tranche {
namespace {

Account AccountAt(int index) { return static_cast<Account>(index); }

Cents NaturalSign(Account account, Cents debit) {
  return IncreasesByDebit(account) ? debit : -debit;
}

}  // namespace

absl::string_view PaymentKindName(PaymentKind kind) {
  switch (kind) {
    case PaymentKind::kOpening:
      return "opening";
    case PaymentKind::kModelSales:
      return "model-sales";
    case PaymentKind::kComputeUsage:
      return "compute-usage";
    case PaymentKind::kTakeOrPay:
      return "take-or-pay";
    case PaymentKind::kPrepayment:
      return "prepayment";
    case PaymentKind::kPrepaymentUse:
      return "prepayment-use";
    case PaymentKind::kMarketplaceSettlement:
      return "marketplace-settlement";
    case PaymentKind::kLicence:
      return "licence";
    case PaymentKind::kPower:
      return "power";
    case PaymentKind::kOperations:
      return "operations";
    case PaymentKind::kSitePayment:
      return "site-payment";
    case PaymentKind::kChipPayment:
      return "chip-payment";
    case PaymentKind::kEnteringService:
      return "entering-service";
    case PaymentKind::kDepreciation:
      return "depreciation";
    case PaymentKind::kWages:
      return "wages";
    case PaymentKind::kShareBasedPay:
      return "share-based-pay";
    case PaymentKind::kOverhead:
      return "overhead";
    case PaymentKind::kEquityIssue:
      return "equity-issue";
    case PaymentKind::kComputeCredits:
      return "compute-credits";
    case PaymentKind::kSecondarySale:
      return "secondary-sale";
    case PaymentKind::kMerger:
      return "merger";
    case PaymentKind::kCapitalCall:
      return "capital-call";
    case PaymentKind::kNoteIssue:
      return "note-issue";
    case PaymentKind::kNoteConversion:
      return "note-conversion";
    case PaymentKind::kNoteRepayment:
      return "note-repayment";
    case PaymentKind::kInterest:
      return "interest";
    case PaymentKind::kDividend:
      return "dividend";
    case PaymentKind::kMark:
      return "mark";
    case PaymentKind::kImpairment:
      return "impairment";
    case PaymentKind::kDefault:
      return "default";
    case PaymentKind::kBreakupFee:
      return "breakup-fee";
    case PaymentKind::kRegulatoryCost:
      return "regulatory-cost";
    case PaymentKind::kIntragroup:
      return "intragroup";
    case PaymentKind::kOtherBusiness:
      return "other-business";
    case PaymentKind::kConsumption:
      return "consumption";
  }
  return "";
}

EntityId Ledger::AddEntity(absl::string_view name, CashLimit limit) {
  TRANCHE_CHECK(stage_ == Stage::kOpening, "entities join before the first quarter");
  entities_.push_back({std::string(name), limit});
  const size_t cells = entities_.size() * kAccountCount;
  balances_.resize(cells);
  cash_flows_.resize(cells);
  closed_balances_.resize(cells);
  closed_cash_flows_.resize(cells);
  return EntityId(entity_count() - 1);
}

const std::string& Ledger::NameOf(EntityId entity) const {
  return entities_[static_cast<size_t>(entity.value())].name;
}

void Ledger::Record(const JournalEntry& entry, absl::string_view thread) {
  if (!keep_journal_) return;
  journal_.push_back(entry);
  if (thread.empty()) return;
  const auto [found, inserted] =
      thread_ids_.try_emplace(thread, static_cast<int32_t>(threads_.size()));
  if (inserted) threads_.emplace_back(thread);
  journal_.back().thread = found->second;
}

void Ledger::OpeningBalance(EntityId entity, Account account, Cents amount) {
  TRANCHE_CHECK(stage_ == Stage::kOpening, "balances open before the first quarter");
  TRANCHE_CHECK(!IsTemporary(account), "revenue and expenses open at zero");
  const Cents debit = IncreasesByDebit(account) ? amount : -amount;
  if (debit == Cents(0)) return;
  Post(entity, account, debit);
  Post(entity, Account::kOpeningEquity, -debit);
  if (account == Account::kCash) total_cash_ += debit;
  JournalEntry entry{entity, entity, account, Account::kOpeningEquity, PaymentKind::kOpening,
                     0,      debit};
  if (debit < Cents(0)) {
    std::swap(entry.debit_account, entry.credit_account);
    entry.amount = -debit;
  }
  Record(entry, "");
}

void Ledger::OpeningClaim(EntityId holder, Account asset, EntityId issuer, Account obligation,
                          Cents amount) {
  OpeningBalance(holder, asset, amount);
  OpeningBalance(issuer, obligation, amount);
}

void Ledger::OpenQuarter() {
  TRANCHE_CHECK(stage_ != Stage::kQuarterOpen, "the quarter is open already");
  stage_ = Stage::kQuarterOpen;
  journal_.clear();
  threads_.resize(1);
  thread_ids_.clear();
}

absl::Status Ledger::Transfer(EntityId from, EntityId to, Cents amount, Account from_account,
                              Account to_account, PaymentKind kind, absl::string_view thread) {
  TRANCHE_CHECK(stage_ == Stage::kQuarterOpen, "payments need an open quarter");
  TRANCHE_CHECK(amount >= Cents(0), "a payment isn't negative");
  TRANCHE_CHECK(from != to, "nobody pays itself");
  TRANCHE_CHECK(from_account != Account::kCash && to_account != Account::kCash,
                "cash is not a counter-account of cash");
  if (!CanPay(from, amount)) {
    return absl::FailedPreconditionError(
        absl::StrCat(NameOf(from), " has ", FormatDollarsExact(Cash(from)),
                     " in cash and can't pay ", FormatDollarsExact(amount), " to ", NameOf(to)));
  }
  if (amount == Cents(0)) return absl::OkStatus();
  Post(from, from_account, amount);
  Post(from, Account::kCash, -amount);
  Post(to, Account::kCash, amount);
  Post(to, to_account, -amount);
  cash_flows_[Cell(from, from_account)] -= amount;
  cash_flows_[Cell(to, to_account)] += amount;
  Record({from, to, from_account, to_account, kind, 0, amount}, thread);
  return absl::OkStatus();
}

void Ledger::Entry(EntityId entity, Account debit, Account credit, Cents amount, PaymentKind kind,
                   absl::string_view thread) {
  TRANCHE_CHECK(stage_ == Stage::kQuarterOpen, "entries need an open quarter");
  TRANCHE_CHECK(amount >= Cents(0), "an entry isn't negative; swap its sides");
  TRANCHE_CHECK(debit != Account::kCash && credit != Account::kCash, "cash moves by Transfer only");
  if (amount == Cents(0)) return;
  Post(entity, debit, amount);
  Post(entity, credit, -amount);
  Record({entity, entity, debit, credit, kind, 0, amount}, thread);
}

void Ledger::Exchange(Side a, Side b, Cents amount, PaymentKind kind, absl::string_view thread) {
  Entry(a.entity, a.debit, a.credit, amount, kind, thread);
  Entry(b.entity, b.debit, b.credit, amount, kind, thread);
}

bool Ledger::CanPay(EntityId entity, Cents amount) const {
  return entities_[static_cast<size_t>(entity.value())].limit == CashLimit::kNone ||
         amount <= Cash(entity);
}

Cents Ledger::Balance(EntityId entity, Account account) const {
  return NaturalSign(account, balances_[Cell(entity, account)]);
}

void Ledger::CloseQuarter() {
  TRANCHE_CHECK(stage_ == Stage::kQuarterOpen, "no quarter is open");
  stage_ = Stage::kQuarterClosed;
  realised_gains_ -= Total(Account::kGainOnInvestments) + Total(Account::kLossOnInvestments);
  closed_balances_ = balances_;
  std::swap(closed_cash_flows_, cash_flows_);
  std::fill(cash_flows_.begin(), cash_flows_.end(), Cents(0));
  for (int32_t i = 0; i < entity_count(); ++i) {
    const EntityId entity(i);
    Cents temporary;
    for (int a = static_cast<int>(kFirstTemporary); a < kAccountCount; ++a) {
      Cents& balance = balances_[Cell(entity, AccountAt(a))];
      temporary += balance;
      balance = Cents(0);
    }
    Post(entity, Account::kRetainedEarnings, temporary);
  }
}

Cents Ledger::ClosedBalance(EntityId entity, Account account) const {
  return NaturalSign(account, closed_balances_[Cell(entity, account)]);
}

Cents Ledger::ClosedCashFlow(EntityId entity, Account account) const {
  return closed_cash_flows_[Cell(entity, account)];
}

IncomeStatement Ledger::IncomeStatementOf(EntityId entity) const {
  IncomeStatement statement;
  for (int a = 0; a < kAccountCount; ++a) {
    const Account account = AccountAt(a);
    const Cents debit = closed_balances_[Cell(entity, account)];
    switch (InfoOf(account).line) {
      case IncomeLine::kNone:
        break;
      case IncomeLine::kRevenue:
        statement.revenue -= debit;
        break;
      case IncomeLine::kCostOfRevenue:
        statement.cost_of_revenue += debit;
        break;
      case IncomeLine::kOperatingExpense:
        statement.operating_expenses += debit;
        break;
      case IncomeLine::kOther:
        statement.other_income -= debit;
        break;
    }
  }
  statement.gross_profit = statement.revenue - statement.cost_of_revenue;
  statement.operating_income = statement.gross_profit - statement.operating_expenses;
  statement.net_income = statement.operating_income + statement.other_income;
  return statement;
}

CashFlowStatement Ledger::CashFlowOf(EntityId entity) const {
  CashFlowStatement statement;
  for (int a = 0; a < kAccountCount; ++a) {
    const Account account = AccountAt(a);
    const Cents received = ClosedCashFlow(entity, account);
    switch (InfoOf(account).section) {
      case CashFlowSection::kNone:
        break;
      case CashFlowSection::kOperating:
        statement.operating += received;
        break;
      case CashFlowSection::kInvesting:
        statement.investing += received;
        break;
      case CashFlowSection::kFinancing:
        statement.financing += received;
        break;
    }
  }
  statement.closing_cash = ClosedBalance(entity, Account::kCash);
  statement.opening_cash =
      statement.closing_cash - statement.operating - statement.investing - statement.financing;
  return statement;
}

BalanceSheet Ledger::BalanceSheetOf(EntityId entity) const {
  BalanceSheet sheet;
  for (int a = 0; a < kAccountCount; ++a) {
    const Account account = AccountAt(a);
    const Cents debit = closed_balances_[Cell(entity, account)];
    switch (InfoOf(account).type) {
      case AccountType::kAsset:
        sheet.assets += debit;
        break;
      case AccountType::kLiability:
        sheet.liabilities -= debit;
        break;
      case AccountType::kEquity:
      case AccountType::kRevenue:
      case AccountType::kExpense:
        sheet.equity -= debit;
        break;
    }
  }
  return sheet;
}

Cents Ledger::Total(Account account) const {
  Cents sum;
  for (size_t cell = static_cast<size_t>(account); cell < balances_.size(); cell += kAccountCount) {
    sum += balances_[cell];
  }
  return sum;
}

absl::Status Ledger::CheckBalanced() const {
  for (int32_t i = 0; i < entity_count(); ++i) {
    const EntityId entity(i);
    Cents sum;
    for (int a = 0; a < kAccountCount; ++a) sum += balances_[Cell(entity, AccountAt(a))];
    if (sum != Cents(0)) {
      return absl::InternalError(absl::StrCat("debits of ", NameOf(entity),
                                              " exceed its credits by ", FormatDollarsExact(sum)));
    }
    if (!CanPay(entity, Cents(0))) {
      return absl::InternalError(
          absl::StrCat("cash of ", NameOf(entity), " is ", FormatDollarsExact(Cash(entity))));
    }
  }
  if (Total(Account::kCash) != total_cash_) {
    return absl::InternalError(absl::StrCat("cash sums to ",
                                            FormatDollarsExact(Total(Account::kCash)), ", not ",
                                            FormatDollarsExact(total_cash_)));
  }
  // In debits an asset is positive, the obligation that matches it negative.
  const Cents realised_gains =
      realised_gains_ - Total(Account::kGainOnInvestments) - Total(Account::kLossOnInvestments);
  const struct {
    absl::string_view claim;
    Cents difference;
  } claims[] = {
      {"receivables and payables", Total(Account::kReceivables) + Total(Account::kPayables)},
      {"prepaid-compute and prepayments-received",
       Total(Account::kPrepaidCompute) + Total(Account::kPrepaymentsReceived)},
      {"notes-receivable and notes-payable",
       Total(Account::kNotesReceivable) + Total(Account::kNotesPayable)},
      {"intragroup balances", Total(Account::kIntragroup)},
      {"equity-investments and paid-in-capital",
       Total(Account::kEquityInvestments) + Total(Account::kPaidInCapital) - realised_gains},
  };
  for (const auto& [claim, difference] : claims) {
    if (difference == Cents(0)) continue;
    return absl::InternalError(absl::StrCat(claim, " differ by ", FormatDollarsExact(difference)));
  }
  return absl::OkStatus();
}

}  // namespace tranche
