#ifndef TRANCHE_SIM_TREASURY_H_
#define TRANCHE_SIM_TREASURY_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sim/ids.h"
#include "sim/ledger.h"
#include "sim/money.h"
#include "sim/world.h"

// Who can pay what. An agent pays out of its own cash, then its group's treasury (an intercompany
// loan), then (investors) by calling capital that its owners have promised.
namespace tranche {

// Cash the agent can spend now.
Cents SpendableCash(const World& world, AgentId agent);

// Promised and not yet paid: undrawn tranches and agreed term sheets of its group's investors,
// what is left to pay on its group's sites.
Cents CommittedCash(const World& world, AgentId agent);

// What the group's operations bring in a quarter as things stand: its other cash flow and the
// operating cash flow of its agents in the quarter last closed; in a run's first quarter, for want
// of a statement, the margin of its clouds' other business. Not below zero.
Cents OperatingCashFlow(const World& world, GroupId group);

// SpendableCash less what its group's investors have promised and what its group's sites need
// beyond its operating cash flow; not below zero. Sites are paid by instalments over years, out of
// operations first, as companies budget capital expenditure: what they need of the cash is the
// largest amount by which, at any quarter's close ahead, the instalments due until then exceed
// OperatingCashFlow until then.
Cents UncommittedCash(const World& world, AgentId agent);

// The part of SpendableCash that is so taken; more than there is if promises outrun the cash.
Cents CashTaken(const World& world, AgentId agent);

// The most that a site ordered now may cost, paid in equal parts over `lead_quarters`: at every
// close ahead, cash not promised to labs and operating cash flow until then still cover what is due
// for sites, this one included.
Cents MeansForSite(const World& world, AgentId agent, int32_t lead_quarters);

// Pays `amount` to `to`; draws on treasury and promised capital as needed. `from_account` and
// `to_account` are the counter-accounts of cash on the two sides. FailedPrecondition, and nothing
// is paid, when the agent can't spend as much.
absl::Status Pay(World& world, AgentId from, EntityId to, Cents amount, Account from_account,
                 Account to_account, PaymentKind kind, absl::string_view thread);

// At the quarter's end: cash above zero of agents in groups with a treasury goes to it.
void SweepToTreasuries(World& world);

}  // namespace tranche

#endif  // TRANCHE_SIM_TREASURY_H_
