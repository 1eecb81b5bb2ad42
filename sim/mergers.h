#ifndef TRANCHE_SIM_MERGERS_H_
#define TRANCHE_SIM_MERGERS_H_

#include "absl/strings/string_view.h"
#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

// The purchase of a whole lab: for cash, by a lab, a cloud or an investor. The price is shared out
// by the cap table's waterfall. The lab becomes a division of the buyer's group and plays on: its
// agent, customers, people and contracts stay, it draws on the group's treasury, and it raises no
// money of its own.
namespace tranche {

// Buyer to lab. It opens a thread, or answers in the thread of an ask of KIND_SALE.
Verdict ApplyMergerProposal(World& world, AgentId sender, const v1::Message& move);

// Terms that one side offers the other in a thread. Rules "switched-off", "terms", "division" (the
// lab is one, or owns another lab), "parties", "cash" (of a buyer that offers).
Verdict CheckMergerProposal(World& world, AgentId sender, AgentId recipient,
                            absl::string_view thread, const v1::MergerTerms& terms);

// Acceptance: a deal, under review where it must be. Rules as above, and "sale" where the lab has
// signed with another buyer.
Verdict SignMerger(World& world, const Proposal& proposal, MarketOutput& out);

// The deal is cleared: money and shares move, or the buyer can't pay.
void CloseMerger(World& world, Deal& deal, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_MERGERS_H_
