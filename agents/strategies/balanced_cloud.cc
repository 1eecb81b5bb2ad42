// A cloud that earns its cost of capital: it lets the price follow utilisation, builds when next
// year's capacity is mostly sold, and gives discounts only where they bring commitment.
//
// Parameters: see cloud_play.h.

#include "agents/strategies/cloud_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class BalancedCloud : public CloudPlay {
 public:
  explicit BalancedCloud(const StrategyContext& context)
      : CloudPlay(CloudStyleFrom(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    BalancedCloud, "balanced-cloud", v1::ROLE_CLOUD,
    "Prices by how full it is, builds for what it has sold, bargains from its cost.",
    {{"target_utilisation_percent", 82},
     {"least_margin_percent", 70},
     {"family_discount_percent", 8},
     {"build_at_percent", 85},
     {"build_budget_percent", 25},
     {"expected_growth_percent", 8},
     {"market_growth_percent", 40},
     {"price_response_percent", 20},
     {"own_silicon_cost_percent", 90},
     {"marketplace_share_percent", 20},
     {"asks_first_refusal", 0},
     {"asks_exclusivity_percent", 5},
     {"courting_percent", 15},
     {"licensing_percent", 10}});

}  // namespace
}  // namespace tranche
