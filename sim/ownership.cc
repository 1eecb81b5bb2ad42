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
  return world.labs[lab].cap_table.FindHolder(group);
}

HolderId AddHolder(World& world, LabId lab, GroupId group) {
  return world.labs[lab].cap_table.AddHolder(HolderNameOf(world, group), group);
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
  return world.stakes.Find(lab, group);
}

Stake& StakeOf(World& world, LabId lab, AgentId agent) {
  const GroupId group = world.agents[agent].group;
  if (Stake* held = world.stakes.Find(lab, group)) return *held;
  Stake stake;
  stake.holder = group;
  stake.holder_agent = agent;
  stake.lab = lab;
  stake.since = world.quarter;
  return world.stakes.Add(std::move(stake));
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
  const HolderId majority = table.MajorityHolder();
  return majority.valid() ? table.GroupOf(majority) : GroupId();
}

std::vector<Interest> InterestsIn(const World& world, LabId lab) {
  const GroupId controller = ControllerOf(world, lab);
  const CapTable& table = world.labs[lab].cap_table;
  std::vector<GroupId> groups;
  if (controller.valid()) groups.push_back(controller);
  for (const Holding& holding : table.holdings()) {
    const GroupId group = table.GroupOf(holding.holder);
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
  // Control takes shares: there is no need to look for it.
  if (StakePpm(world, lab, group) == 0) return {group};
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

std::vector<LabId> LabsHeld(const World& world, GroupId group) {
  const absl::Span<const LabId> with_stake = world.stakes.LabsOf(group);
  std::vector<LabId> labs(with_stake.begin(), with_stake.end());
  for (AgentId member : world.groups[group].members) {
    const LabId lab = world.lab_of(member);
    if (lab.valid()) labs.push_back(lab);
  }
  std::sort(labs.begin(), labs.end());
  labs.erase(std::unique(labs.begin(), labs.end()), labs.end());
  return labs;
}

double RevenueShare(const World& world, LabId lab) {
  return RevenueShares(world)[static_cast<size_t>(lab.value())];
}

namespace {

double ActiveRevenue(const World& world, LabId lab) {
  return world.agent_of(lab).active ? static_cast<double>(RevenueOf(world.labs[lab]).value()) : 0;
}

// Revenue of the group's labs but `lab`, weighed by its interests in them.
double RevenueHeld(const World& world, absl::Span<const LabId> held, LabId lab, GroupId group) {
  double revenue = 0;
  for (LabId rival : held) {
    if (rival == lab) continue;
    const Interest interest = InterestOf(world, rival, group);
    revenue += ActiveRevenue(world, rival) * (interest.financial + interest.control) / 2;
  }
  return revenue;
}

uint32_t OverlapBp(double held, double rivals) {
  return rivals <= 0 ? 0 : static_cast<uint32_t>(10'000 * held / rivals + 0.5);
}

}  // namespace

std::vector<uint32_t> OverlapsBp(const World& world, GroupId group) {
  std::vector<uint32_t> overlaps(static_cast<size_t>(world.labs.size()));
  if (world.scenario.switches().no_dual_allegiance()) return overlaps;
  const std::vector<LabId> labs = LabsHeld(world, group);
  const double held = RevenueHeld(world, labs, LabId(), group);
  if (held <= 0) return overlaps;
  // Sums of whole cents are exact, so the parts can be taken out again.
  double revenue = 0;
  for (LabId lab : world.labs.ids()) revenue += ActiveRevenue(world, lab);
  for (LabId lab : world.labs.ids()) {
    const bool is_held = std::binary_search(labs.begin(), labs.end(), lab);
    overlaps[static_cast<size_t>(lab.value())] = OverlapBp(
        is_held ? RevenueHeld(world, labs, lab, group) : held, revenue - ActiveRevenue(world, lab));
  }
  return overlaps;
}

uint32_t OverlapBp(const World& world, LabId lab, GroupId group) {
  if (world.scenario.switches().no_dual_allegiance()) return 0;
  double rivals = 0;
  for (LabId rival : world.labs.ids()) {
    if (rival != lab) rivals += ActiveRevenue(world, rival);
  }
  return OverlapBp(RevenueHeld(world, LabsHeld(world, group), lab, group), rivals);
}

std::vector<LabId> RivalsHeld(const World& world, LabId lab, GroupId group) {
  std::vector<LabId> held = LabsHeld(world, group);
  std::erase_if(held, [&](LabId rival) {
    return rival == lab || !world.agent_of(rival).active || StakePpm(world, rival, group) == 0;
  });
  return held;
}

}  // namespace tranche
