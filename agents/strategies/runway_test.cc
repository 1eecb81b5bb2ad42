#include "agents/strategies/runway.h"

#include <gtest/gtest.h>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

TEST(RunwayTest, IsCashOverBurnWithoutCommitments) {
  const Runway runway = PlanRunway(HandLab(), kTestQuarter, 8, 0);
  EXPECT_DOUBLE_EQ(runway.quarters, 2.25);
  EXPECT_DOUBLE_EQ(runway.burn_cents, 200.0 * kMillion);
  EXPECT_DOUBLE_EQ(runway.shortfall_cents, 1'150.0 * kMillion);
}

TEST(RunwayTest, CommitmentsThatGrowShortenIt) {
  v1::AgentView own = HandLab();
  for (int32_t ahead = 0; ahead < 8; ++ahead) {
    v1::PaymentDue& due = *own.mutable_lab()->add_commitments();
    due.set_quarter(kTestQuarter + ahead);
    due.set_amount_cents((100 + 100 * ahead) * kMillion);
  }
  // Burns 200, and 250 of 300.
  const Runway runway = PlanRunway(own, kTestQuarter, 8, 0);
  EXPECT_DOUBLE_EQ(runway.quarters, 1 + 250.0 / 300);
}

TEST(RunwayTest, GrowthLengthensItAndProfitEndsTheQuestion) {
  v1::AgentView own = HandLab();
  EXPECT_GT(PlanRunway(own, kTestQuarter, 8, 0.1).quarters, 2.25);
  own.mutable_books()->set_operating_cash_flow_cents(10 * kMillion);
  const Runway runway = PlanRunway(own, kTestQuarter, 8, 0);
  EXPECT_EQ(runway.quarters, kEndlessQuarters);
  EXPECT_EQ(runway.shortfall_cents, 0);
}

TEST(RunwayTest, AnEmptyViewHasNoBurn) {
  EXPECT_EQ(PlanRunway(v1::AgentView(), kTestQuarter, 8, 0.1).quarters, kEndlessQuarters);
}

TEST(RunwayTest, PendingCapitalIsWhatSignedDealsStillBring) {
  v1::AgentView own = HandLab();
  v1::DealView& signed_deal = *own.add_deals();
  signed_deal.set_lab("alpha");
  signed_deal.set_state(v1::DealDisclosure::STATE_UNDER_REVIEW);
  signed_deal.mutable_terms()->set_amount_cents(kBillion);
  v1::DealView& closed = *own.add_deals();
  closed = signed_deal;
  closed.set_state(v1::DealDisclosure::STATE_ENDED);
  EXPECT_EQ(PendingCapital(own), 1.0 * kBillion);
}

}  // namespace
}  // namespace tranche
