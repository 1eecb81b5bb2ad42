#ifndef TRANCHE_AGENTS_STRATEGIES_LAB_PRODUCTS_H_
#define TRANCHE_AGENTS_STRATEGIES_LAB_PRODUCTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "agents/actions.h"
#include "agents/strategies/release_timing.h"
#include "agents/strategies/runway.h"
#include "agents/strategy.h"

// What a lab trains, when it releases, and what it charges.
//
// Prices move a little each quarter towards the mean of two: the logit mark-up over the cost of
// serving, with the lab's share of all customers, adopters or not, and what the market pays for a
// model this good; they rise when customers can't be served. The price coefficient per dollar is
// the style's sensitivity over today's price: customers weigh the logarithm of price.
namespace tranche {

struct ProductStyle {
  ReleaseTaste release;
  // Price sensitivity it believes in; lower means dearer.
  double price_sensitivity = 2.2;
  // Largest change of a price in a quarter.
  double most_price_change = 0.1;
  // Part of the reserved hours that training gets before customers.
  double training_part = 0.2;
  // Hours bought on demand for training, as a part of the reserved, when money is plenty.
  double on_demand_part = 0;
};

class Products {
 public:
  explicit Products(ProductStyle style) : style_(style) {}

  void OnQuarter(const TurnView& view, const Runway& runway, Actions& actions);

 private:
  void Price(const TurnView& view, Actions& actions) const;
  void Train(const TurnView& view, const Runway& runway, Actions& actions) const;
  void Release(const TurnView& view, Actions& actions);

  ProductStyle style_;
  // For which a release that was good enough has been held back.
  int held_quarters_ = 0;
};

// "aurora-3" to "aurora-4"; a name without a number gets one.
std::string NextModelName(absl::string_view model);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LAB_PRODUCTS_H_
