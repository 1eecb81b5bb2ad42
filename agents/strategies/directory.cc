#include "agents/strategies/directory.h"

#include <vector>

namespace tranche {

const v1::AgentProfile* FindProfile(const v1::PublicView& market, absl::string_view agent) {
  for (const v1::AgentProfile& profile : market.agents()) {
    if (profile.name() == agent) return &profile;
  }
  return nullptr;
}

const v1::LabDisclosure* FindLab(const v1::PublicView& market, absl::string_view lab) {
  for (const v1::LabDisclosure& disclosure : market.labs()) {
    if (disclosure.lab() == lab) return &disclosure;
  }
  return nullptr;
}

const v1::CloudDisclosure* FindCloud(const v1::PublicView& market, absl::string_view cloud) {
  for (const v1::CloudDisclosure& disclosure : market.clouds()) {
    if (disclosure.cloud() == cloud) return &disclosure;
  }
  return nullptr;
}

const v1::ChipMaker* FindChipMaker(const v1::PublicView& market, absl::string_view chip_maker) {
  for (const v1::ChipMaker& maker : market.chip_makers()) {
    if (maker.chip_maker() == chip_maker) return &maker;
  }
  return nullptr;
}

absl::string_view GroupOf(const v1::PublicView& market, absl::string_view agent) {
  const v1::AgentProfile* profile = FindProfile(market, agent);
  return profile == nullptr || profile->group().empty() ? agent : profile->group();
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
    if (profile.role() == role && profile.active() && GroupOf(market, profile.name()) == group) {
      return profile.name();
    }
  }
  return "";
}

uint32_t DisclosedStakePpm(const v1::PublicView& market, absl::string_view group,
                           absl::string_view lab) {
  for (const v1::HoldingDisclosure& holding : market.holdings()) {
    if (holding.holder_group() == group && holding.lab() == lab) return holding.stake_ppm();
  }
  return 0;
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
