#include "sim/anti_dilution.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

// Ten million common shares and a series A of two million, bought at $1.
class ProtectTest : public testing::Test {
 protected:
  void AddSeries(DilutionProtection protection) {
    table.Issue(CapTable::common(), table.AddHolder("founders"), 10'000'000, Cents(0));
    ShareClass a;
    a.name = "A";
    a.preferred = true;
    a.preference = BasisPoints(10'000);
    a.original_price = SharePrice::FromMicros(1'000'000);
    a.protection = protection;
    a.conversion_price_micros = 1'000'000;
    series = table.AddClass(a);
    fund = table.AddHolder("fund");
    table.Issue(series, fund, 2'000'000, FromDollars(2'000'000));
  }

  CapTable table;
  ShareClassId series;
  HolderId fund;
};

// CP' = CP (A + N / CP) / (A + N / P), with A = 12M, N = $2M, P = $0.50: 1 x 14 / 16 = $0.875, and
// 2M shares become 2M / 0.875 = 2,285,714.
TEST_F(ProtectTest, BroadBasedWeightedAverageGivesTheTextbooksNumber) {
  AddSeries(DilutionProtection::kWeightedAverage);
  const auto issued = table.Protect(SharePrice::FromMicros(500'000), FromDollars(2'000'000));
  ASSERT_EQ(issued.size(), 1u);
  EXPECT_EQ(issued[0].shares, 285'714);
  EXPECT_EQ(issued[0].conversion_price_micros, 875'000);
  EXPECT_EQ(table.SharesOf(fund), 2'285'714);
  EXPECT_EQ(table.share_class(series).conversion_price_micros, 875'000);
}

TEST_F(ProtectTest, FullRatchetGivesSharesAsIfBoughtAtTheNewPrice) {
  AddSeries(DilutionProtection::kFullRatchet);
  table.Protect(SharePrice::FromMicros(500'000), FromDollars(2'000'000));
  EXPECT_EQ(table.SharesOf(fund), 4'000'000);
  EXPECT_EQ(table.share_class(series).conversion_price_micros, 500'000);
  // A second round below the first counts from the adjusted price.
  table.Protect(SharePrice::FromMicros(250'000), FromDollars(2'000'000));
  EXPECT_EQ(table.SharesOf(fund), 8'000'000);
}

TEST_F(ProtectTest, ARoundAtOrAboveItsPriceChangesNothing) {
  AddSeries(DilutionProtection::kWeightedAverage);
  EXPECT_TRUE(table.Protect(SharePrice::FromMicros(1'000'000), FromDollars(2'000'000)).empty());
  EXPECT_TRUE(table.Protect(SharePrice::FromMicros(3'000'000), FromDollars(2'000'000)).empty());
}

TEST_F(ProtectTest, UnprotectedSharesGetNothing) {
  AddSeries(DilutionProtection::kNone);
  EXPECT_TRUE(table.Protect(SharePrice::FromMicros(500'000), FromDollars(2'000'000)).empty());
}

// What is left of preferences doesn't grow with the shares.
TEST_F(ProtectTest, TheLiquidationPreferenceStays) {
  AddSeries(DilutionProtection::kFullRatchet);
  table.Protect(SharePrice::FromMicros(500'000), FromDollars(2'000'000));
  const std::vector<Cents> parts = table.Waterfall(FromDollars(2'500'000), Quarter(2026, 1));
  EXPECT_EQ(parts[static_cast<size_t>(fund.value())], FromDollars(2'000'000));
}

// Harbor bought Aurora's protected shares; a down round follows.
class DownRoundTest : public NegotiationTest {
 protected:
  void DownRound(bool switched_off) {
    v1::Scenario scenario = DuopolyScenario();
    scenario.mutable_switches()->set_no_review(true);
    scenario.mutable_switches()->set_no_anti_dilution(switched_off);
    Open(scenario);
    v1::FundingTerms terms = Terms(kBillion, 20 * kBillion);
    terms.set_anti_dilution(v1::ANTI_DILUTION_FULL_RATCHET);
    SignWith("harbor-fund", terms);
    CloseQuarter();
    before = SharesOf(world(), LabNamed("aurora"), GroupOf("harbor-fund"));
    SignWith("nimbus-ventures", Terms(kBillion, 5 * kBillion), "aurora", "down");
    CloseQuarter();
    after = SharesOf(world(), LabNamed("aurora"), GroupOf("harbor-fund"));
  }
  int64_t before = 0;
  int64_t after = 0;
};

TEST_F(DownRoundTest, EarlierProtectedInvestorsGetSharesAndTheCapTableAddsUp) {
  DownRound(/*switched_off=*/false);
  EXPECT_EQ(before, 5'000'000);  // at $200
  // $1B at the down round's price of $5B / 105M shares.
  EXPECT_NEAR(static_cast<double>(after), 1e9 / (5e9 / 105e6), 2);
  ASSERT_EQ(Sent(v1::Message::kAntiDilutionIssue).size(), 1u);
  const v1::AntiDilutionIssue issue =
      Sent(v1::Message::kAntiDilutionIssue)[0].anti_dilution_issue();
  EXPECT_EQ(issue.holder(), "harbor-fund");
  EXPECT_EQ(issue.shares_issued(), after - before);
  const CapTable& table = TheLab("aurora").cap_table;
  int64_t sum = table.pool();
  for (const Holding& holding : table.holdings()) sum += holding.shares;
  EXPECT_EQ(sum, table.FullyDiluted());
}

TEST_F(DownRoundTest, SwitchedOffACheaperRoundBringsNothing) {
  DownRound(/*switched_off=*/true);
  EXPECT_EQ(after, before);
  EXPECT_TRUE(Sent(v1::Message::kAntiDilutionIssue).empty());
}

TEST_F(DownRoundTest, ARoundEnlargesTheOptionPoolBeforeTheMoney) {
  v1::Scenario scenario = DuopolyScenario();
  scenario.mutable_switches()->set_no_review(true);
  Open(scenario);
  v1::FundingTerms terms = Terms(2 * kBillion, 18 * kBillion);
  terms.set_option_pool_bp(1'000);
  SignWith("harbor-fund", terms);
  CloseQuarter();
  const CapTable& table = TheLab("aurora").cap_table;
  EXPECT_NEAR(static_cast<double>(table.pool()), 0.1 * table.FullyDiluted(), 2);
  // The new investor has its tenth: present holders bear the pool.
  EXPECT_NEAR(StakePpm(world(), LabNamed("aurora"), GroupOf("harbor-fund")), 100'000, 1);
}

}  // namespace
}  // namespace tranche
