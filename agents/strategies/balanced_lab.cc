// A lab that keeps its balance: it raises when a year's cash is left, lets customers pay the logit
// mark-up, trains on what serving leaves, and releases when a model is clearly better.
//
// Parameters: see lab_play.h.

#include "agents/strategies/lab_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class BalancedLab : public LabPlay {
 public:
  explicit BalancedLab(const StrategyContext& context)
      : LabPlay(LabStyleFrom(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    BalancedLab, "balanced-lab", v1::ROLE_LAB,
    "Weighs growth against runway: raises in time, prices by mark-up, releases real gains.",
    {{"runway_floor_quarters", 4},
     {"raise_quarters", 8},
     {"ask_premium_percent", 15},
     {"least_price_percent", 84},
     {"release_margin_dex", 0.2},
     {"price_sensitivity", 2.2},
     {"training_percent", 25},
     {"on_demand_training_percent", 0},
     {"expected_growth_percent", 12},
     {"reservation_term_quarters", 12},
     {"catch_up_percent", 60},
     {"idle_cash_quarters", 14},
     {"pay_percent", 100},
     {"hiring_percent", 4},
     {"poaching_percent", 1},
     {"retaliation_percent", 1},
     {"release_patience_quarters", 1},
     {"raises_into_strength_percent", 150},
     {"shuns_rival_stake_percent", 30},
     {"sale_premium_percent", 60},
     {"marketplace_share_percent", 25},
     {"licensing_percent", 15}});

}  // namespace
}  // namespace tranche
