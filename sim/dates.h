#ifndef TRANCHE_SIM_DATES_H_
#define TRANCHE_SIM_DATES_H_

#include "absl/time/civil_time.h"
#include "sim/world.h"
#include "tranche/v1/types.pb.h"

// Days in messages, and on which day what is said in a round happens.
namespace tranche {

void SetDate(absl::CivilDay day, v1::Date* date);
absl::CivilDay DayOf(const v1::Date& date);

// A quarter's rounds divide it evenly: what is said in round r of at most R is dated first day +
// (r - 1) / R of the quarter's days.
absl::CivilDay DayOfRound(const World& world);

}  // namespace tranche

#endif  // TRANCHE_SIM_DATES_H_
