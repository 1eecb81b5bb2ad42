#include "agents/strategies/contracts.h"

#include <algorithm>
#include <vector>

#include "agents/strategies/figures.h"

namespace tranche {
namespace {

bool Closed(const v1::DealView& deal) {
  return deal.state() == v1::DealDisclosure::STATE_CLOSED && deal.terms().has_cloud_commitment();
}

}  // namespace

int64_t ReservedIn(const v1::ContractView& contract, int32_t now, int32_t quarter) {
  if (!contract.has_capacity()) return 0;
  const v1::CapacityTerms& terms = contract.capacity();
  const int64_t start = terms.start_quarter();
  if (quarter < start || quarter >= start + static_cast<int64_t>(terms.term_quarters())) return 0;
  if (quarter == now) return contract.accelerators_now_h100e();
  const int64_t steps = terms.ramp_quarters();
  const int64_t step = quarter - start + 1;
  if (steps == 0 || step >= steps) return terms.accelerators_h100e();
  const double ramped = static_cast<double>(terms.accelerators_h100e()) *
                        static_cast<double>(step) / static_cast<double>(steps);
  // A contract that was already large when its ramp began doesn't shrink.
  const int64_t opened = std::min(contract.accelerators_now_h100e(), terms.accelerators_h100e());
  return std::max(ToWhole(ramped), opened);
}

double ReservedFor(const v1::AgentView& own, int32_t now, int32_t quarter) {
  double accelerators = 0;
  for (const v1::ContractView& contract : own.contracts()) {
    if (contract.customer() != own.agent()) continue;
    accelerators += static_cast<double>(ReservedIn(contract, now, quarter));
  }
  return accelerators;
}

absl::string_view ExclusiveProvider(const v1::AgentView& own) {
  for (const v1::ContractView& contract : own.contracts()) {
    if (contract.customer() == own.agent() && contract.capacity().exclusive()) {
      return contract.provider();
    }
  }
  for (const v1::DealView& deal : own.deals()) {
    if (Closed(deal) && deal.terms().cloud_commitment().exclusive()) {
      return deal.terms().cloud_commitment().cloud();
    }
  }
  return "";
}

absl::string_view ExclusiveMarketplace(const v1::AgentView& own) {
  for (const v1::ContractView& contract : own.contracts()) {
    if (contract.customer() == own.agent() && contract.marketplace().exclusive()) {
      return contract.provider();
    }
  }
  for (const v1::DealView& deal : own.deals()) {
    if (Closed(deal) && deal.terms().cloud_commitment().exclusive_marketplace()) {
      return deal.terms().cloud_commitment().cloud();
    }
  }
  return "";
}

std::vector<absl::string_view> Marketplaces(const v1::AgentView& own) {
  std::vector<absl::string_view> clouds;
  for (const v1::ContractView& contract : own.contracts()) {
    if (contract.customer() == own.agent() && contract.has_marketplace()) {
      clouds.emplace_back(contract.provider());
    }
  }
  return clouds;
}

std::vector<absl::string_view> FirstRefusalHolders(const v1::AgentView& own,
                                                   absl::string_view but) {
  std::vector<absl::string_view> holders;
  for (const v1::ContractView& contract : own.contracts()) {
    if (contract.customer() != own.agent() || contract.provider() == but) continue;
    if (!contract.capacity().right_of_first_refusal()) continue;
    if (std::find(holders.begin(), holders.end(), contract.provider()) == holders.end()) {
      holders.emplace_back(contract.provider());
    }
  }
  return holders;
}

}  // namespace tranche
