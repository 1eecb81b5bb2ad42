#include "agents/strategies/licence_desk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

// A factor of four in effective compute.
constexpr int32_t kFarBehindMillis = 600;
// A licence brings the partner this part of what it brings the lab; the rest of the world is
// unseen.
constexpr double kEmbeddedPartOfRevenue = 0.1;

bool Licensed(const v1::AgentView& own, absl::string_view lab) {
  return std::any_of(own.contracts().begin(), own.contracts().end(),
                     [&](const v1::ContractView& contract) {
                       return contract.has_licence() && contract.provider() == lab;
                     });
}

bool HasStake(const v1::AgentView& own, absl::string_view lab) {
  return std::any_of(own.holdings().begin(), own.holdings().end(),
                     [&](const v1::HoldingView& holding) { return holding.lab() == lab; });
}

bool IsFarBehind(const v1::LabDisclosure& lab, int32_t best_millis) {
  return int64_t{best_millis} - lab.capability_millis() > kFarBehindMillis;
}

double ExpectedRevenue(const TurnView& view, absl::string_view lab) {
  const v1::LabDisclosure* disclosure = FindLab(view.market, lab);
  return disclosure == nullptr
             ? 0
             : kEmbeddedPartOfRevenue * static_cast<double>(disclosure->disclosed_revenue_cents());
}

}  // namespace

bool FarBehind(const v1::PublicView& market, absl::string_view lab) {
  const v1::LabDisclosure* own = FindLab(market, lab);
  return own != nullptr && IsFarBehind(*own, BestCapability(market));
}

std::string LabToLicense(const TurnView& view) {
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  if (!MemberOf(view.market, group, v1::ROLE_LAB).empty()) return "";
  const int32_t frontier = BestCapability(view.market);
  const v1::LabDisclosure* best = nullptr;
  bool best_held = false;
  for (const v1::LabDisclosure& lab : view.market.labs()) {
    if (IsFarBehind(lab, frontier) || lab.lab() == view.own.agent()) continue;
    if (!IsActive(view.market, lab.lab())) continue;
    // A group's division serves its group.
    if (GroupOf(view.market, lab.lab()) != lab.lab()) continue;
    if (Licensed(view.own, lab.lab())) continue;
    const bool held = HasStake(view.own, lab.lab());
    const bool better = best == nullptr || (held && !best_held) ||
                        (held == best_held && lab.capability_millis() > best->capability_millis());
    if (!better) continue;
    best = &lab;
    best_held = held;
  }
  return best == nullptr ? "" : best->lab();
}

void LicenceDesk::OnQuarter(const TurnView& view, Actions& actions) {
  made_.clear();
  EndOldLicences(view, actions);
  if (style_.asks > 0 && actions.random().Bernoulli(style_.asks)) Ask(view, actions);
}

void LicenceDesk::EndOldLicences(const TurnView& view, Actions& actions) const {
  for (const v1::ContractView& contract : view.own.contracts()) {
    if (!contract.has_licence() || contract.customer() != view.own.agent()) continue;
    if (contract.provider() == view.own.agent() || !IsActive(view.market, contract.provider())) {
      continue;
    }
    // With a fee it is paid for, and stays.
    if (contract.licence().fee_cents_per_quarter() > 0) continue;
    if (!FarBehind(view.market, contract.provider())) continue;
    actions.Send(contract.provider(), contract.contract())
        .mutable_contract_termination()
        ->set_note("Your models have fallen behind what our customers expect.");
  }
}

void LicenceDesk::Ask(const TurnView& view, Actions& actions) {
  const std::string lab = LabToLicense(view);
  if (lab.empty()) return;
  const std::string thread = actions.Thread(absl::StrCat("licence-", QuarterName(view.quarter)));
  v1::LicenceTerms& terms = *actions.Send(lab, thread).mutable_licence_offer()->mutable_terms();
  terms.set_royalty_bp(
      static_cast<uint32_t>(ToWhole(1e4 * std::clamp(style_.taste.opening_royalty, 0.0, 1.0))));
  terms.set_term_quarters(static_cast<uint32_t>(std::clamp(style_.term_quarters, 1, 40)));
  terms.set_early_access(style_.taste.early_access);
  made_[absl::StrCat(thread, " ", lab)] = 1;
}

bool LicenceDesk::OnMail(const TurnView& view, const v1::Message& message, Actions& actions) {
  const bool proposal = message.has_licence_offer() || message.counter_offer().has_licence();
  if (!proposal) return false;
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  if (!MemberOf(view.market, group, v1::ROLE_LAB).empty()) {
    actions.Refuse(message, v1::Refusal::REASON_CONFLICT_OF_INTEREST, "We embed our own models.");
    return true;
  }
  const v1::LicenceTerms& terms = LicenceTermsIn(message);
  int& made = made_[absl::StrCat(message.thread(), " ", message.sender())];
  const LicenceReply reply =
      LicenseeOnLicence(style_.taste, terms, made, ExpectedRevenue(view, message.sender()));
  switch (reply.kind) {
    case LicenceReply::Kind::kAccept:
      actions.Accept(message, absl::StrCat("Agreed at ", Percent(terms.royalty_bp() / 1e4), "."));
      break;
    case LicenceReply::Kind::kCounter:
      ++made;
      *actions.Reply(message).mutable_counter_offer()->mutable_licence() = reply.counter;
      break;
    case LicenceReply::Kind::kRefuse:
      actions.Refuse(message, v1::Refusal::REASON_PRICE,
                     absl::StrCat("A royalty of ", Percent(terms.royalty_bp() / 1e4),
                                  " leaves us too little for our reach."));
      break;
  }
  return true;
}

}  // namespace tranche
