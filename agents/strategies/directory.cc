#include "agents/strategies/directory.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tranche {
namespace {

// The entry of that name in a table that is in the order of names, as the public view's are.
template <typename Table, typename NameOf>
auto FindByName(const Table& table, absl::string_view name, NameOf name_of) {
  const auto found = std::lower_bound(
      table.begin(), table.end(), name,
      [&](const auto& entry, absl::string_view wanted) { return name_of(entry) < wanted; });
  return found == table.end() || name_of(*found) != name ? nullptr : &*found;
}

}  // namespace

const v1::AgentProfile* FindProfile(const v1::PublicView& market, absl::string_view agent) {
  return FindByName(market.agents(), agent, [](const v1::AgentProfile& profile) {
    return absl::string_view(profile.name());
  });
}

const v1::LabDisclosure* FindLab(const v1::PublicView& market, absl::string_view lab) {
  return FindByName(market.labs(), lab, [](const v1::LabDisclosure& disclosure) {
    return absl::string_view(disclosure.lab());
  });
}

const v1::CloudDisclosure* FindCloud(const v1::PublicView& market, absl::string_view cloud) {
  return FindByName(market.clouds(), cloud, [](const v1::CloudDisclosure& disclosure) {
    return absl::string_view(disclosure.cloud());
  });
}

const v1::ChipMaker* FindChipMaker(const v1::PublicView& market, absl::string_view chip_maker) {
  return FindByName(market.chip_makers(), chip_maker, [](const v1::ChipMaker& maker) {
    return absl::string_view(maker.chip_maker());
  });
}

absl::string_view GroupOf(const v1::PublicView& market, absl::string_view agent) {
  const v1::AgentProfile* profile = FindProfile(market, agent);
  return profile == nullptr ? agent : GroupOf(*profile);
}

absl::string_view GroupOf(const v1::AgentProfile& agent) {
  return agent.group().empty() ? agent.name() : agent.group();
}

bool SameGroup(const v1::PublicView& market, absl::string_view a, absl::string_view b) {
  return GroupOf(market, a) == GroupOf(market, b);
}

bool IsActive(const v1::PublicView& market, absl::string_view agent) {
  const v1::AgentProfile* profile = FindProfile(market, agent);
  return profile != nullptr && profile->active();
}

std::vector<absl::string_view> ActiveAgents(const v1::PublicView& market, v1::Role role) {
  std::vector<absl::string_view> agents;
  for (const v1::AgentProfile& profile : market.agents()) {
    if (profile.role() == role && profile.active()) agents.emplace_back(profile.name());
  }
  return agents;
}

absl::string_view MemberOf(const v1::PublicView& market, absl::string_view group, v1::Role role) {
  for (const v1::AgentProfile& profile : market.agents()) {
    if (profile.role() != role || !profile.active()) continue;
    if (GroupOf(profile) == group) return profile.name();
  }
  return "";
}

std::vector<absl::string_view> GroupsWith(const v1::PublicView& market, v1::Role role) {
  std::vector<absl::string_view> groups;
  for (const v1::AgentProfile& profile : market.agents()) {
    if (profile.role() != role || !profile.active()) continue;
    groups.push_back(GroupOf(profile));
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

bool IsAmong(absl::string_view name, absl::Span<const absl::string_view> names) {
  return std::binary_search(names.begin(), names.end(), name);
}

const v1::LabDisclosure* BestLab(const v1::PublicView& market, absl::string_view except) {
  const v1::LabDisclosure* best = nullptr;
  for (const v1::LabDisclosure& lab : market.labs()) {
    // In this order: nearly every lab is behind, and names take long to find.
    if (best != nullptr && lab.capability_millis() <= best->capability_millis()) continue;
    if (lab.lab() != except && IsActive(market, lab.lab())) best = &lab;
  }
  return best;
}

int32_t BestCapability(const v1::PublicView& market, absl::string_view except) {
  const v1::LabDisclosure* best = BestLab(market, except);
  return best == nullptr ? 0 : std::max(best->capability_millis(), 0);
}

uint32_t DisclosedStakePpm(const v1::PublicView& market, absl::string_view group,
                           absl::string_view lab) {
  // By lab, then holder.
  const auto found = std::lower_bound(
      market.holdings().begin(), market.holdings().end(), std::make_pair(lab, group),
      [](const v1::HoldingDisclosure& holding,
         const std::pair<absl::string_view, absl::string_view>& wanted) {
        return std::pair<absl::string_view, absl::string_view>(holding.lab(),
                                                               holding.holder_group()) < wanted;
      });
  if (found == market.holdings().end() || found->lab() != lab || found->holder_group() != group) {
    return 0;
  }
  return found->stake_ppm();
}

const v1::AnnouncedEvent* ExpectedRound(const v1::PublicView& market, absl::string_view lab) {
  const v1::AnnouncedEvent* expected = nullptr;
  for (const v1::AnnouncedEvent& event : market.events()) {
    if (!event.has_round() || event.round().lab() != lab) continue;
    if (event.quarter() > market.quarter()) continue;
    if (market.quarter() > event.round().outside_quarter()) continue;
    expected = &event;
  }
  return expected;
}

}  // namespace tranche
