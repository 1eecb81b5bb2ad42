#ifndef TRANCHE_SIM_CLOSING_H_
#define TRANCHE_SIM_CLOSING_H_

#include "absl/strings/string_view.h"
#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"

// How signed deals end: money and shares move, tranche by tranche, or they don't.
namespace tranche {

// Performs deals at the close, in the order of signing. A pending deal closes when every review it
// needs is cleared; at the close of its outside quarter one that isn't lapses.
//
// An investment: each tranche whose condition holds is drawn. The investor pays the lab (or grants
// compute credits) and gets shares at the round's price, or a note. At the first drawing the deal's
// rights, commitment and licence come into force, and at the first of a priced round all notes of
// the lab convert. A tranche whose condition hasn't held by its last quarter lapses. An investor
// that can't pay ends the deal.
//
// Notes due in this quarter are repaid. Purchases and sales of shares: sim/mergers.h,
// sim/secondary.h.
void CloseDeals(World& world, MarketOutput& out);

// The deal is over; its undrawn tranches lapse. Tells the parties and reviewers.
void EndDeal(World& world, Deal& deal, v1::DealEnded::Outcome outcome, absl::string_view reason,
             MarketOutput& out);

// A party walks away from a deal that hasn't closed; from a purchase it pays the break fee. Rules
// "deal", "cash".
Verdict WithdrawFromDeal(World& world, Deal& deal, AgentId sender, MarketOutput& out);

// Whether every review is cleared.
bool IsCleared(const Deal& deal);

// Sets the lab's mark: price and the value of all shares at it.
void MarkLab(World& world, LabId lab, SharePrice price);

// `amount` received for shares carried at `cost`: realises gain or loss in the books of `entity`.
void RealiseGain(World& world, EntityId entity, Cents amount, Cents cost, absl::string_view thread);

// Divestitures among the conditions of the deal's reviews, and the conditions that bind the stake.
void ImposeConditions(World& world, const Deal& deal);

}  // namespace tranche

#endif  // TRANCHE_SIM_CLOSING_H_
