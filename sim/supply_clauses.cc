#include "sim/supply_clauses.h"

#include "absl/strings/str_cat.h"
#include "sim/notices.h"
#include "sim/threads.h"

namespace tranche {

Verdict ApplyContractRenewal(World& world, AgentId sender, const v1::Message& move,
                             MarketOutput& out) {
  if (world.scenario.switches().no_supply_contracts()) {
    return Refused("switched-off", "the scenario has no reservations of compute",
                   "compute on demand");
  }
  Contract* contract = FindContract(world, move.thread());
  if (contract == nullptr || !contract->active || contract->customer != sender ||
      contract->kind != Contract::Kind::kCapacity || contract->end <= world.quarter) {
    return Refused("contract", "the thread names no running reservation of yours",
                   "thread: the name of a reservation in your view");
  }
  if (move.recipients(0) != world.name_of(contract->provider)) {
    return Refused("recipients", "it doesn't go to the contract's cloud",
                   absl::StrCat("recipients: ", world.name_of(contract->provider)));
  }
  v1::CapacityTerms& terms = contract->capacity;
  const uint32_t quarters = terms.renewal_quarters();
  if (quarters == 0) {
    return Refused("renewal", absl::StrCat("contract ", contract->name, " has no option left"),
                   "a request for a new contract");
  }
  contract->end = contract->end + static_cast<int32_t>(quarters);
  terms.set_term_quarters(terms.term_quarters() + quarters);
  terms.set_renewal_quarters(0);
  v1::ContractSigned& body =
      *Notify(world, out, contract->name, {contract->provider, contract->customer})
           .mutable_contract_signed();
  body.set_contract(contract->name);
  body.set_provider(world.name_of(contract->provider));
  body.set_customer(world.name_of(contract->customer));
  *body.mutable_capacity() = terms;
  return Accepted();
}

void GiveMostFavouredPrices(World& world, AgentId provider, AgentId customer, int64_t price_micros,
                            MarketOutput& out) {
  if (world.agents[provider].group == world.agents[customer].group) return;
  for (Contract& contract : world.contracts) {
    if (!contract.active || contract.kind != Contract::Kind::kCapacity ||
        contract.provider != provider || contract.customer == customer ||
        contract.end <= world.quarter || !contract.capacity.most_favoured()) {
      continue;
    }
    const int64_t former = contract.capacity.price_micros_per_gpu_hour();
    if (former <= price_micros) continue;
    contract.capacity.set_price_micros_per_gpu_hour(price_micros);
    v1::ContractRepriced& body =
        *Notify(world, out, contract.name, {contract.provider, contract.customer})
             .mutable_contract_repriced();
    body.set_contract(contract.name);
    body.set_price_micros_per_gpu_hour(price_micros);
    body.set_former_price_micros_per_gpu_hour(former);
  }
}

}  // namespace tranche
