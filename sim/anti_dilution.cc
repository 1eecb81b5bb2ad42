#include "sim/anti_dilution.h"

#include <algorithm>

#include "sim/notices.h"
#include "sim/ownership.h"

namespace tranche {

DilutionProtection ProtectionFrom(v1::AntiDilution anti_dilution) {
  switch (anti_dilution) {
    case v1::ANTI_DILUTION_WEIGHTED_AVERAGE:
      return DilutionProtection::kWeightedAverage;
    case v1::ANTI_DILUTION_FULL_RATCHET:
      return DilutionProtection::kFullRatchet;
    default:
      return DilutionProtection::kNone;
  }
}

void ProtectEarlierSeries(World& world, const Deal& deal, SharePrice price, Cents new_money,
                          MarketOutput& out) {
  if (world.scenario.switches().no_anti_dilution()) return;
  CapTable& table = world.labs[deal.lab].cap_table;
  for (const ProtectionIssue& issue : table.Protect(price, new_money)) {
    const GroupId group = GroupOfHolder(world, table.HolderName(issue.holder));
    const Stake* stake = group.valid() ? FindStake(world, deal.lab, group) : nullptr;
    v1::AntiDilutionIssue& body =
        *Notify(world, out, deal.name,
                {world.labs[deal.lab].agent, stake == nullptr ? AgentId() : stake->holder_agent})
             .mutable_anti_dilution_issue();
    body.set_holder(table.HolderName(issue.holder));
    body.set_share_class(table.share_class(issue.share_class).name);
    body.set_shares_issued(issue.shares);
    body.set_conversion_price_micros_per_share(issue.conversion_price_micros);
  }
}

}  // namespace tranche
