// An investor that pays for what it can measure: it opens well below the ask, pays the second half
// of a large investment when revenue has grown, and would rather miss a round than overpay.
//
// Parameters: see investor_style.h.

#include "agents/strategies/investor_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

InvestorStyle Style(const Parameters& parameters) { return InvestorStyleFrom(parameters); }

class ValueInvestor : public InvestorPlay {
 public:
  explicit ValueInvestor(const StrategyContext& context)
      : InvestorPlay(Style(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    ValueInvestor, "value-investor", v1::ROLE_INVESTOR,
    "Pays for revenue and growth, stages its money, walks away from prices it can't defend.",
    {{"optimism_percent", 100},
     {"judgement_sd_percent", 18},
     {"anchoring_percent", 40},
     {"mark_chasing_percent", 0},
     {"opening_discount_percent", 12},
     {"concession_beta", 0.8},
     {"most_of_funds_percent", 25},
     {"most_of_round_percent", 30},
     {"loyalty_percent", 110},
     {"part_at_clearance_percent", 60},
     {"conflict_discount_percent", 8},
     {"sits_out_percent", 10},
     {"bridge_percent", 80},
     {"takes_profit_at_percent", 600},
     {"sells_percent", 15},
     {"buys_secondary_at_percent", 88},
     {"buys_labs_at_percent", 0},
     {"litigiousness_percent", 15}});

}  // namespace
}  // namespace tranche
