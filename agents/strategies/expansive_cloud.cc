// A cloud that wants to be where the labs are: it builds ahead of demand with most of its money,
// cuts prices to fill what it has built, asks for rights of first refusal, and courts labs.
//
// Parameters: see cloud_play.h.

#include "agents/strategies/cloud_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class ExpansiveCloud : public CloudPlay {
 public:
  explicit ExpansiveCloud(const StrategyContext& context)
      : CloudPlay(CloudStyleFrom(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(ExpansiveCloud, "expansive-cloud", v1::ROLE_CLOUD,
                          "Builds ahead of demand, prices to fill it, ties labs to itself.",
                          {{"target_utilisation_percent", 92},
                           {"least_margin_percent", 40},
                           {"family_discount_percent", 12},
                           {"build_at_percent", 70},
                           {"build_budget_percent", 45},
                           {"expected_growth_percent", 12},
                           {"market_growth_percent", 80},
                           {"price_response_percent", 40},
                           {"own_silicon_cost_percent", 75},
                           {"marketplace_share_percent", 15},
                           {"asks_first_refusal", 1},
                           {"asks_exclusivity_percent", 25},
                           {"courting_percent", 40},
                           {"licensing_percent", 20}});

}  // namespace
}  // namespace tranche
