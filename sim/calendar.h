#ifndef TRANCHE_SIM_CALENDAR_H_
#define TRANCHE_SIM_CALENDAR_H_

#include "absl/time/civil_time.h"

// Business days and the statutory clocks of merger review.
//
// Every ...End function returns the last day of a waiting or review period: the parties may close,
// or the authority must have decided, by the end of that day.
namespace tranche {

enum class Calendar {
  // Saturdays, Sundays and the legal public holidays of 5 U.S.C. 6103(a), with the day on which
  // one that falls on a weekend is observed (6103(b), Executive Order 11582).
  kUsFederal,
  // Saturdays, Sundays and the holidays of the European Commission, which count as such for merger
  // control (Regulation 802/2004, Article 24). The Commission publishes them every year; the rules
  // here reproduce the published deadlines of the cases in calendar_test.
  kEuropeanCommission,
};

// Easter Sunday of a year of the Gregorian calendar, by the anonymous algorithm ("A New York
// correspondent", Nature, 20 April 1876; Meeus, Astronomical Algorithms, chapter 8).
absl::CivilDay EasterSunday(int year);

// True on a weekday on which the authorities are closed. Weekends aren't holidays by themselves.
bool IsHoliday(Calendar calendar, absl::CivilDay day);

// Neither weekend nor holiday.
bool IsBusinessDay(Calendar calendar, absl::CivilDay day);

// `day` itself or the first business day after it.
absl::CivilDay RollToBusinessDay(Calendar calendar, absl::CivilDay day);

// The n-th business day after `day`, which doesn't itself count; `day` for n = 0. n >= 0.
absl::CivilDay AddBusinessDays(Calendar calendar, absl::CivilDay day, int n);

// The n-th calendar day after `day`, or the next business day if that isn't one. n >= 0.
absl::CivilDay AddCalendarDays(Calendar calendar, absl::CivilDay day, int n);

// United States, Hart-Scott-Rodino: 30 days after both parties' filings are received (15 U.S.C.
// 18a(b)(1), 16 CFR 803.10), and after a second request 30 days from substantial compliance
// (18a(e)(2)). A period that would end on a weekend or legal public holiday is extended to the next
// day that is neither (18a(k)).
absl::CivilDay HsrWaitingPeriodEnd(absl::CivilDay filing);
absl::CivilDay HsrSecondRequestWaitingPeriodEnd(absl::CivilDay substantial_compliance);

// European Union, Regulation 139/2004 Article 10; periods begin on the working day that follows the
// notification or the opening of proceedings (Regulation 802/2004, Article 7).
//
// Phase I: 25 working days, 35 if commitments are offered (Article 10(1)).
enum class EuPhaseOne { kPlain, kCommitmentsOffered };
absl::CivilDay EuPhaseOneEnd(absl::CivilDay notification, EuPhaseOne kind);

// Phase II: 90 working days, 105 if commitments are offered on or after the 55th, and up to 20 more
// by agreement with the parties (Article 10(3)), thus 125 at most. 0 <= extension <= 20.
enum class EuPhaseTwo { kPlain, kLateCommitments };
absl::CivilDay EuPhaseTwoEnd(absl::CivilDay opening, EuPhaseTwo kind, int extension_working_days);

// CFIUS: a review ends no later than the 45th day after acceptance of the notice (31 CFR 800.503),
// an investigation no later than the 45th day after it began (800.508), either moved to the next
// business day; the President decides within 15 days of the investigation's end (50 U.S.C.
// 4565(d)(2)), which no weekend extends.
absl::CivilDay CfiusReviewEnd(absl::CivilDay acceptance);
absl::CivilDay CfiusInvestigationEnd(absl::CivilDay review_end);
absl::CivilDay CfiusPresidentialEnd(absl::CivilDay investigation_end);

}  // namespace tranche

#endif  // TRANCHE_SIM_CALENDAR_H_
