#include "sim/data_flows.h"

#include <algorithm>

#include "sim/ownership.h"
#include "sim/units.h"

namespace tranche {
namespace {

constexpr double kManyPeople = 1e6;

void AddOnce(v1::Jurisdiction jurisdiction, std::vector<v1::Jurisdiction>& to) {
  const auto place = std::lower_bound(to.begin(), to.end(), jurisdiction);
  if (place == to.end() || *place != jurisdiction) to.insert(place, jurisdiction);
}

}  // namespace

void LimitDataFlows(World& world, const Deal& deal, v1::Jurisdiction jurisdiction) {
  AddOnce(jurisdiction, StakeOf(world, deal.lab, deal.investor).data_flow_limits);
}

std::vector<v1::Jurisdiction> DataFlowLimits(const World& world, LabId lab) {
  std::vector<v1::Jurisdiction> limits;
  if (world.scenario.switches().no_data_flow_limits()) return limits;
  for (const Stake& stake : world.stakes) {
    if (stake.lab != lab) continue;
    for (v1::Jurisdiction jurisdiction : stake.data_flow_limits) AddOnce(jurisdiction, limits);
  }
  return limits;
}

std::vector<std::string> ServingCountries(const World& world, LabId lab) {
  std::vector<std::string> countries;
  for (v1::Jurisdiction jurisdiction : DataFlowLimits(world, lab)) {
    for (const Regulator& regulator : world.regulators) {
      if (regulator.jurisdiction != jurisdiction) continue;
      countries.push_back(world.groups[world.agents[regulator.agent].group].home);
    }
  }
  std::sort(countries.begin(), countries.end());
  countries.erase(std::unique(countries.begin(), countries.end()), countries.end());
  return countries;
}

double ServablePart(const World& world, const std::vector<std::string>& countries, CloudId cloud,
                    ChipMakerId maker) {
  double all = 0;
  double servable = 0;
  for (const Fleet& fleet : world.clouds[cloud].fleets) {
    if (maker.valid() && fleet.maker != maker) continue;
    all += static_cast<double>(fleet.h100e);
    const std::string& country = world.regions[fleet.region].country;
    if (country.empty() || std::binary_search(countries.begin(), countries.end(), country)) {
      servable += static_cast<double>(fleet.h100e);
    }
  }
  return all > 0 ? servable / all : 0;
}

Cents DataSecurityCost(const World& world, v1::Jurisdiction jurisdiction) {
  const auto j = static_cast<size_t>(jurisdiction);
  if (!world.has_regime[j]) return Cents(0);
  return FromUsdMillions(world.regimes[j].data_security_cost_usd_millions_per_quarter());
}

bool HoldsSensitiveData(const World& world, LabId lab) {
  double people = 0;
  for (v1::Segment s : {v1::SEGMENT_SMALL_BUSINESSES, v1::SEGMENT_CONSUMERS}) {
    const Segment& segment = world.segments[static_cast<size_t>(SegmentIndex(s))];
    for (const Offering& offering : segment.offerings) {
      if (offering.lab != lab) continue;
      people += segment.spec.customers_thousands() * 1000 * segment.adoption * offering.share;
    }
  }
  return people > kManyPeople;
}

}  // namespace tranche
