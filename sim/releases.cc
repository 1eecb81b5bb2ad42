#include "sim/releases.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "sim/check.h"
#include "sim/frameworks.h"

namespace tranche {

void AddReleaseWindows(World& world) {
  if (world.scenario.switches().no_scheduled_events()) return;
  for (const v1::EventSpec& event : world.scenario.events()) {
    if (!event.has_release_window()) continue;
    const absl::StatusOr<Quarter> through = Quarter::Parse(event.release_window().through());
    TRANCHE_CHECK(through.ok(), event.release_window().through());
    LabReleaseWindow window;
    window.lab = world.lab_of(world.FindAgent(event.release_window().lab()));
    window.from = Quarter::Containing(
        absl::CivilDay(event.date().year(), event.date().month(), event.date().day()));
    window.through = *through;
    world.release_windows.push_back(window);
  }
}

bool ReleaseClosed(const World& world, LabId lab, Quarter quarter) {
  bool has_windows = false;
  for (const LabReleaseWindow& window : world.release_windows) {
    if (window.lab != lab) continue;
    if (window.from <= quarter && quarter <= window.through) return false;
    has_windows = true;
  }
  return has_windows;
}

Quarter ReleaseQuarter(const World& world, double capability) {
  return world.quarter + AssessmentQuarters(world, capability);
}

bool IsUnderAssessment(const World& world, const Lab& lab, absl::string_view run) {
  return lab.release_run == run && lab.release_ready > world.quarter;
}

Verdict CheckReleaseWindow(const World& world, LabId lab, double capability) {
  const Quarter on_market = ReleaseQuarter(world, capability);
  if (!ReleaseClosed(world, lab, on_market)) return Accepted();
  const LabReleaseWindow* next = nullptr;
  for (const LabReleaseWindow& window : world.release_windows) {
    if (window.lab != lab || window.from < on_market) continue;
    if (next == nullptr || window.from < next->from) next = &window;
  }
  return Refused("release-window",
                 absl::StrCat("the model would be on the market at the close of ",
                              on_market.ToString(), ", which none of the lab's windows covers"),
                 next == nullptr ? "no release: the last window has closed"
                                 : absl::StrCat("a release for ", next->from.ToString(), " to ",
                                                next->through.ToString()));
}

}  // namespace tranche
