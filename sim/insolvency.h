#ifndef TRANCHE_SIM_INSOLVENCY_H_
#define TRANCHE_SIM_INSOLVENCY_H_

#include "sim/market.h"
#include "sim/world.h"

// What happens when an agent can't pay.
//
// A payment that can't be made stands in the books as the debtor's payable and the creditor's
// receivable (World::arrears). At the close at which it arises the debtor and its creditors get a
// Default message: it has one quarter to raise a bridge, a down round or a buyer. Arrears
// still unpaid at the next close make the debtor insolvent:
//   * its cash goes to its creditors, pro rata to what it owes them (11 U.S.C. 726(b)); what they
//     don't get is a credit loss to them; notes rank with them;
//   * its contracts end in default, deals with it end, prepayments to its clouds are forfeited;
//   * its shares are worthless: holders write off cost and marks;
//   * a lab's people go to the open market and its customers decide anew; a cloud's accelerators
//     leave the market at book value zero;
//   * the agent leaves the market (Insolvency, to everybody).
namespace tranche {

// Pays arrears that can be paid, and fails those who can't for the second quarter.
void ResolveInsolvency(World& world, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_INSOLVENCY_H_
