#include "sim/marks.h"

#include "sim/ledger.h"
#include "sim/money.h"
#include "sim/ownership.h"

namespace tranche {

Cents MarkOf(const World& world, const Stake& stake) {
  return CostAtMicros(world.labs[stake.lab].last_price_micros_per_share,
                      SharesOf(world, stake.lab, stake.holder));
}

void MarkHoldings(World& world) {
  if (world.scenario.switches().no_marks()) return;
  for (Stake& stake : world.stakes) {
    const Lab& lab = world.labs[stake.lab];
    if (lab.division || !world.agents[lab.agent].active) continue;
    const Cents marked = MarkOf(world, stake) - stake.cost;
    const Cents change = marked - stake.marked;
    const EntityId holder = world.agents[stake.holder_agent].entity;
    const std::string& thread = world.name_of(lab.agent);
    if (change > Cents(0)) {
      world.ledger.Entry(holder, Account::kInvestmentMarks, Account::kUnrealisedGains, change,
                         PaymentKind::kMark, thread);
    } else if (change < Cents(0)) {
      world.ledger.Entry(holder, Account::kUnrealisedGains, Account::kInvestmentMarks, -change,
                         PaymentKind::kMark, thread);
    }
    stake.marked = marked;
  }
}

}  // namespace tranche
