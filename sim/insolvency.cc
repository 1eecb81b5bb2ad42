#include "sim/insolvency.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/check.h"
#include "sim/ledger.h"
#include "sim/money.h"
#include "sim/notes.h"
#include "sim/notices.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

// The agent whose books `entity` is; invalid for treasuries and populations.
AgentId AgentOf(const World& world, EntityId entity) {
  for (AgentId agent : world.agents.ids()) {
    if (world.agents[agent].entity == entity) return agent;
  }
  return AgentId();
}

Cents OwedBy(const World& world, AgentId debtor) {
  Cents owed;
  for (const Arrear& arrear : world.arrears) {
    if (arrear.debtor == debtor) owed += arrear.amount;
  }
  return owed;
}

bool OwesSinceLastQuarter(const World& world, AgentId debtor) {
  return std::any_of(world.arrears.begin(), world.arrears.end(), [&](const Arrear& arrear) {
    return arrear.debtor == debtor && arrear.amount > Cents(0) && arrear.since < world.quarter;
  });
}

// Pays what can be paid, oldest first.
void PayArrears(World& world) {
  for (Arrear& arrear : world.arrears) {
    const Cents paid = std::min(arrear.amount, SpendableCash(world, arrear.debtor));
    if (paid <= Cents(0)) continue;
    const absl::Status status = Pay(world, arrear.debtor, arrear.creditor, paid, Account::kPayables,
                                    Account::kReceivables, arrear.kind, arrear.thread);
    TRANCHE_CHECK(status.ok(), "an agent pays what it can spend");
    arrear.amount -= paid;
  }
}

// With the mechanism switched off, the rest of the world gives what is missing.
void RescueEverybody(World& world) {
  for (Arrear& arrear : world.arrears) {
    const EntityId debtor = world.agents[arrear.debtor].entity;
    const absl::Status given = world.ledger.Transfer(
        world.populations.rest_of_world, debtor, arrear.amount, Account::kOtherExpense,
        Account::kRevenueOther, PaymentKind::kDefault, arrear.thread);
    const absl::Status paid =
        world.ledger.Transfer(debtor, arrear.creditor, arrear.amount, Account::kPayables,
                              Account::kReceivables, arrear.kind, arrear.thread);
    TRANCHE_CHECK(given.ok() && paid.ok(), "the rest of the world has no cash limit");
    arrear.amount = Cents(0);
  }
}

void NotifyDefault(const World& world, const Arrear& arrear, MarketOutput& out) {
  const AgentId creditor = AgentOf(world, arrear.creditor);
  v1::Message& message = creditor.valid()
                             ? Notify(world, out, arrear.thread, {arrear.debtor, creditor})
                             : Notify(world, out, arrear.thread, {arrear.debtor});
  v1::Default* notice = message.mutable_default_notice();
  notice->set_debtor(world.name_of(arrear.debtor));
  notice->set_creditor(world.ledger.NameOf(arrear.creditor));
  notice->set_contract(arrear.thread);
  notice->set_unpaid_cents(arrear.amount.value());
}

// A note that the failed lab owes.
struct NoteClaim {
  EntityId holder;
  Cents owed;  // principal and interest
  std::string thread;
};

// All notes of the lab, which are then off its cap table: those sold in the run, by deal, and those
// of the opening, which bear no interest.
std::vector<NoteClaim> TakeNotes(World& world, LabId lab) {
  std::vector<NoteClaim> notes;
  for (Deal& deal : world.deals) {
    if (deal.lab != lab || deal.note_principal <= Cents(0)) continue;
    notes.push_back(
        {world.agents[deal.investor].entity, deal.note_principal + deal.note_interest, deal.name});
    deal.note_principal = Cents(0);
    deal.note_interest = Cents(0);
  }
  CapTable& table = world.labs[lab].cap_table;
  for (const ConvertibleNote& note : table.notes()) {
    if (note.issued >= world.first_quarter) continue;
    notes.push_back({EntityOfHolder(world, lab, note.holder), note.principal, ""});
  }
  while (!table.notes().empty()) table.RemoveNote(table.notes().size() - 1);
  return notes;
}

