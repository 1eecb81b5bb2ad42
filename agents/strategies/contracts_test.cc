#include "agents/strategies/contracts.h"

#include <gtest/gtest.h>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

TEST(ContractsTest, ReservationsFollowRampAndTerm) {
  v1::ContractView contract;
  v1::CapacityTerms& terms = *contract.mutable_capacity();
  terms.set_accelerators_h100e(100);
  terms.set_start_quarter(10);
  terms.set_term_quarters(6);
  terms.set_ramp_quarters(4);
  contract.set_accelerators_now_h100e(25);
  EXPECT_EQ(ReservedIn(contract, 10, 9), 0);
  EXPECT_EQ(ReservedIn(contract, 10, 10), 25);
  EXPECT_EQ(ReservedIn(contract, 10, 11), 50);
  EXPECT_EQ(ReservedIn(contract, 10, 13), 100);
  EXPECT_EQ(ReservedIn(contract, 10, 15), 100);
  EXPECT_EQ(ReservedIn(contract, 10, 16), 0);
}

TEST(ContractsTest, AClosedDealsCommitmentBindsLikeAContract) {
  v1::AgentView own = HandLab();
  EXPECT_EQ(ExclusiveProvider(own), "");
  v1::DealView& deal = *own.add_deals();
  deal.mutable_terms()->mutable_cloud_commitment()->set_cloud("nimbus");
  deal.mutable_terms()->mutable_cloud_commitment()->set_exclusive(true);
  deal.set_state(v1::DealDisclosure::STATE_SIGNED);
  EXPECT_EQ(ExclusiveProvider(own), "");
  deal.set_state(v1::DealDisclosure::STATE_CLOSED);
  EXPECT_EQ(ExclusiveProvider(own), "nimbus");
}

TEST(ContractsTest, FirstRefusalHoldersLeaveOutTheQuotingCloud) {
  v1::AgentView own = HandLab();
  own.mutable_contracts(0)->mutable_capacity()->set_right_of_first_refusal(true);
  EXPECT_EQ(FirstRefusalHolders(own, "stratus"), std::vector<absl::string_view>{"nimbus"});
  EXPECT_TRUE(FirstRefusalHolders(own, "nimbus").empty());
}

}  // namespace
}  // namespace tranche
