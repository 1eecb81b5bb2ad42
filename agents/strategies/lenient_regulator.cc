// A regulator that fears stopping innovation more than it fears concentration: it acts on grave
// cases only, settles early, and prohibits next to nothing.
//
// Parameters: see regulator_play.h.

#include "agents/strategies/regulator_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class LenientRegulator : public RegulatorPlay {
 public:
  explicit LenientRegulator(const StrategyContext& context)
      : RegulatorPlay(RegulatorStyleFrom(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(LenientRegulator, "lenient-regulator", v1::ROLE_REGULATOR,
                          "Believes in growth: acts on grave cases only and settles them.",
                          {{"strictness_percent", 55},
                           {"in_depth_percent", 260},
                           {"prohibits_percent", 600},
                           {"distrust_percent", 0},
                           {"early_clearance_percent", 85}});

}  // namespace
}  // namespace tranche
