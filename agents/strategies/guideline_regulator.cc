// A regulator that applies its guidelines as they are written: thresholds decide when it looks,
// remedies that fit the concern decide most cases, and it prohibits what they can't cure.
//
// Parameters: see regulator_play.h.

#include "agents/strategies/regulator_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class GuidelineRegulator : public RegulatorPlay {
 public:
  explicit GuidelineRegulator(const StrategyContext& context)
      : RegulatorPlay(RegulatorStyleFrom(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    GuidelineRegulator, "guideline-regulator", v1::ROLE_REGULATOR,
    "Applies the guidelines: screens, asks, conditions what can be cured, blocks what can't.",
    {{"strictness_percent", 100},
     {"in_depth_percent", 200},
     {"prohibits_percent", 280},
     {"distrust_percent", 15},
     {"early_clearance_percent", 60}});

}  // namespace
}  // namespace tranche
