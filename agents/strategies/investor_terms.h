#ifndef TRANCHE_AGENTS_STRATEGIES_INVESTOR_TERMS_H_
#define TRANCHE_AGENTS_STRATEGIES_INVESTOR_TERMS_H_

#include <cstdint>
#include <string>

#include "agents/strategies/investor_style.h"
#include "agents/strategy.h"
#include "tranche/v1/terms.pb.h"

// The terms an investor opens with: rights by the size of its stake, a part at clearance and the
// rest on a milestone, and what its group would gain beside the shares.
namespace tranche {

// What the terms depend on beside style and view.
struct TermsBasis {
  std::string lab;
  double amount_cents = 0;
  double price_cents = 0;
  // What the investor could put into the lab at most.
  double funds_cents = 0;
  // The lab's, today.
  double yearly_revenue_cents = 0;
};

v1::FundingTerms FirstTerms(const TurnView& view, const InvestorStyle& style,
                            const TermsBasis& basis, RandomStream& random);

// A convertible note of `amount_cents` that converts at no more than `cap_cents`: what bridges are
// made of.
v1::FundingTerms NoteTermsFor(int32_t quarter, double amount_cents, double cap_cents);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_INVESTOR_TERMS_H_
