#include "sim/compute_market.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

// Each cloud has 10,000 H100e of 2,000 hours: 20 million GPU-hours.
constexpr int64_t kCapacity = 20'000'000;

class ComputeMarketTest : public testing::Test {
 protected:
  void Want(int lab, int64_t inference, int64_t training) {
    economy_.lab(lab).inference_wanted_gpu_hours = inference;
    economy_.lab(lab).training_gpu_hours_wanted = training;
  }
  void Order(int lab, int cloud, int64_t gpu_hours, int64_t limit = 10'000'000) {
    economy_.lab(lab).orders.push_back({CloudId(cloud), gpu_hours, limit});
  }
  void Clear() { ClearComputeMarket(economy_.world, economy_.out); }
  Verdict Submit(int lab, const std::string& cloud, int64_t gpu_hours) {
    v1::Message move;
    move.mutable_capacity_order()->set_cloud(cloud);
    move.mutable_capacity_order()->set_gpu_hours(gpu_hours);
    move.mutable_capacity_order()->set_limit_price_micros_per_gpu_hour(5'000'000);
    return ApplyCapacityOrder(economy_.world, economy_.lab_agent(lab), move);
  }
  int64_t LotHours(int lab, int cloud) {
    int64_t sum = 0;
    for (const ComputeLot& lot : economy_.world.compute_lots) {
      if (lot.lab == LabId(lab) && lot.cloud == CloudId(cloud)) sum += lot.gpu_hours;
    }
    return sum;
  }

  HandMadeEconomy economy_;
};

