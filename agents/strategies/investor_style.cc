#include "agents/strategies/investor_style.h"

namespace tranche {
namespace {

// How often a lab whose shares it doesn't hold is bridged, of how often one is that it does.
constexpr double kStrangersPart = 0.4;

}  // namespace

InvestorStyle InvestorStyleFrom(const Parameters& parameters) {
  InvestorStyle style;
  style.optimism = parameters.Get("optimism_percent") / 100;
  style.judgement_sd = parameters.Get("judgement_sd_percent") / 100;
  style.anchoring = parameters.Get("anchoring_percent") / 100;
  style.chases_marks = parameters.Get("mark_chasing_percent") / 100;
  style.opening_discount = parameters.Get("opening_discount_percent") / 100;
  style.concession_beta = parameters.Get("concession_beta");
  style.most_of_funds = parameters.Get("most_of_funds_percent") / 100;
  style.most_of_round = parameters.Get("most_of_round_percent") / 100;
  style.loyalty = parameters.Get("loyalty_percent") / 100;
  style.part_at_clearance = parameters.Get("part_at_clearance_percent") / 100;
  style.conflict_discount = parameters.Get("conflict_discount_percent") / 100;
  style.sits_out = parameters.Get("sits_out_percent") / 100;
  style.bridges = parameters.Get("bridge_percent") / 100;
  style.bridges_strangers = kStrangersPart * style.bridges;
  style.takes_profit_at = parameters.Get("takes_profit_at_percent") / 100;
  style.sells_part = parameters.Get("sells_percent") / 100;
  style.buys_secondary_at = parameters.Get("buys_secondary_at_percent") / 100;
  style.buys_labs_at = parameters.Get("buys_labs_at_percent") / 100;
  style.clearance.litigiousness = parameters.Get("litigiousness_percent") / 100;
  return style;
}

}  // namespace tranche
