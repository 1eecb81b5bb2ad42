#ifndef TRANCHE_SIM_NESTED_LOGIT_H_
#define TRANCHE_SIM_NESTED_LOGIT_H_

#include <cstdint>

#include "absl/types/span.h"

// The nested logit with an outside good.
//
// Alternative j of nest g has mean utility v_j; the outside good, alone in its nest, has v_0. With
// lambda_g in (0, 1], McFadden's dissimilarity parameter (1 - lambda is the sigma of Cardell, 1997,
// Econometric Theory 13, and Berry, 1994, RAND Journal of Economics 25):
//
//   s_{j|g} = exp(v_j / lambda_g) / sum_{k in g} exp(v_k / lambda_g)
//   I_g     = lambda_g log sum_{k in g} exp(v_k / lambda_g)             inclusive value
//   s_g     = exp(I_g) / (exp(v_0) + sum_h exp(I_h))
//   s_j     = s_{j|g} s_g
//
// lambda = 1 gives the plain logit; as lambda goes to 0, the alternatives of a nest become perfect
// substitutes. See Train (2009), Discrete Choice Methods with Simulation, chapter 4.
namespace tranche {

// How alternatives are grouped. Those of nest g are [nest_ends[g - 1], nest_ends[g]), from 0 for
// the first; a nest may be empty. The spans must outlive the calls they're passed to.
struct Nests {
  absl::Span<const int32_t> nest_ends;
  absl::Span<const double> lambda;  // one a nest
};

struct NestedLogitTotals {
  double outside_share = 0;
  // log(exp(v_0) + sum_h exp(I_h)): expected maximum utility, but for Euler's constant.
  double log_sum = 0;
};

// Shares of all alternatives, one per utility, and each nest's inclusive value. Allocates nothing.
// A utility of -infinity takes an alternative (or, as `outside_utility`, the outside good) out of
// the choice; at least one must be left. Aborts on NaN, +infinity and spans that don't fit.
NestedLogitTotals NestedLogitShares(const Nests& nests, absl::Span<const double> utilities,
                                    double outside_utility, absl::Span<double> shares,
                                    absl::Span<double> inclusive_values);

// The mean utilities, relative to an outside good of utility 0, that give these shares (Berry,
// 1994, equation 27): v_j = log s_j - log s_0 - (1 - lambda_g) log s_{j|g}. -infinity where the
// share is zero. `outside_share` must be positive.
void NestedLogitUtilities(const Nests& nests, absl::Span<const double> shares, double outside_share,
                          absl::Span<double> utilities);

// Expected consumer surplus of one choice, in the unit of prices, up to a constant: the log-sum
// over the marginal utility of money `price_coefficient` > 0 (Small and Rosen, 1981, Econometrica
// 49).
double ConsumerSurplus(double log_sum, double price_coefficient);

// Elasticities where utility falls by `price_coefficient` for each unit of price:
// d log s_j / d log p_k. `share_in_nest` is s_{k|g}; 0 if the nest's share is 0.
double OwnPriceElasticity(double price, double price_coefficient, double share,
                          double share_in_nest, double lambda);
// Of an alternative in the nest of k.
double SameNestPriceElasticity(double price_k, double price_coefficient, double share_k,
                               double share_in_nest_k, double lambda);
// Of an alternative in another nest, and of the outside good.
double OtherNestPriceElasticity(double price_k, double price_coefficient, double share_k);

}  // namespace tranche

#endif  // TRANCHE_SIM_NESTED_LOGIT_H_
