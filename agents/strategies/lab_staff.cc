#include "agents/strategies/lab_staff.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

constexpr double kMostPositions = 10'000;
constexpr double kLayoffPart = 0.08;
// Quarters in which it turns to rivals' people, as a part of all.
constexpr double kPoachingQuarters = 0.4;
// Part of its people that must have left for rivals in a quarter before it answers.
constexpr double kNoticedLoss = 0.01;
// Pay isn't raised beyond this multiple of the market's mean.
constexpr double kMostOverMean = 1.6;

uint32_t Positions(double people) {
  return static_cast<uint32_t>(ToWhole(std::clamp(people, 0.0, kMostPositions)));
}

}  // namespace

double RetentionPremium(const StaffStyle& style, double lost, double people) {
  if (people < 1 || lost < kNoticedLoss * people) return 0;
  return std::min(style.retention_response * lost / people, style.most_raise);
}

void Staff::OnNews(const TurnView& view, const v1::Message& message) {
  if (!message.has_talent_move()) return;
  const v1::TalentMove& move = message.talent_move();
  if (move.from() == view.own.agent() && !move.to().empty()) lost_[move.to()] += move.people();
}

void Staff::OnQuarter(const TurnView& view, const Runway& runway, Actions& actions) {
  const std::map<std::string, uint32_t> lost = std::exchange(lost_, {});
  const v1::LabView& lab = view.own.lab();
  const auto people = static_cast<double>(lab.researchers());
  if (people < 1) return;
  if (runway.quarters < style_.layoff_runway_quarters) {
    const uint32_t leaving = std::min(Positions(kLayoffPart * people), lab.researchers());
    if (leaving > 0) actions.Tell().mutable_layoff()->set_positions(leaving);
    return;
  }
  auto cash = static_cast<double>(lab.cash_pay_cents_per_year());
  auto equity = static_cast<double>(lab.equity_pay_cents_per_year());
  const v1::TalentMarket& market = view.market.talent();
  const double mean_cash = static_cast<double>(market.mean_cash_cents_per_year());
  const double mean_equity = static_cast<double>(market.mean_equity_cents_per_year());
  const double mean = mean_cash + mean_equity;
  const double target = style_.pay_against_mean * mean;
  double gone = 0;
  for (const auto& [lab_name, people_lost] : lost) gone += people_lost;
  const double premium = RetentionPremium(style_, gone, people);
  const bool underpaid = cash + equity < 0.97 * target;
  const bool affordable = runway.quarters > 1.5 && cash + equity < kMostOverMean * mean;
  if (cash + equity > 0 && (underpaid || premium > 0) && affordable) {
    const double raise = std::max(
        underpaid ? std::min(target / (cash + equity) - 1, style_.most_raise) : 0, premium);
    cash *= 1 + raise;
    equity *= 1 + raise;
    v1::RetentionOffer& offer = *actions.Tell().mutable_retention_offer();
    offer.set_cash_cents_per_year(ToWhole(RoundSum(cash)));
    offer.set_equity_cents_per_year(ToWhole(RoundSum(equity)));
  }
  if (runway.quarters >= style_.hiring_runway_quarters) Hire(view, cash, equity, lost, actions);
}

void Staff::Hire(const TurnView& view, double cash_pay, double equity_pay,
                 const std::map<std::string, uint32_t>& lost, Actions& actions) const {
  if (cash_pay + equity_pay <= 0) return;
  const auto people = static_cast<double>(view.own.lab().researchers());
  const uint32_t hired =
      std::min(Positions(style_.hiring_part * people), view.market.talent().available());
  if (hired > 0) {
    v1::JobOffer& offer = *actions.Tell().mutable_job_offer();
    offer.set_positions(hired);
    offer.set_cash_cents_per_year(ToWhole(RoundSum(cash_pay)));
    offer.set_equity_cents_per_year(ToWhole(RoundSum(equity_pay)));
  }
  const absl::string_view rival = LabToPoachFrom(view, lost, actions.random());
  // Who took most of its people is answered in kind.
  const double part = rival.empty() || !lost.contains(std::string(rival))
                          ? style_.poaching_part
                          : std::max(style_.poaching_part, style_.retaliation_part);
  const uint32_t poached = Positions(part * people);
  if (rival.empty() || poached == 0) return;
  v1::JobOffer& offer = *actions.Tell().mutable_job_offer();
  offer.set_poach_from(std::string(rival));
  offer.set_positions(poached);
  offer.set_cash_cents_per_year(ToWhole(RoundSum(cash_pay * (1 + style_.poaching_premium))));
  offer.set_equity_cents_per_year(ToWhole(RoundSum(equity_pay * (1 + style_.poaching_premium))));
}

absl::string_view Staff::LabToPoachFrom(const TurnView& view,
                                        const std::map<std::string, uint32_t>& lost,
                                        RandomStream& random) const {
  absl::string_view taker;
  uint32_t most = 0;
  for (const v1::LabDisclosure& lab : view.market.labs()) {
    const auto found = lost.find(lab.lab());
    if (found == lost.end() || found->second <= most || !IsActive(view.market, lab.lab())) continue;
    most = found->second;
    taker = lab.lab();
  }
  if (!taker.empty() && style_.retaliation_part > 0) return taker;
  if (style_.poaching_part <= 0 || !random.Bernoulli(kPoachingQuarters)) return "";
  const v1::LabDisclosure* strongest = BestLab(view.market, view.own.agent());
  return strongest == nullptr ? absl::string_view() : strongest->lab();
}

}  // namespace tranche