TEST_F(ComputeMarketTest, ReservedHoursServeCustomersFirstThenTraining) {
  economy_.Reserve(0, 0, 1000, 1'500'000);
  Want(0, 1'500'000, 5'000'000);
  Clear();
  EXPECT_EQ(economy_.lab(0).inference_served_gpu_hours, 1'500'000);
  EXPECT_EQ(economy_.lab(0).training_gpu_hours, 500'000);
  EXPECT_EQ(economy_.lab(0).service_level, 1);
}

TEST_F(ComputeMarketTest, TrainingShareGoesToTrainingEvenIfCustomersGoShort) {
  economy_.Reserve(0, 0, 1000, 1'500'000);
  economy_.lab(0).training_share_bp = 5000;
  Want(0, 2'000'000, 5'000'000);
  Clear();
  EXPECT_EQ(economy_.lab(0).training_gpu_hours, 1'000'000);
  EXPECT_EQ(economy_.lab(0).inference_served_gpu_hours, 1'000'000);
  EXPECT_DOUBLE_EQ(economy_.lab(0).service_level, 0.5);
}

TEST_F(ComputeMarketTest, ServingGapIsBoughtOnDemandAtTheCheapestCloud) {
  economy_.cloud(1).on_demand_price_micros = 1'900'000;
  economy_.Reserve(0, 0, 500, 1'500'000);
  economy_.lab(0).on_demand_limit_gpu_hours = 3'000'000;
  Want(0, 2'500'000, 0);
  Clear();
  EXPECT_EQ(economy_.lab(0).inference_served_gpu_hours, 2'500'000);
  EXPECT_EQ(LotHours(0, 1), 1'500'000);
  EXPECT_EQ(economy_.cloud(1).on_demand_sold_gpu_hours, 1'500'000);
}

TEST_F(ComputeMarketTest, ServingGapStopsAtTheServingPlansLimit) {
  economy_.lab(0).on_demand_limit_gpu_hours = 400'000;
  Want(0, 1'000'000, 0);
  Clear();
  EXPECT_EQ(economy_.lab(0).inference_served_gpu_hours, 400'000);
}

TEST_F(ComputeMarketTest, AFullCloudSendsLabsToTheNext) {
  economy_.cloud(0).on_demand_price_micros = 1'000'000;
  economy_.cloud(0).other_tenants_reference_price_micros = 1'000'000;
  economy_.lab(0).on_demand_limit_gpu_hours = 30'000'000;
  Want(0, 30'000'000, 0);
  Clear();
  EXPECT_EQ(LotHours(0, 0), kCapacity);
  EXPECT_EQ(LotHours(0, 1), 10'000'000);
  EXPECT_EQ(economy_.lab(0).service_level, 1);
}

TEST_F(ComputeMarketTest, ShortCapacityIsRationedProRataAmongLabsAndOtherTenants) {
  economy_.cloud(0).other_tenants_gpu_hours = 20'000'000;
  Order(0, 0, 12'000'000);
  Order(1, 0, 8'000'000);
  Want(0, 12'000'000, 0);
  Want(1, 8'000'000, 0);
  Clear();
  EXPECT_EQ(economy_.lab(0).inference_served_gpu_hours, 6'000'000);
  EXPECT_EQ(economy_.lab(1).inference_served_gpu_hours, 4'000'000);
  EXPECT_EQ(economy_.cloud(0).other_tenants_sold_gpu_hours, 10'000'000);
  EXPECT_DOUBLE_EQ(economy_.cloud(0).utilisation, 1);
  EXPECT_EQ(economy_.out.messages.size(), 2u);
}

TEST_F(ComputeMarketTest, RationingIsToldToLabAndCloud) {
  Order(0, 0, 30'000'000);
  Clear();
  ASSERT_EQ(economy_.out.messages.size(), 1u);
  const v1::Message& message = economy_.out.messages[0];
  EXPECT_THAT(message.recipients(), testing::ElementsAre("lab-0", "cloud-0"));
  EXPECT_EQ(message.rationing().wanted_gpu_hours(), 30'000'000);
  EXPECT_EQ(message.rationing().served_gpu_hours(), kCapacity);
}

TEST_F(ComputeMarketTest, OverbookedReservationsAreScaledDown) {
  economy_.Reserve(0, 0, 9'000, 1'500'000);
  economy_.Reserve(1, 0, 6'000, 1'500'000);
  Want(0, 20'000'000, 0);
  Want(1, 20'000'000, 0);
  Clear();
  EXPECT_EQ(LotHours(0, 0), 12'000'000);
  EXPECT_EQ(LotHours(1, 0), 8'000'000);
}

TEST_F(ComputeMarketTest, AReservationOnANamedMakerGetsOnlyThat) {
  Fleet second = economy_.cloud(0).fleets[0];
  second.maker = ChipMakerId(1);
  second.h100e = 1'000;
  economy_.cloud(0).fleets.push_back(second);
  economy_.Reserve(0, 0, 3'000, 1'500'000).capacity.set_chip_maker("second-source");
  Clear();
  EXPECT_EQ(LotHours(0, 0), 2'000'000);
  for (const ComputeLot& lot : economy_.world.compute_lots) EXPECT_EQ(lot.maker, ChipMakerId(1));
}

TEST_F(ComputeMarketTest, TrainingTakesTheAcceleratorsTheLabKnows) {
  economy_.cloud(0).fleets[0].h100e = 1'000;
  Fleet second = economy_.cloud(0).fleets[0];
  second.maker = ChipMakerId(1);
  economy_.cloud(0).fleets.push_back(second);
  economy_.Reserve(0, 0, 2'000, 1'500'000);
  Want(0, 2'000'000, 2'000'000);
  Clear();
  for (const ComputeLot& lot : economy_.world.compute_lots) {
    EXPECT_EQ(lot.training_gpu_hours, lot.maker == ChipMakerId(0) ? 2'000'000 : 0);
    EXPECT_EQ(lot.serving_gpu_hours, lot.maker == ChipMakerId(0) ? 0 : 2'000'000);
  }
}

TEST_F(ComputeMarketTest, IdleHoursThatArePaidForStayIdle) {
  economy_.Reserve(0, 0, 10'000, 1'500'000, 10'000);
  Want(0, 1'000'000, 0);
  Order(1, 0, 5'000'000);
  Clear();
  EXPECT_EQ(LotHours(1, 0), 0);
}

TEST_F(ComputeMarketTest, IdleHoursThatAreNotPaidForAreSoldOnDemand) {
  economy_.Reserve(0, 0, 10'000, 1'500'000, 6'000);
  Want(0, 1'000'000, 0);
  Order(1, 0, 20'000'000);
  Clear();
  EXPECT_EQ(LotHours(1, 0), 8'000'000);
  EXPECT_EQ(economy_.cloud(0).reserved_used_gpu_hours, 1'000'000);
}

TEST_F(ComputeMarketTest, AnOrderBuysNothingAboveItsLimitPrice) {
  Order(0, 0, 1'000'000, 1'999'999);
  Clear();
  EXPECT_EQ(LotHours(0, 0), 0);
}

TEST_F(ComputeMarketTest, OtherTenantsDemandFallsWithPrice) {
  economy_.world.scenario.mutable_compute()->set_other_tenants_elasticity(2);
  economy_.cloud(0).other_tenants_gpu_hours = 8'000'000;
  economy_.cloud(0).on_demand_price_micros = 4'000'000;
  EXPECT_EQ(OtherTenantsDemand(economy_.world, economy_.cloud(0)), 2'000'000);
}

TEST_F(ComputeMarketTest, SwitchLiftsScarcity) {
  economy_.world.scenario.mutable_switches()->set_no_rationing(true);
  economy_.lab(0).on_demand_limit_gpu_hours = 100'000'000;
  Want(0, 100'000'000, 0);
  Clear();
  EXPECT_EQ(economy_.lab(0).service_level, 1);
  EXPECT_TRUE(economy_.out.messages.empty());
}

TEST_F(ComputeMarketTest, OrderBeyondTheCloudsCapacityIsRefused) {
  const Verdict verdict = Submit(0, "cloud-0", kCapacity + 1);
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->rule, "capacity");
}

TEST_F(ComputeMarketTest, OrdersBeyondTheLabsCashAreRefused) {
  economy_.cloud(0).on_demand_price_micros = 60'000'000;
  ASSERT_FALSE(Submit(0, "cloud-0", 16'000'000));
  // $960M of $1B are spoken for.
  const Verdict verdict = Submit(0, "cloud-1", 20'000'000 + 1 - 1);
  EXPECT_FALSE(verdict.has_value());
  EXPECT_EQ(Submit(0, "cloud-0", 17'000'000)->rule, "cash");
}

TEST_F(ComputeMarketTest, OrderAtAnUnknownCloudIsRefused) {
  EXPECT_EQ(Submit(0, "lab-1", 1)->rule, "unknown-cloud");
  EXPECT_EQ(Submit(0, "nobody", 1)->rule, "unknown-cloud");
}

TEST_F(ComputeMarketTest, ExclusiveContractForbidsOrdersElsewhere) {
  economy_.Reserve(0, 0, 100, 1'500'000).capacity.set_exclusive(true);
  EXPECT_EQ(Submit(0, "cloud-1", 1)->rule, "exclusivity");
  EXPECT_FALSE(Submit(0, "cloud-0", 1));
}

TEST_F(ComputeMarketTest, ExclusiveContractKeepsTheServingGapAtItsCloud) {
  economy_.cloud(1).on_demand_price_micros = 1'000'000;
  economy_.Commit(0, 0, FromDollars(1)).commitment.set_exclusive(true);
  economy_.lab(0).on_demand_limit_gpu_hours = 1'000'000;
  Want(0, 1'000'000, 0);
  Clear();
  EXPECT_EQ(LotHours(0, 0), 1'000'000);
  EXPECT_EQ(LotHours(0, 1), 0);
}

TEST_F(ComputeMarketTest, ALaterOrderReplacesTheEarlier) {
  ASSERT_FALSE(Submit(0, "cloud-0", 1'000'000));
  ASSERT_FALSE(Submit(0, "cloud-0", 2'000'000));
  ASSERT_EQ(economy_.lab(0).orders.size(), 1u);
  EXPECT_EQ(economy_.lab(0).orders[0].gpu_hours, 2'000'000);
  ASSERT_FALSE(Submit(0, "cloud-0", 0));
  EXPECT_TRUE(economy_.lab(0).orders.empty());
}

TEST_F(ComputeMarketTest, FreeComputeIsNotAPriceList) {
  v1::Message move;
  move.mutable_compute_price_list()->set_on_demand_price_micros_per_gpu_hour(0);
  EXPECT_EQ(ApplyComputePriceList(economy_.world, economy_.cloud_agent(0), move)->rule,
            "price-range");
  move.mutable_compute_price_list()->set_on_demand_price_micros_per_gpu_hour(2'500'000);
  EXPECT_FALSE(ApplyComputePriceList(economy_.world, economy_.cloud_agent(0), move));
  EXPECT_EQ(economy_.cloud(0).on_demand_price_micros, 2'500'000);
}

TEST_F(ComputeMarketTest, ServingPlanBeyondTheWholeIsRefused) {
  v1::Message move;
  move.mutable_serving_plan()->set_training_share_bp(10'001);
  EXPECT_EQ(ApplyServingPlan(economy_.world, economy_.lab_agent(0), move)->rule, "share-range");
}

TEST_F(ComputeMarketTest, AnInactiveCloudSellsNothing) {
  economy_.Reserve(0, 0, 1000, 1'500'000);
  economy_.world.agents[economy_.cloud_agent(0)].active = false;
  Want(0, 1'000'000, 0);
  Clear();
  EXPECT_TRUE(economy_.world.compute_lots.empty());
  EXPECT_EQ(economy_.lab(0).service_level, 0);
}

}  // namespace
}  // namespace tranche
