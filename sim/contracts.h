#ifndef TRANCHE_SIM_CONTRACTS_H_
#define TRANCHE_SIM_CONTRACTS_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "sim/deals.h"
#include "sim/ids.h"

namespace tranche {

// All contracts there have been, in the order of signing, and those of each agent. A contract's
// parties don't change.
class Contracts : public IdVector<ContractId, Contract> {
 public:
  ContractId Add(Contract contract) {
    const AgentId parties[] = {contract.provider, contract.customer};
    const ContractId id = IdVector::Add(std::move(contract));
    for (const AgentId party : parties) {
      if (!party.valid()) continue;
      const auto index = static_cast<size_t>(party.value());
      if (index >= of_.size()) of_.resize(index + 1);
      if (of_[index].empty() || of_[index].back() != id) of_[index].push_back(id);
    }
    return id;
  }

  // Those that the agent is provider or customer of, in the order of signing.
  absl::Span<const ContractId> Of(AgentId agent) const {
    const auto index = static_cast<size_t>(agent.value());
    if (!agent.valid() || index >= of_.size()) return {};
    return of_[index];
  }

 private:
  std::vector<std::vector<ContractId>> of_;  // by agent
};

}  // namespace tranche

#endif  // TRANCHE_SIM_CONTRACTS_H_
