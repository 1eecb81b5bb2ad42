#include "sim/dates.h"

#include <algorithm>
#include <cstdint>

namespace tranche {

void SetDate(absl::CivilDay day, v1::Date* date) {
  date->set_year(static_cast<int32_t>(day.year()));
  date->set_month(day.month());
  date->set_day(day.day());
}

absl::CivilDay DayOf(const v1::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

absl::CivilDay DayOfRound(const World& world) {
  const absl::CivilDay first = world.quarter.FirstDay();
  const auto days = static_cast<int>(world.quarter.LastDay() - first) + 1;
  const int rounds = std::max(1, static_cast<int>(world.scenario.round_limit()));
  const int round = std::clamp(static_cast<int>(world.round), 1, rounds);
  return first + (round - 1) * days / rounds;
}

}  // namespace tranche
