#include "sim/ownership.h"

#include <algorithm>

#include "absl/status/status.h"
#include "sim/check.h"

namespace tranche {
namespace {

constexpr int64_t kPpm = 1'000'000;

bool IsDivisionOf(const World& world, LabId lab, GroupId group) {
  return world.labs[lab].division && world.agent_of(lab).group == group;
}

Cents RevenueOf(const Lab& lab) {
  Cents sum;
  for (const SegmentOutcome& outcome : lab.outcome) sum += outcome.revenue;
  return sum;
}

Interest InterestFrom(const World& world, LabId lab, GroupId group, GroupId controller) {
  Interest interest;
  interest.group = group;
  interest.financial = static_cast<double>(StakePpm(world, lab, group)) / kPpm;
  if (controller.valid()) {
    interest.control = controller == group ? 1 : 0;
  } else if (const Stake* stake = FindStake(world, lab, group)) {
    interest.control = interest.financial * ControlWeight(stake->board_right, stake->firewall);
  }
  return interest;
}

}  // namespace

double ControlWeight(v1::BoardRight right, bool recused) {
  if (recused) return 0;
  if (right == v1::BOARD_RIGHT_SEAT) return 1;
  return right == v1::BOARD_RIGHT_OBSERVER ? 0.5 : 0;
}

const std::string& HolderNameOf(const World& world, GroupId group) {
  return world.groups[group].name;
}

HolderId HolderOf(const World& world, LabId lab, GroupId group) {
  return world.labs[lab].cap_table.FindHolder(HolderNameOf(world, group));
}

HolderId AddHolder(World& world, LabId lab, GroupId group) {
  return world.labs[lab].cap_table.AddHolder(HolderNameOf(world, group));
}

GroupId GroupOfHolder(const World& world, absl::string_view holder) {
  // Groups are in the order of their names.
  const auto found = std::lower_bound(
      world.groups.begin(), world.groups.end(), holder,
      [](const Group& group, absl::string_view name) { return group.name < name; });
  if (found == world.groups.end() || found->name != holder) return GroupId();
  return GroupId(static_cast<int32_t>(found - world.groups.begin()));
}

int64_t SharesOf(const World& world, LabId lab, GroupId group) {
  const HolderId holder = HolderOf(world, lab, group);
  return holder.valid() ? world.labs[lab].cap_table.SharesOf(holder) : 0;
}

uint32_t StakePpm(const World& world, LabId lab, GroupId group) {
  if (IsDivisionOf(world, lab, group)) return kPpm;
  const HolderId holder = HolderOf(world, lab, group);
  return holder.valid() ? static_cast<uint32_t>(world.labs[lab].cap_table.StakePpm(holder)) : 0;
}

const Stake* FindStake(const World& world, LabId lab, GroupId group) {
  for (const Stake& stake : world.stakes) {
    if (stake.lab == lab && stake.holder == group) return &stake;
  }
  return nullptr;
}

Stake& StakeOf(World& world, LabId lab, AgentId agent) {
  const GroupId group = world.agents[agent].group;
  for (Stake& stake : world.stakes) {
    if (stake.lab == lab && stake.holder == group) return stake;
  }
  Stake stake;
  stake.holder = group;
  stake.holder_agent = agent;
  stake.lab = lab;
  stake.since = world.quarter;
  world.stakes.push_back(std::move(stake));
  return world.stakes.back();
}

Cents MoveShares(World& world, Stake& stake, HolderId to, int64_t shares) {
  CapTable& table = world.labs[stake.lab].cap_table;
  const HolderId from = HolderOf(world, stake.lab, stake.holder);
  TRANCHE_CHECK(from.valid() && from != to, "shares move from one holder to another");
  const int64_t held = table.SharesOf(from);
  TRANCHE_CHECK(shares <= held, "a stake gives what it has");
  const Cents cost = held > 0 ? MulDiv(stake.cost, shares, held) : Cents(0);
  int64_t left = shares;
  for (int32_t i = 0; i < table.class_count() && left > 0; ++i) {
    const ShareClassId share_class(i);
    const int64_t part = std::min(left, table.SharesOf(from, share_class));
    const absl::Status moved = table.Transfer(share_class, from, to, part);
    TRANCHE_CHECK(moved.ok(), "a stake gives what it has");
    left -= part;
  }
  stake.cost -= cost;
  if (shares == held) {
    stake.board_right = v1::BOARD_RIGHT_NONE;
    stake.information_right = false;
    stake.pro_rata_right = false;
    stake.early_access = false;
    stake.firewall = false;
    stake.excluded_investors.clear();
    stake.conditions.clear();
    stake.data_flow_limits.clear();
  }
  return cost;
}

v1::BoardRight BoardRightOf(const World& world, LabId lab, GroupId group) {
  const Stake* stake = FindStake(world, lab, group);
  return stake == nullptr ? v1::BOARD_RIGHT_NONE : stake->board_right;
}

GroupId ControllerOf(const World& world, LabId lab) {
  if (world.labs[lab].division) return world.agent_of(lab).group;
  const CapTable& table = world.labs[lab].cap_table;
  for (const Holding& holding : table.holdings()) {
    if (table.StakePpm(holding.holder) > kPpm / 2) {
      return GroupOfHolder(world, table.HolderName(holding.holder));
    }
  }
  return GroupId();
}

std::vector<Interest> InterestsIn(const World& world, LabId lab) {
  const GroupId controller = ControllerOf(world, lab);
  const CapTable& table = world.labs[lab].cap_table;
  std::vector<GroupId> groups;
  if (controller.valid()) groups.push_back(controller);
  for (const Holding& holding : table.holdings()) {
    const GroupId group = GroupOfHolder(world, table.HolderName(holding.holder));
    if (group.valid()) groups.push_back(group);
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  std::vector<Interest> interests;
  interests.reserve(groups.size());
  for (GroupId group : groups) {
    interests.push_back(InterestFrom(world, lab, group, controller));
  }
  return interests;
}

Interest InterestOf(const World& world, LabId lab, GroupId group) {
  return InterestFrom(world, lab, group, ControllerOf(world, lab));
}

std::vector<double> RevenueShares(const World& world) {
  std::vector<double> shares;
  shares.reserve(static_cast<size_t>(world.labs.size()));
  double total = 0;
  for (const Lab& lab : world.labs) {
    shares.push_back(world.agents[lab.agent].active ? static_cast<double>(RevenueOf(lab).value())
                                                    : 0);
    total += shares.back();
  }
  if (total > 0) {
    for (double& share : shares) share /= total;
  }
  return shares;
}

double RevenueShare(const World& world, LabId lab) {
  return RevenueShares(world)[static_cast<size_t>(lab.value())];
}

uint32_t OverlapBp(const World& world, LabId lab, GroupId group) {
  if (world.scenario.switches().no_dual_allegiance()) return 0;
  double held = 0;
  double rivals = 0;
  for (LabId rival : world.labs.ids()) {
    if (rival == lab || !world.agent_of(rival).active) continue;
    const auto revenue = static_cast<double>(RevenueOf(world.labs[rival]).value());
    const Interest interest = InterestOf(world, rival, group);
    held += revenue * (interest.financial + interest.control) / 2;
    rivals += revenue;
  }
  if (rivals <= 0) return 0;
  return static_cast<uint32_t>(10'000 * held / rivals + 0.5);
}

std::vector<LabId> RivalsHeld(const World& world, LabId lab, GroupId group) {
  std::vector<LabId> held;
  for (LabId rival : world.labs.ids()) {
    if (rival != lab && world.agent_of(rival).active && StakePpm(world, rival, group) > 0) {
      held.push_back(rival);
    }
  }
  return held;
}

}  // namespace tranche
