#ifndef TRANCHE_SIM_SECONDARY_H_
#define TRANCHE_SIM_SECONDARY_H_

#include "absl/strings/string_view.h"
#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

// Sales of existing shares between investors. No cash reaches the lab. The thread's opener is the
// seller. Rights don't go with the shares.
namespace tranche {

// A sale of at least this part of a lab sets its mark.
inline constexpr int64_t kMarkingPartPpm = 5'000;

Verdict ApplySecondaryOffer(World& world, AgentId sender, const v1::Message& move);

// Rules "switched-off", "thread" (the seller opens it), "parties", "terms", "division", "holdings"
// (shares the seller has and hasn't sold already), "cash" (of a buyer that offers).
Verdict CheckSecondaryProposal(World& world, AgentId sender, AgentId recipient,
                               absl::string_view thread, const v1::SecondaryTerms& terms);

// Acceptance: a deal, under review where it must be.
Verdict SignSecondary(World& world, const Proposal& proposal, MarketOutput& out);

// The deal is cleared: money and shares move, or a party can't perform.
void CloseSecondary(World& world, Deal& deal, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_SECONDARY_H_
