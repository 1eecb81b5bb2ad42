#ifndef TRANCHE_SIM_EVENTS_H_
#define TRANCHE_SIM_EVENTS_H_

#include "sim/market.h"
#include "sim/world.h"

// What the scenario has scheduled: events on their days, laws from the quarter they are in force.
namespace tranche {

// At a quarter's opening: laws that enter into force replace those of their jurisdiction, and the
// events of the quarter take place: shares are listed, grids grow faster or slower from now on, a
// round or other news is announced. Each is told to every active agent, in a RuleInForce or
// ScheduledEvent message, by date, then name.
void ApplyScheduledEvents(World& world, MarketOutput& out);

// Sets World::regimes to the law of the quarter in play: of each jurisdiction the regime that
// entered into force last.
void ApplyRegimesInForce(World& world);

}  // namespace tranche

#endif  // TRANCHE_SIM_EVENTS_H_
