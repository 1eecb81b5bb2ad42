#ifndef TRANCHE_SIM_COMPUTE_MARKET_H_
#define TRANCHE_SIM_COMPUTE_MARKET_H_

#include <cstdint>

#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

// The market for GPU-hours, cleared once a quarter. An hour is one H100-equivalent's.
//
// 1. Reserved contracts are served first. A cloud that has promised more than it has (a site is
//    late) divides what it has among its contracts pro rata, those that name a chip maker before
//    the others; what isn't delivered isn't paid.
// 2. A lab divides its hours by its serving plan: training may take up to its share before
//    customers are served, and gets what customers leave.
// 3. On demand, at the posted price: labs' orders, labs' serving gaps (cheapest cloud first, up to
//    the serving plan's limit), and other tenants, whose demand has constant elasticity,
//    hours x (price / reference price)^-elasticity. What is short is rationed pro rata (the
//    proportional rule of the fixed-price rationing literature, Bénassy 1982, "The Economics of
//    Market Disequilibrium"), then labs try the next cloud. Hours reserved, unused and not paid for
//    under take-or-pay are sold on demand too.
//
// A lab that gets fewer hours than its customers' tokens need has a service level below one, which
// reaches customers in sim/demand.h. The switch `no_rationing` lifts every limit of supply.
namespace tranche {

// The most GPU-hours a plan or limit can name: a thousand times the world's of 2026 in a quarter.
inline constexpr int64_t kMostGpuHours = int64_t{1'000'000'000'000};

// Buys on demand this quarter; replaces the sender's order at the same cloud, zero hours cancel
// it. Not more than the cloud has, nor than the lab can pay at the posted price; not where an
// exclusive contract binds it to another cloud.
Verdict ApplyCapacityOrder(World& world, AgentId sender, const v1::Message& move);

// The on-demand price from this quarter on: above zero, at most $10,000 an hour.
Verdict ApplyComputePriceList(World& world, AgentId sender, const v1::Message& move);

// How the lab divides its hours, from this quarter on.
Verdict ApplyServingPlan(World& world, AgentId sender, const v1::Message& move);

// Fills world.compute_lots (grouped by lab) and the results of labs and clouds; Rationing
// messages to the lab and the cloud concerned where hours fall short.
void ClearComputeMarket(World& world, MarketOutput& out);

// Hours that the cloud has in a quarter.
int64_t CapacityGpuHours(const World& world, const Cloud& cloud);

// H100-equivalents that contracts of the cloud reserve in `quarter`.
int64_t ReservedAtCloud(const World& world, CloudId cloud, Quarter quarter);

// H100-equivalents that contracts reserve for the lab in `quarter`.
int64_t ReservedForLab(const World& world, LabId lab, Quarter quarter);

// Hours that other tenants want at the posted price.
int64_t OtherTenantsDemand(const World& world, const Cloud& cloud);

}  // namespace tranche

#endif  // TRANCHE_SIM_COMPUTE_MARKET_H_
