#include "agents/strategies/lab_play.h"

#include <algorithm>

#include "agents/strategies/figures.h"
#include "agents/strategies/runway.h"

namespace tranche {

LabStyle LabStyleFrom(const Parameters& parameters) {
  LabStyle style;
  const double growth = parameters.Get("expected_growth_percent") / 100;
  style.fundraising.runway_floor_quarters = parameters.Get("runway_floor_quarters");
  style.fundraising.raise_quarters =
      static_cast<int>(ToWhole(std::clamp(parameters.Get("raise_quarters"), 1.0, 40.0)));
  style.fundraising.ask_premium = parameters.Get("ask_premium_percent") / 100;
  style.fundraising.least_price = parameters.Get("least_price_percent") / 100;
  style.fundraising.assumed_growth = growth;
  style.fundraising.raises_into_strength_at = parameters.Get("raises_into_strength_percent") / 100;
  style.fundraising.shuns_rival_stake = parameters.Get("shuns_rival_stake_percent") / 100;
  style.fundraising.sale_premium = parameters.Get("sale_premium_percent") / 100;
  style.products.release.margin_dex = parameters.Get("release_margin_dex");
  style.products.release.patience_quarters =
      static_cast<int>(ToWhole(std::clamp(parameters.Get("release_patience_quarters"), 0.0, 40.0)));
  style.products.price_sensitivity = parameters.Get("price_sensitivity");
  style.products.training_part = parameters.Get("training_percent") / 100;
  style.products.on_demand_part = parameters.Get("on_demand_training_percent") / 100;
  style.supply.expected_growth = growth;
  style.supply.idle_quarters = parameters.Get("idle_cash_quarters");
  style.supply.catch_up = parameters.Get("catch_up_percent") / 100;
  style.supply.term_quarters =
      static_cast<int>(ToWhole(std::clamp(parameters.Get("reservation_term_quarters"), 1.0, 40.0)));
  style.resale.most_share = parameters.Get("marketplace_share_percent") / 100;
  style.partners.offers_licences = parameters.Get("licensing_percent") / 100;
  style.staff.pay_against_mean = parameters.Get("pay_percent") / 100;
  style.staff.hiring_part = parameters.Get("hiring_percent") / 100;
  style.staff.poaching_part = parameters.Get("poaching_percent") / 100;
  style.staff.retaliation_part = parameters.Get("retaliation_percent") / 100;
  return style;
}

LabPlay::LabPlay(const LabStyle& style)
    : fundraising_(style.fundraising),
      products_(style.products),
      supply_(style.supply),
      resale_(style.resale),
      partners_(style.partners),
      staff_(style.staff),
      clearance_(style.clearance),
      planning_quarters_(style.fundraising.raise_quarters),
      // Money is planned on half the growth that is hoped for.
      revenue_growth_(style.fundraising.assumed_growth / 2) {}

void LabPlay::OnTurn(const TurnView& view, Actions& actions) {
  const Runway runway = PlanRunway(view.own, view.quarter, planning_quarters_, revenue_growth_);
  const bool opening = view.quarter != quarter_;
  quarter_ = view.quarter;
  // The mail of an opening was said at the last quarter's end: offers in it have expired, and the
  // desks that bargain only take note of it.
  for (const v1::Message* message : view.inbox) {
    if (message->sender() == view.own.agent()) continue;
    if (clearance_.OnMail(view, *message, actions)) continue;
    if (opening) {
      supply_.OnNews(view, *message, actions);
      staff_.OnNews(view, *message);
    } else if (supply_.OnMail(*message, actions) || resale_.OnMail(view, *message, actions) ||
               partners_.OnMail(view, *message, actions)) {
      continue;
    }
    fundraising_.OnMail(*message);
  }
  if (opening) {
    clearance_.OnQuarter(view, actions);
    fundraising_.OnQuarter(view, runway, actions);
    products_.OnQuarter(view, runway, actions);
    supply_.OnQuarter(view, runway, actions);
    resale_.OnQuarter(view, actions);
    partners_.OnQuarter(view, runway, actions);
    staff_.OnQuarter(view, runway, actions);
  } else {
    supply_.Conclude(view, actions);
    fundraising_.Conclude(view, runway, actions);
  }
}

}  // namespace tranche
