#ifndef TRANCHE_SIM_THREADS_H_
#define TRANCHE_SIM_THREADS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/world.h"

// What stands behind a thread's name: a funding round, proposals, a deal, a contract. A round
// with several investors becomes deals `<thread>/<investor>`, a supply thread a contract
// `<thread>/<the party that didn't open it>`; what is said of them later goes in a thread of that
// name.
//
// Pointers are valid until something is added to the table they point into. Null: there is none.
namespace tranche {

FundingRound* FindRound(World& world, absl::string_view thread);
Deal* FindDeal(World& world, absl::string_view name);
// The last one made of that name.
Contract* FindContract(World& world, absl::string_view name);
// Whatever its state; dead proposals are kept until the quarter's close.
Proposal* FindProposal(World& world, uint64_t id);
// The proposal in force (standing or agreed) of `sender` to `recipient` in the thread.
Proposal* FindProposal(World& world, absl::string_view thread, AgentId sender, AgentId recipient);

// The agent whose name is before the thread's first '/': who opened it. Invalid: nobody's.
AgentId OpenerOf(const World& world, absl::string_view thread);
// The name of the deal or contract that a thread becomes between `a` and `b`.
std::string NameBetween(const World& world, absl::string_view thread, AgentId a, AgentId b);

}  // namespace tranche

#endif  // TRANCHE_SIM_THREADS_H_
