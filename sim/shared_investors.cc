#include "sim/shared_investors.h"

#include <algorithm>

#include "sim/ownership.h"

namespace tranche {
namespace {

// Its group sees into it.
bool IsOpenDivision(const World& world, const Lab& lab) {
  return lab.division && world.agents[lab.agent].active;
}

}  // namespace

bool SeesInto(const World& world, const Stake& stake) {
  const bool has_access = stake.board_right >= v1::BOARD_RIGHT_OBSERVER ||
                          stake.information_right || stake.early_access;
  return has_access && !stake.firewall && world.agent_of(stake.lab).active &&
         SharesOf(world, stake.lab, stake.holder) > 0;
}

double SharedInvestorLeak(const World& world) {
  if (world.scenario.switches().no_dual_allegiance()) return 0;
  return world.scenario.technology().shared_investor_leak_percent_per_quarter() / 100;
}

std::vector<double> LearnableThroughInvestors(const World& world) {
  if (SharedInvestorLeak(world) <= 0) return {};
  // Best that each group sees.
  std::vector<double> seen(static_cast<size_t>(world.groups.size()), 0.0);
  for (const Stake& stake : world.stakes) {
    if (!SeesInto(world, stake)) continue;
    double& best = seen[static_cast<size_t>(stake.holder.value())];
    best = std::max(best, world.labs[stake.lab].efficiency);
  }
  for (const Lab& lab : world.labs) {
    if (!IsOpenDivision(world, lab)) continue;
    double& best = seen[static_cast<size_t>(world.agents[lab.agent].group.value())];
    best = std::max(best, lab.efficiency);
  }
  std::vector<double> learnable;
  learnable.reserve(static_cast<size_t>(world.labs.size()));
  for (const Lab& lab : world.labs) {
    learnable.push_back(lab.efficiency);
    if (!IsOpenDivision(world, lab)) continue;
    learnable.back() =
        std::max(lab.efficiency, seen[static_cast<size_t>(world.agents[lab.agent].group.value())]);
  }
  for (const Stake& stake : world.stakes) {
    if (!SeesInto(world, stake)) continue;
    double& best = learnable[static_cast<size_t>(stake.lab.value())];
    best = std::max(best, seen[static_cast<size_t>(stake.holder.value())]);
  }
  return learnable;
}

}  // namespace tranche
