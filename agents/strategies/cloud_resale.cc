#include "agents/strategies/cloud_resale.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agents/strategies/bargaining.h"
#include "agents/strategies/cloud_quotes.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

constexpr uint32_t kTermQuarters = 12;
// What having a model to itself leaves of the part it asks for.
constexpr double kExclusivePart = 0.75;

bool Sells(const v1::LabDisclosure& lab, absl::string_view cloud) {
  return std::any_of(lab.marketplaces().begin(), lab.marketplaces().end(),
                     [cloud](const std::string& name) { return name == cloud; });
}

}  // namespace

void ResaleDesk::OnQuarter(const TurnView& view, Actions& actions) {
  made_.clear();
  // The best model that isn't in its marketplace yet, the family's first.
  const std::vector<absl::string_view> family = FamilyLabs(view);
  const v1::LabDisclosure* courted = nullptr;
  bool courted_is_family = false;
  for (const v1::LabDisclosure& lab : view.market.labs()) {
    const bool is_family = IsAmong(lab.lab(), family);
    const bool better =
        courted == nullptr || (is_family && !courted_is_family) ||
        (is_family == courted_is_family && lab.capability_millis() > courted->capability_millis());
    if (!better || lab.lab() == view.own.agent() || Sells(lab, view.own.agent())) continue;
    if (!IsActive(view.market, lab.lab())) continue;
    courted = &lab;
    courted_is_family = is_family;
  }
  if (courted == nullptr || !actions.random().Bernoulli(style_.courts)) return;
  const std::string thread =
      actions.Thread(absl::StrCat("marketplace-", QuarterName(view.quarter)));
  v1::MarketplaceTerms& terms =
      *actions.Send(courted->lab(), thread).mutable_marketplace_offer()->mutable_terms();
  // It keeps less of the revenue for having the models to itself.
  terms.set_exclusive(courted->marketplaces().empty());
  const double share = terms.exclusive() ? kExclusivePart * style_.share : style_.share;
  terms.set_revenue_share_bp(static_cast<uint32_t>(ToWhole(RoundedTo(1e4 * share, 50))));
  terms.set_term_quarters(kTermQuarters);
}

bool ResaleDesk::OnMail(const TurnView& view, const v1::Message& message, Actions& actions) {
  if (!message.has_marketplace_offer() && !message.counter_offer().has_marketplace()) return false;
  Answer(view, message, actions);
  return true;
}

void ResaleDesk::Answer(const TurnView& view, const v1::Message& offer, Actions& actions) {
  const v1::MarketplaceTerms& terms = offer.has_marketplace_offer()
                                          ? offer.marketplace_offer().terms()
                                          : offer.counter_offer().marketplace();
  const double share = terms.revenue_share_bp() / 1e4;
  int& made = made_[absl::StrCat(offer.thread(), " ", offer.sender())];
  const ConcessionRule rule{.steps = 2, .at_once = IsFamily(view, offer.sender()) ? 0.5 : 0.0};
  double stands_for = ConcededValue(style_.share, style_.least_share, ConcededPart(rule, made));
  // A model nobody else resells is worth a smaller share.
  if (terms.exclusive()) stands_for *= 0.8;
  if (share >= stands_for) {
    actions.Accept(offer, absl::StrCat("Agreed: we keep ", Percent(share), "."));
    return;
  }
  if (made >= 2) {
    actions.Refuse(offer, v1::Refusal::REASON_PRICE,
                   absl::StrCat("We don't resell for less than ", Percent(stands_for), "."));
    return;
  }
  ++made;
  v1::CounterOffer& counter = *actions.Reply(offer).mutable_counter_offer();
  *counter.mutable_marketplace() = terms;
  counter.mutable_marketplace()->set_revenue_share_bp(
      static_cast<uint32_t>(ToWhole(RoundedTo(1e4 * stands_for, 50))));
  counter.mutable_marketplace()->set_term_quarters(std::clamp(terms.term_quarters(), 4U, 20U));
  counter.set_note(absl::StrCat("Customers reached through us are worth ", Percent(stands_for),
                                " of what they pay."));
}

}  // namespace tranche
