#ifndef TRANCHE_SIM_GENESIS_H_
#define TRANCHE_SIM_GENESIS_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "sim/world.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// Holder of the shares that a scenario doesn't list.
inline constexpr char kFoundersAndStaff[] = "founders-and-staff";
// Name of the preferred shares that the scenario's holders have bought before the opening.
inline constexpr char kOpeningSeries[] = "opening-preferred";
// Part of the accelerators' life that the opening fleets still have before them: what they are
// written off over. Fleets have about doubled every year, so most of them is new.
inline constexpr double kOpeningLifeLeft = 0.75;

// The market as the scenario opens it, before its first quarter. All ids follow names, so that the
// order of the scenario's elements makes no difference.
//
// Books: agents open with their cash, treasuries with the group's, clouds with what is left of
// their fleets and what they have paid on sites, holders with their stakes at cost (to the company:
// paid-in capital) and marks up to the last price; the other side is opening equity, so that the
// ledger is balanced before the first payment.
//
// Ownership: each listed stake is that percentage of the shares outstanding, in whole shares;
// stakes that were paid for are preferred shares with that much preference, the others and the rest
// are common.
//
// Demand opens at the scenario's revenues and prices (sim/demand.h calibrates appeal to them).
// Contracts have the name `<customer>/<name in the scenario>`; reservations in force stay at their
// opening size in the first quarter and ramp from the second.
//
// The seed is only kept: nothing here may draw from it (OpenedScenario in sim/market.h starts runs
// of many seeds from one world).
//
// The scenario is checked first; an InvalidArgument is that of ValidateScenario.
absl::StatusOr<std::unique_ptr<World>> BuildWorld(const v1::Scenario& scenario, uint64_t seed);

}  // namespace tranche

#endif  // TRANCHE_SIM_GENESIS_H_
