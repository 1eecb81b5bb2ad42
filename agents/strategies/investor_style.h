#ifndef TRANCHE_AGENTS_STRATEGIES_INVESTOR_STYLE_H_
#define TRANCHE_AGENTS_STRATEGIES_INVESTOR_STYLE_H_

#include "agents/strategies/clearance.h"
#include "agents/strategies/licence_desk.h"
#include "agents/strategy.h"

// What tells investors apart.
namespace tranche {

struct InvestorStyle {
  // Factor on its appraisal, and the spread of its judgement of a round, in logarithms.
  double optimism = 1;
  double judgement_sd = 0.13;
  // How far the ask draws its appraisal, 0 to 1.
  double anchoring = 0.4;
  double assumed_growth = 0.1;
  // First offer below its limit, and how it concedes.
  double opening_discount = 0.12;
  double concession_beta = 1;
  // Of its uncommitted money in one deal; of a round.
  double most_of_funds = 0.25;
  double most_of_round = 0.4;
  // Part of a large investment that is paid at clearance; the rest waits for `milestone`.
  double part_at_clearance = 0.5;
  enum class Milestone { kRevenue, kCapability, kDate };
  Milestone milestone = Milestone::kRevenue;
  // Stakes from which it asks for a seat, an observer.
  double seat_from = 0.1;
  double observer_from = 0.04;
  // What holding rivals takes off its limit, and how often it makes it stand aside, at most.
  double conflict_discount = 0.08;
  double conflict_refusal = 0.2;
  // Probability of sitting a round out.
  double sits_out = 0.08;

  // Factor on its cheque to a lab whose shares it holds.
  double loyalty = 1.2;
  // How far the rise of a lab's price over the last year carries its appraisal on: an exponent.
  double chases_marks = 0;
  // Probability of bridging a lab it holds, and another.
  double bridges = 0.8;
  double bridges_strangers = 0.3;

  // Sells a part of a holding once its mark is this multiple of its cost; 0: never.
  double takes_profit_at = 0;
  double sells_part = 0.15;
  // Buys existing shares at this part of its appraisal or below; 0: never.
  double buys_secondary_at = 0.9;
  // Takes up a pro-rata right if its appraisal is at least this part of the round's price.
  double pro_rata_from = 0.95;
  // Buys whole labs that fail, at this part of its appraisal; 0: never.
  double buys_labs_at = 0;

  // For groups that sell compute or chips.
  bool strategic = false;
  // Spending at its cloud asked for per dollar invested, its margin on it, and how often it wants
  // that exclusively, or rivals shut out.
  double commitment_multiple = 0;
  double compute_margin = 0.3;
  double wants_exclusivity = 0;
  double shuts_out_rivals = 0;

  LicenceStyle licences{};
  ClearanceStyle clearance{};
};

// Parameters that all built-in investors share:
//   optimism_percent              of its appraisal
//   judgement_sd_percent          spread of its judgement
//   anchoring_percent             how far an ask draws it
//   mark_chasing_percent          of last year's rise in price that it expects to go on
//   opening_discount_percent      first offer below its limit
//   concession_beta               see bargaining.h
//   most_of_funds_percent         in one deal
//   most_of_round_percent         of one round
//   loyalty_percent               cheque to labs it holds, of what it would put into others
//   part_at_clearance_percent     of a large investment
//   conflict_discount_percent     for holding rivals
//   sits_out_percent              how often it passes on a round
//   bridge_percent                how often it bridges a lab it holds
//   takes_profit_at_percent       mark over cost from which it sells a part; 0: never
//   sells_percent                 of a holding in one sale
//   buys_secondary_at_percent     of its appraisal, for existing shares; 0: never
//   buys_labs_at_percent          of its appraisal, for a whole lab that fails; 0: never
//   litigiousness_percent         how often it takes a prohibition to court
InvestorStyle InvestorStyleFrom(const Parameters& parameters);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_INVESTOR_STYLE_H_