// The cash that is left goes to the creditors; the rest of their claims is lost.
Cents DistributeEstate(World& world, AgentId debtor) {
  Ledger& ledger = world.ledger;
  const EntityId estate = world.agents[debtor].entity;
  std::vector<Arrear*> bills;
  std::vector<int64_t> weights;
  Cents owed;
  for (Arrear& arrear : world.arrears) {
    if (arrear.debtor != debtor || arrear.amount <= Cents(0)) continue;
    bills.push_back(&arrear);
    weights.push_back(arrear.amount.value());
    owed += arrear.amount;
  }
  std::vector<NoteClaim> notes;
  if (world.lab_of(debtor).valid()) notes = TakeNotes(world, world.lab_of(debtor));
  for (const NoteClaim& note : notes) {
    weights.push_back(note.owed.value());
    owed += note.owed;
  }
  if (weights.empty()) return Cents(0);
  const Cents paid_out = std::min(ledger.Cash(estate), owed);
  const std::vector<Cents> parts = SplitProRata(paid_out, weights);
  // Pays one creditor its part and writes the rest of its claim off on both sides.
  const auto settle = [&](EntityId creditor, Cents claim, Cents part, Account debt, Account asset,
                          const std::string& thread) {
    const absl::Status paid =
        ledger.Transfer(estate, creditor, part, debt, asset, PaymentKind::kDefault, thread);
    TRANCHE_CHECK(paid.ok(), "an estate pays out what it has");
    ledger.Exchange({creditor, Account::kCreditLosses, asset},
                    {estate, debt, Account::kDebtForgiven}, claim - part, PaymentKind::kDefault,
                    thread);
  };
  for (size_t i = 0; i < bills.size(); ++i) {
    settle(bills[i]->creditor, bills[i]->amount, parts[i], Account::kPayables,
           Account::kReceivables, bills[i]->thread);
    bills[i]->amount = Cents(0);
  }
  for (size_t i = 0; i < notes.size(); ++i) {
    settle(notes[i].holder, notes[i].owed, parts[bills.size() + i], Account::kNotesPayable,
           Account::kNotesReceivable, notes[i].thread);
  }
  return paid_out;
}

void EndContracts(World& world, AgentId debtor, MarketOutput& out) {
  for (Contract& contract : world.contracts) {
    if (!contract.active || (contract.provider != debtor && contract.customer != debtor)) continue;
    contract.active = false;
    contract.end = world.quarter + 1;
    const EntityId provider = world.agents[contract.provider].entity;
    const EntityId customer = world.agents[contract.customer].entity;
    if (contract.prepaid > Cents(0)) {
      // Paid ahead and never delivered, or never used: the provider keeps it.
      world.ledger.Exchange({provider, Account::kPrepaymentsReceived, Account::kRevenueTakeOrPay},
                            {customer, Account::kImpairment, Account::kPrepaidCompute},
                            contract.prepaid, PaymentKind::kDefault, contract.name);
      contract.prepaid = Cents(0);
    }
    v1::ContractEnded* ended =
        Notify(world, out, contract.name, {contract.provider, contract.customer})
            .mutable_contract_ended();
    ended->set_contract(contract.name);
    ended->set_reason(absl::StrCat(world.name_of(debtor), " is insolvent"));
  }
}

void EndDeals(World& world, AgentId debtor, MarketOutput& out) {
  const LabId lab = world.lab_of(debtor);
  for (Deal& deal : world.deals) {
    const bool concerned = (lab.valid() && deal.lab == lab) || deal.investor == debtor;
    if (!deal.live() || !concerned) continue;
    for (TrancheState& tranche : deal.tranches) {
      if (tranche.state == TrancheState::State::kPending) {
        tranche.state = TrancheState::State::kLapsed;
      }
    }
    if (deal.pending()) deal.state = v1::DealDisclosure::STATE_ENDED;
    deal.outcome = v1::DealEnded::OUTCOME_TARGET_INSOLVENT;
    v1::DealEnded* ended =
        Notify(world, out, deal.name, {world.labs[deal.lab].agent, deal.investor})
            .mutable_deal_ended();
    ended->set_deal(deal.name);
    ended->set_outcome(deal.outcome);
    ended->set_reason(absl::StrCat(world.name_of(debtor), " is insolvent"));
  }
  for (FundingRound& round : world.rounds) {
    if (lab.valid() && round.lab == lab) round.open = false;
  }
}

