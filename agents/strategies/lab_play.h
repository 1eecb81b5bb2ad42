#ifndef TRANCHE_AGENTS_STRATEGIES_LAB_PLAY_H_
#define TRANCHE_AGENTS_STRATEGIES_LAB_PLAY_H_

#include <cstdint>

#include "agents/actions.h"
#include "agents/strategies/clearance.h"
#include "agents/strategies/lab_fundraising.h"
#include "agents/strategies/lab_partners.h"
#include "agents/strategies/lab_products.h"
#include "agents/strategies/lab_resale.h"
#include "agents/strategies/lab_staff.h"
#include "agents/strategies/lab_supply.h"
#include "agents/strategy.h"

// How a lab plays: one desk each for money, models and prices, compute, resale, partners, people,
// and merger reviews. The built-in labs differ in the styles of the desks.
namespace tranche {

struct LabStyle {
  FundraisingStyle fundraising;
  ProductStyle products;
  SupplyStyle supply;
  ResaleStyle resale;
  PartnerStyle partners;
  StaffStyle staff;
  ClearanceStyle clearance{.files = false, .litigiousness = 0.1};
};

// Styles from the parameters that all built-in labs share; each registers its own defaults:
//   runway_floor_quarters         raises money when cash lasts for less
//   raise_quarters                raises enough for
//   ask_premium_percent           asks over its own appraisal
//   least_price_percent           of the price asked that it takes at last
//   release_margin_dex            a run is released when better by, log10 of effective FLOP
//   price_sensitivity             it believes customers have; lower is dearer
//   training_percent              of reserved hours for training before customers
//   on_demand_training_percent    of reserved hours bought on demand beside, when cash is plenty
//   expected_growth_percent       of use and revenue a quarter
//   reservation_term_quarters     of the compute contracts it asks for
//   idle_cash_quarters            cash that would last longer is put into compute; 0: it is kept
//   catch_up_percent              of its need, hours it wants beside for each factor of ten behind
//   pay_percent                   of the market's mean
//   hiring_percent                of its people, a quarter, from the open market
//   poaching_percent              of its people, a quarter, from the strongest rival
//   retaliation_percent           of its people, a quarter, from the lab that took most of them
//   release_patience_quarters     for which it holds back a release that wouldn't be noticed
//   raises_into_strength_percent  of its last price, at which it raises without need; 0: never
//   shuns_rival_stake_percent     of a rival, from which an investor isn't asked; 101: asks all
//   sale_premium_percent          over its last price, for which it sells itself unasked
//   marketplace_share_percent     of the revenue a marketplace may keep, at most
//   licensing_percent             how often, a quarter, it offers a licence to embed
LabStyle LabStyleFrom(const Parameters& parameters);

class LabPlay : public Strategy {
 public:
  explicit LabPlay(const LabStyle& style);

  void OnTurn(const TurnView& view, Actions& actions) override;

 private:
  Fundraising fundraising_;
  Products products_;
  Supply supply_;
  Resale resale_;
  Partners partners_;
  Staff staff_;
  ClearanceDesk clearance_;
  int planning_quarters_;
  double revenue_growth_;
  int32_t quarter_ = 0;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LAB_PLAY_H_
