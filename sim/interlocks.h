#ifndef TRANCHE_SIM_INTERLOCKS_H_
#define TRANCHE_SIM_INTERLOCKS_H_

#include "sim/ids.h"
#include "sim/world.h"
#include "tranche/v1/types.pb.h"

// Interlocking directorates: one group on the boards of two labs that compete (Clayton Act, section
// 8, 15 U.S.C. 19).
//
// The law bars an interlock between labs whose sales are each at least the regime's
// `interlock_sales_usd_millions` a year: the quarter's revenue times four (section 8(a)(2)(A) asks
// for competitive sales of $5.138M in 2025 beside capital of $51.38M, which every lab here has). A
// group that controls a rival sits on its board. It isn't a matter of clearance: where a closing
// would make an interlock that is barred, the seat is an observer's.
//
// Switch: `no_interlock_rule`.
namespace tranche {

// A rival on whose board the group sits or that it controls, where `right` or its own stake gives
// it a seat at the lab; invalid: there is none, or (where a regime has a threshold) none is barred.
LabId InterlockedRival(const World& world, LabId lab, GroupId group, v1::BoardRight right);

// As above, and a regime in force bars it.
LabId BarredInterlock(const World& world, LabId lab, GroupId group);

}  // namespace tranche

#endif  // TRANCHE_SIM_INTERLOCKS_H_
