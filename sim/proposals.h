#ifndef TRANCHE_SIM_PROPOSALS_H_
#define TRANCHE_SIM_PROPOSALS_H_

#include <cstdint>

#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// The life of a proposal.
//
//   standing ── Acceptance ──► agreed (funding) ── DefinitiveAgreement ──► signed
//      │                 └───► signed (quote, offer, purchase, sale)
//      ├── Refusal, CounterOffer of the recipient ──► refused
//      ├── Withdrawal ──► withdrawn                (an agreed one: by either side)
//      ├── another of the sender in the thread to the same recipient ──► replaced
//      └── close of the quarter it is valid through ──► expired   (an agreed one: a quarter later)
//
// Dead proposals stay in the world until the quarter's close and are then dropped.
namespace tranche {

// What a proposal is about.
enum class Subject { kFunding, kCapacity, kMarketplace, kLicence, kMerger, kSecondary };

// Of a message that is a proposal.
Subject SubjectOf(const v1::Message& proposal);
bool IsProposal(const v1::Message& message);
const v1::FundingTerms& FundingTermsOf(const v1::Message& proposal);
const v1::CapacityTerms& CapacityTermsOf(const v1::Message& proposal);
const v1::MarketplaceTerms& MarketplaceTermsOf(const v1::Message& proposal);
const v1::LicenceTerms& LicenceTermsOf(const v1::Message& proposal);
const v1::MergerTerms& MergerTermsOf(const v1::Message& proposal);
const v1::SecondaryTerms& SecondaryTermsOf(const v1::Message& proposal);

// The move's one recipient. The move must have one (sim/moves.h sees to it).
AgentId RecipientOf(const World& world, const v1::Message& move);

// Makes the move a standing proposal to its one recipient, in place of the sender's own in the
// thread to the same recipient if that is still standing. `valid_through` is a quarter's index, 0:
// this quarter. Rules: "thread" (the sender opens it or is addressed in it), "validity", "agreed"
// (an agreed proposal must be withdrawn before another is made).
Verdict MakeProposal(World& world, AgentId sender, const v1::Message& move, int32_t valid_through);

// Other terms in answer to a standing proposal to the sender, which is thereby refused.
Verdict ApplyCounterOffer(World& world, AgentId sender, const v1::Message& move);

// Takes what the move answers: a standing proposal to the sender, or a regulator's conditions.
Verdict ApplyAcceptance(World& world, AgentId sender, const v1::Message& move, MarketOutput& out);

// Turns down what the move answers: a standing proposal, an ask, or a regulator's conditions.
Verdict ApplyRefusal(World& world, AgentId sender, const v1::Message& move, MarketOutput& out);

// Takes back the sender's proposal or ask that the move answers; without in_reply_to, walks away
// from the deal, or ends the round, of the move's thread.
Verdict ApplyWithdrawal(World& world, AgentId sender, const v1::Message& move, MarketOutput& out);

// At the close: expires what isn't valid any longer and tells its sender, drops what is dead, and
// ends rounds whose target quarter has passed.
void ExpireProposals(World& world, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_PROPOSALS_H_
