#ifndef TRANCHE_AGENTS_STRATEGIES_MARK_UP_H_
#define TRANCHE_AGENTS_STRATEGIES_MARK_UP_H_

// Prices of sellers whose customers choose by a logit.
namespace tranche {

// The price that is the best reply to rivals' of a seller with market share `share` under logit
// demand with price coefficient `a` per unit of price, in the unit of `cost`:
//
//   p - cost = 1 / (a (1 - s))
//
// Anderson, de Palma and Thisse (1992), "Discrete Choice Theory of Product Differentiation",
// section 7.2. The share is cut to [0, 0.95], as a monopolist's price has no bound here.
double LogitMarkUpPrice(double cost, double a, double share);

// A price that moves towards `target` by at most the part `most_change` of today's.
double Towards(double today, double target, double most_change);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_MARK_UP_H_
