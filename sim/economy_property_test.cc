// What holds in every economy: random worlds under random moves, quarter after quarter. A failure
// names its seed.

#include <cmath>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "sim/philox.h"
#include "sim/testing/hand_made_economy.h"

namespace tranche {
namespace {

constexpr int kSeeds = 60;
constexpr int kQuarters = 8;

class Chance {
 public:
  explicit Chance(uint64_t seed) : stream_(seed, StreamKey("test"), Quarter(2026, 1), Round(0)) {}

  int64_t Int(int64_t least, int64_t most) {
    return least +
           static_cast<int64_t>(stream_.UniformInt(static_cast<uint64_t>(most - least + 1)));
  }
  double Real(double least, double most) { return least + (most - least) * stream_.Uniform(); }
  bool Yes(double probability) { return stream_.Bernoulli(probability); }

 private:
  RandomStream stream_;
};

void RandomiseSegments(Chance& chance, HandMadeEconomy& economy) {
  for (Segment& segment : economy.world.segments) {
    v1::SegmentSpec& spec = segment.spec;
    spec.set_price_elasticity(chance.Real(0.1, 2));
    spec.set_capability_weight(chance.Real(0, 5));
    spec.set_price_weight(chance.Real(0.2, 4));
    spec.set_reach_weight(chance.Real(0, 3));
    spec.set_switching_cost(chance.Real(0, 4));
    spec.set_redecide_percent_per_quarter(chance.Real(0, 100));
    spec.set_nest_dissimilarity(chance.Real(0.05, 1));
    spec.set_marketplace_affinity(chance.Real(0, 1));
    spec.set_multi_homing_percent(chance.Real(0, 50));
    spec.set_usage_per_capability_percent(chance.Real(0, 60));
    spec.set_adoption_speed_percent_per_quarter(chance.Real(0, 30));
    segment.adoption = chance.Real(0.01, 0.9);
  }
  economy.world.compatibility = chance.Real(0, 1);
}

void RandomiseLabs(Chance& chance, HandMadeEconomy& economy) {
  World& world = economy.world;
  for (LabId id : world.labs.ids()) {
    const int i = id.value();
    Lab& lab = world.labs[id];
    lab.capability = chance.Real(24, 28);
    lab.researchers = chance.Int(1, 500);
    for (size_t s = 0; s < kSegments; ++s) {
      lab.price_micros_per_mtok[s] = chance.Yes(0.1) ? 0 : chance.Int(100'000, 20'000'000);
      lab.outcome[s].revenue =
          lab.price_micros_per_mtok[s] == 0 ? Cents(0) : Cents(chance.Int(0, 5'000'000'000));
    }
    for (int c = 0; c < world.clouds.size(); ++c) {
      if (chance.Yes(0.5)) {
        economy.Reserve(i, c, chance.Int(1, 8'000), chance.Int(500'000, 4'000'000),
                        static_cast<uint32_t>(chance.Int(0, 10'000)));
      }
      if (chance.Yes(0.4)) economy.Marketplace(i, c, static_cast<uint32_t>(chance.Int(0, 5'000)));
      if (chance.Yes(0.2)) economy.Commit(i, c, Cents(chance.Int(0, 100'000'000'000)));
      if (chance.Yes(0.2)) {
        economy.Licence(i, economy.cloud_agent(c), chance.Int(0, 1'000'000'000),
                        static_cast<uint32_t>(chance.Int(0, 10'000)));
      }
    }
  }
  for (Contract& contract : world.contracts)
    contract.end = world.quarter + static_cast<int32_t>(chance.Int(1, 10));
}

void RandomiseClouds(Chance& chance, HandMadeEconomy& economy) {
  for (Cloud& cloud : economy.world.clouds) {
    cloud.fleets[0].h100e = chance.Int(0, 20'000);
    cloud.other_tenants_gpu_hours = chance.Real(0, 3e7);
    cloud.other_tenants_growth = chance.Real(-0.2, 1);
    cloud.other_revenue = Cents(chance.Int(0, 10'000'000'000));
    cloud.other_margin = chance.Real(-0.2, 0.5);
    Fleet second = cloud.fleets[0];
    second.maker = ChipMakerId(1);
    second.h100e = chance.Int(0, 5'000);
    second.book_value = Cents(0);
    cloud.fleets.push_back(second);
  }
}

std::unique_ptr<HandMadeEconomy> RandomEconomy(Chance& chance) {
  EconomyShape shape;
  shape.labs = static_cast<int>(chance.Int(1, 6));
  shape.clouds = static_cast<int>(chance.Int(1, 5));
  auto economy = std::make_unique<HandMadeEconomy>(shape);
  RandomiseSegments(chance, *economy);
  RandomiseClouds(chance, *economy);
  RandomiseLabs(chance, *economy);
  CalibrateAppeal(economy->world);
  return economy;
}

// Moves of every agent, sensible or not.
void MoveAtRandom(Chance& chance, HandMadeEconomy& economy, uint64_t& id) {
  World& world = economy.world;
  for (LabId lab : world.labs.ids()) {
    const AgentId agent = world.labs[lab].agent;
    v1::Message prices;
    v1::PriceList::Item* item = prices.mutable_price_list()->add_items();
    item->set_segment(SegmentAt(static_cast<int>(chance.Int(0, 3))));
    item->set_price_micros_per_mtok(
        chance.Int(-1, chance.Yes(0.1) ? kMostMicrosPerMtok : 20'000'000));
    ApplyPriceList(world, agent, prices);

    v1::Message plan;
    plan.mutable_training_plan()->set_run("next");
    plan.mutable_training_plan()->set_gpu_hours(chance.Int(-5, 40'000'000));
    ApplyTrainingPlan(world, agent, plan);

    v1::Message serving;
    serving.mutable_serving_plan()->set_training_share_bp(
        static_cast<uint32_t>(chance.Int(0, 11'000)));
    serving.mutable_serving_plan()->set_on_demand_gpu_hours_limit(chance.Int(-1, 50'000'000));
    ApplyServingPlan(world, agent, serving);

    v1::Message order;
    order.mutable_capacity_order()->set_cloud(
        absl::StrCat("cloud-", chance.Int(0, world.clouds.size())));
    order.mutable_capacity_order()->set_gpu_hours(chance.Int(-1, 30'000'000));
    order.mutable_capacity_order()->set_limit_price_micros_per_gpu_hour(chance.Int(0, 5'000'000));
    ApplyCapacityOrder(world, agent, order);

    v1::Message release;
    release.mutable_model_release()->set_run("next");
    release.mutable_model_release()->set_model("model");
    if (chance.Yes(0.3)) ApplyModelRelease(world, agent, release);
  }
  for (CloudId cloud : world.clouds.ids()) {
    const AgentId agent = world.clouds[cloud].agent;
    v1::Message price;
    price.mutable_compute_price_list()->set_on_demand_price_micros_per_gpu_hour(
        chance.Int(0, 5'000'000));
    ApplyComputePriceList(world, agent, price);

    v1::Message build;
    build.set_id(++id);
    build.mutable_build_order()->set_region("plain");
    build.mutable_build_order()->set_it_power_kw(chance.Int(0, 60'000));
    build.mutable_build_order()->set_cooling(
        static_cast<v1::Cooling>(chance.Int(v1::COOLING_UNSPECIFIED, v1::COOLING_LIQUID)));
    build.mutable_build_order()->set_chip_maker(chance.Yes(0.5) ? "merchant" : "second-source");
    ApplyBuildOrder(world, agent, build);

    v1::Message cancellation;
    cancellation.mutable_build_cancellation()->set_build(
        static_cast<uint64_t>(chance.Int(0, static_cast<int64_t>(id))));
    if (chance.Yes(0.2)) ApplyBuildCancellation(world, agent, cancellation);
  }
  for (Contract& contract : world.contracts) {
    if (chance.Yes(0.05)) contract.active = false;
  }
  if (chance.Yes(0.05)) {
    const LabId lab(static_cast<int32_t>(chance.Int(0, world.labs.size() - 1)));
    world.agents[world.labs[lab].agent].active = false;
  }
}

void ExpectSharesAddUp(const World& world) {
  for (const Segment& segment : world.segments) {
    if (segment.offerings.empty()) continue;
    double sum = 0;
    for (const Offering& offering : segment.offerings) {
      EXPECT_GE(offering.share, 0);
      EXPECT_TRUE(std::isfinite(offering.wanted_mtok));
      sum += offering.share;
    }
    EXPECT_NEAR(sum, 1, 1e-9);
    EXPECT_GE(segment.adoption, 0);
    EXPECT_LE(segment.adoption, 1);
    EXPECT_GE(segment.lock_in, -1e-12);
    EXPECT_LE(segment.lock_in, 1 + 1e-12);
  }
}

void ExpectHoursExist(const World& world) {
  std::vector<int64_t> used(static_cast<size_t>(world.clouds.size()), 0);
  for (const ComputeLot& lot : world.compute_lots) {
    EXPECT_GE(lot.serving_gpu_hours, 0);
    EXPECT_GE(lot.training_gpu_hours, 0);
    EXPECT_LE(lot.used(), lot.gpu_hours);
    used[static_cast<size_t>(lot.cloud.value())] +=
        lot.contract.valid() ? lot.used() : lot.gpu_hours;
  }
  for (CloudId id : world.clouds.ids()) {
    const Cloud& cloud = world.clouds[id];
    EXPECT_LE(used[static_cast<size_t>(id.value())] + cloud.other_tenants_sold_gpu_hours,
              CapacityGpuHours(world, cloud));
    EXPECT_LE(cloud.utilisation, 1);
  }
  for (const Lab& lab : world.labs) {
    EXPECT_LE(lab.inference_served_gpu_hours, lab.inference_wanted_gpu_hours);
    EXPECT_GE(lab.service_level, 0);
    EXPECT_LE(lab.service_level, 1);
  }
}

void ExpectPowerExists(const World& world) {
  for (const Region& region : world.regions) {
    EXPECT_GE(region.spare_kw, -1e-6);
    EXPECT_GE(region.queued_kw, -1e-6);
    EXPECT_NEAR(region.spare_kw + region.load_kw, region.total_kw, 1e-3);
  }
  for (const ChipMaker& maker : world.makers) EXPECT_GE(maker.backlog, 0);
}

TEST(EconomyProperty, HoldsInRandomWorldsUnderRandomMoves) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Chance chance(seed);
    const std::unique_ptr<HandMadeEconomy> economy = RandomEconomy(chance);
    ExpectSharesAddUp(economy->world);
    uint64_t id = 0;
    for (int quarter = 0; quarter < kQuarters; ++quarter) {
      MoveAtRandom(chance, *economy, id);
      economy->CloseQuarter();
      const absl::Status balanced = economy->world.ledger.CheckBalanced();
      ASSERT_TRUE(balanced.ok()) << balanced;
      ExpectSharesAddUp(economy->world);
      ExpectHoursExist(economy->world);
      ExpectPowerExists(economy->world);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(EconomyProperty, DemandFallsInOwnPrice) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    for (int s = 0; s < kSegments; ++s) {
      double wanted[2];
      for (const int dearer : {0, 1}) {
        Chance chance(seed);
        const std::unique_ptr<HandMadeEconomy> economy = RandomEconomy(chance);
        int64_t& price = economy->lab(0).price_micros_per_mtok[static_cast<size_t>(s)];
        price += dearer * price / 5;
        PlanDemand(economy->world);
        wanted[dearer] = 0;
        for (const Offering& offering : economy->segment(s).offerings) {
          if (offering.lab == LabId(0)) wanted[dearer] += offering.wanted_mtok;
        }
      }
      if (wanted[0] > 0) {
        EXPECT_LT(wanted[1], wanted[0]);
      }
    }
  }
}

TEST(EconomyProperty, OpeningRevenuesAreReproducedByTheFirstPlan) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Chance chance(seed);
    const std::unique_ptr<HandMadeEconomy> economy = RandomEconomy(chance);
    for (size_t s = 0; s < kSegments; ++s) {
      std::vector<double> micros(static_cast<size_t>(economy->world.labs.size()), 0.0);
      for (const Offering& offering : economy->world.segments[s].offerings) {
        micros[static_cast<size_t>(offering.lab.value())] +=
            offering.wanted_mtok *
            static_cast<double>(economy->world.labs[offering.lab].price_micros_per_mtok[s]);
      }
      for (LabId lab : economy->world.labs.ids()) {
        const auto revenue =
            static_cast<double>(economy->world.labs[lab].outcome[s].revenue.value()) * 10'000;
        EXPECT_NEAR(micros[static_cast<size_t>(lab.value())], revenue, 1e-6 * revenue + 1e4);
      }
    }
  }
}

TEST(EconomyProperty, SameWorldsAndMovesGiveTheSameBooks) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    std::vector<Cents> cash[2];
    for (std::vector<Cents>& run : cash) {
      Chance chance(seed);
      const std::unique_ptr<HandMadeEconomy> economy = RandomEconomy(chance);
      uint64_t id = 0;
      for (int quarter = 0; quarter < kQuarters; ++quarter) {
        MoveAtRandom(chance, *economy, id);
        economy->CloseQuarter();
      }
      for (const Agent& agent : economy->world.agents) {
        run.push_back(economy->world.ledger.Cash(agent.entity));
      }
    }
    EXPECT_EQ(cash[0], cash[1]);
  }
}

}  // namespace
}  // namespace tranche
