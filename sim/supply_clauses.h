#ifndef TRANCHE_SIM_SUPPLY_CLAUSES_H_
#define TRANCHE_SIM_SUPPLY_CLAUSES_H_

#include <cstdint>

#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

// Clauses of a reservation that work after its signing.
//
// Renewal option: until its last quarter closes the lab may extend the contract once by
// `renewal_quarters`, at the same size, price and take-or-pay. Until then the cloud can't promise
// the capacity to anybody else (Contract::HeldIn).
//
// Most favoured customer: with p the price of a contract that has the clause and p' that of a
// reservation that its cloud signs later with another lab, p becomes min(p, p'), from the quarter
// of the signing on. Prices within the cloud's own group are transfers and don't count. What such
// clauses do to competition: Cooper (1986), "Most-Favored-Customer Pricing and Tacit Collusion",
// RAND Journal of Economics 17.
namespace tranche {

// Lab to the cloud, in the contract's thread. Rules "switched-off", "contract", "renewal" (it has
// no option left), "recipients".
Verdict ApplyContractRenewal(World& world, AgentId sender, const v1::Message& move,
                             MarketOutput& out);

// `provider` has signed a reservation with `customer` at this price, in micro-dollars a GPU-hour.
void GiveMostFavouredPrices(World& world, AgentId provider, AgentId customer, int64_t price_micros,
                            MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_SUPPLY_CLAUSES_H_
