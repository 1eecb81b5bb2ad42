// A lab that wants to be everywhere: it sells through every marketplace at nearly any part of the
// revenue, licenses its models to whoever has customers, shows them early, takes money from
// everybody, rivals' owners too, and sells itself for a fair premium. Prices are low, for reach is
// its product.
//
// Parameters: see lab_play.h.

#include "agents/strategies/lab_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

LabStyle Style(const Parameters& parameters) {
  LabStyle style = LabStyleFrom(parameters);
  style.resale.offers = 1;
  style.partners.licence = {
      .opening_royalty = 0.75, .limit_royalty = 0.65, .proposals = 2, .early_access = true};
  return style;
}

class PlatformLab : public LabPlay {
 public:
  explicit PlatformLab(const StrategyContext& context) : LabPlay(Style(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    PlatformLab, "platform-lab", v1::ROLE_LAB,
    "Sells everywhere: all marketplaces, licences to embed, low prices; open to a buyer.",
    {{"runway_floor_quarters", 4},
     {"raise_quarters", 8},
     {"ask_premium_percent", 20},
     {"least_price_percent", 80},
     {"release_margin_dex", 0.12},
     {"price_sensitivity", 2.8},
     {"training_percent", 20},
     {"on_demand_training_percent", 0},
     {"expected_growth_percent", 15},
     {"reservation_term_quarters", 12},
     {"catch_up_percent", 40},
     {"idle_cash_quarters", 12},
     {"pay_percent", 98},
     {"hiring_percent", 3},
     {"poaching_percent", 0},
     {"retaliation_percent", 1},
     {"release_patience_quarters", 0},
     {"raises_into_strength_percent", 150},
     {"shuns_rival_stake_percent", 101},
     {"sale_premium_percent", 20},
     {"marketplace_share_percent", 32},
     {"licensing_percent", 60}});

}  // namespace
}  // namespace tranche
