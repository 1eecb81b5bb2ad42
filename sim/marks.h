#ifndef TRANCHE_SIM_MARKS_H_
#define TRANCHE_SIM_MARKS_H_

#include "sim/world.h"

namespace tranche {

// Brings the books of every holder to the lab's last price (fair value by the last transaction, ASC
// 820 level 3 as venture investors apply it): the change since the last mark is an unrealised gain
// or loss of the quarter. The lab's valuation itself moves only when shares change hands
// (CloseDeals) or when the lab fails. A division's shares, which never change hands, aren't marked.
void MarkHoldings(World& world);

// What a stake's shares are worth at the lab's last price.
Cents MarkOf(const World& world, const Stake& stake);

}  // namespace tranche

#endif  // TRANCHE_SIM_MARKS_H_
