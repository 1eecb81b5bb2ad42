#include "sim/building.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/capability.h"
#include "sim/notices.h"
#include "sim/suggestion.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

constexpr int32_t kNever = kMostLeadQuarters + 1;

// Whole quarters to work off `amount` at `per_quarter`, kNever at most.
int32_t QuartersFor(double amount, double per_quarter) {
  if (amount <= 0) return 0;
  if (per_quarter <= 0 || amount > per_quarter * kMostLeadQuarters) return kNever;
  const auto whole = static_cast<int32_t>(amount / per_quarter);
  return static_cast<double>(whole) * per_quarter < amount ? whole + 1 : whole;
}

int32_t ChipLeadQuarters(const ChipMaker& maker, int64_t accelerators) {
  const int32_t to_make =
      QuartersFor(maker.backlog + static_cast<double>(accelerators), maker.capacity_per_quarter);
  if (to_make >= kNever) return kNever;
  return maker.lead_time_quarters + std::max(0, to_make - 1);
}

Cents ToCents(double cents) { return Cents(__builtin_llround(cents)); }

bool UnderConstruction(const Build& build) { return !build.done && !build.cancelled; }

Build* FindBuild(World& world, CloudId cloud, uint64_t id) {
  for (Build& build : world.builds) {
    if (build.id == id && build.cloud == cloud && UnderConstruction(build)) return &build;
  }
  return nullptr;
}

void PutIntoService(World& world, Build& build, MarketOutput& out) {
  Cloud& cloud = world.clouds[build.cloud];
  Fleet fleet;
  fleet.region = build.region;
  fleet.maker = build.maker;
  fleet.h100e = build.h100e;
  fleet.book_value = build.total_cost;
  const double life_quarters = world.scenario.compute().accelerator_life_years() * 4;
  fleet.depreciation_per_quarter =
      life_quarters > 1 ? ToCents(static_cast<double>(build.total_cost.value()) / life_quarters)
                        : build.total_cost;
  fleet.power_kw_per_h100e = static_cast<double>(build.it_power_kw) /
                             static_cast<double>(std::max<int64_t>(1, build.h100e));
  cloud.fleets.push_back(fleet);
  build.done = true;
  const EntityId entity = world.agents[cloud.agent].entity;
  world.ledger.Entry(entity, Account::kProperty, Account::kConstructionInProgress,
                     build.total_cost - build.chips_cost, PaymentKind::kEnteringService, "");
  world.ledger.Entry(entity, Account::kAccelerators, Account::kConstructionInProgress,
                     build.chips_cost, PaymentKind::kEnteringService, "");

  v1::BuildCompleted* completed = Notify(world, out, "", {cloud.agent}).mutable_build_completed();
  completed->set_build(build.id);
  completed->set_region(world.regions[build.region].name);
  completed->set_accelerators_h100e(build.h100e);
}

// Claims power for a new site: spare power first, then a place in the queue.
void ClaimPower(Region& region, Build& build) {
  const double claimed = std::min(build.power_kw, region.spare_kw);
  region.spare_kw -= claimed;
  region.load_kw += claimed;
  build.power_missing_kw = build.power_kw - claimed;
  region.queued_kw += build.power_missing_kw;
}

void ConnectPower(World& world) {
  for (Region& region : world.regions) {
    region.spare_kw += region.new_kw_per_quarter;
    region.total_kw += region.new_kw_per_quarter;
    region.queued_kw = 0;
  }
  for (Build& build : world.builds) {
    if (!UnderConstruction(build) || build.power_missing_kw <= 0) continue;
    Region& region = world.regions[build.region];
    const double connected = std::min(build.power_missing_kw, region.spare_kw);
    build.power_missing_kw -= connected;
    region.spare_kw -= connected;
    region.load_kw += connected;
    region.queued_kw += build.power_missing_kw;
  }
  for (Region& region : world.regions) region.price_micros_per_kwh = GridPriceMicrosPerKwh(region);
}

void DeliverChips(World& world) {
  std::vector<int64_t> makes;
  for (ChipMaker& maker : world.makers) {
    makes.push_back(static_cast<int64_t>(maker.capacity_per_quarter));
    maker.backlog = 0;
  }
  for (Build& build : world.builds) {
    if (!UnderConstruction(build) || build.chips_missing <= 0) continue;
    int64_t& left = makes[static_cast<size_t>(build.maker.value())];
    const int64_t delivered = std::min(build.chips_missing, left);
    build.chips_missing -= delivered;
    left -= delivered;
    world.makers[build.maker].backlog += static_cast<double>(build.chips_missing);
  }
}

}  // namespace

