#include "agents/strategies/regulator_play.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agents/strategies/clearance.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// HSR's thirty days leave no time to settle a grave case without a second request.
constexpr double kUsInDepthFactor = 0.65;

const v1::ReviewRegime* OwnRegime(const TurnView& view) {
  for (const v1::ReviewRegime& regime : view.market.regimes()) {
    if (regime.regulator() == view.own.agent()) return &regime;
  }
  return nullptr;
}

std::string InWords(const std::vector<v1::Remedy>& remedies) {
  std::vector<const v1::Remedy*> pointers;
  pointers.reserve(remedies.size());
  for (const v1::Remedy& remedy : remedies) pointers.push_back(&remedy);
  return RemediesInWords(pointers);
}

}  // namespace

RegulatorStyle RegulatorStyleFrom(const Parameters& parameters) {
  RegulatorStyle style;
  style.strictness = parameters.Get("strictness_percent") / 100;
  style.in_depth_at = parameters.Get("in_depth_percent") / 100;
  style.prohibits_at = parameters.Get("prohibits_percent") / 100;
  style.distrust = parameters.Get("distrust_percent") / 100;
  style.early_clearance = parameters.Get("early_clearance_percent") / 100;
  return style;
}

void RegulatorPlay::OnTurn(const TurnView& view, Actions& actions) {
  for (const v1::ReviewFile& file : view.own.regulator().files()) {
    cases_[file.deal()].file = file;
  }
  for (const v1::Message* message : view.inbox) {
    if (message->sender() != view.own.agent()) OnMail(view, *message, actions);
  }
  if (view.quarter != quarter_) {
    quarter_ = view.quarter;
    OnQuarter(view, actions);
  }
}

void RegulatorPlay::OnMail(const TurnView& view, const v1::Message& message, Actions& actions) {
  switch (message.body_case()) {
    case v1::Message::kFilingRequired:
      if (message.filing_required().has_file()) {
        cases_[message.filing_required().deal()].file = message.filing_required().file();
      }
      return;
    case v1::Message::kMergerNotification: {
      const auto found = cases_.find(message.merger_notification().deal());
      if (found != cases_.end()) LookFirst(view, found->second, actions);
      return;
    }
    case v1::Message::kInformationResponse: {
      const auto found = cases_.find(message.information_response().deal());
      if (found != cases_.end() && found->second.in_depth) {
        LookInDepth(view, found->second, actions);
      }
      return;
    }
    case v1::Message::kRemedyOffer: {
      const auto found = cases_.find(message.remedy_offer().deal());
      if (found == cases_.end() || !found->second.concerns_stated) return;
      const auto& remedies = message.remedy_offer().remedies();
      Decide(view, found->second, {remedies.begin(), remedies.end()}, actions);
      return;
    }
    case v1::Message::kDealEnded:
      cases_.erase(message.deal_ended().deal());
      return;
    default:
      return;
  }
}

void RegulatorPlay::OnQuarter(const TurnView& view, Actions& actions) {
  for (const v1::ReviewFile& file : view.own.regulator().files()) {
    Case& review = cases_[file.deal()];
    switch (file.review().phase()) {
      case v1::ReviewView::PHASE_FIRST:
        if (!review.concerns_stated && !review.in_depth) {
          LookFirst(view, review, actions);
        } else if (review.concerns_stated && !review.in_depth) {
          Decide(view, review, {file.remedies_offered().begin(), file.remedies_offered().end()},
                 actions);
        }
        break;
      case v1::ReviewView::PHASE_SECOND:
        LookInDepth(view, review, actions);
        break;
      default:
        break;
    }
  }
}

std::vector<Concern> RegulatorPlay::Concerns(const TurnView& view, Case& review,
                                             Actions& actions) const {
  const v1::ReviewRegime* regime = OwnRegime(view);
  if (regime == nullptr) return {};
  if (review.judgement == 0) {
    review.judgement = DetExp(style_.judgement_sd * actions.random().Normal());
  }
  std::vector<Concern> concerns = ConcernsAbout(view.market, *regime, review.file);
  for (Concern& concern : concerns) concern.severity *= style_.strictness * review.judgement;
  return concerns;
}

v1::Message& RegulatorPlay::Write(const TurnView& view, const v1::ReviewFile& file,
                                  Actions& actions) const {
  std::vector<absl::string_view> parties;
  for (absl::string_view party :
       {absl::string_view(file.investor()), absl::string_view(file.lab())}) {
    if (party == view.own.agent() || !IsActive(view.market, party)) continue;
    if (std::find(parties.begin(), parties.end(), party) == parties.end()) parties.push_back(party);
  }
  return actions.Send(parties, file.deal());
}

