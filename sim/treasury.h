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

// SpendableCash less CommittedCash; not below zero.
Cents UncommittedCash(const World& world, AgentId agent);

// Pays `amount` to `to`; draws on treasury and promised capital as needed. `from_account` and
// `to_account` are the counter-accounts of cash on the two sides. FailedPrecondition, and nothing
// is paid, when the agent can't spend as much.
absl::Status Pay(World& world, AgentId from, EntityId to, Cents amount, Account from_account,
                 Account to_account, PaymentKind kind, absl::string_view thread);

// At the quarter's end: cash above zero of agents in groups with a treasury goes to it.
void SweepToTreasuries(World& world);

}  // namespace tranche

#endif  // TRANCHE_SIM_TREASURY_H_
