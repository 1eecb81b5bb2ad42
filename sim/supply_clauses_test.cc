#include "sim/supply_clauses.h"

#include "sim/supply.h"
#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class SupplyClausesTest : public NegotiationTest {
 protected:
  v1::CapacityTerms Capacity(int64_t accelerators, int64_t price_micros) {
    v1::CapacityTerms terms;
    terms.set_accelerators_h100e(accelerators);
    terms.set_start_quarter(world().quarter.index());
    terms.set_term_quarters(2);
    terms.set_price_micros_per_gpu_hour(price_micros);
    terms.set_take_or_pay_bp(5'000);
    return terms;
  }
  std::string Buy(absl::string_view lab, absl::string_view topic, const v1::CapacityTerms& terms) {
    const std::string thread = absl::StrCat("stratus/", topic);
    v1::Message move;
    *move.mutable_capacity_quote()->mutable_terms() = terms;
    const std::string refused = Move("stratus", {lab}, thread, move);
    if (!refused.empty()) return refused;
    return Accept(lab, "stratus", thread, last_id);
  }
  std::string Renew(absl::string_view lab, absl::string_view contract,
                    absl::string_view cloud = "stratus") {
    v1::Message move;
    move.mutable_contract_renewal();
    return Move(lab, {cloud}, contract, move);
  }
  Contract& TheContract(absl::string_view name) {
    Contract* contract = FindContract(world(), name);
    TRANCHE_CHECK(contract != nullptr, std::string(name));
    return *contract;
  }
};

TEST_F(SupplyClausesTest, AnOptionExtendsTheContractOnceOnTheSameTerms) {
  v1::CapacityTerms terms = Capacity(4'000, 2'000'000);
  terms.set_renewal_quarters(3);
  ASSERT_EQ(Buy("borealis", "c", terms), "");
  const Quarter end = TheContract("stratus/c/borealis").end;
  CloseQuarter();
  EXPECT_EQ(Renew("borealis", "stratus/c/borealis", "nimbus"), "recipients");
  EXPECT_EQ(Renew("aurora", "stratus/c/borealis"), "contract");
  ASSERT_EQ(Renew("borealis", "stratus/c/borealis"), "");
  const Contract& contract = TheContract("stratus/c/borealis");
  EXPECT_EQ(contract.end, end + 3);
  EXPECT_EQ(contract.ReservedIn(end + 2), 4'000);
  EXPECT_EQ(contract.capacity.price_micros_per_gpu_hour(), 2'000'000);
  EXPECT_EQ(Sent(v1::Message::kContractSigned).back().contract_signed().capacity().term_quarters(),
            5u);
  EXPECT_EQ(Renew("borealis", "stratus/c/borealis"), "renewal");
}

TEST_F(SupplyClausesTest, AnOptionNotUsedEndsWithTheContract) {
  v1::CapacityTerms terms = Capacity(4'000, 2'000'000);
  terms.set_renewal_quarters(3);
  ASSERT_EQ(Buy("borealis", "c", terms), "");
  CloseQuarter();
  CloseQuarter();
  EXPECT_EQ(Renew("borealis", "stratus/c/borealis"), "contract");
}

TEST_F(SupplyClausesTest, TheCloudHoldsTheCapacityOfAnOption) {
  const CloudId stratus = world().cloud_of(Agent("stratus"));
  const Quarter after = world().quarter + 2;
  const int64_t free = UncommittedCapacity(world(), stratus, after);
  v1::CapacityTerms terms = Capacity(4'000, 2'000'000);
  terms.set_renewal_quarters(3);
  ASSERT_EQ(Buy("borealis", "c", terms), "");
  EXPECT_EQ(UncommittedCapacity(world(), stratus, after), free - 4'000);
  EXPECT_EQ(TheContract("stratus/c/borealis").ReservedIn(after), 0);
  v1::CapacityTerms beyond = Capacity(free - 4'000 + 1, 2'000'000);
  beyond.set_start_quarter(after.index());
  EXPECT_EQ(Buy("borealis", "d", beyond), "capacity");
}

TEST_F(SupplyClausesTest, MostFavouredPriceFallsToWhatAnotherLabPays) {
  // Aurora may buy where it likes.
  for (Contract& contract : world().contracts) {
    contract.capacity.set_right_of_first_refusal(false);
  }
  v1::CapacityTerms favoured = Capacity(1'000, 2'000'000);
  favoured.set_most_favoured(true);
  ASSERT_EQ(Buy("borealis", "favoured", favoured), "");
  ASSERT_EQ(Buy("borealis", "plain", Capacity(1'000, 1'900'000)), "");
  EXPECT_EQ(TheContract("stratus/favoured/borealis").capacity.price_micros_per_gpu_hour(),
            2'000'000)
      << "its own other contracts don't count";
  ASSERT_EQ(Buy("aurora", "dear", Capacity(1'000, 2'100'000)), "");
  EXPECT_TRUE(Sent(v1::Message::kContractRepriced).empty());
  ASSERT_EQ(Buy("aurora", "cheap", Capacity(1'000, 1'500'000)), "");
  EXPECT_EQ(TheContract("stratus/favoured/borealis").capacity.price_micros_per_gpu_hour(),
            1'500'000);
  EXPECT_EQ(TheContract("stratus/plain/borealis").capacity.price_micros_per_gpu_hour(), 1'900'000);
  ASSERT_EQ(Sent(v1::Message::kContractRepriced).size(), 1u);
  EXPECT_EQ(Sent(v1::Message::kContractRepriced)[0]
                .contract_repriced()
                .former_price_micros_per_gpu_hour(),
            2'000'000);
}

}  // namespace
}  // namespace tranche