void RegulatorPlay::LookFirst(const TurnView& view, Case& review, Actions& actions) {
  if (review.concerns_stated || review.in_depth || review.looked_at == view.quarter) return;
  review.looked_at = view.quarter;
  const v1::ReviewRegime* regime = OwnRegime(view);
  if (regime == nullptr) return;
  const std::vector<Concern> concerns = Concerns(view, review, actions);
  const double severity = TotalSeverity(concerns);
  if (severity < style_.acts_at) {
    if (!actions.random().Bernoulli(style_.early_clearance)) return;
    v1::Decision& decision = *Write(view, review.file, actions).mutable_decision();
    decision.set_deal(review.file.deal());
    decision.set_outcome(v1::Decision::OUTCOME_CLEAR);
    decision.set_reasons(absl::StrCat(
        concerns.empty() ? "No screen fires" : "The concerns don't warrant a closer look",
        ": stake ", Percent(review.file.stake_after_bp() / 1e4), ", HHI ", review.file.hhi(),
        ", modified HHI up ", review.file.mhhi_change(), "."));
    return;
  }
  const double in_depth_at = regime->jurisdiction() == v1::JURISDICTION_US_ANTITRUST
                                 ? kUsInDepthFactor * style_.in_depth_at
                                 : style_.in_depth_at;
  if (severity < in_depth_at && !RemediesFor(concerns).empty()) {
    StateConcerns(view, review, concerns, actions);
    return;
  }
  review.in_depth = true;
  v1::SecondRequest& request = *Write(view, review.file, actions).mutable_second_request();
  request.set_deal(review.file.deal());
  request.set_questions(absl::StrCat(
      ReasonsInWords(concerns),
      " Produce board papers, plans for the partnership, and all agreements with rivals."));
}

void RegulatorPlay::LookInDepth(const TurnView& view, Case& review, Actions& actions) {
  review.in_depth = true;
  const std::vector<Concern> concerns = Concerns(view, review, actions);
  const bool fixable = !RemediesFor(concerns).empty();
  if (!review.concerns_stated && fixable && TotalSeverity(concerns) >= style_.acts_at) {
    StateConcerns(view, review, concerns, actions);
    return;
  }
  const auto& offered = review.file.remedies_offered();
  Decide(view, review, {offered.begin(), offered.end()}, actions);
}

void RegulatorPlay::StateConcerns(const TurnView& view, Case& review,
                                  const std::vector<Concern>& concerns, Actions& actions) {
  review.concerns_stated = true;
  v1::StatementOfConcerns& statement =
      *Write(view, review.file, actions).mutable_statement_of_concerns();
  statement.set_deal(review.file.deal());
  const std::vector<v1::Remedy> remedies = RemediesFor(concerns);
  statement.set_concerns(
      absl::StrCat(ReasonsInWords(concerns), " What would meet them: ", InWords(remedies), "."));
  for (const v1::Remedy& remedy : remedies) *statement.add_remedies_sought() = remedy;
}

void RegulatorPlay::Decide(const TurnView& view, Case& review,
                           const std::vector<v1::Remedy>& offered, Actions& actions) {
  if (review.decided == view.quarter) return;
  review.decided = view.quarter;
  const std::vector<Concern> concerns = Concerns(view, review, actions);
  const double severity = TotalSeverity(concerns);
  const double residual = ResidualSeverity(concerns, offered, style_.distrust);
  const std::vector<v1::Remedy> needed = RemediesFor(concerns);
  v1::Decision decision;
  decision.set_deal(review.file.deal());
  if (severity < style_.acts_at) {
    decision.set_outcome(v1::Decision::OUTCOME_CLEAR);
    decision.set_reasons("On a closer look the concerns don't hold.");
  } else if (residual >= style_.prohibits_at && review.in_depth) {
    decision.set_outcome(v1::Decision::OUTCOME_PROHIBIT);
    decision.set_reasons(absl::StrCat(
        ReasonsInWords(concerns), offered.empty()
                                      ? " No remedy was offered."
                                      : absl::StrCat(" The remedies offered (", InWords(offered),
                                                     ") leave too much of it.")));
  } else if (!needed.empty()) {
    // What wasn't offered is imposed: the parties may still refuse.
    decision.set_outcome(v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS);
    for (const v1::Remedy& remedy : needed) *decision.add_conditions() = remedy;
    decision.set_reasons(
        absl::StrCat(ReasonsInWords(concerns), " Cleared with: ", InWords(needed), "."));
  } else if (review.in_depth) {
    decision.set_outcome(v1::Decision::OUTCOME_CLEAR);
    decision.set_reasons(
        absl::StrCat(ReasonsInWords(concerns), " This doesn't suffice for a prohibition."));
  } else {
    return;
  }
  *Write(view, review.file, actions).mutable_decision() = std::move(decision);
}

}  // namespace tranche
