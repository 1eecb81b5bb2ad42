#ifndef TRANCHE_SIM_NOTES_H_
#define TRANCHE_SIM_NOTES_H_

#include "absl/types/span.h"
#include "sim/cap_table.h"
#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/world.h"

// Convertible notes in the books: how one becomes shares, or is repaid. Shares and terms are in the
// lab's cap table, principal and interest booked so far in the deal (interest accrues in
// sim/payments.h).
namespace tranche {

// The books of whoever stands in the lab's cap table under this name: the agent of a group's stake,
// outside capital for others.
EntityId EntityOfHolder(const World& world, LabId lab, HolderId holder);

// A drawn tranche of `deal` becomes a note in the cap table.
void AddNoteOf(World& world, Deal& deal, Cents principal);

// `conversions` is what the cap table made of `notes`, one each in their order, at `price`.
void BookConversions(World& world, LabId lab, absl::Span<const ConvertibleNote> notes,
                     absl::Span<const NoteConversion> conversions, SharePrice price,
                     MarketOutput& out);

// Before the lab is sold: what the notes are due becomes paid-in capital in the books, so that the
// price is paid for claims of one kind. The cap table's waterfall gives the notes their part.
void TurnNotesIntoCapital(World& world, LabId lab);

// At the close: notes whose last quarter this is are repaid with interest; what the lab can't pay
// is in arrears.
void RepayNotes(World& world, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_NOTES_H_
