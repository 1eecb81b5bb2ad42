#include "sim/statements.h"

#include <string>

#include "sim/accounts.h"
#include "sim/cap_table.h"
#include "sim/ledger.h"

namespace tranche {
namespace {

void WriteJournal(const World& world, MarketOutput& out) {
  for (const JournalEntry& entry : world.ledger.journal()) {
    v1::LogRecord* record = out.AddRecord();
    if (record == nullptr) return;
    v1::LedgerEntry* written = record->mutable_ledger_entry();
    written->set_kind(std::string(PaymentKindName(entry.kind)));
    written->set_debit_entity(world.ledger.NameOf(entry.debit_entity));
    written->set_debit_account(std::string(InfoOf(entry.debit_account).name));
    written->set_credit_entity(world.ledger.NameOf(entry.credit_entity));
    written->set_credit_account(std::string(InfoOf(entry.credit_account).name));
    written->set_amount_cents(entry.amount.value());
    written->set_thread(std::string(world.ledger.ThreadName(entry.thread)));
  }
}

void AddLine(v1::Statements& statements, absl::string_view statement, absl::string_view account,
             Cents amount) {
  if (amount == Cents(0)) return;
  v1::StatementLine* line = statements.add_lines();
  line->set_statement(std::string(statement));
  line->set_account(std::string(account));
  line->set_amount_cents(amount.value());
}

void WriteStatementsOf(const World& world, EntityId entity, MarketOutput& out) {
  v1::LogRecord* record = out.AddRecord();
  if (record == nullptr) return;
  const Ledger& ledger = world.ledger;
  v1::Statements& statements = *record->mutable_statements();
  statements.set_entity(ledger.NameOf(entity));

  for (int i = 0; i < kAccountCount; ++i) {
    const auto account = static_cast<Account>(i);
    if (!IsTemporary(account)) continue;
    AddLine(statements, "income", InfoOf(account).name, ledger.ClosedBalance(entity, account));
  }
  const IncomeStatement income = ledger.IncomeStatementOf(entity);
  AddLine(statements, "income", "gross-profit", income.gross_profit);
  AddLine(statements, "income", "operating-income", income.operating_income);
  AddLine(statements, "income", "net-income", income.net_income);

  const CashFlowStatement flow = ledger.CashFlowOf(entity);
  AddLine(statements, "cash-flow", "opening-cash", flow.opening_cash);
  for (int i = 0; i < kAccountCount; ++i) {
    const auto account = static_cast<Account>(i);
    AddLine(statements, "cash-flow", InfoOf(account).name, ledger.ClosedCashFlow(entity, account));
  }
  AddLine(statements, "cash-flow", "operating", flow.operating);
  AddLine(statements, "cash-flow", "investing", flow.investing);
  AddLine(statements, "cash-flow", "financing", flow.financing);
  AddLine(statements, "cash-flow", "closing-cash", flow.closing_cash);

  for (int i = 0; i < kAccountCount; ++i) {
    const auto account = static_cast<Account>(i);
    if (IsTemporary(account)) continue;
    AddLine(statements, "balance", InfoOf(account).name, ledger.ClosedBalance(entity, account));
  }
  const BalanceSheet balance = ledger.BalanceSheetOf(entity);
  AddLine(statements, "balance", "assets", balance.assets);
  AddLine(statements, "balance", "liabilities", balance.liabilities);
  AddLine(statements, "balance", "equity", balance.equity);
}

void WriteCapTable(const Lab& lab, const std::string& name, Quarter quarter, MarketOutput& out) {
  const CapTable& table = lab.cap_table;
  const int64_t diluted = table.FullyDiluted();
  if (diluted == 0) return;
  const auto write = [&](const std::string& holder, const std::string& share_class, int64_t shares,
                         Cents value) {
    v1::LogRecord* record = out.AddRecord();
    if (record == nullptr) return;
    v1::CapTableEntry* entry = record->mutable_cap_table_entry();
    entry->set_lab(name);
    entry->set_holder(holder);
    entry->set_share_class(share_class);
    entry->set_shares(shares);
    entry->set_stake_ppm(static_cast<uint32_t>(MulDivRounded(shares, 1'000'000, diluted)));
    entry->set_value_cents(value.value());
  };
  for (const Holding& holding : table.holdings()) {
    write(table.HolderName(holding.holder), table.share_class(holding.share_class).name,
          holding.shares, CostAtMicros(lab.last_price_micros_per_share, holding.shares));
  }
  if (table.pool() > 0) {
    write("option pool", "option-pool", table.pool(),
          CostAtMicros(lab.last_price_micros_per_share, table.pool()));
  }
  for (const ConvertibleNote& note : table.notes()) {
    write(table.HolderName(note.holder), "note", 0, note.BalanceAt(quarter));
  }
}

}  // namespace

void WriteStatements(const World& world, MarketOutput& out) {
  WriteJournal(world, out);
  for (int32_t entity = 0; entity < world.ledger.entity_count(); ++entity) {
    WriteStatementsOf(world, EntityId(entity), out);
  }
  for (const Lab& lab : world.labs) {
    WriteCapTable(lab, world.name_of(lab.agent), world.quarter, out);
  }
}

}  // namespace tranche
