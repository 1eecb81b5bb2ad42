#ifndef TRANCHE_SIM_SUPPLY_H_
#define TRANCHE_SIM_SUPPLY_H_

#include <cstdint>

#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/money.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// Contracts between labs and clouds (and licensees): requests and quotes, what binds a lab to a
// cloud, signing, leaving and expiry. The compute itself is bought in sim/compute_market.h and paid
// for in sim/payments.h.
//
// A contract is named `<thread>/<the party that didn't open the thread>`.
namespace tranche {

// A lab's request; opens a thread of the lab.
Verdict ApplyCapacityRequest(World& world, AgentId sender, const v1::Message& move);
// A cloud's quote, standing until accepted.
Verdict ApplyCapacityQuote(World& world, AgentId sender, const v1::Message& move);
// Between a lab and a cloud. Rule "parties" for anyone else.
Verdict ApplyMarketplaceOffer(World& world, AgentId sender, const v1::Message& move);
// Between a lab and a cloud or an investor. Rule "parties".
Verdict ApplyLicenceOffer(World& world, AgentId sender, const v1::Message& move);

// Terms in range; a cloud under a non-discrimination condition quotes rivals of the lab concerned
// no more than it charges that lab. Rules "terms", "condition".
Verdict CheckCapacityProposal(World& world, AgentId sender, AgentId recipient,
                              const v1::CapacityTerms& terms);

// Acceptance of a proposal makes a contract. Rules:
//   exclusivity    the lab is bound to another cloud (marketplace)
//   first-refusal  another cloud may match the quote first
//   capacity       the cloud has, and has ordered, too little for the quarters concerned
//   validity       the service would have begun in a quarter that is past
//   cash           the lab can't pay what is due at signing
//   contract       the thread has made a contract between the two that still runs
Verdict SignReservation(World& world, const Proposal& proposal, MarketOutput& out);
Verdict SignMarketplace(World& world, const Proposal& proposal, MarketOutput& out);
Verdict SignLicence(World& world, const Proposal& proposal, MarketOutput& out);

// The lab shows a holder of a right of first refusal the quote it means to accept; the holder makes
// the contract its own or declines, by the close of the quarter; silence is a refusal.
Verdict ApplyFirstRefusalNotice(World& world, AgentId sender, const v1::Message& move);
Verdict ApplyFirstRefusalExercise(World& world, AgentId sender, const v1::Message& move,
                                  MarketOutput& out);
// A plain Refusal of the notice by its holder. False if it is none.
bool DeclineFirstRefusal(World& world, AgentId sender, uint64_t notice);

// A party leaves the contract of the move's thread at once and pays:
//   reservation       the take-or-pay part of what is left of the term; a cloud that leaves also
//                     returns what was paid ahead
//   spend commitment  (lab) what isn't spent yet; a cloud may waive it at no cost
//   licence           (licensee) one quarter's fee
//   marketplace       nothing
// Rules "contract", "cash".
Verdict ApplyContractTermination(World& world, AgentId sender, const v1::Message& move,
                                 MarketOutput& out);

// Spend commitment and licence that come with an investment that closes.
void SignWithInvestment(World& world, const Deal& deal, MarketOutput& out);
// Compute credits of an investment, to use at the investor's cloud: paid ahead under the spend
// commitment that came with it, else under one of nothing that runs for three years.
void GrantCredits(World& world, const Deal& deal, Cents credits, MarketOutput& out);

// At the close: contracts whose last quarter of service has passed end; what was paid ahead and
// isn't used is the cloud's.
void ExpireContracts(World& world, MarketOutput& out);

// The cloud that an exclusive contract or commitment binds the lab's purchases of compute to, but
// for contracts the lab already has. Invalid: it is free.
CloudId ExclusiveCloud(const World& world, LabId lab);
// Rule "exclusivity" if the lab may not buy compute at `cloud`, on demand or under a new contract.
Verdict CheckComputeExclusivity(const World& world, LabId lab, CloudId cloud);
// Rule "exclusivity" if the lab's models may not be sold in the marketplace of `cloud`, or not
// exclusively there because others sell them.
Verdict CheckMarketplaceExclusivity(const World& world, LabId lab, CloudId cloud, bool exclusive);

// H100-equivalents the cloud has or has ordered for `quarter` and hasn't reserved. May be negative
// when a site is late.
int64_t UncommittedCapacity(const World& world, CloudId cloud, Quarter quarter);

}  // namespace tranche

#endif  // TRANCHE_SIM_SUPPLY_H_
