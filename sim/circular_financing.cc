#include "sim/circular_financing.h"

#include <algorithm>

#include "sim/accounts.h"
#include "sim/ownership.h"

namespace tranche {

bool HasInvestedIn(const World& world, LabId lab, GroupId group) {
  if (world.agent_of(lab).group == group) return false;
  const HolderId holder = HolderOf(world, lab, group);
  if (!holder.valid()) return false;
  const CapTable& table = world.labs[lab].cap_table;
  return table.SharesOf(holder) > 0 ||
         std::any_of(table.notes().begin(), table.notes().end(),
                     [holder](const ConvertibleNote& note) { return note.holder == holder; });
}

Cents CircularFinancing(const World& world, GroupId group) {
  Cents sum;
  for (AgentId member : world.groups[group].members) {
    if (!world.cloud_of(member).valid()) continue;
    sum += world.ledger.ClosedBalance(world.agents[member].entity, Account::kRevenueInvestees);
  }
  return sum;
}

}  // namespace tranche
