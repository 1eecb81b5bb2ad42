#include "sim/calendar.h"

#include <gtest/gtest.h>

#include <vector>

namespace tranche {
namespace {

using absl::CivilDay;

std::vector<CivilDay> HolidaysOf(Calendar calendar, int year) {
  std::vector<CivilDay> holidays;
  for (CivilDay day(year, 1, 1); day.year() == year; ++day) {
    if (IsHoliday(calendar, day)) holidays.push_back(day);
  }
  return holidays;
}

// Dates of Easter as tabulated by the US Naval Observatory; 1818 and 2038 are near the extremes.
TEST(EasterTest, FallsOnItsTabulatedDates) {
  EXPECT_EQ(EasterSunday(1818), CivilDay(1818, 3, 22));
  EXPECT_EQ(EasterSunday(1943), CivilDay(1943, 4, 25));
  EXPECT_EQ(EasterSunday(1954), CivilDay(1954, 4, 18));
  EXPECT_EQ(EasterSunday(1981), CivilDay(1981, 4, 19));
  EXPECT_EQ(EasterSunday(2000), CivilDay(2000, 4, 23));
  EXPECT_EQ(EasterSunday(2008), CivilDay(2008, 3, 23));
  EXPECT_EQ(EasterSunday(2024), CivilDay(2024, 3, 31));
  EXPECT_EQ(EasterSunday(2025), CivilDay(2025, 4, 20));
  EXPECT_EQ(EasterSunday(2026), CivilDay(2026, 4, 5));
  EXPECT_EQ(EasterSunday(2027), CivilDay(2027, 3, 28));
  EXPECT_EQ(EasterSunday(2038), CivilDay(2038, 4, 25));
}

// US Office of Personnel Management, "Federal Holidays" of each year.
TEST(UsFederalCalendarTest, HolidaysAreThoseThatOpmPublished) {
  EXPECT_EQ(HolidaysOf(Calendar::kUsFederal, 2021),
            (std::vector<CivilDay>{
                CivilDay(2021, 1, 1), CivilDay(2021, 1, 18), CivilDay(2021, 2, 15),
                CivilDay(2021, 5, 31), CivilDay(2021, 6, 18), CivilDay(2021, 7, 5),
                CivilDay(2021, 9, 6), CivilDay(2021, 10, 11), CivilDay(2021, 11, 11),
                CivilDay(2021, 11, 25), CivilDay(2021, 12, 24), CivilDay(2021, 12, 31)}));
  EXPECT_EQ(
      HolidaysOf(Calendar::kUsFederal, 2023),
      (std::vector<CivilDay>{CivilDay(2023, 1, 2), CivilDay(2023, 1, 16), CivilDay(2023, 2, 20),
                             CivilDay(2023, 5, 29), CivilDay(2023, 6, 19), CivilDay(2023, 7, 4),
                             CivilDay(2023, 9, 4), CivilDay(2023, 10, 9), CivilDay(2023, 11, 10),
                             CivilDay(2023, 11, 23), CivilDay(2023, 12, 25)}));
  EXPECT_EQ(
      HolidaysOf(Calendar::kUsFederal, 2026),
      (std::vector<CivilDay>{CivilDay(2026, 1, 1), CivilDay(2026, 1, 19), CivilDay(2026, 2, 16),
                             CivilDay(2026, 5, 25), CivilDay(2026, 6, 19), CivilDay(2026, 7, 3),
                             CivilDay(2026, 9, 7), CivilDay(2026, 10, 12), CivilDay(2026, 11, 11),
                             CivilDay(2026, 11, 26), CivilDay(2026, 12, 25)}));
}

// European Commission holidays of 2024, in which Europe Day and Ascension Day coincide.
TEST(EuropeanCommissionCalendarTest, HolidaysOf2024) {
  EXPECT_EQ(
      HolidaysOf(Calendar::kEuropeanCommission, 2024),
      (std::vector<CivilDay>{CivilDay(2024, 1, 1), CivilDay(2024, 1, 2), CivilDay(2024, 3, 28),
                             CivilDay(2024, 3, 29), CivilDay(2024, 4, 1), CivilDay(2024, 5, 1),
                             CivilDay(2024, 5, 9), CivilDay(2024, 5, 10), CivilDay(2024, 5, 20),
                             CivilDay(2024, 8, 15), CivilDay(2024, 11, 1), CivilDay(2024, 12, 24),
                             CivilDay(2024, 12, 25), CivilDay(2024, 12, 26), CivilDay(2024, 12, 27),
                             CivilDay(2024, 12, 30), CivilDay(2024, 12, 31)}));
}

TEST(BusinessDayTest, AddingSkipsWeekendsAndHolidays) {
  // Friday 22 May 2026; Monday 25 May is Memorial Day in Washington and Whit Monday in Brussels.
  const CivilDay friday(2026, 5, 22);
  EXPECT_EQ(AddBusinessDays(Calendar::kUsFederal, friday, 0), friday);
  EXPECT_EQ(AddBusinessDays(Calendar::kUsFederal, friday, 1), CivilDay(2026, 5, 26));
  EXPECT_EQ(AddBusinessDays(Calendar::kEuropeanCommission, friday, 1), CivilDay(2026, 5, 26));
  EXPECT_EQ(RollToBusinessDay(Calendar::kUsFederal, friday), friday);
  EXPECT_EQ(RollToBusinessDay(Calendar::kUsFederal, friday + 1), CivilDay(2026, 5, 26));
  EXPECT_DEATH(AddBusinessDays(Calendar::kUsFederal, friday, -1), "periods run forward");
}

// Worked from 15 U.S.C. 18a(b)(1) and 18a(k).
TEST(HsrTest, WaitingPeriodIsThirtyDaysRolledPastWeekendsAndHolidays) {
  // The 30th day is Thursday 5 March 2026.
  EXPECT_EQ(HsrWaitingPeriodEnd(CivilDay(2026, 2, 3)), CivilDay(2026, 3, 5));
  // The 30th day is Saturday 7 March 2026.
  EXPECT_EQ(HsrWaitingPeriodEnd(CivilDay(2026, 2, 5)), CivilDay(2026, 3, 9));
  // The 30th day is Saturday 23 May 2026, before Memorial Day.
  EXPECT_EQ(HsrWaitingPeriodEnd(CivilDay(2026, 4, 23)), CivilDay(2026, 5, 26));
  // The 30th day is Friday 3 July 2026, on which Independence Day is observed.
  EXPECT_EQ(HsrWaitingPeriodEnd(CivilDay(2026, 6, 3)), CivilDay(2026, 7, 6));
  // The 30th day is Thanksgiving.
  EXPECT_EQ(HsrSecondRequestWaitingPeriodEnd(CivilDay(2026, 10, 27)), CivilDay(2026, 11, 27));
}

// Provisional deadlines published in the Commission's case register.
TEST(EuPhaseOneTest, EndsOnThePublishedDeadlines) {
  // M.9660 Google / Fitbit: notified 15 June 2020, commitments moved 20 July to 4 August.
  EXPECT_EQ(EuPhaseOneEnd(CivilDay(2020, 6, 15), EuPhaseOne::kPlain), CivilDay(2020, 7, 20));
  EXPECT_EQ(EuPhaseOneEnd(CivilDay(2020, 6, 15), EuPhaseOne::kCommitmentsOffered),
            CivilDay(2020, 8, 4));
  // M.10646 Microsoft / Activision Blizzard: across All Saints and All Souls.
  EXPECT_EQ(EuPhaseOneEnd(CivilDay(2022, 9, 30), EuPhaseOne::kPlain), CivilDay(2022, 11, 8));
  // M.11033 Adobe / Figma: across 21 July.
  EXPECT_EQ(EuPhaseOneEnd(CivilDay(2023, 6, 30), EuPhaseOne::kPlain), CivilDay(2023, 8, 7));
  // M.11071 Deutsche Lufthansa / ITA: across the turn of the year.
  EXPECT_EQ(EuPhaseOneEnd(CivilDay(2023, 11, 30), EuPhaseOne::kPlain), CivilDay(2024, 1, 15));
  EXPECT_EQ(EuPhaseOneEnd(CivilDay(2023, 11, 30), EuPhaseOne::kCommitmentsOffered),
            CivilDay(2024, 1, 29));
}

// "The Commission now has 90 working days, until ...": press releases that opened the phase II.
TEST(EuPhaseTwoTest, EndsOnThePublishedDeadlines) {
  const auto end = [](CivilDay opening) { return EuPhaseTwoEnd(opening, EuPhaseTwo::kPlain, 0); };
  EXPECT_EQ(end(CivilDay(2020, 8, 4)), CivilDay(2020, 12, 9));    // M.9660 Google / Fitbit.
  EXPECT_EQ(end(CivilDay(2021, 10, 27)), CivilDay(2022, 3, 15));  // M.9987 NVIDIA / Arm.
  EXPECT_EQ(end(CivilDay(2022, 11, 8)), CivilDay(2023, 3, 23));   // M.10646 Microsoft.
  EXPECT_EQ(end(CivilDay(2022, 12, 20)), CivilDay(2023, 5, 11));  // M.10806 Broadcom / VMware.
  EXPECT_EQ(end(CivilDay(2023, 7, 6)), CivilDay(2023, 11, 15));   // M.10920 Amazon / iRobot.
  EXPECT_EQ(end(CivilDay(2023, 8, 7)), CivilDay(2023, 12, 14));   // M.11033 Adobe / Figma.
  EXPECT_EQ(end(CivilDay(2024, 1, 23)), CivilDay(2024, 6, 6));    // M.11071 Lufthansa / ITA.
}

TEST(EuPhaseTwoTest, CommitmentsAndExtensionsAddWorkingDays) {
  const CivilDay opening(2024, 1, 23);
  EXPECT_EQ(EuPhaseTwoEnd(opening, EuPhaseTwo::kLateCommitments, 0), CivilDay(2024, 6, 27));
  EXPECT_EQ(EuPhaseTwoEnd(opening, EuPhaseTwo::kPlain, 15), CivilDay(2024, 6, 27));
  EXPECT_EQ(EuPhaseTwoEnd(opening, EuPhaseTwo::kLateCommitments, 20),
            AddBusinessDays(Calendar::kEuropeanCommission, opening, 125));
  EXPECT_DEATH(EuPhaseTwoEnd(opening, EuPhaseTwo::kPlain, 21), "20 working days");
}

TEST(CfiusTest, ReviewInvestigationAndPresidentialPeriods) {
  // Accepted Thursday 15 January 2026: the 45th day is Sunday 1 March.
  EXPECT_EQ(CfiusReviewEnd(CivilDay(2026, 1, 15)), CivilDay(2026, 3, 2));
  // The 45th day after Monday 2 March is Thursday 16 April.
  EXPECT_EQ(CfiusInvestigationEnd(CivilDay(2026, 3, 2)), CivilDay(2026, 4, 16));
  // Nippon Steel / U. S. Steel: referred on 23 December 2024, to be decided by 7 January 2025.
  EXPECT_EQ(CfiusPresidentialEnd(CivilDay(2024, 12, 23)), CivilDay(2025, 1, 7));
}

}  // namespace
}  // namespace tranche
