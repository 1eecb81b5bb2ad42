#ifndef TRANCHE_SIM_FUNDING_H_
#define TRANCHE_SIM_FUNDING_H_

#include "absl/strings/string_view.h"
#include "sim/closing.h"
#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// A funding round up to its signing: the lab's ask, investors' term sheets, counter-offers, what is
// agreed, and the one agreement that makes deals of it. What becomes of deals is in sim/review.h
// and sim/closing.h.
//
// A round is open from the ask until it has raised what was asked, the lab withdraws the ask, or
// the quarter after its target closes. A lab has one open round of each kind. Everybody in a round
// buys at one price: the pre-money over the fully diluted shares, notes converted, at the first
// signing.
namespace tranche {

// Lab to investors (a sale: to anyone who could buy). In the thread of its open round it replaces
// the ask and invites more. Rules "switched-off", "thread", "division", "terms", "round",
// "one-price".
Verdict ApplyFundingAsk(World& world, AgentId sender, const v1::Message& move);

// Investor to lab, in the thread of a round it's invited to.
Verdict ApplyTermSheet(World& world, AgentId sender, const v1::Message& move);

// Terms that one side offers the other in a round's thread. Rules:
//   switched-off, parties, thread (the two have signed in this round before)
//   round                  it isn't open, or the investor isn't invited
//   terms                  see sim/terms.h
//   excluded-investor      a holder's or a signed deal's terms exclude the investor's group
//   cash                   (investor) the amount exceeds its uncommitted cash
Verdict CheckFundingProposal(World& world, AgentId sender, AgentId recipient,
                             absl::string_view thread, const v1::FundingTerms& terms);

// Acceptance of a funding proposal: checks it as if the investor made it now.
Verdict AgreeFunding(World& world, const Proposal& proposal);

// The lab signs. Rules:
//   round, proposal, recipients  the proposals are agreed, of this round, and theirs
//   round-minimum                they reach the ask's minimum, with what is signed already
//   one-price                    the pre-money is at most each proposal's, and that of the round
//   excluded-investor            nobody's terms exclude another's group
//   exclusivity                  commitments to different clouds, one of them exclusive
//   price                        a share is worth something, and so many can be issued
//   cash                         an investor has spent what it had agreed to invest
Verdict ApplyDefinitiveAgreement(World& world, AgentId sender, const v1::Message& move,
                                 MarketOutput& out);

// A holder with the right takes its part at the round's price, up to the close of the quarter after
// a signing: at most s N / (1 - s) for a stake s and N raised by others, which keeps its share.
// Rules "round", "pro-rata", "cash", "thread".
Verdict ApplyProRataExercise(World& world, AgentId sender, const v1::Message& move,
                             MarketOutput& out);

// The lab's books of the last closed quarter, as they are: rule "books" for other figures.
Verdict ApplyInformationReport(World& world, AgentId sender, const v1::Message& move);

}  // namespace tranche

#endif  // TRANCHE_SIM_FUNDING_H_
