#include "sim/nested_logit.h"

#include <algorithm>
#include <limits>

#include "sim/check.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

constexpr double kOut = -std::numeric_limits<double>::infinity();

// Calls `visit(g, begin, end)` for every nest.
template <typename Visit>
void ForEachNest(const Nests& nests, size_t alternatives, Visit visit) {
  TRANCHE_CHECK(nests.nest_ends.size() == nests.lambda.size(), "one lambda per nest");
  size_t begin = 0;
  for (size_t g = 0; g < nests.nest_ends.size(); ++g) {
    const size_t end = static_cast<size_t>(nests.nest_ends[g]);
    TRANCHE_CHECK(begin <= end && end <= alternatives, "nests must follow one another");
    TRANCHE_CHECK(nests.lambda[g] > 0 && nests.lambda[g] <= 1, "lambda must be in (0, 1]");
    visit(g, begin, end);
    begin = end;
  }
  TRANCHE_CHECK(begin == alternatives, "every alternative must be in a nest");
}

bool IsUtility(double v) { return v <= std::numeric_limits<double>::max(); }

}  // namespace

NestedLogitTotals NestedLogitShares(const Nests& nests, absl::Span<const double> utilities,
                                    double outside_utility, absl::Span<double> shares,
                                    absl::Span<double> inclusive_values) {
  TRANCHE_CHECK(shares.size() == utilities.size(), "one share per utility");
  TRANCHE_CHECK(inclusive_values.size() == nests.lambda.size(), "one inclusive value per nest");
  TRANCHE_CHECK(IsUtility(outside_utility), "the outside utility is no utility");

  // Within nests: `shares` holds s_{j|g}. Utilities are taken relative to the nest's best, so that
  // nothing overflows and the best counts for exactly 1.
  double best = outside_utility;
  ForEachNest(nests, utilities.size(), [&](size_t g, size_t begin, size_t end) {
    double best_in_nest = kOut;
    for (size_t j = begin; j < end; ++j) {
      TRANCHE_CHECK(IsUtility(utilities[j]), "an alternative's utility is no utility");
      best_in_nest = std::max(best_in_nest, utilities[j]);
    }
    if (best_in_nest == kOut) {
      std::fill(shares.begin() + begin, shares.begin() + end, 0.0);
      inclusive_values[g] = kOut;
      return;
    }
    const double lambda = nests.lambda[g];
    double sum = 0;
    for (size_t j = begin; j < end; ++j) {
      shares[j] = DetExp((utilities[j] - best_in_nest) / lambda);
      sum += shares[j];
    }
    for (size_t j = begin; j < end; ++j) shares[j] /= sum;
    inclusive_values[g] = best_in_nest + lambda * DetLog(sum);
    best = std::max(best, inclusive_values[g]);
  });
  TRANCHE_CHECK(best != kOut, "nothing to choose from");

  double denominator = DetExp(outside_utility - best);
  for (const double inclusive_value : inclusive_values) {
    denominator += DetExp(inclusive_value - best);
  }
  ForEachNest(nests, utilities.size(), [&](size_t g, size_t begin, size_t end) {
    const double nest_share = DetExp(inclusive_values[g] - best) / denominator;
    for (size_t j = begin; j < end; ++j) shares[j] *= nest_share;
  });
  return {DetExp(outside_utility - best) / denominator, best + DetLog(denominator)};
}

void NestedLogitUtilities(const Nests& nests, absl::Span<const double> shares, double outside_share,
                          absl::Span<double> utilities) {
  TRANCHE_CHECK(shares.size() == utilities.size(), "one utility per share");
  TRANCHE_CHECK(outside_share > 0, "the outside good needs a share");
  const double log_outside = DetLog(outside_share);
  ForEachNest(nests, shares.size(), [&](size_t g, size_t begin, size_t end) {
    double nest_share = 0;
    for (size_t j = begin; j < end; ++j) nest_share += shares[j];
    for (size_t j = begin; j < end; ++j) {
      TRANCHE_CHECK(shares[j] >= 0, "a share isn't negative");
      utilities[j] = shares[j] == 0 ? kOut
                                    : DetLog(shares[j]) - log_outside -
                                          (1 - nests.lambda[g]) * DetLog(shares[j] / nest_share);
    }
  });
}

double ConsumerSurplus(double log_sum, double price_coefficient) {
  TRANCHE_CHECK(price_coefficient > 0, "money must have a positive marginal utility");
  return log_sum / price_coefficient;
}

double OwnPriceElasticity(double price, double price_coefficient, double share,
                          double share_in_nest, double lambda) {
  return -price_coefficient * price * (1 / lambda - (1 / lambda - 1) * share_in_nest - share);
}

double SameNestPriceElasticity(double price_k, double price_coefficient, double share_k,
                               double share_in_nest_k, double lambda) {
  return price_coefficient * price_k * ((1 / lambda - 1) * share_in_nest_k + share_k);
}

double OtherNestPriceElasticity(double price_k, double price_coefficient, double share_k) {
  return price_coefficient * price_k * share_k;
}

}  // namespace tranche
