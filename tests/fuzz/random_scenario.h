#ifndef TRANCHE_TESTS_FUZZ_RANDOM_SCENARIO_H_
#define TRANCHE_TESTS_FUZZ_RANDOM_SCENARIO_H_

#include <cstdint>

#include "tranche/v1/scenario.pb.h"

namespace tranche {

// A small valid scenario drawn from a seed: one to four labs, clouds and investors each, none to
// three regulators, groups that tie some of them together, opening stakes with every right,
// contracts of every kind, events of every kind, frameworks, voting rules, and now and then a
// mechanism switched off. Strategies are drawn from those registered for the role. Three or four
// quarters. Figures are drawn over orders of magnitude around those of a plausible market.
v1::Scenario RandomScenario(uint64_t seed);

}  // namespace tranche

#endif  // TRANCHE_TESTS_FUZZ_RANDOM_SCENARIO_H_
