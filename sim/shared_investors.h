#ifndef TRANCHE_SIM_SHARED_INVESTORS_H_
#define TRANCHE_SIM_SHARED_INVESTORS_H_

#include <vector>

#include "sim/ids.h"
#include "sim/world.h"

// Know-how that rivals learn through an investor they share.
//
// A group sees into its division, and into a lab if it holds shares and has a seat, an observer,
// the books or early access to models, and no firewall. With S(i) the labs that some group sees
// into together with lab i, e algorithmic efficiency a quarter ago and sigma the scenario's leak,
//
//   ln e'(i) += sigma max(0, max over j in S(i) of ln e(j) - ln e(i)).
//
// That start-ups suffer where their investors back competitors, by what leaks through them, is the
// finding of Pahnke, McDonald, Wang and Hallen (2015), "Exposed: Venture Capital, Competitor Ties,
// and Entrepreneurial Innovation", Academy of Management Journal 58. The form is that of the
// general leak in sim/capability.h. A firewall stops it on either stake.
//
// Switch: `no_dual_allegiance`.
namespace tranche {

// The holder of the stake sees into its lab, as above.
bool SeesInto(const World& world, const Stake& stake);

// sigma, from 0 to 1; 0 where the scenario switches dual allegiance off.
double SharedInvestorLeak(const World& world);

// By lab: the best efficiency in S(i), or the lab's own where nobody there is better. Empty if
// nothing leaks.
std::vector<double> LearnableThroughInvestors(const World& world);

}  // namespace tranche

#endif  // TRANCHE_SIM_SHARED_INVESTORS_H_
