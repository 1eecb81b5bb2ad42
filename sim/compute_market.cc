#include "sim/compute_market.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "sim/capability.h"
#include "sim/check.h"
#include "sim/data_flows.h"
#include "sim/det_math.h"
#include "sim/notices.h"
#include "sim/supply.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

constexpr int64_t kMostMicrosPerGpuHour = int64_t{10'000} * 1'000'000;
// Stands for "no limit" where the scenario switches rationing off.
constexpr int64_t kUnlimited = int64_t{1} << 60;

struct MakerHours {
  ChipMakerId maker;
  int64_t gpu_hours = 0;
};

// What a cloud can still sell this quarter.
struct Supply {
  absl::InlinedVector<MakerHours, 4> by_maker;

  int64_t total() const {
    int64_t sum = 0;
    for (const MakerHours& entry : by_maker) sum += entry.gpu_hours;
    return std::min(sum, kUnlimited);
  }
  int64_t of(ChipMakerId maker) const {
    for (const MakerHours& entry : by_maker) {
      if (entry.maker == maker) return entry.gpu_hours;
    }
    return 0;
  }
  void Add(ChipMakerId maker, int64_t gpu_hours) {
    for (MakerHours& entry : by_maker) {
      if (entry.maker == maker) {
        entry.gpu_hours += gpu_hours;
        return;
      }
    }
    by_maker.push_back({maker, gpu_hours});
  }
};

// Hours that somebody wants of one cloud, and gets.
struct Claim {
  LabId lab;  // invalid: other tenants
  CloudId cloud;
  ContractId contract;  // invalid: on demand
  ChipMakerId maker;    // invalid: any
  int64_t wanted = 0;
  int64_t got = 0;
};

// What a lab needs and has so far.
struct LabNeed {
  int64_t inference = 0;
  int64_t training = 0;
  int64_t hours = 0;      // reserved and ordered
  int64_t automatic = 0;  // bought for its serving gap
  size_t next_cloud = 0;  // in order of price
  // Under limits on data flows: where customers may be served from, and how many of the hours,
  // reserved and ordered, stand elsewhere.
  std::vector<std::string> countries;
  int64_t elsewhere = 0;
  absl::InlinedVector<CloudId, 1> exclusive_to;

  bool MayBuyAt(CloudId cloud) const {
    return exclusive_to.empty() ||
           std::find(exclusive_to.begin(), exclusive_to.end(), cloud) != exclusive_to.end();
  }
};

// Hours that training may take of `hours` before customers are served.
int64_t TrainingFirst(const Lab& lab, const LabNeed& need, int64_t hours) {
  return std::min(need.training, MulDivFloor(hours, lab.training_share_bp, 10'000));
}

// Hours short for customers when the lab has `hours` and what it bought for the gap.
int64_t ServingGap(const Lab& lab, const LabNeed& need, int64_t hours) {
  const int64_t not_for_serving = std::max(TrainingFirst(lab, need, hours), need.elsewhere);
  const int64_t for_serving = hours - not_for_serving + need.automatic;
  const int64_t gap = std::max<int64_t>(0, need.inference - for_serving);
  return std::min(gap, lab.on_demand_limit_gpu_hours - need.automatic);
}

bool Knows(const Lab& lab, ChipMakerId maker) {
  return std::find(lab.makers_known.begin(), lab.makers_known.end(), maker) !=
         lab.makers_known.end();
}

bool Binds(const Contract& contract, Quarter quarter) {
  if (!contract.active || quarter < contract.start || quarter >= contract.end) return false;
  switch (contract.kind) {
    case Contract::Kind::kCapacity:
      return contract.capacity.exclusive();
    case Contract::Kind::kSpendCommitment:
      return contract.commitment.exclusive();
    case Contract::Kind::kMarketplace:
    case Contract::Kind::kLicence:
      return false;
  }
  return false;
}

// Divides `supply` among `claims` pro rata to what they want; rounding leaves a rest unsold.
void DividePro(absl::Span<Claim*> claims, int64_t supply) {
  int64_t wanted = 0;
  for (const Claim* claim : claims) wanted += claim->wanted;
  for (Claim* claim : claims) {
    claim->got = wanted <= supply ? claim->wanted : MulDivFloor(claim->wanted, supply, wanted);
  }
}

// One clearing of the compute market.
class Clearing {
 public:
  Clearing(World& world, MarketOutput& out)
      : world_(world), out_(out), unlimited_(world.scenario.switches().no_rationing()) {}

  void Run() {
    CountSupply();
    CountNeeds();
    ServeContracts();
    SellOnDemand();
    AssignUse();
    WriteResults();
  }

 private:
  Supply& SupplyOf(CloudId cloud) { return supplies_[static_cast<size_t>(cloud.value())]; }
  LabNeed& NeedOf(LabId lab) { return needs_[static_cast<size_t>(lab.value())]; }

  // Hours of the lot that may serve customers.
  int64_t Servable(const LabNeed& need, const ComputeLot& lot) const {
    if (need.countries.empty()) return lot.gpu_hours;
    return static_cast<int64_t>(static_cast<double>(lot.gpu_hours) *
                                ServablePart(world_, need.countries, lot.cloud, lot.maker));
  }
  bool CanServeFrom(const LabNeed& need, CloudId cloud) const {
    return need.countries.empty() || ServablePart(world_, need.countries, cloud, ChipMakerId()) > 0;
  }

  void CountSupply() {
    const double hours = world_.scenario.compute().hours_per_quarter();
    supplies_.resize(static_cast<size_t>(world_.clouds.size()));
    for (CloudId id : world_.clouds.ids()) {
      const Cloud& cloud = world_.clouds[id];
      if (!world_.agents[cloud.agent].active) continue;
      for (const Fleet& fleet : cloud.fleets) {
        const int64_t has = static_cast<int64_t>(static_cast<double>(fleet.h100e) * hours);
        SupplyOf(id).Add(fleet.maker, unlimited_ ? kUnlimited >> 10 : has);
      }
    }
  }

  void CountNeeds() {
    needs_.resize(static_cast<size_t>(world_.labs.size()));
    for (LabId id : world_.labs.ids()) {
      const Lab& lab = world_.labs[id];
      if (!world_.agents[lab.agent].active) continue;
      NeedOf(id).inference = lab.inference_wanted_gpu_hours;
      NeedOf(id).training = lab.training_gpu_hours_wanted;
      NeedOf(id).countries = ServingCountries(world_, id);
    }
    for (const Contract& contract : world_.contracts) {
      if (!Binds(contract, world_.quarter)) continue;
      const LabId lab = world_.lab_of(contract.customer);
      const CloudId cloud = world_.cloud_of(contract.provider);
      if (lab.valid() && cloud.valid()) NeedOf(lab).exclusive_to.push_back(cloud);
    }
  }

  void ServeContracts() {
    const double hours = world_.scenario.compute().hours_per_quarter();
    std::vector<Claim> claims;
    for (ContractId id : world_.contracts.ids()) {
      const Contract& contract = world_.contracts[id];
      const int64_t reserved = contract.ReservedIn(world_.quarter);
      if (reserved == 0) continue;
      Claim claim;
      claim.lab = world_.lab_of(contract.customer);
      claim.cloud = world_.cloud_of(contract.provider);
      if (!claim.lab.valid() || !claim.cloud.valid() || !IsActive(contract)) continue;
      claim.contract = id;
      claim.maker = FindMaker(contract.capacity.chip_maker());
      claim.wanted = static_cast<int64_t>(static_cast<double>(reserved) * hours);
      claims.push_back(claim);
    }
    std::stable_sort(claims.begin(), claims.end(),
                     [](const Claim& a, const Claim& b) { return a.cloud < b.cloud; });
    for (size_t begin = 0; begin < claims.size();) {
      size_t end = begin;
      while (end < claims.size() && claims[end].cloud == claims[begin].cloud) ++end;
      ServeContractsOf(absl::MakeSpan(claims).subspan(begin, end - begin));
      begin = end;
    }
    for (const Claim& claim : claims) {
      if (claim.got < claim.wanted) TellRationing(claim);
    }
    SortLots();
    for (const ComputeLot& lot : lots_) {
      LabNeed& need = NeedOf(lot.lab);
      need.hours += lot.gpu_hours;
      if (!need.countries.empty()) need.elsewhere += lot.gpu_hours - Servable(need, lot);
    }
    ReleaseUnused();
  }

  bool IsActive(const Contract& contract) const {
    return world_.agents[contract.customer].active && world_.agents[contract.provider].active;
  }

  ChipMakerId FindMaker(const std::string& name) const {
    if (name.empty()) return ChipMakerId();
    for (ChipMakerId id : world_.makers.ids()) {
      if (world_.makers[id].name == name) return id;
    }
    return ChipMakerId();
  }

  // All claims are on one cloud.
  void ServeContractsOf(absl::Span<Claim> claims) {
    Supply& supply = SupplyOf(claims.front().cloud);
    std::vector<Claim*> group;
    for (const MakerHours& entry : supply.by_maker) {
      group.clear();
      for (Claim& claim : claims) {
        if (claim.maker == entry.maker) group.push_back(&claim);
      }
      DividePro(absl::MakeSpan(group), entry.gpu_hours);
    }
    for (const Claim& claim : claims) {
      if (claim.maker.valid()) DrawLots(claim);
    }
    group.clear();
    for (Claim& claim : claims) {
      if (!claim.maker.valid()) group.push_back(&claim);
    }
    DividePro(absl::MakeSpan(group), supply.total());
    for (const Claim* claim : group) DrawLots(*claim);
  }

  // Takes what the claim got out of the cloud's supply: accelerators that the lab knows first.
  void DrawLots(const Claim& claim) {
    Supply& supply = SupplyOf(claim.cloud);
    int64_t left = claim.got;
    for (const bool known : {true, false}) {
      for (MakerHours& entry : supply.by_maker) {
        if (left == 0) return;
        if (claim.maker.valid() && entry.maker != claim.maker) continue;
        if (claim.lab.valid() && Knows(world_.labs[claim.lab], entry.maker) != known) continue;
        const int64_t drawn = std::min(left, entry.gpu_hours);
        if (drawn == 0) continue;
        entry.gpu_hours -= drawn;
        left -= drawn;
        if (claim.lab.valid()) AddLot(claim, entry.maker, drawn);
      }
    }
    TRANCHE_CHECK(left == 0, "a cloud sells no more hours than it has");
  }

  void AddLot(const Claim& claim, ChipMakerId maker, int64_t gpu_hours) {
    ComputeLot lot;
    lot.lab = claim.lab;
    lot.cloud = claim.cloud;
    lot.contract = claim.contract;
    lot.maker = maker;
    lot.gpu_hours = gpu_hours;
    lot.price_micros_per_gpu_hour =
        claim.contract.valid()
            ? world_.contracts[claim.contract].capacity.price_micros_per_gpu_hour()
            : world_.clouds[claim.cloud].on_demand_price_micros;
    lots_.push_back(lot);
  }

  // By lab, reserved before on demand, then by contract or cloud; equal keys in order of making.
  void SortLots() {
    std::stable_sort(lots_.begin(), lots_.end(), [](const ComputeLot& a, const ComputeLot& b) {
      return std::make_tuple(a.lab, !a.contract.valid(), a.contract, a.cloud) <
             std::make_tuple(b.lab, !b.contract.valid(), b.contract, b.cloud);
    });
  }

  // Marks the reserved hours that labs will use, and returns to the clouds those that are neither
  // used nor paid for. A lab under limits on data flows keeps what it has reserved: which of its
  // hours it will use depends on where they are.
  void ReleaseUnused() {
    LabId lab;
    int64_t left = 0;
    for (size_t begin = 0; begin < lots_.size();) {
      if (lots_[begin].lab != lab) {
        lab = lots_[begin].lab;
        left = NeedOf(lab).inference + NeedOf(lab).training;
      }
      size_t end = begin;
      int64_t hours = 0;
      for (; end < lots_.size() && lots_[end].contract == lots_[begin].contract; ++end) {
        hours += lots_[end].gpu_hours;
      }
      const int64_t used = std::min(hours, left);
      left -= used;
      const int64_t paid = MulDivRounded(
          hours, world_.contracts[lots_[begin].contract].capacity.take_or_pay_bp(), 10'000);
      int64_t free =
          NeedOf(lab).countries.empty() ? hours - std::max(used, std::min(paid, hours)) : 0;
      // Use goes to the first lots of the contract, so the last are the free ones.
      for (size_t i = end; i > begin && free > 0; --i) {
        const int64_t released = std::min(free, lots_[i - 1].gpu_hours);
        SupplyOf(lots_[i - 1].cloud).Add(lots_[i - 1].maker, released);
        free -= released;
      }
      begin = end;
    }
  }

  void SellOnDemand() {
    by_price_.clear();
    for (CloudId id : world_.clouds.ids()) {
      if (world_.agents[world_.clouds[id].agent].active) by_price_.push_back(id);
    }
    std::stable_sort(by_price_.begin(), by_price_.end(), [this](CloudId a, CloudId b) {
      return world_.clouds[a].on_demand_price_micros < world_.clouds[b].on_demand_price_micros;
    });

    // Orders, serving gaps as they'd be if orders were filled, other tenants: all at once.
    std::vector<Claim> claims;
    for (LabId lab : world_.labs.ids()) AddOrders(lab, claims);
    const size_t orders = claims.size();
    for (LabId lab : world_.labs.ids()) {
      AddGap(lab, NeedOf(lab).hours + Ordered(claims, orders, lab), claims);
    }
    const size_t of_labs = claims.size();
    for (CloudId cloud : by_price_) {
      Claim claim;
      claim.cloud = cloud;
      claim.wanted = OtherTenantsDemand(world_, world_.clouds[cloud]);
      claims.push_back(claim);
    }
    Fill(claims);
    for (size_t i = 0; i < claims.size(); ++i) {
      const Claim& claim = claims[i];
      Cloud& cloud = world_.clouds[claim.cloud];
      if (i < orders) {
        NeedOf(claim.lab).hours += claim.got;
      } else if (i < of_labs) {
        NeedOf(claim.lab).automatic += claim.got;
      } else {
        cloud.other_tenants_sold_gpu_hours = claim.got;
      }
      if (claim.lab.valid() && claim.got < claim.wanted) TellRationing(claim);
    }

    // Labs that are still short try the next clouds.
    for (bool tried = true; tried;) {
      claims.clear();
      for (LabId lab : world_.labs.ids()) AddGap(lab, NeedOf(lab).hours, claims);
      tried = !claims.empty();
      Fill(claims);
      for (const Claim& claim : claims) NeedOf(claim.lab).automatic += claim.got;
    }
  }

  void AddOrders(LabId id, std::vector<Claim>& claims) {
    const Lab& lab = world_.labs[id];
    if (!world_.agents[lab.agent].active) return;
    for (const OnDemandOrder& order : lab.orders) {
      const Cloud& cloud = world_.clouds[order.cloud];
      if (!world_.agents[cloud.agent].active || !NeedOf(id).MayBuyAt(order.cloud)) continue;
      if (cloud.on_demand_price_micros > order.limit_price_micros) continue;
      Claim claim;
      claim.lab = id;
      claim.cloud = order.cloud;
      claim.wanted = order.gpu_hours;
      claims.push_back(claim);
    }
  }

  static int64_t Ordered(const std::vector<Claim>& claims, size_t orders, LabId lab) {
    // Claims of orders are in the order of labs.
    const auto begin = std::lower_bound(claims.begin(), claims.begin() + static_cast<long>(orders),
                                        lab, [](const Claim& a, LabId b) { return a.lab < b; });
    int64_t sum = 0;
    for (auto claim = begin; claim != claims.begin() + static_cast<long>(orders); ++claim) {
      if (claim->lab != lab) break;
      sum += claim->wanted;
    }
    return sum;
  }

  // The lab's serving gap with `hours`, at the cheapest cloud that it hasn't tried.
  void AddGap(LabId id, int64_t hours, std::vector<Claim>& claims) {
    LabNeed& need = NeedOf(id);
    const int64_t gap = ServingGap(world_.labs[id], need, hours);
    if (gap <= 0) return;
    while (need.next_cloud < by_price_.size()) {
      const CloudId cloud = by_price_[need.next_cloud++];
      if (!need.MayBuyAt(cloud) || SupplyOf(cloud).total() == 0) continue;
      if (!CanServeFrom(need, cloud)) continue;
      Claim claim;
      claim.lab = id;
      claim.cloud = cloud;
      claim.wanted = gap;
      claims.push_back(claim);
      return;
    }
  }

  // Divides each cloud's supply among the claims on it.
  void Fill(std::vector<Claim>& claims) {
    std::vector<Claim*> order;
    order.reserve(claims.size());
    for (Claim& claim : claims) order.push_back(&claim);
    std::stable_sort(order.begin(), order.end(),
                     [](const Claim* a, const Claim* b) { return a->cloud < b->cloud; });
    for (size_t begin = 0; begin < order.size();) {
      const CloudId cloud = order[begin]->cloud;
      size_t end = begin;
      for (; end < order.size() && order[end]->cloud == cloud; ++end) {
        world_.clouds[cloud].on_demand_wanted_gpu_hours += order[end]->wanted;
      }
      const absl::Span<Claim*> group = absl::MakeSpan(order).subspan(begin, end - begin);
      DividePro(group, SupplyOf(cloud).total());
      for (const Claim* claim : group) {
        DrawLots(*claim);
        world_.clouds[cloud].on_demand_sold_gpu_hours += claim->got;
      }
      begin = end;
    }
  }

  // Divides each lab's hours between customers and training: reserved hours are used before those
  // bought, and training takes the accelerators the lab knows.
  void AssignUse() {
    SortLots();
    for (size_t begin = 0; begin < lots_.size();) {
      const LabId id = lots_[begin].lab;
      size_t end = begin;
      while (end < lots_.size() && lots_[end].lab == id) ++end;
      AssignUseOf(id, absl::MakeSpan(lots_).subspan(begin, end - begin));
      begin = end;
    }
  }

  void AssignUseOf(LabId id, absl::Span<ComputeLot> lots) {
    Lab& lab = world_.labs[id];
    const LabNeed& need = NeedOf(id);
    const int64_t first = TrainingFirst(lab, need, need.hours);
    const int64_t all = need.hours + need.automatic;
    int64_t serving = std::min(need.inference, all - first);
    if (!need.countries.empty()) {
      int64_t servable = 0;
      for (const ComputeLot& lot : lots) servable += Servable(need, lot);
      serving = std::min(serving, servable);
    }
    const int64_t training = std::min(need.training, all - serving);
    lab.inference_served_gpu_hours = serving;
    lab.training_gpu_hours = training;
    if (!need.countries.empty()) return AssignWithinCountries(lab, need, serving, training, lots);

    int64_t left = serving + training;
    for (ComputeLot& lot : lots) {
      lot.serving_gpu_hours = std::min(left, lot.gpu_hours);
      left -= lot.serving_gpu_hours;
    }
    left = training;
    for (const bool known : {true, false}) {
      for (ComputeLot& lot : lots) {
        if (Knows(lab, lot.maker) != known) continue;
        lot.training_gpu_hours = std::min(left, lot.serving_gpu_hours);
        lot.serving_gpu_hours -= lot.training_gpu_hours;
        left -= lot.training_gpu_hours;
      }
    }
  }

  // As AssignUseOf, where only a part of each lot may serve: customers first, training in the rest.
  void AssignWithinCountries(const Lab& lab, const LabNeed& need, int64_t serving, int64_t training,
                             absl::Span<ComputeLot> lots) const {
    for (ComputeLot& lot : lots) {
      lot.serving_gpu_hours = std::min(serving, Servable(need, lot));
      serving -= lot.serving_gpu_hours;
    }
    for (const bool known : {true, false}) {
      for (ComputeLot& lot : lots) {
        if (Knows(lab, lot.maker) != known) continue;
        lot.training_gpu_hours = std::min(training, lot.gpu_hours - lot.serving_gpu_hours);
        training -= lot.training_gpu_hours;
      }
    }
  }

  void WriteResults() {
    for (LabId id : world_.labs.ids()) {
      Lab& lab = world_.labs[id];
      lab.service_level = lab.inference_wanted_gpu_hours > 0
                              ? static_cast<double>(lab.inference_served_gpu_hours) /
                                    static_cast<double>(lab.inference_wanted_gpu_hours)
                              : 1;
      lab.orders.clear();
      lab.clouds_used.clear();
    }
    for (const ComputeLot& lot : lots_) {
      if (lot.contract.valid()) {
        world_.clouds[lot.cloud].reserved_used_gpu_hours += lot.used();
      }
      std::vector<CloudId>& used = world_.labs[lot.lab].clouds_used;
      if (lot.used() > 0 && std::find(used.begin(), used.end(), lot.cloud) == used.end()) {
        used.push_back(lot.cloud);
      }
    }
    for (CloudId id : world_.clouds.ids()) {
      Cloud& cloud = world_.clouds[id];
      const int64_t capacity = CapacityGpuHours(world_, cloud);
      const int64_t sold = cloud.reserved_used_gpu_hours + cloud.on_demand_sold_gpu_hours;
      TRANCHE_CHECK(unlimited_ || sold <= capacity, "a cloud sells no more hours than it has");
      cloud.utilisation =
          capacity > 0 ? static_cast<double>(sold) / static_cast<double>(capacity) : 0;
      cloud.capacity_history.push_back(cloud.capacity_h100e());
      cloud.utilisation_history.push_back(cloud.utilisation);
    }
    world_.compute_lots.swap(lots_);
  }

  void TellRationing(const Claim& claim) {
    const AgentId lab = world_.labs[claim.lab].agent;
    const AgentId cloud = world_.clouds[claim.cloud].agent;
    const absl::string_view thread =
        claim.contract.valid() ? world_.contracts[claim.contract].name : absl::string_view();
    v1::Rationing* rationing = Notify(world_, out_, thread, {lab, cloud}).mutable_rationing();
    rationing->set_cloud(world_.name_of(cloud));
    rationing->set_lab(world_.name_of(lab));
    rationing->set_wanted_gpu_hours(claim.wanted);
    rationing->set_served_gpu_hours(claim.got);
  }

  World& world_;
  MarketOutput& out_;
  const bool unlimited_;
  std::vector<Supply> supplies_;  // by cloud
  std::vector<LabNeed> needs_;    // by lab
  std::vector<CloudId> by_price_;
  std::vector<ComputeLot> lots_;
};

}  // namespace

int64_t CapacityGpuHours(const World& world, const Cloud& cloud) {
  const double hours = world.scenario.compute().hours_per_quarter();
  int64_t sum = 0;
  for (const Fleet& fleet : cloud.fleets) {
    sum += static_cast<int64_t>(static_cast<double>(fleet.h100e) * hours);
  }
  return sum;
}

int64_t ReservedAtCloud(const World& world, CloudId cloud, Quarter quarter) {
  int64_t sum = 0;
  const AgentId provider = world.clouds[cloud].agent;
  for (const ContractId id : world.contracts.Of(provider)) {
    const Contract& contract = world.contracts[id];
    if (contract.provider == provider) sum += contract.ReservedIn(quarter);
  }
  return sum;
}

int64_t ReservedForLab(const World& world, LabId lab, Quarter quarter) {
  int64_t sum = 0;
  const AgentId customer = world.labs[lab].agent;
  for (const ContractId id : world.contracts.Of(customer)) {
    const Contract& contract = world.contracts[id];
    if (contract.customer == customer) sum += contract.ReservedIn(quarter);
  }
  return sum;
}

int64_t OtherTenantsDemand(const World& world, const Cloud& cloud) {
  if (cloud.other_tenants_gpu_hours <= 0 || cloud.other_tenants_reference_price_micros <= 0) {
    return 0;
  }
  const double relative_price = static_cast<double>(cloud.on_demand_price_micros) /
                                cloud.other_tenants_reference_price_micros;
  const double wanted =
      cloud.other_tenants_gpu_hours *
      DetExp(-world.scenario.compute().other_tenants_elasticity() * DetLog(relative_price));
  return static_cast<int64_t>(std::min(wanted, static_cast<double>(kMostGpuHours)));
}

Verdict ApplyCapacityOrder(World& world, AgentId sender, const v1::Message& move) {
  const v1::CapacityOrder& order = move.capacity_order();
  const LabId lab_id = world.lab_of(sender);
  Lab& lab = world.labs[lab_id];
  const AgentId agent = world.FindAgent(order.cloud());
  const CloudId cloud_id = agent.valid() ? world.cloud_of(agent) : CloudId();
  if (!cloud_id.valid() || !world.agents[agent].active) {
    return Refused("unknown-cloud", absl::StrCat("no active cloud is named ", order.cloud()),
                   "the name of an active cloud");
  }
  if (order.gpu_hours() < 0 || order.limit_price_micros_per_gpu_hour() < 0) {
    return Refused("negative-amount", "hours and limit price aren't below zero",
                   "hours and a limit price of 0 or more");
  }
  const Cloud& cloud = world.clouds[cloud_id];
  const int64_t capacity = CapacityGpuHours(world, cloud);
  if (order.gpu_hours() > capacity) {
    return Refused("capacity",
                   absl::StrCat(order.cloud(), " has ", capacity, " GPU-hours a quarter, not ",
                                order.gpu_hours()),
                   absl::StrCat("at most ", capacity, " GPU-hours"));
  }
  if (Verdict refused = CheckComputeExclusivity(world, lab_id, cloud_id)) return refused;
  const auto standing =
      std::find_if(lab.orders.begin(), lab.orders.end(),
                   [cloud_id](const OnDemandOrder& o) { return o.cloud == cloud_id; });
  Cents cost = CostAtMicros(cloud.on_demand_price_micros, order.gpu_hours());
  for (const OnDemandOrder& other : lab.orders) {
    if (other.cloud == cloud_id) continue;
    cost += CostAtMicros(world.clouds[other.cloud].on_demand_price_micros, other.gpu_hours);
  }
  if (const Cents cash = UncommittedCash(world, sender); cost > cash) {
    return Refused("cash",
                   absl::StrCat("orders of ", FormatDollars(cost), " exceed uncommitted cash of ",
                                FormatDollars(cash)),
                   absl::StrCat("orders of at most ", FormatDollars(cash)));
  }
  if (standing != lab.orders.end()) lab.orders.erase(standing);
  if (order.gpu_hours() > 0) {
    lab.orders.push_back({cloud_id, order.gpu_hours(), order.limit_price_micros_per_gpu_hour()});
  }
  return Accepted();
}

Verdict ApplyComputePriceList(World& world, AgentId sender, const v1::Message& move) {
  const int64_t price = move.compute_price_list().on_demand_price_micros_per_gpu_hour();
  if (price <= 0 || price > kMostMicrosPerGpuHour) {
    return Refused("price-range", absl::StrCat("a GPU-hour at ", price, " micro-dollars"),
                   absl::StrCat("a price from 1 to ", kMostMicrosPerGpuHour, " micro-dollars"));
  }
  world.clouds[world.cloud_of(sender)].on_demand_price_micros = price;
  return Accepted();
}

Verdict ApplyServingPlan(World& world, AgentId sender, const v1::Message& move) {
  const v1::ServingPlan& plan = move.serving_plan();
  if (plan.training_share_bp() > 10'000) {
    return Refused("share-range", absl::StrCat("a share of ", plan.training_share_bp(), " bp"),
                   "a share of at most 10,000 basis points");
  }
  if (plan.on_demand_gpu_hours_limit() < 0 || plan.on_demand_gpu_hours_limit() > kMostGpuHours) {
    return Refused("hours-range",
                   absl::StrCat("a limit of ", plan.on_demand_gpu_hours_limit(), " GPU-hours"),
                   absl::StrCat("a limit from 0 to ", kMostGpuHours, " GPU-hours"));
  }
  Lab& lab = world.labs[world.lab_of(sender)];
  lab.training_share_bp = plan.training_share_bp();
  lab.on_demand_limit_gpu_hours = plan.on_demand_gpu_hours_limit();
  return Accepted();
}

void ClearComputeMarket(World& world, MarketOutput& out) {
  for (Cloud& cloud : world.clouds) {
    cloud.on_demand_wanted_gpu_hours = 0;
    cloud.on_demand_sold_gpu_hours = 0;
    cloud.other_tenants_sold_gpu_hours = 0;
    cloud.reserved_used_gpu_hours = 0;
  }
  for (Lab& lab : world.labs) {
    lab.inference_served_gpu_hours = 0;
    lab.training_gpu_hours = 0;
  }
  Clearing(world, out).Run();
  for (Cloud& cloud : world.clouds) {
    cloud.other_tenants_gpu_hours *= QuarterlyFactor(cloud.other_tenants_growth * 100);
  }
}

}  // namespace tranche