void WriteOffShares(World& world, LabId lab) {
  for (Stake& stake : world.stakes) {
    if (stake.lab != lab) continue;
    const EntityId holder = world.agents[stake.holder_agent].entity;
    const std::string& thread = world.agent_of(lab).seat.name;
    if (stake.marked > Cents(0)) {
      world.ledger.Entry(holder, Account::kUnrealisedGains, Account::kInvestmentMarks, stake.marked,
                         PaymentKind::kDefault, thread);
    } else {
      world.ledger.Entry(holder, Account::kInvestmentMarks, Account::kUnrealisedGains,
                         -stake.marked, PaymentKind::kDefault, thread);
    }
    world.ledger.Entry(holder, Account::kLossOnInvestments, Account::kEquityInvestments, stake.cost,
                       PaymentKind::kDefault, thread);
    stake.marked = Cents(0);
    stake.cost = Cents(0);
    stake.board_right = v1::BOARD_RIGHT_NONE;
  }
  world.labs[lab].last_valuation = Cents(0);
  world.labs[lab].last_price_micros_per_share = 0;
}

void CloseLab(World& world, LabId id) {
  Lab& lab = world.labs[id];
  world.researchers_available += lab.researchers;
  lab.researchers = 0;
  lab.runs.clear();
  lab.orders.clear();
  WriteOffShares(world, id);
}

void CloseCloud(World& world, CloudId id) {
  Cloud& cloud = world.clouds[id];
  const EntityId entity = world.agents[cloud.agent].entity;
  Cents book_value;
  for (const Fleet& fleet : cloud.fleets) book_value += fleet.book_value;
  world.ledger.Entry(entity, Account::kImpairment, Account::kAccumulatedDepreciation, book_value,
                     PaymentKind::kImpairment, "");
  cloud.fleets.clear();
  for (Build& build : world.builds) {
    if (build.cloud != id || build.done || build.cancelled) continue;
    build.cancelled = true;
    world.ledger.Entry(entity, Account::kImpairment, Account::kConstructionInProgress, build.paid,
                       PaymentKind::kImpairment, "");
  }
}

void Fail(World& world, AgentId debtor, MarketOutput& out) {
  const Cents owed = OwedBy(world, debtor);
  v1::Message& message = Notify(world, out, world.name_of(debtor), {});
  for (AgentId agent : world.agents.ids()) {
    if (world.agents[agent].active) message.add_recipients(world.name_of(agent));
  }
  v1::Insolvency* notice = message.mutable_insolvency();
  notice->set_agent(world.name_of(debtor));
  notice->set_unpaid_cents(owed.value());
  notice->set_recovered_cents(DistributeEstate(world, debtor).value());
  EndContracts(world, debtor, out);
  EndDeals(world, debtor, out);
  if (world.lab_of(debtor).valid()) CloseLab(world, world.lab_of(debtor));
  if (world.cloud_of(debtor).valid()) CloseCloud(world, world.cloud_of(debtor));
  world.agents[debtor].active = false;
}

}  // namespace

void ResolveInsolvency(World& world, MarketOutput& out) {
  if (world.arrears.empty()) return;
  PayArrears(world);
  if (world.scenario.switches().no_insolvency()) RescueEverybody(world);
  for (AgentId agent : world.agents.ids()) {
    if (world.agents[agent].active && OwesSinceLastQuarter(world, agent)) Fail(world, agent, out);
  }
  for (const Arrear& arrear : world.arrears) {
    if (arrear.amount > Cents(0) && arrear.since == world.quarter) {
      NotifyDefault(world, arrear, out);
    }
  }
  std::erase_if(world.arrears, [](const Arrear& arrear) { return arrear.amount <= Cents(0); });
}

}  // namespace tranche
