#ifndef TRANCHE_SIM_CIRCULAR_FINANCING_H_
#define TRANCHE_SIM_CIRCULAR_FINANCING_H_

#include "sim/ids.h"
#include "sim/money.h"
#include "sim/world.h"

// An investor's money that comes back as its own cloud's revenue.
//
// Compute that a cloud sells to a lab in which its group holds shares or notes, and take-or-pay
// charges to it, are a line of their own in the cloud's income statement, `revenue-investees`, as
// ASC 850 has sales to related parties disclosed. A division isn't an investee: it is the group.
//
//   circular financing of a group = sum of the quarter's revenue-investees of its clouds
namespace tranche {

// The group, which isn't the lab's own, holds shares or convertible notes of it.
bool HasInvestedIn(const World& world, LabId lab, GroupId group);

// Revenue of the group's clouds from labs it has invested in, in the quarter last closed.
Cents CircularFinancing(const World& world, GroupId group);

}  // namespace tranche

#endif  // TRANCHE_SIM_CIRCULAR_FINANCING_H_
