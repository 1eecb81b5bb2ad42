#include "agents/strategies/cloud_play.h"

#include <algorithm>

#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/mark_up.h"

namespace tranche {
namespace {

// Weight of rivals' prices in its own.
constexpr double kRivalsWeight = 0.25;
// Customers turned away count as more than full, up to this.
constexpr double kMostTurnedAway = 0.5;
// The posted price covers running cost by this factor at least.
constexpr double kLeastOverCost = 1.2;
// The least part of marketplace revenue it takes, of what it opens with.
constexpr double kLeastOfShare = 0.6;
constexpr double kPriceStepMicros = 10'000;
constexpr double kMostPriceMicros = 9e9;

// Mean of what others post; 0 if nobody does.
double RivalsPrice(const TurnView& view) {
  double sum = 0;
  int count = 0;
  for (const v1::CloudDisclosure& rival : view.market.clouds()) {
    const auto price = static_cast<double>(rival.on_demand_price_micros_per_gpu_hour());
    if (rival.cloud() == view.own.agent() || price <= 0) continue;
    sum += price;
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

}  // namespace

CloudStyle CloudStyleFrom(const Parameters& parameters) {
  CloudStyle style;
  const double share = parameters.Get("marketplace_share_percent") / 100;
  style.price.target_utilisation = parameters.Get("target_utilisation_percent") / 100;
  style.quotes.least_margin = parameters.Get("least_margin_percent") / 100;
  style.quotes.family_discount = parameters.Get("family_discount_percent") / 100;
  style.quotes.asks_first_refusal = parameters.Get("asks_first_refusal") > 0;
  style.quotes.asks_exclusivity = parameters.Get("asks_exclusivity_percent") / 100;
  style.building.target_utilisation = parameters.Get("build_at_percent") / 100;
  style.building.budget = parameters.Get("build_budget_percent") / 100;
  style.building.expected_growth = parameters.Get("expected_growth_percent") / 100;
  style.building.market_weight = parameters.Get("market_growth_percent") / 100;
  style.building.price_response = parameters.Get("price_response_percent") / 100;
  style.building.own_silicon = parameters.Get("own_silicon_cost_percent") / 100;
  style.resale.share = share;
  style.resale.least_share = kLeastOfShare * share;
  style.resale.courts = parameters.Get("courting_percent") / 100;
  style.licences.asks = parameters.Get("licensing_percent") / 100;
  return style;
}

double NextPostedPrice(const PriceStyle& style, const v1::CloudView& cloud, double today_micros,
                       double rivals_micros) {
  double utilisation = Utilisation(cloud);
  if (cloud.on_demand_wanted_gpu_hours() > cloud.on_demand_sold_gpu_hours()) {
    const double wanted = static_cast<double>(cloud.on_demand_wanted_gpu_hours()) -
                          static_cast<double>(cloud.on_demand_sold_gpu_hours());
    utilisation +=
        std::min(PartOf(wanted / kHoursPerQuarter, static_cast<double>(cloud.capacity_h100e())),
                 kMostTurnedAway);
  }
  double target = today_micros * (1 + style.response * (utilisation - style.target_utilisation));
  if (rivals_micros > 0) target = (1 - kRivalsWeight) * target + kRivalsWeight * rivals_micros;
  const double floor =
      kLeastOverCost * std::max(static_cast<double>(cloud.cost_micros_per_gpu_hour()), 0.0);
  return RoundedTo(Towards(today_micros, std::max(target, floor), style.most_change),
                   kPriceStepMicros);
}

CloudPlay::CloudPlay(const CloudStyle& style)
    : style_(style),
      quotes_(style.quotes),
      building_(style.building),
      resale_(style.resale),
      licences_(style.licences) {}

void CloudPlay::OnTurn(const TurnView& view, Actions& actions) {
  const bool opening = view.quarter != quarter_;
  quarter_ = view.quarter;
  if (opening) {
    // Proposals in the mail of an opening have expired.
    quotes_.OnQuarter();
    PostPrice(view, actions);
    building_.OnQuarter(view, quotes_.turned_away(), quotes_.signed_last_quarter(), actions);
    resale_.OnQuarter(view, actions);
    licences_.OnQuarter(view, actions);
    return;
  }
  quotes_.OnTurn(view);
  for (const v1::Message* message : view.inbox) {
    if (message->sender() == view.own.agent()) continue;
    if (quotes_.OnMail(view, *message, actions)) continue;
    if (resale_.OnMail(view, *message, actions)) continue;
    licences_.OnMail(view, *message, actions);
  }
}

void CloudPlay::PostPrice(const TurnView& view, Actions& actions) const {
  const v1::CloudView& cloud = view.own.cloud();
  const v1::CloudDisclosure* self = FindCloud(view.market, view.own.agent());
  if (self == nullptr || cloud.capacity_h100e() <= 0) return;
  const auto today = static_cast<double>(self->on_demand_price_micros_per_gpu_hour());
  if (today <= 0) return;
  const double price = NextPostedPrice(style_.price, cloud, today, RivalsPrice(view));
  if (price < kPriceStepMicros || price > kMostPriceMicros || ToWhole(price) == ToWhole(today)) {
    return;
  }
  actions.Tell().mutable_compute_price_list()->set_on_demand_price_micros_per_gpu_hour(
      ToWhole(price));
}

}  // namespace tranche