int32_t BuildQuote::lead_quarters() const {
  return std::max({1, site_quarters, power_quarters, chip_quarters});
}

int32_t PowerLeadQuarters(const Region& region, double kw) {
  return QuartersFor(region.queued_kw + kw - region.spare_kw, region.new_kw_per_quarter);
}

int64_t GridPriceMicrosPerKwh(const Region& region) {
  const double had_to_spare = region.total_kw - region.opening_load_kw;
  const double taken =
      had_to_spare > 0
          ? std::clamp((region.load_kw - region.opening_load_kw) / had_to_spare, 0.0, 1.0)
          : 1;
  return __builtin_llround(region.base_price_micros_per_kwh *
                           (1 + region.scarcity_premium * taken * taken));
}

double FleetPowerKw(const World& world, const Fleet& fleet, double utilisation) {
  const double drawn = kIdlePowerPart + (1 - kIdlePowerPart) * std::clamp(utilisation, 0.0, 1.0);
  return static_cast<double>(fleet.h100e) * fleet.power_kw_per_h100e * drawn *
         world.scenario.compute().pue();
}

BuildQuote QuoteBuild(const World& world, RegionId region_id, ChipMakerId maker_id,
                      v1::Cooling cooling, int64_t it_power_kw) {
  const v1::ComputeSpec& compute = world.scenario.compute();
  const Region& region = world.regions[region_id];
  const ChipMaker& maker = world.makers[maker_id];
  BuildQuote quote;
  quote.accelerators = static_cast<int64_t>(static_cast<double>(it_power_kw) / maker.power_kw);
  quote.h100e =
      static_cast<int64_t>(static_cast<double>(quote.accelerators) * maker.performance_h100e);
  quote.power_kw = static_cast<double>(it_power_kw) * compute.pue();
  const double site_usd_per_kw =
      (cooling == v1::COOLING_LIQUID ? compute.site_cost_liquid_usd_millions_per_mw()
                                     : compute.site_cost_air_usd_millions_per_mw()) *
      1000;
  quote.site_cost = ToCents(static_cast<double>(it_power_kw) * site_usd_per_kw * 100);
  quote.chips_cost = ToCents(static_cast<double>(quote.accelerators) * maker.price_cents *
                             (1 + compute.network_cost_percent_of_accelerators() / 100));
  quote.site_quarters = static_cast<int32_t>(compute.site_lead_time_quarters());
  quote.power_quarters = PowerLeadQuarters(region, quote.power_kw);
  quote.chip_quarters = ChipLeadQuarters(maker, quote.accelerators);
  return quote;
}

