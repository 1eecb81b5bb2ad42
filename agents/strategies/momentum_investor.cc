// An investor that believes in what is rising: it takes the ask for the truth, writes the largest
// cheque it can, pays it in two dated parts, asks for few rights, and seldom walks away.
//
// Parameters: see investor_style.h.

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
                           {"mark_chasing_percent", 30},
                           {"opening_discount_percent", 5},
                           {"concession_beta", 1.8},
                           {"most_of_funds_percent", 60},
                           {"most_of_round_percent", 50},
                           {"loyalty_percent", 130},
                           {"part_at_clearance_percent", 50},
                           {"conflict_discount_percent", 2},
                           {"sits_out_percent", 5},
                           {"bridge_percent", 50},
                           {"takes_profit_at_percent", 0},
                           {"sells_percent", 10},
                           {"buys_secondary_at_percent", 100},
                           {"buys_labs_at_percent", 0},
                           {"litigiousness_percent", 30}});

}  // namespace
}  // namespace tranche
