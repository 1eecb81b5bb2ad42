// A venture fund: early, small against the rounds of the grown, and with its hands on the lab. It
// wants a seat for little, keeps its share in every round, carries its labs over bridges, passes
// where it holds a rival, and sells a part of what has risen threefold, since its own investors
// want money back.
//
// Parameters: see investor_style.h.

#include "agents/strategies/investor_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

InvestorStyle Style(const Parameters& parameters) {
  InvestorStyle style = InvestorStyleFrom(parameters);
  style.seat_from = 0.03;
  style.observer_from = 0.005;
  style.conflict_refusal = 0.5;
  style.pro_rata_from = 0.8;
  return style;
}

class VentureInvestor : public InvestorPlay {
 public:
  explicit VentureInvestor(const StrategyContext& context)
      : InvestorPlay(Style(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(
    VentureInvestor, "venture-investor", v1::ROLE_INVESTOR,
    "Keeps its share, sits on boards, bridges its labs, sells a part of what has trebled.",
    {{"optimism_percent", 105},
     {"judgement_sd_percent", 22},
     {"anchoring_percent", 35},
     {"mark_chasing_percent", 15},
     {"opening_discount_percent", 12},
     {"concession_beta", 1},
     {"most_of_funds_percent", 25},
     {"most_of_round_percent", 25},
     {"loyalty_percent", 140},
     {"part_at_clearance_percent", 100},
     {"conflict_discount_percent", 15},
     {"sits_out_percent", 10},
     {"bridge_percent", 90},
     {"takes_profit_at_percent", 300},
     {"sells_percent", 15},
     {"buys_secondary_at_percent", 85},
     {"buys_labs_at_percent", 0},
     {"litigiousness_percent", 10}});

}  // namespace
}  // namespace tranche
