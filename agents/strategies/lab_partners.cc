#include "agents/strategies/lab_partners.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/offer_worth.h"

namespace tranche {
namespace {

constexpr uint32_t kTermQuarters = 12;
// Of its revenue, what one more partner's products are thought to bring.
constexpr double kEmbeddedPartOfRevenue = 0.1;

bool LicensedTo(const TurnView& view, absl::string_view group) {
  return std::any_of(view.own.contracts().begin(), view.own.contracts().end(),
                     [&](const v1::ContractView& contract) {
                       return contract.has_licence() && contract.provider() == view.own.agent() &&
                              GroupOf(view.market, contract.customer()) == group;
                     });
}

void AddOnce(absl::string_view name, std::vector<absl::string_view>& names) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

std::vector<absl::string_view> InvestorsOf(const TurnView& view) {
  std::vector<absl::string_view> investors;
  for (absl::string_view holder : Shareholders(view.own, view.market)) {
    const v1::AgentProfile* profile = FindProfile(view.market, holder);
    if (profile == nullptr || profile->role() != v1::ROLE_INVESTOR || !profile->active()) continue;
    if (!SameGroup(view.market, holder, view.own.agent())) investors.push_back(holder);
  }
  return investors;
}

std::vector<absl::string_view> EarlyAccessPartners(const TurnView& view) {
  std::vector<absl::string_view> partners;
  for (const v1::DealView& deal : view.own.deals()) {
    const bool has_it = deal.state() == v1::DealDisclosure::STATE_CLOSED &&
                        deal.lab() == view.own.agent() && deal.terms().early_access();
    if (has_it && IsActive(view.market, deal.investor())) AddOnce(deal.investor(), partners);
  }
  for (const v1::ContractView& contract : view.own.contracts()) {
    const bool has_it =
        contract.provider() == view.own.agent() && contract.licence().early_access();
    if (has_it && IsActive(view.market, contract.customer())) {
      AddOnce(contract.customer(), partners);
    }
  }
  std::erase(partners, absl::string_view(view.own.agent()));
  return partners;
}

std::vector<absl::string_view> PossibleLicensees(const TurnView& view) {
  const std::vector<absl::string_view> with_lab = GroupsWith(view.market, v1::ROLE_LAB);
  const std::vector<absl::string_view> with_cloud = GroupsWith(view.market, v1::ROLE_CLOUD);
  std::vector<absl::string_view> possible;
  for (const v1::AgentProfile& agent : view.market.agents()) {
    const bool role = agent.role() == v1::ROLE_CLOUD || agent.role() == v1::ROLE_INVESTOR;
    if (!role || !agent.active()) continue;
    if (IsAmong(agent.group(), with_lab)) continue;
    // A group's cloud has the products; its investor speaks where there is no cloud.
    if (agent.role() == v1::ROLE_INVESTOR && IsAmong(agent.group(), with_cloud)) continue;
    if (!LicensedTo(view, agent.group())) possible.emplace_back(agent.name());
  }
  return possible;
}

void Partners::OnQuarter(const TurnView& view, const Runway& runway, Actions& actions) {
  made_.clear();
  if (GroupOf(view.market, view.own.agent()) != view.own.agent()) return;
  ShowBooks(view, runway, actions);
  ShowModel(view, actions);
  OfferLicence(view, actions);
}

void Partners::ShowBooks(const TurnView& view, const Runway& runway, Actions& actions) const {
  if (view.quarter <= view.market.first_quarter()) return;
  const std::vector<absl::string_view> investors = InvestorsOf(view);
  if (investors.empty()) return;
  const v1::Books& books = view.own.books();
  v1::InformationReport& report =
      *actions.Send(investors, actions.Thread(absl::StrCat("books-", QuarterName(view.quarter))))
           .mutable_information_report();
  report.set_revenue_cents(books.revenue_cents());
  report.set_net_income_cents(books.net_income_cents());
  report.set_cash_cents(books.cash_cents());
  report.set_runway_millis(ToWhole(1000 * runway.quarters));
}

void Partners::ShowModel(const TurnView& view, Actions& actions) {
  const v1::LabDisclosure* self = FindLab(view.market, view.own.agent());
  const v1::LabView& lab = view.own.lab();
  if (self == nullptr || lab.run().empty() || lab.run() == shown_) return;
  const double gain_dex = (static_cast<double>(lab.run_capability_millis()) -
                           static_cast<double>(self->capability_millis())) /
                          1000;
  if (gain_dex < style_.shows_from_dex) return;
  const std::vector<absl::string_view> partners = EarlyAccessPartners(view);
  if (partners.empty()) return;
  shown_ = lab.run();
  // One by one: what a regulator forbids to one is not kept from the others.
  for (absl::string_view partner : partners) {
    actions.Send(partner, actions.Thread(absl::StrCat("preview-", QuarterName(view.quarter))))
        .mutable_early_access_grant()
        ->set_run(lab.run());
  }
}

void Partners::OfferLicence(const TurnView& view, Actions& actions) {
  if (style_.offers_licences <= 0 || !actions.random().Bernoulli(style_.offers_licences)) return;
  const std::vector<absl::string_view> possible = PossibleLicensees(view);
  if (possible.empty()) return;
  const absl::string_view partner = possible[actions.random().UniformInt(possible.size())];
  const std::string thread = actions.Thread(absl::StrCat("licence-", QuarterName(view.quarter)));
  v1::LicenceTerms& terms = *actions.Send(partner, thread).mutable_licence_offer()->mutable_terms();
  terms.set_royalty_bp(
      static_cast<uint32_t>(ToWhole(1e4 * std::clamp(style_.licence.opening_royalty, 0.0, 1.0))));
  terms.set_term_quarters(kTermQuarters);
  terms.set_early_access(style_.licence.early_access);
  made_[absl::StrCat(thread, " ", partner)] = 1;
}

bool Partners::OnMail(const TurnView& view, const v1::Message& message, Actions& actions) {
  if (!message.has_licence_offer() && !message.counter_offer().has_licence()) return false;
  const v1::LicenceTerms& terms = LicenceTermsIn(message);
  int& made = made_[absl::StrCat(message.thread(), " ", message.sender())];
  const double embedded =
      kEmbeddedPartOfRevenue * std::max(static_cast<double>(view.own.books().revenue_cents()), 0.0);
  const LicenceReply reply = LabOnLicence(style_.licence, terms, made, embedded);
  switch (reply.kind) {
    case LicenceReply::Kind::kAccept:
      actions.Accept(message, absl::StrCat("Agreed at ", Percent(terms.royalty_bp() / 1e4), "."));
      break;
    case LicenceReply::Kind::kCounter:
      ++made;
      *actions.Reply(message).mutable_counter_offer()->mutable_licence() = reply.counter;
      break;
    case LicenceReply::Kind::kRefuse:
      actions.Refuse(message, v1::Refusal::REASON_TERMS,
                     absl::StrCat("Below ", Percent(style_.licence.limit_royalty),
                                  " of the models' revenue we sell them ourselves."));
      break;
  }
  return true;
}

}  // namespace tranche
