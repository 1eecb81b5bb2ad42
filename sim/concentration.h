#ifndef TRANCHE_SIM_CONCENTRATION_H_
#define TRANCHE_SIM_CONCENTRATION_H_

#include <cstddef>

#include "absl/types/span.h"

// Measures of concentration that merger review screens by. Shares are fractions of the market (0.3
// is 30%); indices are in points, 0 to 10,000. Shares may sum to less than one: the rest is a
// fringe of firms too small to count.
namespace tranche {

// Herfindahl-Hirschman index: 10,000 times the sum of squared shares.
double Hhi(absl::Span<const double> shares);

// By how much the HHI rises when firms with these shares become one: 20,000 a b.
double HhiChange(double share_a, double share_b);

// US Merger Guidelines (Department of Justice and FTC, December 2023), guideline 1.
enum class Concentration {
  kUnconcentrated,  // HHI below 1,000
  kModerate,        // 1,000 to 1,800
  kHigh,            // above 1,800
};
Concentration ClassifyUs2023(double hhi);
// A merger is presumed to lessen competition substantially if the change exceeds 100 and either the
// HHI after it exceeds 1,800 or the merged firm's share 30%.
bool PresumedUnlawfulUs2023(double hhi_after, double change, double merged_share);

// EU Horizontal Merger Guidelines (2004/C 31/03), paragraphs 19 and 20: the Commission is unlikely
// to find concerns below an HHI of 1,000, up to 2,000 with a change below 250, and above with one
// below 150. True if the merger is outside all three.
bool RaisesConcernsEu2004(double hhi_after, double change);

// Who owns and controls the firms of a market, `owners` by `firms`, row by row: element
// [owner * firms + firm] is gamma or beta of O'Brien and Salop (2000), "Competitive Effects of
// Partial Ownership: Financial Interest and Corporate Control", Antitrust Law Journal 67, 559-614.
struct Ownership {
  size_t firms = 0;
  size_t owners = 0;
  absl::Span<const double> control;   // gamma: weight of the owner in the firm's decisions
  absl::Span<const double> interest;  // beta: owner's part of the firm's profit
};

// The weight that firm k's decisions give to firm j's profit against its own:
// sum_i gamma_ik beta_ij / sum_i gamma_ik beta_ik. 1 for j = k. A firm none of whose owners has
// both control and interest looks after itself only.
double ProfitWeight(const Ownership& ownership, size_t k, size_t j);

// O'Brien and Salop's modified HHI: 10,000 sum_k sum_j ProfitWeight(k, j) s_k s_j. Equals the HHI
// where nobody owns parts of two firms.
double ModifiedHhi(absl::Span<const double> shares, const Ownership& ownership);

// What an owner of one firm (the acquirer) gets with a part of a rival (the target).
enum class PartialControl {
  // No say: the acquirer weighs the target's profit by its interest.
  kSilentFinancialInterest,
  // The target is run for the acquirer alone, which gets only a part of its profit.
  kTotalControl,
  // The target is run for all its owners together, the acquirer for its own.
  kOneWayControl,
  // Both are run for all owners together, as after a merger.
  kCoasianJointControl,
  // Control in proportion to interest.
  kProportionalControl,
};

// How far a partial acquisition raises the modified HHI of a market without overlapping ownership:
// 10,000 s_a s_t times beta, beta + 1/beta, 1 + beta, 2, or beta + beta / (beta^2 + (1 - beta)^2)
// (O'Brien and Salop, section IV). `interest` is beta, in (0, 1]; the rest has one other owner.
double ModifiedHhiChange(PartialControl control, double interest, double acquirer_share,
                         double target_share);

}  // namespace tranche

#endif  // TRANCHE_SIM_CONCENTRATION_H_
