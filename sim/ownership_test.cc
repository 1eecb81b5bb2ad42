#include "sim/ownership.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class OwnershipTest : public NegotiationTest {};

TEST_F(OwnershipTest, GroupHoldsWhatItsAgentsBought) {
  EXPECT_EQ(StakePpm(world(), LabNamed("aurora"), GroupOf("nimbus-ventures")), 150'000u);
  EXPECT_EQ(StakePpm(world(), LabNamed("aurora"), GroupOf("nimbus")), 150'000u);
  EXPECT_EQ(StakePpm(world(), LabNamed("borealis"), GroupOf("nimbus")), 0u);
  EXPECT_EQ(StakePpm(world(), LabNamed("borealis"), GroupOf("harbor-fund")), 120'000u);
}

TEST_F(OwnershipTest, SeatGivesProportionalControlObserverHalfAndSilenceNone) {
  const Interest seat = InterestOf(world(), LabNamed("borealis"), GroupOf("harbor-fund"));
  EXPECT_DOUBLE_EQ(seat.financial, 0.12);
  EXPECT_DOUBLE_EQ(seat.control, 0.12);
  const Interest observer = InterestOf(world(), LabNamed("aurora"), GroupOf("nimbus"));
  EXPECT_DOUBLE_EQ(observer.control, 0.075);
  StakeOf(world(), LabNamed("aurora"), Agent("nimbus-ventures")).board_right = v1::BOARD_RIGHT_NONE;
  EXPECT_DOUBLE_EQ(InterestOf(world(), LabNamed("aurora"), GroupOf("nimbus")).control, 0);
}

TEST_F(OwnershipTest, MajorityIsTotalControlAndLeavesOthersNone) {
  TheLab("borealis")
      .cap_table.Issue(CapTable::common(),
                       AddHolder(world(), LabNamed("borealis"), GroupOf("nimbus")), 60'000'000,
                       Cents(0));
  EXPECT_EQ(ControllerOf(world(), LabNamed("borealis")), GroupOf("nimbus"));
  const std::vector<Interest> interests = InterestsIn(world(), LabNamed("borealis"));
  ASSERT_EQ(interests.size(), 2u);
  for (const Interest& interest : interests) {
    EXPECT_EQ(interest.control, interest.group == GroupOf("nimbus") ? 1 : 0);
  }
}

TEST_F(OwnershipTest, DivisionBelongsToItsGroup) {
  TheLab("aurora").division = true;
  EXPECT_EQ(ControllerOf(world(), LabNamed("aurora")), GroupOf("aurora"));
  EXPECT_EQ(StakePpm(world(), LabNamed("aurora"), GroupOf("aurora")), 1'000'000u);
}

TEST_F(OwnershipTest, OverlapIsThePartOfRivalsOwnedAndControlled) {
  // Of Aurora's one rival Harbor owns and controls 12%.
  EXPECT_EQ(OverlapBp(world(), LabNamed("aurora"), GroupOf("harbor-fund")), 1'200u);
  EXPECT_EQ(OverlapBp(world(), LabNamed("borealis"), GroupOf("harbor-fund")), 0u);
  // Nimbus owns 15% and, as an observer, controls half of that.
  EXPECT_EQ(OverlapBp(world(), LabNamed("borealis"), GroupOf("nimbus")), 1'125u);
  world().scenario.mutable_switches()->set_no_dual_allegiance(true);
  EXPECT_EQ(OverlapBp(world(), LabNamed("aurora"), GroupOf("harbor-fund")), 0u);
}

TEST_F(OwnershipTest, RevenueSharesSumToOne) {
  EXPECT_DOUBLE_EQ(
      RevenueShare(world(), LabNamed("aurora")) + RevenueShare(world(), LabNamed("borealis")), 1);
  EXPECT_DOUBLE_EQ(RevenueShare(world(), LabNamed("aurora")), 2.0 / 3);
}

TEST_F(OwnershipTest, SoldStakeLosesItsRights) {
  Stake& stake = StakeOf(world(), LabNamed("borealis"), Agent("harbor-fund"));
  CapTable& table = TheLab("borealis").cap_table;
  const int64_t shares = SharesOf(world(), LabNamed("borealis"), GroupOf("harbor-fund"));
  const Cents half = MoveShares(world(), stake, table.AddHolder("others"), shares / 2);
  EXPECT_EQ(half, Cents(200 * kMillion));
  EXPECT_EQ(stake.board_right, v1::BOARD_RIGHT_SEAT);
  MoveShares(world(), stake, table.AddHolder("others"), shares - shares / 2);
  EXPECT_EQ(stake.board_right, v1::BOARD_RIGHT_NONE);
  EXPECT_EQ(stake.cost, Cents(0));
  EXPECT_EQ(table.FullyDiluted(), 50'000'000);
}

}  // namespace
}  // namespace tranche
