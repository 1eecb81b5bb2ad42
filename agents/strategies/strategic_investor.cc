// The investor of a group that sells compute or chips. It ties money to spending at its own cloud,
// sometimes exclusively, and pays for that in the price; asks for a place at the table and a look
// at unreleased models; releases later money when the lab's models get better; and holds stakes in
// rivals, for which it gives up a little price and, when pressed, passes.
//
// Parameters: see investor_style.h, and
//   commitment_percent            spending at its own cloud asked for, of the amount invested
//   compute_margin_percent        its margin on that
//   exclusivity_percent           how often it asks for exclusive dealing
//   shut_out_percent              how often it asks to shut another cloud's group out
//   licensing_percent             how often, a quarter, it asks a lab for a licence to embed.

#include "agents/strategies/investor_play.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

InvestorStyle Style(const Parameters& parameters) {
  InvestorStyle style = InvestorStyleFrom(parameters);
  style.strategic = true;
  style.milestone = InvestorStyle::Milestone::kCapability;
  style.seat_from = 0.05;
  style.observer_from = 0.01;
  style.commitment_multiple = parameters.Get("commitment_percent") / 100;
  style.compute_margin = parameters.Get("compute_margin_percent") / 100;
  style.wants_exclusivity = parameters.Get("exclusivity_percent") / 100;
  style.shuts_out_rivals = parameters.Get("shut_out_percent") / 100;
  style.licences.asks = parameters.Get("licensing_percent") / 100;
  return style;
}

class StrategicInvestor : public InvestorPlay {
 public:
  explicit StrategicInvestor(const StrategyContext& context)
      : InvestorPlay(Style(context.parameters)) {}
};

TRANCHE_REGISTER_STRATEGY(StrategicInvestor, "strategic-investor", v1::ROLE_INVESTOR,
                          "Invests to sell compute: commitments to its cloud, observers, early "
                          "access; hedges between rivals.",
                          {{"optimism_percent", 102},
                           {"judgement_sd_percent", 22},
                           {"anchoring_percent", 45},
                           {"mark_chasing_percent", 0},
                           {"opening_discount_percent", 10},
                           {"concession_beta", 1},
                           {"most_of_funds_percent", 30},
                           {"most_of_round_percent", 50},
                           {"loyalty_percent", 120},
                           {"part_at_clearance_percent", 50},
                           {"conflict_discount_percent", 10},
                           {"sits_out_percent", 5},
                           {"bridge_percent", 70},
                           {"takes_profit_at_percent", 0},
                           {"sells_percent", 10},
                           {"buys_secondary_at_percent", 95},
                           {"buys_labs_at_percent", 70},
                           {"litigiousness_percent", 45},
                           {"commitment_percent", 80},
                           {"compute_margin_percent", 30},
                           {"exclusivity_percent", 35},
                           {"shut_out_percent", 15},
                           {"licensing_percent", 15}});

}  // namespace
}  // namespace tranche
