#ifndef TRANCHE_AGENTS_STRATEGIES_CONTRACTS_H_
#define TRANCHE_AGENTS_STRATEGIES_CONTRACTS_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "tranche/v1/view.pb.h"

// What an agent can read off its own contracts.
namespace tranche {

// 365 days a year, 24 hours a day, a quarter of it.
inline constexpr double kHoursPerQuarter = 2190;

// Accelerators that the contract reserves in `quarter`, given what it reserves now.
int64_t ReservedIn(const v1::ContractView& contract, int32_t now, int32_t quarter);

// Accelerators reserved for the agent as a customer in `quarter`, over all contracts.
double ReservedFor(const v1::AgentView& own, int32_t now, int32_t quarter);

// The cloud that an exclusive contract or funding term in force binds the lab to; empty if it is
// free. A commitment binds from the closing of its deal.
absl::string_view ExclusiveProvider(const v1::AgentView& own);
// The cloud whose marketplace alone may sell the lab's models; empty if there is none.
absl::string_view ExclusiveMarketplace(const v1::AgentView& own);
// Clouds whose marketplaces sell the lab's models under a contract in force.
std::vector<absl::string_view> Marketplaces(const v1::AgentView& own);
// Clouds other than `but` that may match a rival's quote first.
std::vector<absl::string_view> FirstRefusalHolders(const v1::AgentView& own, absl::string_view but);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_CONTRACTS_H_
