#include "agents/strategies/directory.h"

#include <gtest/gtest.h>

#include <vector>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

using Names = std::vector<absl::string_view>;

void Leave(v1::PublicView& market, absl::string_view agent) {
  for (v1::AgentProfile& profile : *market.mutable_agents()) {
    if (profile.name() == agent) profile.set_active(false);
  }
}

TEST(DirectoryTest, GroupsWithARoleAreNamedOnce) {
  v1::PublicView market = HandMarket();
  AddAgent(market, "nimbus-growth", v1::ROLE_INVESTOR, "nimbus-group");
  AddAgent(market, "lone", v1::ROLE_INVESTOR);
  for (v1::AgentProfile& profile : *market.mutable_agents()) {
    if (profile.name() == "lone") profile.clear_group();
  }
  EXPECT_EQ(GroupsWith(market, v1::ROLE_INVESTOR), (Names{"harbor", "lone", "nimbus-group"}));
  EXPECT_EQ(GroupsWith(market, v1::ROLE_CLOUD), (Names{"nimbus-group", "stratus"}));
  Leave(market, "harbor");
  EXPECT_EQ(GroupsWith(market, v1::ROLE_INVESTOR), (Names{"lone", "nimbus-group"}));
  for (absl::string_view group : GroupsWith(market, v1::ROLE_INVESTOR)) {
    EXPECT_NE(MemberOf(market, group, v1::ROLE_INVESTOR), "") << group;
  }
}

TEST(DirectoryTest, TheBestModelIsAnActiveLabs) {
  v1::PublicView market = HandMarket();
  AddLab(market, "gamma", kBillion, kMillion, 27'500);
  EXPECT_EQ(BestCapability(market), 27'500);
  EXPECT_EQ(BestCapability(market, "gamma"), 27'000);
  Leave(market, "gamma");
  EXPECT_EQ(BestCapability(market), 27'000);
  EXPECT_EQ(BestCapability(v1::PublicView()), 0);
}

}  // namespace
}  // namespace tranche
