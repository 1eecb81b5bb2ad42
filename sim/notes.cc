#include "sim/notes.h"

#include <algorithm>
#include <string>

#include "sim/check.h"
#include "sim/notices.h"
#include "sim/ownership.h"
#include "sim/payments.h"

namespace tranche {
namespace {

// The deal whose note this principal belongs to; null for a note of the opening.
Deal* DealOfNote(World& world, LabId lab, GroupId group, Cents principal) {
  for (Deal& deal : world.deals) {
    if (deal.lab == lab && deal.note_principal >= principal &&
        world.agents[deal.investor].group == group) {
      return &deal;
    }
  }
  return nullptr;
}

// Brings booked interest up (or, by a rounding, down) by `missing`.
void BookInterest(World& world, EntityId lab, EntityId holder, Cents missing,
                  const std::string& thread) {
  if (missing >= Cents(0)) {
    world.ledger.Exchange({lab, Account::kInterestExpense, Account::kNotesPayable},
                          {holder, Account::kNotesReceivable, Account::kInterestIncome}, missing,
                          PaymentKind::kInterest, thread);
  } else {
    world.ledger.Exchange({lab, Account::kNotesPayable, Account::kInterestExpense},
                          {holder, Account::kInterestIncome, Account::kNotesReceivable}, -missing,
                          PaymentKind::kInterest, thread);
  }
}

// Takes a note of `principal`, worth `balance`, out of the books of notes into capital.
// Returns its deal's name.
std::string Capitalise(World& world, LabId lab, HolderId holder, Cents principal, Cents balance) {
  const GroupId group = GroupOfHolder(world, world.labs[lab].cap_table.HolderName(holder));
  const EntityId issuer = world.agent_of(lab).entity;
  Deal* deal = group.valid() ? DealOfNote(world, lab, group, principal) : nullptr;
  const EntityId entity =
      deal != nullptr ? world.agents[deal->investor].entity : EntityOfHolder(world, lab, holder);
  std::string thread;
  Cents booked_interest;
  if (deal != nullptr) {
    thread = deal->name;
    deal->note_principal -= principal;
    const Cents interest = balance - principal;
    // The last note of a deal takes what rounding has left over.
    booked_interest = deal->note_principal == Cents(0) ? deal->note_interest
                                                       : std::min(interest, deal->note_interest);
    deal->note_interest -= booked_interest;
  }
  BookInterest(world, issuer, entity, balance - principal - booked_interest, thread);
  world.ledger.Exchange({issuer, Account::kNotesPayable, Account::kPaidInCapital},
                        {entity, Account::kEquityInvestments, Account::kNotesReceivable}, balance,
                        PaymentKind::kNoteConversion, thread);
  if (group.valid()) {
    const AgentId agent = deal != nullptr ? deal->investor : world.groups[group].members.front();
    StakeOf(world, lab, agent).cost += balance;
  }
  return thread;
}

}  // namespace

EntityId EntityOfHolder(const World& world, LabId lab, HolderId holder) {
  const GroupId group = GroupOfHolder(world, world.labs[lab].cap_table.HolderName(holder));
  if (!group.valid()) return world.populations.capital;
  const Stake* stake = FindStake(world, lab, group);
  if (stake != nullptr) return world.agents[stake->holder_agent].entity;
  return world.groups[group].members.empty()
             ? world.populations.capital
             : world.agents[world.groups[group].members.front()].entity;
}

void AddNoteOf(World& world, Deal& deal, Cents principal) {
  const v1::NoteTerms& terms = deal.terms.note();
  ConvertibleNote note;
  note.holder = AddHolder(world, deal.lab, world.agents[deal.investor].group);
  note.principal = principal;
  note.interest_per_year = BasisPoints(terms.interest_bp());
  note.valuation_cap = Cents(terms.valuation_cap_cents());
  note.discount = BasisPoints(terms.discount_bp());
  note.issued = world.quarter;
  note.maturity = Quarter::FromIndex(terms.maturity_quarter());
  world.labs[deal.lab].cap_table.AddNote(note);
  deal.note_principal += principal;
}

void BookConversions(World& world, LabId lab, absl::Span<const ConvertibleNote> notes,
                     absl::Span<const NoteConversion> conversions, SharePrice price,
                     MarketOutput& out) {
  TRANCHE_CHECK(notes.size() == conversions.size(), "every note converts");
  for (size_t i = 0; i < notes.size(); ++i) {
    const NoteConversion& conversion = conversions[i];
    const Cents principal = notes[i].principal;
    const std::string thread =
        Capitalise(world, lab, conversion.holder, principal, conversion.amount);
    const GroupId group =
        GroupOfHolder(world, world.labs[lab].cap_table.HolderName(conversion.holder));
    const Stake* stake = group.valid() ? FindStake(world, lab, group) : nullptr;
    v1::NoteConversion& body =
        *Notify(world, out, thread,
                {world.labs[lab].agent, stake == nullptr ? AgentId() : stake->holder_agent})
             .mutable_note_conversion();
    body.set_deal(thread);
    body.set_principal_cents(principal.value());
    body.set_interest_cents((conversion.amount - principal).value());
    body.set_shares_issued(conversion.shares);
    // What the holder paid, or the round's price if its note was too small for a share.
    body.set_price_micros_per_share(
        conversion.shares > 0 ? MulDivRounded(conversion.amount.value(), 10'000, conversion.shares)
                              : price.Micros());
  }
}

void TurnNotesIntoCapital(World& world, LabId lab) {
  const std::vector<ConvertibleNote> notes(world.labs[lab].cap_table.notes().begin(),
                                           world.labs[lab].cap_table.notes().end());
  for (const ConvertibleNote& note : notes) {
    Capitalise(world, lab, note.holder, note.principal, note.BalanceAt(world.quarter));
  }
}

void RepayNotes(World& world, MarketOutput&) {
  for (Deal& deal : world.deals) {
    if (deal.note_principal <= Cents(0) ||
        Quarter::FromIndex(deal.terms.note().maturity_quarter()) > world.quarter) {
      continue;
    }
    CapTable& table = world.labs[deal.lab].cap_table;
    const HolderId holder = HolderOf(world, deal.lab, world.agents[deal.investor].group);
    Cents left = deal.note_principal;
    for (size_t i = table.notes().size(); i-- > 0;) {
      const ConvertibleNote& note = table.notes()[i];
      if (note.holder != holder || note.maturity > world.quarter || note.principal > left) continue;
      left -= note.principal;
      table.RemoveNote(i);
    }
    PayOrOwe(world, world.labs[deal.lab].agent, world.agents[deal.investor].entity,
             deal.note_principal + deal.note_interest, Account::kNotesPayable,
             Account::kNotesReceivable, PaymentKind::kNoteRepayment, deal.name);
    deal.note_principal = Cents(0);
    deal.note_interest = Cents(0);
  }
}

}  // namespace tranche
