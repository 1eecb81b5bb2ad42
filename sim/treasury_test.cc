#include "sim/treasury.h"

#include "gtest/gtest.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

// The first cloud, with $5B, no site and nothing but compute to sell.
class TreasuryTest : public testing::Test {
 protected:
  void SetUp() override {
    economy_.cloud(0).other_revenue = Cents(0);
    ASSERT_EQ(SpendableCash(economy_.world, cloud()), FromDollars(5'000'000'000));
  }
  AgentId cloud() { return economy_.cloud_agent(0); }
  // What its other business leaves a quarter.
  void Earns(int64_t dollars) {
    economy_.cloud(0).other_revenue = FromDollars(2 * dollars);
    economy_.cloud(0).other_margin = 0.5;
  }
  void HasSite(int64_t dollars_left, int32_t quarters) {
    Build build;
    build.cloud = CloudId(0);
    build.region = RegionId(0);
    build.maker = ChipMakerId(0);
    build.total_cost = FromDollars(dollars_left);
    build.ready = economy_.world.quarter + quarters;
    economy_.world.builds.push_back(build);
  }

  HandMadeEconomy economy_;
};

TEST_F(TreasuryTest, SitesThatOperationsCantPayTakeCash) {
  HasSite(2'000'000'000, 4);
  EXPECT_EQ(CommittedCash(economy_.world, cloud()), FromDollars(2'000'000'000));
  EXPECT_EQ(UncommittedCash(economy_.world, cloud()), FromDollars(3'000'000'000));
}

TEST_F(TreasuryTest, SitesThatOperationsPayTakeNoCash) {
  Earns(500'000'000);
  HasSite(2'000'000'000, 4);
  EXPECT_EQ(UncommittedCash(economy_.world, cloud()), FromDollars(5'000'000'000));
}

TEST_F(TreasuryTest, InstalmentsDueBeforeTheCashComesInTakeCash) {
  Earns(500'000'000);
  // $800M are due at this close, and $500M come in until then; later the flow makes up for it.
  HasSite(800'000'000, 1);
  HasSite(400'000'000, 20);
  EXPECT_EQ(UncommittedCash(economy_.world, cloud()), FromDollars(4'680'000'000));
}

TEST_F(TreasuryTest, CashTakenMayOutrunTheCash) {
  HasSite(7'000'000'000, 4);
  EXPECT_EQ(CashTaken(economy_.world, cloud()), FromDollars(7'000'000'000));
  EXPECT_EQ(UncommittedCash(economy_.world, cloud()), Cents(0));
}

TEST_F(TreasuryTest, AnotherCloudsSitesDontCount) {
  HasSite(2'000'000'000, 4);
  EXPECT_EQ(UncommittedCash(economy_.world, economy_.cloud_agent(1)),
            SpendableCash(economy_.world, economy_.cloud_agent(1)));
}

TEST_F(TreasuryTest, ASiteMayCostCashAndWhatComesInUntilItIsPaid) {
  Earns(500'000'000);
  // Over four quarters $2B come in beside the $5B.
  EXPECT_EQ(MeansForSite(economy_.world, cloud(), 4), FromDollars(7'000'000'000));
  HasSite(1'000'000'000, 4);
  EXPECT_EQ(MeansForSite(economy_.world, cloud(), 4), FromDollars(6'000'000'000));
  // A short one can't wait for the cash to come in.
  EXPECT_EQ(MeansForSite(economy_.world, cloud(), 1), FromDollars(5'250'000'000));
}

TEST_F(TreasuryTest, ALossIsNoMeansForASite) {
  Earns(-500'000'000);
  EXPECT_EQ(OperatingCashFlow(economy_.world, economy_.world.agents[cloud()].group), Cents(0));
  EXPECT_EQ(MeansForSite(economy_.world, cloud(), 4), FromDollars(5'000'000'000));
}

}  // namespace
}  // namespace tranche
