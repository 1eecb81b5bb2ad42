#ifndef TRANCHE_SIM_DATA_FLOWS_H_
#define TRANCHE_SIM_DATA_FLOWS_H_

#include <string>
#include <vector>

#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/money.h"
#include "sim/world.h"

// What a regulator's limits on data flows do: personal and sensitive data stay at home.
//
// While a stake in it carries the condition, a lab serves customers from regions in the countries
// of the regulators that imposed it. Accelerators of one maker at one cloud are taken to be spread
// over the cloud's regions as its fleets are, so that of h hours there
//
//   servable(h) = h x fleets in those countries / fleets of the maker at the cloud;
//
// the rest can train. Regions that name no country count as being in every one. The lab also pays
// the regime's `data_security_cost_usd_millions_per_quarter` for the security programme and its
// monitor, once for each jurisdiction.
//
// Modelled on mitigation agreements under 50 U.S.C. 4565(l)(3); 31 CFR 800.241 defines sensitive
// personal data, of more than a million people among others. Where two countries impose limits,
// data of either's people may be in both.
//
// Switch: `no_data_flow_limits`.
namespace tranche {

// The deal brings a condition of this jurisdiction's regulator: from its closing on it binds the
// stake.
void LimitDataFlows(World& world, const Deal& deal, v1::Jurisdiction jurisdiction);

// Jurisdictions whose limits bind the lab, in order, without duplicates.
std::vector<v1::Jurisdiction> DataFlowLimits(const World& world, LabId lab);
// The countries in which the lab may serve its customers; empty: any.
std::vector<std::string> ServingCountries(const World& world, LabId lab);

// Part of a cloud's accelerators of a maker, or of all with an invalid maker, that stands in the
// countries.
double ServablePart(const World& world, const std::vector<std::string>& countries, CloudId cloud,
                    ChipMakerId maker);

// The quarter's cost of the security programme that a jurisdiction demands.
Cents DataSecurityCost(const World& world, v1::Jurisdiction jurisdiction);

// More than a million of the lab's first-choice customers are consumers or small businesses.
bool HoldsSensitiveData(const World& world, LabId lab);

}  // namespace tranche

#endif  // TRANCHE_SIM_DATA_FLOWS_H_
