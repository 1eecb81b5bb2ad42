#include "sim/calendar.h"

#include "sim/check.h"

namespace tranche {
namespace {

using absl::CivilDay;
using absl::Weekday;

bool IsWeekend(CivilDay day) {
  const Weekday weekday = absl::GetWeekday(day);
  return weekday == Weekday::saturday || weekday == Weekday::sunday;
}

// The `nth` (from 1) `weekday` of the month that `day` is in is `day`.
bool IsNth(CivilDay day, Weekday weekday, int nth) {
  return absl::GetWeekday(day) == weekday && (day.day() - 1) / 7 + 1 == nth;
}

bool IsFixedUsHoliday(CivilDay day) {
  switch (day.month()) {
    case 1:
      return day.day() == 1;  // New Year's Day.
    case 6:
      return day.day() == 19 && day.year() >= 2021;  // Juneteenth.
    case 7:
      return day.day() == 4;  // Independence Day.
    case 11:
      return day.day() == 11;  // Veterans Day.
    case 12:
      return day.day() == 25;  // Christmas Day.
    default:
      return false;
  }
}

bool IsUsFederalHoliday(CivilDay day) {
  switch (day.month()) {
    case 1:  // Birthday of Martin Luther King, Jr.
      if (IsNth(day, Weekday::monday, 3) && day.year() >= 1986) return true;
      break;
    case 2:  // Washington's Birthday.
      if (IsNth(day, Weekday::monday, 3)) return true;
      break;
    case 5:  // Memorial Day, the last Monday.
      if (absl::GetWeekday(day) == Weekday::monday && day.day() > 24) return true;
      break;
    case 9:  // Labor Day.
      if (IsNth(day, Weekday::monday, 1)) return true;
      break;
    case 10:  // Columbus Day.
      if (IsNth(day, Weekday::monday, 2)) return true;
      break;
    case 11:  // Thanksgiving Day.
      if (IsNth(day, Weekday::thursday, 4)) return true;
      break;
    default:
      break;
  }
  if (IsFixedUsHoliday(day)) return true;
  // Observed on Friday when it falls on Saturday, on Monday when it falls on Sunday.
  const Weekday weekday = absl::GetWeekday(day);
  return (weekday == Weekday::friday && IsFixedUsHoliday(day + 1)) ||
         (weekday == Weekday::monday && IsFixedUsHoliday(day - 1));
}

// The Commission closes on 1 and 2 January and from 24 to 31 December. Where a weekend swallows
// both January days, the Monday after them is free (3 January 2022); where it swallows 24 and 31
// December, the Friday before them (23 December 2022). Both are inferred from the deadlines
// published across those days (M.9987; M.10646, M.10806), not from the Commission's lists.
bool IsCommissionYearEnd(CivilDay day) {
  if (day.month() == 1) {
    return day.day() <= 2 || (day.day() == 3 && absl::GetWeekday(day) == Weekday::monday);
  }
  if (day.month() == 12) {
    return day.day() >= 24 || (day.day() == 23 && absl::GetWeekday(day) == Weekday::friday);
  }
  return false;
}

bool IsFixedCommissionHoliday(CivilDay day) {
  switch (day.month()) {
    case 5:  // Labour Day, Schuman's declaration.
      return day.day() == 1 || day.day() == 9;
    case 7:  // Belgian national day.
      return day.day() == 21;
    case 8:  // Assumption.
      return day.day() == 15;
    case 11:  // All Saints, All Souls.
      return day.day() == 1 || day.day() == 2;
    default:
      return false;
  }
}

bool IsMovableCommissionHoliday(CivilDay day) {
  if (day.month() < 3 || day.month() > 6) return false;
  switch (day - EasterSunday(static_cast<int>(day.year()))) {
    case -3:  // Maundy Thursday.
    case -2:  // Good Friday.
    case 1:   // Easter Monday.
    case 39:  // Ascension Day.
    case 40:  // The Friday after it.
    case 50:  // Whit Monday.
      return true;
    default:
      return false;
  }
}

}  // namespace

CivilDay EasterSunday(int year) {
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int d = b / 4;
  const int e = b % 4;
  const int f = (b + 8) / 25;
  const int g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4;
  const int k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int sum = h + l - 7 * m + 114;
  return CivilDay(year, sum / 31, sum % 31 + 1);
}

bool IsHoliday(Calendar calendar, CivilDay day) {
  if (IsWeekend(day)) return false;
  if (calendar == Calendar::kUsFederal) return IsUsFederalHoliday(day);
  return IsCommissionYearEnd(day) || IsFixedCommissionHoliday(day) ||
         IsMovableCommissionHoliday(day);
}

bool IsBusinessDay(Calendar calendar, CivilDay day) {
  return !IsWeekend(day) && !IsHoliday(calendar, day);
}

CivilDay RollToBusinessDay(Calendar calendar, CivilDay day) {
  while (!IsBusinessDay(calendar, day)) ++day;
  return day;
}

CivilDay AddBusinessDays(Calendar calendar, CivilDay day, int n) {
  TRANCHE_CHECK(n >= 0, "periods run forward");
  for (; n > 0; --n) day = RollToBusinessDay(calendar, day + 1);
  return day;
}

CivilDay AddCalendarDays(Calendar calendar, CivilDay day, int n) {
  TRANCHE_CHECK(n >= 0, "periods run forward");
  return RollToBusinessDay(calendar, day + n);
}

CivilDay HsrWaitingPeriodEnd(CivilDay filing) {
  return AddCalendarDays(Calendar::kUsFederal, filing, 30);
}

CivilDay HsrSecondRequestWaitingPeriodEnd(CivilDay substantial_compliance) {
  return AddCalendarDays(Calendar::kUsFederal, substantial_compliance, 30);
}

CivilDay EuPhaseOneEnd(CivilDay notification, EuPhaseOne kind) {
  return AddBusinessDays(Calendar::kEuropeanCommission, notification,
                         kind == EuPhaseOne::kCommitmentsOffered ? 35 : 25);
}

CivilDay EuPhaseTwoEnd(CivilDay opening, EuPhaseTwo kind, int extension_working_days) {
  TRANCHE_CHECK(extension_working_days >= 0 && extension_working_days <= 20,
                "phase II can be extended by 20 working days");
  const int working_days = kind == EuPhaseTwo::kLateCommitments ? 105 : 90;
  return AddBusinessDays(Calendar::kEuropeanCommission, opening,
                         working_days + extension_working_days);
}

CivilDay CfiusReviewEnd(CivilDay acceptance) {
  return AddCalendarDays(Calendar::kUsFederal, acceptance, 45);
}

CivilDay CfiusInvestigationEnd(CivilDay review_end) {
  return AddCalendarDays(Calendar::kUsFederal, review_end, 45);
}

CivilDay CfiusPresidentialEnd(CivilDay investigation_end) { return investigation_end + 15; }

}  // namespace tranche
