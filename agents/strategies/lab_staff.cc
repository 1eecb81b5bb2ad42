#include "agents/strategies/lab_staff.h"

#include <algorithm>
#include <string>

#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

constexpr double kMostPositions = 10'000;
constexpr double kLayoffPart = 0.08;
// Quarters in which it turns to rivals' people, as a part of all.
constexpr double kPoachingQuarters = 0.4;

uint32_t Positions(double people) {
  return static_cast<uint32_t>(ToWhole(std::clamp(people, 0.0, kMostPositions)));
}

// The rival whose model is best; null if the lab is alone.
const v1::LabDisclosure* StrongestRival(const TurnView& view) {
  const v1::LabDisclosure* strongest = nullptr;
  for (const v1::LabDisclosure& lab : view.market.labs()) {
    if (lab.lab() == view.own.agent()) continue;
    const bool stronger =
        strongest == nullptr || lab.capability_millis() > strongest->capability_millis();
    if (stronger && IsActive(view.market, lab.lab())) strongest = &lab;
  }
  return strongest;
}

}  // namespace

void Staff::OnQuarter(const TurnView& view, const Runway& runway, Actions& actions) const {
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
  if (cash + equity > 0 && cash + equity < 0.97 * target && runway.quarters > 1.5) {
    const double raise = std::min(target / (cash + equity) - 1, style_.most_raise);
    cash *= 1 + raise;
    equity *= 1 + raise;
    v1::RetentionOffer& offer = *actions.Tell().mutable_retention_offer();
    offer.set_cash_cents_per_year(ToWhole(RoundSum(cash)));
    offer.set_equity_cents_per_year(ToWhole(RoundSum(equity)));
  }
  if (runway.quarters >= style_.hiring_runway_quarters) Hire(view, cash, equity, actions);
}

void Staff::Hire(const TurnView& view, double cash_pay, double equity_pay, Actions& actions) const {
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
  const v1::LabDisclosure* rival = StrongestRival(view);
  const uint32_t poached = Positions(style_.poaching_part * people);
  if (rival != nullptr && poached > 0 && actions.random().Bernoulli(kPoachingQuarters)) {
    v1::JobOffer& offer = *actions.Tell().mutable_job_offer();
    offer.set_poach_from(rival->lab());
    offer.set_positions(poached);
    offer.set_cash_cents_per_year(ToWhole(RoundSum(cash_pay * (1 + style_.poaching_premium))));
    offer.set_equity_cents_per_year(ToWhole(RoundSum(equity_pay * (1 + style_.poaching_premium))));
  }
}

}  // namespace tranche
