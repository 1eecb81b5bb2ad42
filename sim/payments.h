#ifndef TRANCHE_SIM_PAYMENTS_H_
#define TRANCHE_SIM_PAYMENTS_H_

#include "sim/market.h"
#include "sim/money.h"
#include "sim/world.h"

// The money of a quarter: what the mechanisms have decided is paid, in the books of both sides.
//
// Money that comes in goes before money that goes out, so that a quarter's sales pay its bills:
//   1. other businesses of groups and clouds;
//   2. customers pay labs at list price, other tenants pay clouds;
//   3. labs pay marketplaces and embedding partners their part, wages, overheads and sales expense;
//      embedding partners pay licence fees;
//   4. labs pay clouds: reserved hours used; hours reserved, delivered and unused as far as
//      take-or-pay goes; hours bought on demand; what is missing at the end of a spend commitment.
//      Prepayments are drawn down in the proportion of the contract that was prepaid (all of the
//      rest in its last quarter), then compute credits, then cash;
//   5. clouds pay grids, operations and the instalments of their sites, and write off fleets;
//   6. convertible notes accrue simple interest.
//
// What an agent can't pay becomes a payable (World::arrears; sim/insolvency.h follows it up), but
// for a site's instalment: nobody builds on credit, and the site waits.
//
// Revenue is recognised when service is delivered (ASC 606): what is paid ahead stands as prepaid
// compute in the lab's books and as prepayments received in the cloud's. A lab books what customers
// pay in full, the marketplace's part is an expense: it sets the price, so it is the principal (ASC
// 606-10-55-36 to 40).
namespace tranche {

// Also brings the histories behind lagged disclosure, spending against commitments and
// Lab::compute_cost up to date.
void SettlePayments(World& world, MarketOutput& out);

// Pays what the agent can, and books the rest as an arrear. For operating payments of any
// mechanism.
void PayOrOwe(World& world, AgentId from, EntityId to, Cents amount, Account from_account,
              Account to_account, PaymentKind kind, absl::string_view thread);

// What the lab owes the embedding partner for a quarter's sales through its products: `sales` less
// the royalty.
Cents EmbeddingPart(const v1::LicenceTerms& licence, Cents sales);

}  // namespace tranche

#endif  // TRANCHE_SIM_PAYMENTS_H_
