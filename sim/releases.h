#ifndef TRANCHE_SIM_RELEASES_H_
#define TRANCHE_SIM_RELEASES_H_

#include "sim/ids.h"
#include "sim/rules.h"
#include "sim/world.h"

// When a finished model may go on the market.
//
// Windows: a lab that the scenario gives release windows (a launch calendar, a regulator's
// moratorium on others' dates) puts models on the market at the close of a quarter within one.
//
// Assessment: under a framework in force a model waits the framework's quarters between the lab's
// ModelRelease and the market. The run doesn't train meanwhile; another run may. Asking again for
// the same run doesn't restart the clock, asking for another one does.
//
// Either delays a release; what the delay costs comes from the mechanisms: rivals' models
// meanwhile, customers that re-decide, runway. Switches: `no_scheduled_events` (windows),
// `no_frameworks`.
namespace tranche {

// Reads the scenario's windows into the world.
void AddReleaseWindows(World& world);

// Whether the lab has windows and none covers the quarter.
bool ReleaseClosed(const World& world, LabId lab, Quarter quarter);

// At whose close a model of this capability goes on the market if the lab releases it now.
Quarter ReleaseQuarter(const World& world, double capability);

// The run waits for its assessment: it can't be trained.
bool IsUnderAssessment(const World& world, const Lab& lab, absl::string_view run);

// Rule "release-window" unless a model of this capability, released now, is on the market in a
// quarter that the lab's windows cover.
Verdict CheckReleaseWindow(const World& world, LabId lab, double capability);

}  // namespace tranche

#endif  // TRANCHE_SIM_RELEASES_H_
