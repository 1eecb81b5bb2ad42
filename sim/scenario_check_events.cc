#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "sim/scenario_checker.h"

namespace tranche {

void ScenarioChecker::CheckEvent(int index) {
  const v1::EventSpec& event = scenario_.events(index);
  const Place place = root_.Field(v1::Scenario::kEventsFieldNumber, index, &event);
  const v1::Date& date = event.date();
  const Place at = place.Field(v1::EventSpec::kDateFieldNumber, 0, &date);
  const absl::CivilDay day(date.year(), date.month(), date.day());
  if (!event.has_date()) {
    Report(place, "date is missing", "write it like date { year: 2026 month: 3 day: 31 }");
  } else if (date.year() < 1 || date.year() > 9999 || day.year() != date.year() ||
             day.month() != date.month() || day.day() != date.day()) {
    Report(at,
           absl::StrCat("there is no day ", date.day(), " of month ", date.month(), " in year ",
                        date.year()),
           "name a day of the calendar");
  } else if (first_quarter_ && day < first_quarter_->FirstDay()) {
    Report(at, absl::StrCat("event \"", event.name(), "\" takes place before the run"),
           absl::StrCat("its date must be ", absl::FormatCivilTime(first_quarter_->FirstDay()),
                        " or later"));
  }
  if (event.has_listing_of()) {
    CheckReference(place.Field(v1::EventSpec::kListingOfFieldNumber), event.listing_of(), "a lab",
                   names_.labs);
  }
  if (event.has_round()) CheckRound(place, event.round());
  if (event.has_release_window()) CheckReleaseWindow(place, event);
  if (event.has_shareholder_meeting()) {
    CheckReference(place.Field(v1::EventSpec::kShareholderMeetingFieldNumber),
                   event.shareholder_meeting(), "a group or lab", Companies());
  }
}

void ScenarioChecker::CheckReleaseWindow(const Place& event_place, const v1::EventSpec& event) {
  const v1::ReleaseWindowEvent& window = event.release_window();
  const Place place = event_place.Field(v1::EventSpec::kReleaseWindowFieldNumber, 0, &window);
  CheckReference(place.Field(v1::ReleaseWindowEvent::kLabFieldNumber), window.lab(), "a lab",
                 names_.labs);
  const std::optional<Quarter> through =
      ReadQuarter(place, v1::ReleaseWindowEvent::kThroughFieldNumber, window.through(), true);
  if (!through || !event.has_date()) return;
  const absl::CivilDay opens(event.date().year(), event.date().month(), event.date().day());
  if (*through < Quarter::Containing(opens)) {
    Report(place.Field(v1::ReleaseWindowEvent::kThroughFieldNumber),
           absl::StrCat("the window closes in ", window.through(), ", before it opens on ",
                        absl::FormatCivilTime(opens)),
           "name the quarter of its date or a later one");
  }
}

void ScenarioChecker::CheckRound(const Place& event, const v1::RoundEvent& round) {
  const Place place = event.Field(v1::EventSpec::kRoundFieldNumber, 0, &round);
  CheckReference(place.Field(v1::RoundEvent::kLabFieldNumber), round.lab(), "a lab", names_.labs);
  const v1::AgentSpec* lab = FindAgent(round.lab());
  if (lab != nullptr && lab->lab().division()) {
    Report(place.Field(v1::RoundEvent::kLabFieldNumber),
           absl::StrCat("\"", round.lab(), "\" is a division of \"", lab->group(), "\""),
           "only a lab with shares of its own raises money");
  }
  for (int i = 0; i < round.interest_size(); ++i) {
    const Place interest = place.Field(v1::RoundEvent::kInterestFieldNumber, i, &round.interest(i));
    CheckReference(interest.Field(v1::InterestSpec::kInvestorFieldNumber),
                   round.interest(i).investor(), "an investor", names_.investors);
  }
  const std::optional<Quarter> target =
      ReadQuarter(place, v1::RoundEvent::kTargetCloseFieldNumber, round.target_close(), true);
  const std::optional<Quarter> outside =
      ReadQuarter(place, v1::RoundEvent::kOutsideFieldNumber, round.outside(), true);
  if (target && outside && *outside < *target) {
    Report(place.Field(v1::RoundEvent::kOutsideFieldNumber),
           absl::StrCat("the outside date ", round.outside(), " is before the target close ",
                        round.target_close()),
           "it must be the same quarter or later");
  }
}

}  // namespace tranche
