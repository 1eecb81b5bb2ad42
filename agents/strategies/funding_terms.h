#ifndef TRANCHE_AGENTS_STRATEGIES_FUNDING_TERMS_H_
#define TRANCHE_AGENTS_STRATEGIES_FUNDING_TERMS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "tranche/v1/terms.pb.h"

// Reading and changing the terms of an investment.
namespace tranche {

// Part of the lab that the money buys: amount / (pre-money + amount); 0 for a note.
double StakeBought(const v1::FundingTerms& terms);

// Part of the amount that is due at clearance, without further condition.
double PartAtClearance(const v1::FundingTerms& terms);

// Part of the amount whose condition the lab can't bring about by waiting: revenue, capability,
// listing.
double PartAtRisk(const v1::FundingTerms& terms);

bool Excludes(const v1::FundingTerms& terms, absl::string_view group);
bool IsExclusive(const v1::FundingTerms& terms);

// Sets the amount, and the tranches with it in their proportions, to the cent.
void ScaleAmount(v1::FundingTerms& terms, double amount_cents);

// Moves money into the tranche due at clearance until that holds at least `part` of the amount;
// adds one if there is none.
void RaisePartAtClearance(v1::FundingTerms& terms, double part);

// One line for people: "$50.0B at $730B pre-money, 35% at clearance, board seat, $38.0B at aws".
std::string Describe(const v1::FundingTerms& terms);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_FUNDING_TERMS_H_
