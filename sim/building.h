#ifndef TRANCHE_SIM_BUILDING_H_
#define TRANCHE_SIM_BUILDING_H_

#include <cstdint>

#include "sim/ids.h"
#include "sim/market.h"
#include "sim/money.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

// Sites, power and chips: how money becomes capacity, and how long it takes.
//
// A site is ordered by the power of its IT equipment. The accelerators follow from the power each
// takes. It is ready when the last of three things is:
//   * the site itself, after the scenario's lead time;
//   * power, IT power x PUE (power usage effectiveness, ISO/IEC 30134-2): out of what the region
//     has spare, else in the order of arrival out of what its grid adds each quarter;
//   * chips: the maker's lead time plus the quarters its capacity needs to work off its backlog,
//     first come, first served.
// Should grid or maker fall behind what they promised, the site is late; so is one whose instalment
// wasn't paid. Its cost is shell, power and cooling per MW (liquid cooling above
// kMostAirCooledKw an accelerator), accelerators at the maker's price of the day, and the network
// as a part of the accelerators'. It is paid in equal instalments over the lead time, and written
// off in a straight line over the accelerators' life once in service.
//
// A region's price of electricity rises with the part that is taken of the power it had to spare at
// the opening and has added since, by the scarcity premium when all is:
//
//   price = base x (1 + scarcity premium x taken^2)
//
// a convex supply curve, as power markets' merit order has (Stoft 2002, "Power System Economics").
namespace tranche {

// An accelerator with its part of server and network that draws more than this, kW, needs liquid
// cooling. The air-cooled DGX B200 draws 14.3 kW for 8 accelerators, 1.79 each; the GB200 NVL72 of
// 132 kW for 72, 1.83 each, comes with liquid cooling only (NVIDIA data sheets, 2024).
inline constexpr double kMostAirCooledKw = 1.8;
inline constexpr int64_t kLeastSiteKw = 1'000;
inline constexpr int64_t kMostSiteKw = 10'000'000;
// Orders that couldn't be ready within this many quarters aren't taken.
inline constexpr int32_t kMostLeadQuarters = 24;

// What a site would cost and when it would be ready, ordered now.
struct BuildQuote {
  int64_t accelerators = 0;
  int64_t h100e = 0;
  double power_kw = 0;  // of the whole site
  Cents site_cost;      // shell, power, cooling
  Cents chips_cost;     // accelerators and network
  // Quarters until each is there; kMostLeadQuarters + 1 stands for never.
  int32_t site_quarters = 0;
  int32_t power_quarters = 0;
  int32_t chip_quarters = 0;

  Cents total_cost() const { return site_cost + chips_cost; }
  int32_t lead_quarters() const;
};

BuildQuote QuoteBuild(const World& world, RegionId region, ChipMakerId maker, v1::Cooling cooling,
                      int64_t it_power_kw);

// Quarters until the region can power another `kw`; 0: at once.
int32_t PowerLeadQuarters(const Region& region, double kw);

// Orders a site. Refused when the region or maker is unknown, the maker captive to another group,
// the chips too dense for air, grid or maker without end, or the money short: the whole cost must be
// within MeansForSite of treasury.h.
Verdict ApplyBuildOrder(World& world, AgentId sender, const v1::Message& move);

// Gives up a site under construction: power goes back to the region, undelivered chips to the
// maker, and what was paid is written off.
Verdict ApplyBuildCancellation(World& world, AgentId sender, const v1::Message& move);

// Puts sites that are ready into service, moves back the date of those that are late.
void CompleteBuilds(World& world, MarketOutput& out);

// What of the site's cost is due at the close of the quarter in play.
Cents InstalmentDue(const World& world, const Build& build);

// The end of a quarter for grids and chip makers: power connected and chips delivered in the order
// of orders, prices, capacities and performance of the next quarter.
void AdvanceGrid(World& world);

// Electricity at the region's present load, micro-dollars a kWh.
int64_t GridPriceMicrosPerKwh(const Region& region);

// Power that the cloud's fleets draw on average at a utilisation, kW, PUE included. A server idles
// at kIdlePowerPart of what it draws at full load and grows linearly between. The linear form is
// that of Fan, Weber and Barroso (2007), "Power Provisioning for a Warehouse-sized Computer"; the
// idle part, lower than their processors', is an assumption.
inline constexpr double kIdlePowerPart = 0.3;
double FleetPowerKw(const World& world, const Fleet& fleet, double utilisation);

}  // namespace tranche

#endif  // TRANCHE_SIM_BUILDING_H_
