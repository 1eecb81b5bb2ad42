#include "sim/deals.h"

#include "gtest/gtest.h"

namespace tranche {
namespace {

Contract Reservation(int64_t accelerators, uint32_t ramp_quarters) {
  Contract contract;
  contract.capacity.set_accelerators_h100e(accelerators);
  contract.capacity.set_ramp_quarters(ramp_quarters);
  contract.start = Quarter(2026, 2);
  contract.end = Quarter(2028, 2);
  return contract;
}

TEST(ContractTest, NothingIsReservedOutsideTheTerm) {
  const Contract contract = Reservation(1000, 0);
  EXPECT_EQ(contract.ReservedIn(Quarter(2026, 1)), 0);
  EXPECT_EQ(contract.ReservedIn(Quarter(2026, 2)), 1000);
  EXPECT_EQ(contract.ReservedIn(Quarter(2028, 1)), 1000);
  EXPECT_EQ(contract.ReservedIn(Quarter(2028, 2)), 0);
}

TEST(ContractTest, RampGrowsInEqualStepsToTheFullSize) {
  const Contract contract = Reservation(1000, 4);
  EXPECT_EQ(contract.ReservedIn(Quarter(2026, 2)), 250);
  EXPECT_EQ(contract.ReservedIn(Quarter(2026, 3)), 500);
  EXPECT_EQ(contract.ReservedIn(Quarter(2026, 4)), 750);
  EXPECT_EQ(contract.ReservedIn(Quarter(2027, 1)), 1000);
  EXPECT_EQ(contract.ReservedIn(Quarter(2027, 2)), 1000);
}

TEST(ContractTest, RampStartsFromWhatIsReservedAlready) {
  Contract contract = Reservation(1000, 2);
  contract.ramp_from_h100e = 600;
  EXPECT_EQ(contract.ReservedIn(Quarter(2026, 2)), 800);
  EXPECT_EQ(contract.ReservedIn(Quarter(2026, 3)), 1000);
}

TEST(ContractTest, EndedContractReservesNothing) {
  Contract contract = Reservation(1000, 0);
  contract.active = false;
  EXPECT_EQ(contract.ReservedIn(Quarter(2026, 3)), 0);
}

TEST(ContractTest, OnlyCapacityContractsReserve) {
  Contract contract = Reservation(1000, 0);
  contract.kind = Contract::Kind::kMarketplace;
  EXPECT_EQ(contract.ReservedIn(Quarter(2026, 3)), 0);
}

}  // namespace
}  // namespace tranche
