// A lab that means to live from its revenue: it raises little and late at prices investors agree
// with, charges what customers bear, serves before it trains, and releases seldom.
//
// Parameters: see lab_play.h.

#include "agents/strategies/lab_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class ConservingLab : public LabPlay {
 public:
  explicit ConservingLab(const StrategyContext& context)
      : LabPlay(LabStyleFrom(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    ConservingLab, "conserving-lab", v1::ROLE_LAB,
    "Husbands its cash: small rounds at fair prices, high mark-ups, slow hiring, rare releases.",
    {{"runway_floor_quarters", 3},
     {"raise_quarters", 6},
     {"ask_premium_percent", 5},
     {"least_price_percent", 88},
     {"release_margin_dex", 0.3},
     {"price_sensitivity", 1.8},
     {"training_percent", 10},
     {"on_demand_training_percent", 0},
     {"expected_growth_percent", 7},
     {"reservation_term_quarters", 8},
     {"catch_up_percent", 0},
     {"idle_cash_quarters", 0},
     {"pay_percent", 92},
     {"hiring_percent", 1.5},
     {"poaching_percent", 0},
     {"retaliation_percent", 0},
     {"release_patience_quarters", 3},
     {"raises_into_strength_percent", 0},
     {"shuns_rival_stake_percent", 10},
     {"sale_premium_percent", 35},
     {"marketplace_share_percent", 20},
     {"licensing_percent", 5}});

}  // namespace
}  // namespace tranche
