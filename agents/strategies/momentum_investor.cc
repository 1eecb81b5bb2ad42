// An investor that believes in what is rising: it takes the ask for the truth, writes the largest
// cheque it can, pays it in two dated parts, asks for few rights, and seldom walks away.
//
// Parameters: see investor_play.h.

#include "agents/strategies/investor_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

InvestorStyle Style(const Parameters& parameters) {
  InvestorStyle style = InvestorStyleFrom(parameters);
  style.assumed_growth = 0.15;
  style.milestone = InvestorStyle::Milestone::kDate;
  style.seat_from = 0.15;
  style.observer_from = 0.08;
  return style;
}

class MomentumInvestor : public InvestorPlay {
 public:
  explicit MomentumInvestor(const StrategyContext& context)
      : InvestorPlay(Style(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(MomentumInvestor, "momentum-investor", v1::ROLE_INVESTOR,
                          "Follows the crowd with large cheques, pays the ask, asks for little.",
                          {{"optimism_percent", 112},
                           {"judgement_sd_percent", 18},
                           {"anchoring_percent", 65},
                           {"opening_discount_percent", 5},
                           {"concession_beta", 1.8},
                           {"most_of_funds_percent", 60},
                           {"most_of_round_percent", 50},
                           {"part_at_clearance_percent", 50},
                           {"conflict_discount_percent", 2},
                           {"sits_out_percent", 5},
                           {"litigiousness_percent", 30}});

}  // namespace
}  // namespace tranche
