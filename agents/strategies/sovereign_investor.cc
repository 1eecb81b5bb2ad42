// A state's fund: large and patient. It asks for no seat and no early look, so that its money is
// the less of a case for a security review; pays in two dated parts; minds rivals little, for it
// means to own the field; and sells nothing.
//
// Parameters: see investor_style.h.

#include "agents/strategies/investor_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

InvestorStyle Style(const Parameters& parameters) {
  InvestorStyle style = InvestorStyleFrom(parameters);
  style.assumed_growth = 0.12;
  style.milestone = InvestorStyle::Milestone::kDate;
  style.seat_from = 1.1;
  style.observer_from = 1.1;
  style.pro_rata_from = 0.85;
  return style;
}

class SovereignInvestor : public InvestorPlay {
 public:
  explicit SovereignInvestor(const StrategyContext& context)
      : InvestorPlay(Style(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    SovereignInvestor, "sovereign-investor", v1::ROLE_INVESTOR,
    "Patient state money: large cheques, no seat, no early access, sells nothing.",
    {{"optimism_percent", 104},
     {"judgement_sd_percent", 15},
     {"anchoring_percent", 50},
     {"mark_chasing_percent", 10},
     {"opening_discount_percent", 7},
     {"concession_beta", 1.2},
     {"most_of_funds_percent", 50},
     {"most_of_round_percent", 30},
     {"loyalty_percent", 115},
     {"part_at_clearance_percent", 50},
     {"conflict_discount_percent", 2},
     {"sits_out_percent", 6},
     {"bridge_percent", 60},
     {"takes_profit_at_percent", 0},
     {"sells_percent", 0},
     {"buys_secondary_at_percent", 97},
     {"buys_labs_at_percent", 0},
     {"litigiousness_percent", 5}});

}  // namespace
}  // namespace tranche
