#ifndef TRANCHE_SIM_DEMAND_H_
#define TRANCHE_SIM_DEMAND_H_

#include <vector>

#include "absl/types/span.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/money.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

// What customers want, of whom, and what they get.
//
// Choice. In each segment a customer's first choice follows a nested logit (McFadden 1978; Train
// 2009, "Discrete Choice Methods with Simulation", ch. 4) with a nest for each lab and in it a
// channel for the lab's own API and for each cloud marketplace that a contract opens:
//
//   V(i)    = appeal(i) + capability_weight (K(i) - K0) - price_weight ln(P(i) / P0)
//   IV(i)   = V(i) + lambda ln sum over c of w(c) exp(reach_weight reach(i, c) / lambda)
//   W(i)    = service_level(i) exp(IV(i))
//   pi(i)   = W(i) / sum of W          without a supplier yet
//   p(i|j)  as pi, with every W but W(j) multiplied by exp(-switching_cost (1 - compatibility))
//
// K is log10 of effective FLOP, P the list price, 0 marks the opening. w(c) is 1 - marketplace
// affinity for the lab's own channel; the affinity is divided among the clouds by the customers
// they have already (revenue outside the model). Reach of the own channel combines lab, its group
// and the groups that embed its models, 1 - product of (1 - reach); a marketplace has its cloud's
// group's. Availability scales a choice's weight as in assortment models with stock-outs (Anupindi,
// Dada and Gupta 1998). Switching costs as in Klemperer (1995), "Competition when Consumers have
// Switching Costs".
//
// Dynamics. A part of customers re-decides each quarter; of a lab that was rationed also those it
// couldn't serve, of a lab or channel that is gone all. Adoption closes a part of its gap to a
// ceiling each quarter (Bass 1969, external influence), and the ceiling moves on a logistic curve,
// logit C = logit C0 - price_elasticity ln(mean P / P0) + usage_per_capability (frontier K - K0).
//
// Use. An adopter of lab i uses usage x (P / P0)^-price_elasticity x exp(usage_per_capability
// (K - K0)) million tokens, with a trend. A part of it goes to the second choice, divided among
// rivals in proportion to their shares (the logit's diversion ratios).
//
// Welfare. Consumer surplus is the log-sum over the marginal utility of income (Small and Rosen
// 1981), spend / price_weight x ln sum of W, against the opening. Lock-in is the part of the moves
// that a free choice would make and that aren't made.
//
// Appeals are calibrated so that, other things equal, the opening shares stay (Berry 1994: the mean
// utilities that observed shares imply).
namespace tranche {

// The dearest list price, micro-dollars a million tokens: $10,000.
inline constexpr int64_t kMostMicrosPerMtok = int64_t{10'000} * 1'000'000;
// Use per adopter grows no more than this times by a lower price: people and programs sate.
inline constexpr double kMostPriceResponse = 100;
// Weight in choice of a lab that sells nothing in a segment at the opening, should it enter at the
// going price: the share it would have of new customers.
inline constexpr double kEntrantShare = 0.005;

// List prices from this quarter on, by segment; a segment left out keeps its price.
Verdict ApplyPriceList(World& world, AgentId sender, const v1::Message& move);

// From the opening revenues (Lab::outcome), prices, capabilities, reach and contracts: offerings
// and shares, use per adopter, multi-homing, appeals and reference values. Called once, by genesis,
// when all of these are in place.
void CalibrateAppeal(World& world);

// Customers decide: shares, adoption, tokens wanted of each offering and the labs' GPU-hours for
// them. With `no_demand_response` shares and adoption stay, but for customers whose supplier is
// gone.
void PlanDemand(World& world);

// Sales at list price of what the labs' service level lets through; outcomes by lab, spend, surplus
// and the trend of use.
void ServeCustomers(World& world, MarketOutput& out);

// Customers' payments of this quarter for the lab's models through the cloud's marketplace.
Cents MarketplaceSales(const World& world, LabId lab, CloudId cloud);

// The part of the lab's own channel's sales made through the products of the licensee's group: its
// reach against that of all who carry the channel. Zero for a licensee of the lab's own group, and
// for the second licence of a group.
Cents EmbeddedSales(const World& world, LabId lab, AgentId licensee);

// Use shares of labs whose shares of first choices are `shares`, when `multi_homing` of each
// customer's use goes to its second choice. Sizes are equal; both add up to one.
void UseShares(absl::Span<const double> shares, double multi_homing, absl::Span<double> use);

}  // namespace tranche

#endif  // TRANCHE_SIM_DEMAND_H_
