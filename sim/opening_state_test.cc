// What the flagship's opening comes to, beyond single figures: broker/evidence/audit_test.cc
// compares those with the facts.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "sim/genesis.h"
#include "sim/ownership.h"
#include "sim/testing/small_market.h"
#include "sim/views.h"

namespace tranche {
namespace {

namespace pb = v1;

class OpeningStateTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    absl::StatusOr<std::unique_ptr<World>> world = BuildWorld(ShippedScenario("amazon-openai"), 1);
    TRANCHE_CHECK(world.ok(), std::string(world.status().message()));
    world_ = world->release();
  }

  static LabId LabNamed(absl::string_view name) { return world_->lab_of(world_->FindAgent(name)); }

  static const World* world_;
};

const World* OpeningStateTest::world_ = nullptr;

// Cash burnt at the opening's prices and contracts: more than in 2025, and the labs that raise
// money live some quarters on what they have.
TEST_F(OpeningStateTest, LabsBurnCashAndLiveOnForSomeQuarters) {
  pb::AgentView view;
  BuildAgentView(*world_, world_->FindAgent("openai"), &view);
  const double burn = -4 * static_cast<double>(view.books().operating_cash_flow_cents()) / 1e11;
  // deploy/facts/history.csv, OpenAI cash_burn_year 2025-12-31.
  constexpr double kBurnOf2025 = 8.5;
  EXPECT_GT(burn, kBurnOf2025);
  EXPECT_LT(burn, 2 * kBurnOf2025);
  for (const char* lab : {"openai", "anthropic", "xai"}) {
    BuildAgentView(*world_, world_->FindAgent(lab), &view);
    const double runway = static_cast<double>(view.books().cash_cents()) /
                          -static_cast<double>(view.books().operating_cash_flow_cents());
    EXPECT_LT(view.books().operating_cash_flow_cents(), 0) << lab;
    EXPECT_GT(runway, 4) << lab;
  }
}

// 15 to 19 percent, diluted since the notes converted: the scenario's comment has the reasoning.
TEST_F(OpeningStateTest, AmazonHoldsASixthOfAnthropic) {
  const uint32_t ppm = StakePpm(*world_, LabNamed("anthropic"), GroupOfHolder(*world_, "amazon"));
  EXPECT_GE(ppm, 150'000u);
  EXPECT_LE(ppm, 190'000u);
}

TEST_F(OpeningStateTest, NineteenAgentsPlay) {
  EXPECT_EQ(world_->labs.size(), 4);
  EXPECT_EQ(world_->clouds.size(), 5);
  EXPECT_EQ(world_->investors.size(), 7);
  EXPECT_EQ(world_->regulators.size(), 3);
  EXPECT_EQ(StakePpm(*world_, LabNamed("google-deepmind"), GroupOfHolder(*world_, "alphabet")),
            1'000'000);
}

}  // namespace
}  // namespace tranche
