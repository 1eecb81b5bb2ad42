#include "agents/strategies/investor_judgement.h"

#include <algorithm>

#include "agents/strategies/figures.h"
#include "agents/strategies/funding_terms.h"
#include "agents/strategies/runway.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// An overlap, in basis points, at which half of the full conflict is felt.
constexpr double kHalfConflictBp = 300;
// What pressure a runway below two quarters lends it.
constexpr double kDistressFactor = 0.9;
constexpr double kDistressQuarters = 2;
// The most that a margin on compute adds to the price of shares.
constexpr double kMostSubsidy = 0.3;
// What a price's past does to an appraisal, at least and at most.
constexpr double kLeastMomentum = 0.8;
constexpr double kMostMomentum = 1.3;
// Disclosed figures are two quarters old.
constexpr int kDisclosureLag = 2;

// What rights are worth to it, as parts of the price.
constexpr double kSeatWorth = 0.02;
constexpr double kObserverWorth = 0.006;
constexpr double kInformationWorth = 0.005;
constexpr double kProRataWorth = 0.005;
constexpr double kExclusivityWorth = 0.03;
constexpr double kEarlyAccessWorth = 0.01;
constexpr double kShutOutWorth = 0.01;
constexpr double kStagingWorth = 0.04;
constexpr double kFirewallCost = 0.005;

}  // namespace

double ConflictWith(const v1::InvestorView& own, absl::string_view lab) {
  for (const v1::Conflict& conflict : own.conflicts()) {
    if (conflict.lab() == lab) {
      return conflict.overlap_bp() / (conflict.overlap_bp() + kHalfConflictBp);
    }
  }
  return 0;
}

const v1::HoldingView* HoldingIn(const v1::AgentView& own, absl::string_view lab) {
  for (const v1::HoldingView& holding : own.holdings()) {
    if (holding.lab() == lab) return &holding;
  }
  return nullptr;
}

std::vector<absl::string_view> RivalsHeld(const v1::AgentView& own, absl::string_view lab) {
  std::vector<absl::string_view> rivals;
  for (const v1::HoldingView& holding : own.holdings()) {
    if (holding.lab() != lab) rivals.emplace_back(holding.lab());
  }
  if (rivals.empty()) rivals.emplace_back("a rival");
  return rivals;
}

double RightsWorth(const InvestorStyle& style, const v1::FundingTerms& terms) {
  double worth = 0;
  if (terms.board_right() == v1::BOARD_RIGHT_SEAT) worth += kSeatWorth;
  if (terms.board_right() == v1::BOARD_RIGHT_OBSERVER) worth += kObserverWorth;
  if (terms.information_right()) worth += kInformationWorth;
  if (terms.pro_rata_right()) worth += kProRataWorth;
  if (terms.firewall()) worth -= kFirewallCost;
  worth += kStagingWorth * (1 - PartAtClearance(terms));
  if (!style.strategic) return worth;
  if (IsExclusive(terms)) worth += kExclusivityWorth;
  if (terms.early_access()) worth += kEarlyAccessWorth;
  worth += kShutOutWorth * std::min(terms.excluded_investors_size(), 3);
  return worth;
}

double PriceLimit(const InvestorStyle& style, double value_cents, const v1::FundingTerms& terms) {
  double limit = value_cents;
  if (terms.has_cloud_commitment() && style.compute_margin > 0) {
    const double gain =
        style.compute_margin * PartOf(static_cast<double>(terms.cloud_commitment().amount_cents()),
                                      static_cast<double>(terms.amount_cents()));
    limit /= 1 - std::clamp(gain / 2, 0.0, kMostSubsidy);
  }
  return limit * (1 + RightsWorth(style, terms));
}

void Judgement::OnReport(const v1::Message& report) {
  const v1::InformationReport& shown = report.information_report();
  books_[report.sender()] = {static_cast<double>(shown.revenue_cents()),
                             static_cast<double>(shown.runway_millis()) / 1000};
}

double Judgement::RunwayShown(absl::string_view lab) const {
  const auto books = books_.find(lab);
  return books == books_.end() ? kEndlessQuarters : books->second.runway_quarters;
}

double Judgement::YearlyRevenue(const v1::PublicView& market, const std::string& lab) const {
  const Appraisal appraisal = appraiser_.Appraise(market, lab);
  const auto books = books_.find(lab);
  return std::max(appraisal.annual_revenue_cents *
                      DetPow(1 + std::max(appraisal.quarterly_growth, 0.0), kDisclosureLag),
                  books == books_.end() ? 0.0 : 4 * books->second.revenue_cents);
}

double Judgement::ValueOf(const TurnView& view, const std::string& lab, double asked_cents,
                          RandomStream& random) const {
  const auto books = books_.find(lab);
  const bool shown = books != books_.end() && books->second.revenue_cents > 0;
  const Appraisal appraisal =
      shown ? appraiser_.Appraise(view.market, lab, books->second.revenue_cents)
            : appraiser_.Appraise(view.market, lab);
  if (appraisal.value_cents <= 0 || asked_cents <= 0) return 0;
  double value =
      appraisal.value_cents * style_.optimism * DetExp(style_.judgement_sd * random.Normal());
  if (style_.chases_marks > 0) {
    value *= std::clamp(
        DetPow(std::max(1 + appraiser_.Momentum(lab), kLeastMomentum / 2), style_.chases_marks),
        kLeastMomentum, kMostMomentum);
  }
  value *= DetPow(asked_cents / value, std::clamp(style_.anchoring, 0.0, 1.0));
  value *= 1 - style_.conflict_discount * ConflictWith(view.own.investor(), lab);
  if (shown && books->second.runway_quarters < kDistressQuarters) value *= kDistressFactor;
  return value;
}

}  // namespace tranche
