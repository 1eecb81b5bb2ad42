#ifndef TRANCHE_SIM_TALENT_H_
#define TRANCHE_SIM_TALENT_H_

#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

// Senior researchers: who works where, for what pay, and what they take along when they leave.
//
// A researcher of lab i with offers from labs j stays or moves by a logit (McFadden 1974) over
//
//   u(i) = pay_weight * log2(pay_i) + prestige_weight * capability_i
//   u(j) = pay_weight * log2(pay_j) + prestige_weight * capability_j - mobility_friction
//
// where pay = cash + equity_weight * equity, in US cents a year, and capability is log10 of
// effective FLOP on the market. People on the open market weigh offers against the mean pay of the
// labs. Offers beyond an offer's positions aren't taken up. People carry know-how (Arrow 1962 on
// knowledge embodied in workers): per percent of its people that a lab loses to a rival, the rival
// closes `know_how_carried` of the gap between their algorithmic efficiencies, in percent, where it
// is behind.
namespace tranche {

// Positions 1 to 10,000; pay above zero in all; `poach_from`, when set, another active lab.
// Replaces the sender's offer to the same people of this quarter.
Verdict ApplyJobOffer(World& world, AgentId sender, const v1::Message& move);
// Pay of those the lab has, from now on.
Verdict ApplyRetentionOffer(World& world, AgentId sender, const v1::Message& move);
// Frees people at once; not more than there are.
Verdict ApplyLayoff(World& world, AgentId sender, const v1::Message& move);

// Researchers' decisions of the quarter; TalentMove messages to the labs concerned.
void ClearTalent(World& world, MarketOutput& out);

// Pay weighed as researchers weigh it, US cents a year.
double EffectivePay(const World& world, Cents cash, Cents equity);

}  // namespace tranche

#endif  // TRANCHE_SIM_TALENT_H_
