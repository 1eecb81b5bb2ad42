#ifndef TRANCHE_AGENTS_STRATEGIES_QUOTE_CHOICE_H_
#define TRANCHE_AGENTS_STRATEGIES_QUOTE_CHOICE_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"
#include "tranche/v1/view.pb.h"

// How a lab compares clouds' quotes and decides from whom to take how much.
namespace tranche {

const v1::CapacityTerms& CapacityTermsIn(const v1::Message& quote);

// What the lab gives up when it buys from one cloud alone, as a part of the price: a hedge against
// rationing, and the competition of other clouds for its next contract, the more the more of its
// compute it buys elsewhere today. `elsewhere`, 0 to 1: that part. Segal and Whinston (2000),
// "Naked Exclusion", American Economic Review 90: a buyer sells its exclusivity for the surplus it
// loses.
double ExclusivityWorth(double elsewhere);

// Price an hour with what makes a quote worse than its price: more taken or paid, paid ahead, less
// of what was wanted or later, exclusivity, a right to match others. Micro-dollars.
double ComparablePrice(const v1::CapacityTerms& quote, const v1::CapacityTerms& wanted,
                       double elsewhere);

struct Quote {
  const v1::CapacityTerms* terms = nullptr;
  // The cloud's price on demand, above which nobody reserves.
  double posted_price_micros = 0;
};

// Quotes to take, best first: the one that is best alone, then others that fill what is still
// missing at nearly its price. An exclusive quote is taken alone. Empty if none is worth it.
std::vector<size_t> QuotesToTake(absl::Span<const Quote> quotes, const v1::CapacityTerms& wanted,
                                 double elsewhere);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_QUOTE_CHOICE_H_
