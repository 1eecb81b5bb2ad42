#include "agents/strategies/funding_terms.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

v1::FundingTerms ThreeTranches() {
  v1::FundingTerms terms;
  terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  terms.set_amount_cents(1000);
  terms.set_pre_money_cents(9000);
  v1::Tranche& first = *terms.add_tranches();
  first.set_amount_cents(300);
  first.mutable_condition()->set_clearance(true);
  v1::Tranche& second = *terms.add_tranches();
  second.set_amount_cents(500);
  second.mutable_condition()->set_quarter(8106);
  v1::Tranche& third = *terms.add_tranches();
  third.set_amount_cents(200);
  third.mutable_condition()->set_capability_millis(27'500);
  return terms;
}

int64_t SumOfTranches(const v1::FundingTerms& terms) {
  int64_t sum = 0;
  for (const v1::Tranche& tranche : terms.tranches()) sum += tranche.amount_cents();
  return sum;
}

TEST(FundingTermsTest, ReadsStakeAndTranches) {
  const v1::FundingTerms terms = ThreeTranches();
  EXPECT_DOUBLE_EQ(StakeBought(terms), 0.1);
  EXPECT_DOUBLE_EQ(PartAtClearance(terms), 0.3);
  EXPECT_DOUBLE_EQ(PartAtRisk(terms), 0.2);
}

TEST(FundingTermsTest, TranchesAddUpAfterScaling) {
  for (const int64_t amount : {1, 7, 333, 1000, 1'000'001}) {
    v1::FundingTerms terms = ThreeTranches();
    ScaleAmount(terms, static_cast<double>(amount));
    EXPECT_EQ(terms.amount_cents(), amount);
    EXPECT_EQ(SumOfTranches(terms), amount);
  }
}

TEST(FundingTermsTest, MoreAtClearanceLeavesTheSumAlone) {
  v1::FundingTerms terms = ThreeTranches();
  RaisePartAtClearance(terms, 0.65);
  EXPECT_DOUBLE_EQ(PartAtClearance(terms), 0.65);
  EXPECT_EQ(SumOfTranches(terms), 1000);
  EXPECT_EQ(terms.tranches_size(), 3);
  RaisePartAtClearance(terms, 1);
  EXPECT_EQ(terms.tranches_size(), 1);
  EXPECT_EQ(SumOfTranches(terms), 1000);
}

TEST(FundingTermsTest, AlreadyEnoughAtClearanceChangesNothing) {
  v1::FundingTerms terms = ThreeTranches();
  RaisePartAtClearance(terms, 0.2);
  EXPECT_EQ(terms.SerializeAsString(), ThreeTranches().SerializeAsString());
}

TEST(FundingTermsTest, DescribesTermsInOneLine) {
  v1::FundingTerms terms = ThreeTranches();
  terms.set_board_right(v1::BOARD_RIGHT_OBSERVER);
  terms.mutable_cloud_commitment()->set_cloud("nimbus");
  terms.mutable_cloud_commitment()->set_amount_cents(2000);
  terms.mutable_cloud_commitment()->set_exclusive(true);
  EXPECT_EQ(Describe(terms),
            "$10.00 at $90.00 pre-money, 30% at clearance, observer, $20.00 at nimbus exclusively");
}

}  // namespace
}  // namespace tranche
