// A regulator that takes stakes in rivals for what control would be: it looks at most of them in
// depth, uses its whole time, and prohibits where remedies leave a good part of the concern.
//
// Parameters: see regulator_play.h.

#include "agents/strategies/regulator_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class StrictRegulator : public RegulatorPlay {
 public:
  explicit StrictRegulator(const StrategyContext& context)
      : RegulatorPlay(RegulatorStyleFrom(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    StrictRegulator, "strict-regulator", v1::ROLE_REGULATOR,
    "Looks at every stake in a rival in depth and blocks what remedies leave.",
    {{"strictness_percent", 170},
     {"in_depth_percent", 140},
     {"prohibits_percent", 150},
     {"distrust_percent", 50},
     {"early_clearance_percent", 20}});

}  // namespace
}  // namespace tranche
