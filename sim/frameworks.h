#ifndef TRANCHE_SIM_FRAMEWORKS_H_
#define TRANCHE_SIM_FRAMEWORKS_H_

#include <cstdint>

#include "sim/ids.h"
#include "sim/market.h"
#include "sim/money.h"
#include "sim/world.h"
#include "tranche/v1/view.pb.h"

// Law other than merger review: frameworks that enter into force on a date and give labs duties and
// costs, such as the EU's AI Act (Regulation 2024/1689) and Data Act (Regulation 2023/2854).
//
// A framework concerns a lab that sells and whose model on the market has at least its capability.
// From its quarter on, with t the part of revenue that is made in its territory, R the lab's
// revenue of the quarter, k its fixed cost and v its cost of revenue,
//
//   cost of complying = k + v t R                                  (cents a quarter)
//
// A model to be released waits for the longest assessment of the frameworks that it would fall
// under (sim/releases.h). Interfaces that are compatible to a degree c by custom are, under floors
// f, compatible to
//
//   c' = c + max over frameworks of t max(0, f - c),
//
// the mean over customers inside and outside the territory.
//
// Switch: `no_frameworks`.
namespace tranche {

// Reads the scenario's frameworks into the world.
void AddFrameworks(World& world);

bool InForce(const World& world, const Framework& framework);
// The framework is in force and the lab falls under it.
bool Concerns(const World& world, const Framework& framework, LabId lab);
// What the framework costs the lab this quarter; 0 if it doesn't concern it.
Cents CostOfComplying(const World& world, const Framework& framework, LabId lab);

// Quarters for which a model of this capability is assessed before it may be on the market.
int32_t AssessmentQuarters(const World& world, double capability);

// Compatibility of the labs' interfaces today, 0 to 1: the standards' path and what is mandated. 0
// where the scenario switches standards off.
double Compatibility(const World& world);

// Tells everybody of those that enter into force this quarter, but for the run's first: what holds
// from the start isn't news.
void TellFrameworksInForce(const World& world, MarketOutput& out);

void FillFramework(const Framework& framework, v1::Framework* view);

}  // namespace tranche

#endif  // TRANCHE_SIM_FRAMEWORKS_H_
