#include "agents/strategies/funding_ask.h"

#include <gtest/gtest.h>

#include <vector>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

class FundingAskTest : public testing::Test {
 protected:
  TurnView View() const { return {market_, own_, {}, kTestQuarter, 1}; }
  bool Wants(double quarters, double value_cents) const {
    Runway runway{.cash_cents = 1e11, .burn_cents = 1e10, .quarters = quarters};
    return WantsMoney(View(), style_, runway, {.value_cents = value_cents}, history_, nullptr);
  }
  v1::FundingAsk Plan(double quarters, double value_cents) const {
    Runway runway{
        .cash_cents = 1e11, .burn_cents = 1e10, .quarters = quarters, .shortfall_cents = 5e10};
    return PlanAsk(View(), style_, runway, {.value_cents = value_cents}, history_, nullptr);
  }

  v1::PublicView market_ = HandMarket();
  v1::AgentView own_ = HandLab();
  FundraisingStyle style_{.runway_floor_quarters = 4, .raises_into_strength_at = 1.5};
  RoundHistory history_;
  RandomStream random_{1, StreamKey("test"), Quarter::FromIndex(kTestQuarter), Round(1)};
};

TEST_F(FundingAskTest, RaisesInNeedAfterARestAndInDespairAtOnce) {
  EXPECT_TRUE(Wants(3, 20.0 * kBillion));
  EXPECT_FALSE(Wants(6, 20.0 * kBillion));
  history_.rest_until = kTestQuarter + 1;
  EXPECT_FALSE(Wants(3, 20.0 * kBillion));
  EXPECT_TRUE(Wants(1, 20.0 * kBillion));
}

TEST_F(FundingAskTest, RaisesWithoutNeedWhenItsPriceHasRisen) {
  EXPECT_FALSE(Wants(10, 25.0 * kBillion));
  EXPECT_TRUE(Wants(10, 31.0 * kBillion));
  style_.raises_into_strength_at = 0;
  EXPECT_FALSE(Wants(10, 31.0 * kBillion));
}

TEST_F(FundingAskTest, ShunsTheOwnersOfRivalsAsItsStyleHasIt) {
  v1::HoldingDisclosure& holding = *market_.add_holdings();
  holding.set_holder_group("harbor");
  holding.set_lab("beta");
  holding.set_stake_ppm(200'000);
  style_.shuns_rival_stake = 0.1;
  EXPECT_EQ(Invited(View(), style_, nullptr, random_),
            std::vector<absl::string_view>{"nimbus-ventures"});
  style_.shuns_rival_stake = 0.3;
  EXPECT_EQ(Invited(View(), style_, nullptr, random_).size(), 2);
  // Who holds the lab's own shares is asked all the same.
  style_.shuns_rival_stake = 0.1;
  own_.mutable_lab()->add_cap_table()->set_holder("harbor");
  EXPECT_EQ(Invited(View(), style_, nullptr, random_).size(), 2);
}

TEST_F(FundingAskTest, APriceBelowTheLastIsADownRound) {
  EXPECT_EQ(Plan(3, 25.0 * kBillion).kind(), v1::FundingAsk::KIND_PRIMARY);
  EXPECT_EQ(Plan(3, 12.0 * kBillion).kind(), v1::FundingAsk::KIND_DOWN_ROUND);
}

TEST_F(FundingAskTest, FailureLeadsToABridgeAndAtLastToASale) {
  history_ = {.failures = 1, .failed_price_cents = 20.0 * kBillion};
  EXPECT_EQ(Plan(1.5, 20.0 * kBillion).kind(), v1::FundingAsk::KIND_BRIDGE);
  history_.failures = 2;
  EXPECT_EQ(Plan(0.8, 20.0 * kBillion).kind(), v1::FundingAsk::KIND_SALE);
  // While the cash still lasts as long as the review of a sale.
  EXPECT_EQ(Plan(3.5, 20.0 * kBillion).kind(), v1::FundingAsk::KIND_SALE);
  EXPECT_EQ(Plan(4.5, 20.0 * kBillion).kind(), v1::FundingAsk::KIND_DOWN_ROUND);
}

TEST_F(FundingAskTest, ASaleIsOfferedToAllWhoCouldBuy) {
  EXPECT_EQ(
      PossibleBuyers(View(), random_),
      (std::vector<absl::string_view>{"beta", "harbor", "nimbus", "nimbus-ventures", "stratus"}));
}

}  // namespace
}  // namespace tranche