Verdict ApplyBuildOrder(World& world, AgentId sender, const v1::Message& move) {
  if (world.scenario.switches().no_building()) {
    return Refused("switched-off", "the scenario has no building", "play a scenario with building");
  }
  const v1::BuildOrder& order = move.build_order();
  RegionId region;
  std::vector<std::string> names;
  for (RegionId id : world.regions.ids()) {
    names.push_back(world.regions[id].name);
    if (names.back() == order.region()) region = id;
  }
  if (!region.valid()) {
    return Refused("unknown-region", absl::StrCat("no region is named ", order.region()),
                   DidYouMean(order.region(), names));
  }
  ChipMakerId maker_id;
  names.clear();
  for (ChipMakerId id : world.makers.ids()) {
    names.push_back(world.makers[id].name);
    if (names.back() == order.chip_maker()) maker_id = id;
  }
  if (!maker_id.valid()) {
    return Refused("unknown-chip-maker", absl::StrCat("no maker is named ", order.chip_maker()),
                   DidYouMean(order.chip_maker(), names));
  }
  const ChipMaker& maker = world.makers[maker_id];
  if (maker.captive_to.valid() && maker.captive_to != world.agents[sender].group) {
    return Refused("captive-chip-maker",
                   absl::StrCat(maker.name, " makes accelerators for ",
                                world.groups[maker.captive_to].name, " alone"),
                   "a maker that sells to all, or the group's own");
  }
  if (order.it_power_kw() < kLeastSiteKw || order.it_power_kw() > kMostSiteKw) {
    return Refused("site-size", absl::StrCat("a site of ", order.it_power_kw(), " kW"),
                   absl::StrCat("from ", kLeastSiteKw, " to ", kMostSiteKw, " kW"));
  }
  if (order.cooling() != v1::COOLING_AIR && order.cooling() != v1::COOLING_LIQUID) {
    return Refused("cooling", "a site has air or liquid cooling", "COOLING_AIR or COOLING_LIQUID");
  }
  if (order.cooling() == v1::COOLING_AIR && maker.power_kw > kMostAirCooledKw) {
    return Refused("cooling",
                   absl::StrCat("accelerators of ", maker.power_kw, " kW are too dense for air"),
                   "COOLING_LIQUID");
  }

  const BuildQuote quote =
      QuoteBuild(world, region, maker_id, order.cooling(), order.it_power_kw());
  if (quote.power_quarters > kMostLeadQuarters) {
    return Refused("no-power",
                   absl::StrCat("the grid of ", order.region(), " can't power ",
                                order.it_power_kw(), " kW within ", kMostLeadQuarters, " quarters"),
                   "a smaller site or another region");
  }
  if (quote.chip_quarters > kMostLeadQuarters) {
    return Refused("no-chips",
                   absl::StrCat(maker.name, " can't make ", quote.accelerators,
                                " accelerators within ", kMostLeadQuarters, " quarters"),
                   "a smaller site or another maker");
  }
  const Cents means = MeansForSite(world, sender, quote.lead_quarters());
  if (quote.total_cost() > means) {
    return Refused("cash",
                   absl::StrCat("the site costs ", FormatDollars(quote.total_cost()), ", and ",
                                FormatDollars(means), " is there to pay for it"),
                   "a smaller site");
  }

  Build build;
  build.id = move.id();
  build.cloud = world.cloud_of(sender);
  build.region = region;
  build.maker = maker_id;
  build.cooling = order.cooling();
  build.it_power_kw = order.it_power_kw();
  build.h100e = quote.h100e;
  build.ordered = world.quarter;
  build.ready = world.quarter + quote.lead_quarters();
  build.total_cost = quote.total_cost();
  build.chips_cost = quote.chips_cost;
  build.power_kw = quote.power_kw;
  build.chips_missing = quote.accelerators;
  ClaimPower(world.regions[region], build);
  world.makers[maker_id].backlog += static_cast<double>(quote.accelerators);
  world.builds.push_back(build);
  return Accepted();
}

Verdict ApplyBuildCancellation(World& world, AgentId sender, const v1::Message& move) {
  Build* build = FindBuild(world, world.cloud_of(sender), move.build_cancellation().build());
  if (build == nullptr) {
    return Refused("unknown-build",
                   absl::StrCat("no site of the sender's under construction has the id ",
                                move.build_cancellation().build()),
                   "the id of one's own BuildOrder that isn't finished");
  }
  build->cancelled = true;
  Region& region = world.regions[build->region];
  region.queued_kw -= build->power_missing_kw;
  region.spare_kw += build->power_kw - build->power_missing_kw;
  region.load_kw -= build->power_kw - build->power_missing_kw;
  world.makers[build->maker].backlog -= static_cast<double>(build->chips_missing);
  world.ledger.Entry(world.agents[sender].entity, Account::kImpairment,
                     Account::kConstructionInProgress, build->paid, PaymentKind::kImpairment, "");
  return Accepted();
}

void CompleteBuilds(World& world, MarketOutput& out) {
  for (Build& build : world.builds) {
    if (!UnderConstruction(build) || build.ready > world.quarter) continue;
    if (!world.agents[world.clouds[build.cloud].agent].active) continue;
    const bool complete =
        build.power_missing_kw <= 0 && build.chips_missing <= 0 && build.paid >= build.total_cost;
    if (complete) {
      PutIntoService(world, build, out);
    } else {
      build.ready = world.quarter + 1;
    }
  }
}

Cents InstalmentDue(const World& world, const Build& build) {
  if (!UnderConstruction(build)) return Cents(0);
  const int32_t left = std::max(1, build.ready - world.quarter);
  return MulDiv(build.total_cost - build.paid, 1, left);
}

void AdvanceGrid(World& world) {
  ConnectPower(world);
  DeliverChips(world);
  for (ChipMaker& maker : world.makers) {
    // Rates are fractions a year here, percent in QuarterlyFactor.
    maker.price_cents *= QuarterlyFactor(maker.price_change * 100);
    maker.performance_h100e *= QuarterlyFactor(maker.performance_growth * 100);
    maker.capacity_per_quarter *= QuarterlyFactor(maker.capacity_growth * 100);
  }
}

}  // namespace tranche
