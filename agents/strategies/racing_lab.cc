// A lab in a race: it raises large sums early and at high prices, spends them on training and
// people, undercuts to win share, and releases as soon as it can show a gain.
//
// Parameters: see lab_play.h.

#include "agents/strategies/lab_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class RacingLab : public LabPlay {
 public:
  explicit RacingLab(const StrategyContext& context) : LabPlay(LabStyleFrom(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    RacingLab, "racing-lab", v1::ROLE_LAB,
    "Spends to be first: raises big and early, cuts prices, releases every gain, poaches.",
    {{"runway_floor_quarters", 6},
     {"raise_quarters", 10},
     {"ask_premium_percent", 35},
     {"least_price_percent", 85},
     {"release_margin_dex", 0.08},
     {"price_sensitivity", 3},
     {"training_percent", 45},
     {"on_demand_training_percent", 15},
     {"expected_growth_percent", 20},
     {"reservation_term_quarters", 16},
     {"catch_up_percent", 100},
     {"idle_cash_quarters", 8},
     {"pay_percent", 115},
     {"hiring_percent", 8},
     {"poaching_percent", 4},
     {"retaliation_percent", 3},
     {"release_patience_quarters", 0},
     {"raises_into_strength_percent", 140},
     {"shuns_rival_stake_percent", 100},
     {"sale_premium_percent", 60},
     {"marketplace_share_percent", 25},
     {"licensing_percent", 10}});

}  // namespace
}  // namespace tranche
