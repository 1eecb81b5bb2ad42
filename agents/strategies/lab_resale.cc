#include "agents/strategies/lab_resale.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

constexpr uint32_t kTermQuarters = 8;
constexpr uint32_t kLongestTermQuarters = 12;
// Of the most it gives, what it opens with and what it counters with.
constexpr double kOpeningPart = 0.6;
constexpr double kCounterPart = 0.85;
// What exclusive dealing leaves of the most it gives.
constexpr double kExclusivePart = 0.6;
// A contract is talked over again once it has run for so long.
constexpr int kQuartersUntilReview = 8;

const v1::MarketplaceTerms& TermsIn(const v1::Message& offer) {
  return offer.has_marketplace_offer() ? offer.marketplace_offer().terms()
                                       : offer.counter_offer().marketplace();
}

uint32_t ShareBp(double share) {
  return static_cast<uint32_t>(ToWhole(RoundedTo(1e4 * std::clamp(share, 0.0, 1.0), 50)));
}

}  // namespace

void Resale::OnQuarter(const TurnView& view, Actions& actions) {
  counters_.clear();
  Offer(view, actions);
  AskForBetter(view, actions);
}

void Resale::Offer(const TurnView& view, Actions& actions) const {
  if (!ExclusiveMarketplace(view.own).empty()) return;
  const v1::LabDisclosure* self = FindLab(view.market, view.own.agent());
  if (self == nullptr) return;
  for (absl::string_view cloud : ActiveAgents(view.market, v1::ROLE_CLOUD)) {
    const bool sells = std::any_of(self->marketplaces().begin(), self->marketplaces().end(),
                                   [&](const std::string& name) { return name == cloud; });
    if (sells || cloud == view.own.agent()) continue;
    // Not all at once: one more each quarter, by whose turn it is.
    if (!actions.random().Bernoulli(style_.offers)) continue;
    v1::MarketplaceTerms& terms =
        *actions
             .Send(cloud, actions.Thread(absl::StrCat("marketplace-", QuarterName(view.quarter))))
             .mutable_marketplace_offer()
             ->mutable_terms();
    terms.set_revenue_share_bp(ShareBp(kOpeningPart * style_.most_share));
    terms.set_term_quarters(kTermQuarters);
    return;
  }
}

void Resale::AskForBetter(const TurnView& view, Actions& actions) const {
  for (const v1::ContractView& contract : view.own.contracts()) {
    if (!contract.has_marketplace() || contract.customer() != view.own.agent()) continue;
    const v1::MarketplaceTerms& terms = contract.marketplace();
    const bool dear = terms.revenue_share_bp() > ShareBp(style_.most_share);
    const int64_t age = static_cast<int64_t>(view.quarter) - contract.signed_quarter();
    // Once every two years.
    if (!dear || terms.exclusive() || age < kQuartersUntilReview ||
        age % kQuartersUntilReview != 0 || !IsActive(view.market, contract.provider())) {
      continue;
    }
    v1::MarketplaceTerms& asked =
        *actions
             .Send(contract.provider(),
                   actions.Thread(absl::StrCat("marketplace-review-", QuarterName(view.quarter))))
             .mutable_marketplace_offer()
             ->mutable_terms();
    asked.set_revenue_share_bp(ShareBp(kCounterPart * style_.most_share));
    asked.set_term_quarters(kLongestTermQuarters);
    return;
  }
}

bool Resale::OnMail(const TurnView& view, const v1::Message& offer, Actions& actions) {
  if (!offer.has_marketplace_offer() && !offer.counter_offer().has_marketplace()) return false;
  const v1::MarketplaceTerms& terms = TermsIn(offer);
  const double share = terms.revenue_share_bp() / 1e4;
  const absl::string_view bound = ExclusiveMarketplace(view.own);
  std::vector<absl::string_view> others = Marketplaces(view.own);
  std::erase(others, absl::string_view(offer.sender()));
  if (!bound.empty() && bound != offer.sender()) {
    actions.Refuse(offer, v1::Refusal::REASON_EXCLUSIVITY,
                   absl::StrCat(bound, " sells our models exclusively."));
    return true;
  }
  const double limit = style_.most_share * (terms.exclusive() ? kExclusivePart : 1.0);
  const bool possible = !terms.exclusive() || others.empty();
  if (possible && share <= limit) {
    actions.Accept(offer, absl::StrCat("Agreed: you keep ", Percent(share), "."));
    return true;
  }
  int& counters = counters_[offer.thread()];
  if (counters > 0 || share > 2 * limit + 0.2) {
    actions.Refuse(offer,
                   terms.exclusive() && !possible ? v1::Refusal::REASON_EXCLUSIVITY
                                                  : v1::Refusal::REASON_PRICE,
                   absl::StrCat("We don't give up ", Percent(share),
                                terms.exclusive() ? " and other marketplaces." : "."));
    return true;
  }
  ++counters;
  v1::CounterOffer& counter = *actions.Reply(offer).mutable_counter_offer();
  v1::MarketplaceTerms& ours = *counter.mutable_marketplace();
  ours = terms;
  ours.set_exclusive(false);
  ours.set_revenue_share_bp(ShareBp(std::min(share, kCounterPart * style_.most_share)));
  ours.set_term_quarters(std::clamp(terms.term_quarters(), 1U, kLongestTermQuarters));
  counter.set_note(absl::StrCat("Without exclusivity, and you keep ",
                                Percent(ours.revenue_share_bp() / 1e4), "."));
  return true;
}

}  // namespace tranche
