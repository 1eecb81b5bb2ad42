#ifndef TRANCHE_AGENTS_STRATEGIES_OFFER_WORTH_H_
#define TRANCHE_AGENTS_STRATEGIES_OFFER_WORTH_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tranche/v1/terms.pb.h"
#include "tranche/v1/view.pb.h"

// What investors' offers are worth to a lab.
//
// An offer is measured by one figure, the price it comes to once what its terms cost the lab is
// taken off, each as a part of the lab's value. Kaplan and Strömberg (2003), "Financial Contracting
// Theory Meets the Real World", Review of Economic Studies 70, show that cash flow, board and
// control rights are bargained for separately and trade off against each other; the sizes here are
// assumptions, in the order that practitioners give them (Gompers et al. 2020, see valuation.h).
namespace tranche {

bool IsNote(const v1::FundingTerms& terms);

// Share of the lab's closest tie: the largest stake that all can see the investor's group to have
// in a rival of `lab`, ppm; a million if the group has a lab of its own.
uint32_t RivalStakePpm(const v1::PublicView& market, absl::string_view investor,
                       absl::string_view lab);
// Of several investors, in their order.
std::vector<uint32_t> RivalStakesPpm(const v1::PublicView& market,
                                     absl::Span<const absl::string_view> investors,
                                     absl::string_view lab);

// Agents who stand in the lab's cap table, or whose group does; in the order of names.
std::vector<absl::string_view> Shareholders(const v1::AgentView& own, const v1::PublicView& market);

// What the lab pays for compute in a quarter under contracts, at one cloud or, if `cloud` is empty,
// at all; in cents.
double ComputeSpend(const v1::AgentView& own, absl::string_view cloud);

// The price `terms` come to for the lab, in cents. `asked_cents` stands for the price of a note
// without a cap, which the next round decides.
double WorthOfOffer(const v1::PublicView& market, const v1::AgentView& own,
                    const v1::FundingTerms& terms, absl::string_view investor, double asked_cents);

// What the lab would take in place of `offer`: at least `price_cents`, at most `room_cents` of
// money, no exclusivity, nobody shut out, and a firewall of whoever has a stake in a rival.
v1::FundingTerms ImprovedOffer(const v1::PublicView& market, absl::string_view lab,
                               const v1::FundingTerms& offer, absl::string_view investor,
                               double price_cents, double room_cents);

struct AgreedOffer {
  absl::string_view investor;
  const v1::FundingTerms* terms = nullptr;
};

// Which of the agreed offers to sign together, as indices, dearest first. All pay the lowest price
// among those taken, so each further one brings money and may cost price; offers whose terms
// exclude each other don't go together.
std::vector<size_t> BestCombination(const v1::PublicView& market,
                                    absl::Span<const AgreedOffer> agreed, double sought_cents);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_OFFER_WORTH_H_
