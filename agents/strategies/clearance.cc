#include "agents/strategies/clearance.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/funding_terms.h"

namespace tranche {
namespace {

const v1::DealView* FindDealView(const v1::AgentView& own, absl::string_view deal) {
  for (const v1::DealView& view : own.deals()) {
    if (view.deal() == deal) return &view;
  }
  return nullptr;
}

absl::CivilDay DayOf(const v1::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

}  // namespace

std::string RemedyInWords(const v1::Remedy& remedy) {
  const std::string limit = Percent(remedy.limit_bp() / 10'000.0);
  switch (remedy.kind()) {
    case v1::Remedy::KIND_NO_BOARD_SEAT:
      return "no seat on the board";
    case v1::Remedy::KIND_FIREWALL:
      return "a firewall between the investor's stakes";
    case v1::Remedy::KIND_NO_EXCLUSIVITY:
      return "no exclusive dealing";
    case v1::Remedy::KIND_DATA_FLOW_LIMITS:
      return "sensitive data stay in the country";
    case v1::Remedy::KIND_NON_DISCRIMINATION:
      return "rivals are served on the same terms";
    case v1::Remedy::KIND_STAKE_CAP:
      return absl::StrCat("a stake of at most ", limit);
    case v1::Remedy::KIND_DIVESTITURE:
      return absl::StrCat("the stake in ", remedy.subject(), " sold down to ", limit);
    case v1::Remedy::KIND_NO_EARLY_ACCESS:
      return "no early access to models";
    default:
      return "a remedy";
  }
}

std::string RemediesInWords(absl::Span<const v1::Remedy* const> remedies) {
  return absl::StrJoin(remedies, "; ", [](std::string* out, const v1::Remedy* remedy) {
    out->append(RemedyInWords(*remedy));
  });
}

void ClearanceDesk::OnQuarter(const TurnView& view, Actions& actions) {
  if (!style_.files) return;
  for (const v1::DealView& deal : view.own.deals()) {
    if (deal.investor() != view.own.agent()) continue;
    for (const v1::ReviewView& review : deal.reviews()) {
      if (review.phase() == v1::ReviewView::PHASE_TO_BE_NOTIFIED) {
        File(view, deal.deal(), review.jurisdiction(), review.regulator(), actions);
      }
      const bool due = review.phase() == v1::ReviewView::PHASE_COMPLIANCE &&
                       DayOf(review.phase_ends()) <= DayOf(view.market.first_day());
      if (due && actions.random().Bernoulli(style_.prompt_compliance)) {
        Comply(deal, review, actions);
      }
    }
  }
}

bool ClearanceDesk::OnMail(const TurnView& view, const v1::Message& message, Actions& actions) {
  switch (message.body_case()) {
    case v1::Message::kFilingRequired: {
      const v1::FilingRequired& filing = message.filing_required();
      if (style_.files && filing.investor() == view.own.agent()) {
        File(view, filing.deal(), filing.jurisdiction(), filing.regulator(), actions);
      }
      return true;
    }
    case v1::Message::kDealSigned:
      if (message.deal_signed().has_funding()) {
        signed_[message.deal_signed().deal()] = message.deal_signed().funding();
      }
      return false;
    case v1::Message::kSecondRequest:
      return true;  // Papers take until the next quarter at least.
    case v1::Message::kStatementOfConcerns:
      if (style_.files) OfferRemedies(view, message, actions);
      return true;
    case v1::Message::kDecision:
      switch (message.decision().outcome()) {
        case v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS:
          AnswerConditions(view, message, actions);
          break;
        case v1::Decision::OUTCOME_PROHIBIT:
          AnswerProhibition(view, message, actions);
          break;
        default:
          break;
      }
      return true;
    case v1::Message::kWaitingPeriodExpired:
    case v1::Message::kCourtRuling:
      return true;
    default:
      return false;
  }
}

void ClearanceDesk::File(const TurnView& view, absl::string_view deal,
                         v1::Jurisdiction jurisdiction, absl::string_view regulator,
                         Actions& actions) {
  if (regulator.empty() || regulator == view.own.agent()) return;
  if (!filed_.insert(absl::StrCat(deal, " ", static_cast<int>(jurisdiction))).second) return;
  v1::MergerNotification& notification =
      *actions.Send(regulator, deal).mutable_merger_notification();
  notification.set_deal(std::string(deal));
  notification.set_jurisdiction(jurisdiction);
  const v1::FundingTerms* terms = TermsOf(view.own, deal);
  if (terms != nullptr) {
    notification.set_rationale(absl::StrCat("Growth capital: ", Describe(*terms), ". It buys ",
                                            Percent(StakeBought(*terms)),
                                            " and gives no control."));
  } else {
    notification.set_rationale("The parties stay rivals of many others after the deal.");
  }
}

const v1::FundingTerms* ClearanceDesk::TermsOf(const v1::AgentView& own,
                                               absl::string_view deal) const {
  const v1::DealView* view = FindDealView(own, deal);
  if (view != nullptr && view->has_terms() && !view->has_merger()) return &view->terms();
  const auto found = signed_.find(deal);
  return found == signed_.end() ? nullptr : &found->second;
}

void ClearanceDesk::Comply(const v1::DealView& deal, const v1::ReviewView& review,
                           Actions& actions) {
  if (review.regulator().empty() || review.regulator() == deal.investor()) return;
  v1::InformationResponse& response =
      *actions.Send(review.regulator(), deal.deal()).mutable_information_response();
  response.set_deal(deal.deal());
  response.set_substantial_compliance(true);
  response.set_note("Documents, data and interviews are complete; we certify compliance.");
}

bool ClearanceDesk::Bears(const TurnView& view, absl::string_view deal, const v1::Remedy& remedy,
                          RandomStream& random) const {
  const v1::FundingTerms* terms = TermsOf(view.own, deal);
  switch (remedy.kind()) {
    case v1::Remedy::KIND_NO_BOARD_SEAT:
      return random.Bernoulli(style_.gives_up_board);
    case v1::Remedy::KIND_STAKE_CAP:
      // A cap far below what was signed isn't the same deal.
      return terms == nullptr || remedy.limit_bp() >= 0.5 * 10'000 * StakeBought(*terms);
    case v1::Remedy::KIND_DIVESTITURE: {
      if (terms == nullptr) return false;
      double stake_cents = 0;
      for (const v1::HoldingView& holding : view.own.holdings()) {
        if (holding.lab() == remedy.subject()) {
          stake_cents += static_cast<double>(holding.mark_cents());
        }
      }
      return stake_cents <= style_.most_divestiture * static_cast<double>(terms->amount_cents());
    }
    default:
      return true;
  }
}

void ClearanceDesk::OfferRemedies(const TurnView& view, const v1::Message& concerns,
                                  Actions& actions) {
  const std::string& deal = concerns.statement_of_concerns().deal();
  v1::RemedyOffer offer;
  offer.set_deal(deal);
  for (const v1::Remedy& remedy : concerns.statement_of_concerns().remedies_sought()) {
    if (Bears(view, deal, remedy, actions.random())) *offer.add_remedies() = remedy;
  }
  if (offer.remedies().empty()) offer.add_remedies()->set_kind(v1::Remedy::KIND_FIREWALL);
  *actions.Reply(concerns).mutable_remedy_offer() = std::move(offer);
}

void ClearanceDesk::AnswerConditions(const TurnView& view, const v1::Message& decision,
                                     Actions& actions) {
  const std::string& deal = decision.decision().deal();
  for (const v1::Remedy& condition : decision.decision().conditions()) {
    // What the investor gives up costs the lab nothing.
    if (!style_.files && condition.kind() != v1::Remedy::KIND_STAKE_CAP) continue;
    if (Bears(view, deal, condition, actions.random())) continue;
    actions.Refuse(
        decision, v1::Refusal::REASON_TERMS,
        absl::StrCat("Under the condition \"", RemedyInWords(condition), "\" we don't close."));
    return;
  }
  actions.Accept(decision, "We accept the conditions.");
}

void ClearanceDesk::AnswerProhibition(const TurnView& view, const v1::Message& decision,
                                      Actions& actions) const {
  const std::string& deal = decision.decision().deal();
  if (actions.random().Bernoulli(style_.litigiousness)) {
    v1::Litigation& litigation = *actions.Reply(decision).mutable_litigation();
    litigation.set_deal(deal);
    litigation.set_grounds("A minority stake doesn't lessen competition substantially.");
  } else if (style_.files) {
    v1::Message& withdrawal = actions.Send(decision.sender(), deal);
    const v1::DealView* own_deal = FindDealView(view.own, deal);
    if (own_deal != nullptr && own_deal->lab() != view.own.agent() &&
        IsActive(view.market, own_deal->lab())) {
      withdrawal.add_recipients(own_deal->lab());
    }
    withdrawal.mutable_withdrawal()->set_note("We don't contest the prohibition and step back.");
  }
}

}  // namespace tranche
