#include "agents/strategies/cloud_building.h"

#include <algorithm>

#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// About as long as a site takes.
constexpr int kQuartersAhead = 6;
// Sites are ordered in steps of this power, up to a size that is still built as one.
constexpr double kSiteStepKw = 10'000;
constexpr double kMostSiteKw = 1'000'000;
constexpr int kMostSitesAtOnce = 3;
// Of a region's spare power, at most.
constexpr double kMostOfSpare = 0.5;
// Power of the whole site over that of its IT equipment.
constexpr double kOverheadOfPower = 1.25;
// A queue for power that outlasts the building by this many quarters is too long.
constexpr int kMostExtraWait = 2;
// Accelerators that draw more need liquid cooling.
constexpr uint32_t kMostAirCooledWatts = 700;
// Of requests turned away, those that would have come.
constexpr double kTurnedAwayPart = 0.5;
// Growth of reservations that new contracts bring, until some are seen; the rest is in ramps.
constexpr double kNewContractsPart = 0.5;
// The maker chosen may be dearer than the one that the view's cost stands for.
constexpr double kCostMargin = 1.15;
// How strongly cost decides on the maker, and what a quarter of waiting adds to it.
constexpr double kChipChoice = 4;
constexpr double kWaitingCost = 0.15;
// Quarters in which a site has to pay back, and what large customers pay of the posted price.
constexpr double kPaybackQuarters = 18;
constexpr double kContractDiscount = 0.25;
// Earnings over cost at which waiting is worth no more than building (Dixit and Pindyck 1994,
// chapter 5: about twice the cost or less), and the most that is built beyond demand.
constexpr double kHurdle = 1.5;
constexpr double kMostBeyondDemand = 1.5;
// Capacity over demand from which a site is given up, if no more than this part of it is paid.
constexpr double kGlut = 1.6;
constexpr double kMostPaidPart = 0.2;
constexpr double kMostGrowth = 0.2;
// Growth of the hours labs use over that of their revenue: prices fall and models need more
// hours, hardware and algorithms do more with an hour.
constexpr double kHoursOfRevenue = 0.6;
constexpr double kMostRevenueGrowth = 0.5;
// Not more at a time than this part of the capacity to come.
constexpr double kMostStep = 0.5;

double UnderWay(const v1::CloudView& cloud) {
  double accelerators = 0;
  for (const v1::BuildView& build : cloud.builds()) {
    accelerators += static_cast<double>(build.accelerators_h100e());
  }
  return accelerators;
}

double PostedPrice(const TurnView& view) {
  const v1::CloudDisclosure* self = FindCloud(view.market, view.own.agent());
  return self == nullptr ? 0 : static_cast<double>(self->on_demand_price_micros_per_gpu_hour());
}

double KwPerH100e(const v1::ChipMaker& maker) {
  return static_cast<double>(maker.power_watts()) /
         std::max(static_cast<double>(maker.performance_millis_h100e()), 1.0);
}

// Of a site, an H100-equivalent, with the least power-hungry accelerators on sale to all; 0: none.
double UsualCost(const TurnView& view) {
  double kw = 0;
  for (const v1::ChipMaker& maker : view.market.chip_makers()) {
    if (!maker.captive_to().empty() || maker.performance_millis_h100e() == 0) continue;
    if (kw == 0 || KwPerH100e(maker) < kw) kw = KwPerH100e(maker);
  }
  return kw * static_cast<double>(view.own.cloud().build_cost_cents_per_kw());
}

void Order(const SitePlan& site, Actions& actions) {
  v1::BuildOrder& order = *actions.Tell().mutable_build_order();
  order.set_region(site.region->region());
  order.set_it_power_kw(ToWhole(site.it_power_kw));
  order.set_cooling(site.maker->power_watts() > kMostAirCooledWatts ? v1::COOLING_LIQUID
                                                                    : v1::COOLING_AIR);
  order.set_chip_maker(site.maker->chip_maker());
}

}  // namespace

double CapacityAhead(const v1::CloudView& cloud, int ahead) {
  if (cloud.ahead().empty()) return static_cast<double>(cloud.capacity_h100e());
  return static_cast<double>(
      cloud.ahead(std::clamp(ahead, 0, cloud.ahead_size() - 1)).capacity_h100e());
}

double DemandAhead(const v1::CloudView& cloud, int ahead, const DemandOutlook& outlook) {
  double reserved = static_cast<double>(cloud.reserved_h100e());
  if (!cloud.ahead().empty()) {
    const v1::CapacityAhead& then = cloud.ahead(std::clamp(ahead, 0, cloud.ahead_size() - 1));
    reserved =
        static_cast<double>(then.capacity_h100e()) - static_cast<double>(then.uncommitted_h100e());
  }
  const double on_demand =
      std::max(static_cast<double>(cloud.on_demand_wanted_gpu_hours()), 0.0) / kHoursPerQuarter;
  return std::max(reserved, 0.0) + std::max(ahead, 0) * outlook.new_contracts +
         on_demand * DetPow(1 + outlook.growth, std::max(ahead, 0)) +
         kTurnedAwayPart * outlook.turned_away;
}

double DemandOfTheMarketAhead(const v1::CloudView& cloud, int ahead, double revenue_growth) {
  const double in_use =
      static_cast<double>(cloud.reserved_h100e()) +
      std::max(static_cast<double>(cloud.on_demand_wanted_gpu_hours()), 0.0) / kHoursPerQuarter;
  return in_use * DetPow(1 + kHoursOfRevenue * std::max(revenue_growth, 0.0), std::max(ahead, 0));
}

double MeansForSites(const v1::AgentView& own) {
  const v1::Books& books = own.books();
  return static_cast<double>(books.cash_cents()) +
         static_cast<double>(books.group_treasury_cents()) +
         kQuartersAhead * std::max(static_cast<double>(books.operating_cash_flow_cents()), 0.0) -
         static_cast<double>(books.committed_cents());
}

double EarningsOverCost(double cost_cents, double price_micros, double cost_micros,
                        double utilisation) {
  const double margin_micros = (1 - kContractDiscount) * price_micros * utilisation - cost_micros;
  const double earned_cents = margin_micros / 1e4 * kHoursPerQuarter * kPaybackQuarters;
  return earned_cents / std::max(cost_cents, 1.0);
}

double BeyondDemand(double q, double price_response) {
  return std::clamp(1 + price_response * (q - kHurdle), 1.0, kMostBeyondDemand);
}

const v1::ChipMaker* ChooseMaker(const TurnView& view, const BuildStyle& style,
                                 RandomStream& random) {
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  std::vector<const v1::ChipMaker*> makers;
  std::vector<double> weights;
  for (const v1::ChipMaker& maker : view.market.chip_makers()) {
    const bool ours = maker.captive_to() == group || maker.captive_to() == view.own.agent();
    if (!maker.captive_to().empty() && !ours) continue;
    if (maker.performance_millis_h100e() == 0 || maker.price_cents() <= 0 ||
        maker.power_watts() == 0) {
      continue;
    }
    const double wait = PartOf(static_cast<double>(maker.backlog()),
                               static_cast<double>(maker.capacity_per_quarter()));
    const double cost = static_cast<double>(maker.price_cents()) /
                        maker.performance_millis_h100e() *
                        (1 + kWaitingCost * std::max(wait, 0.0)) * (ours ? style.own_silicon : 1);
    makers.push_back(&maker);
    weights.push_back(1 / DetPow(std::max(cost, 1e-6), kChipChoice));
  }
  return makers.empty() ? nullptr : makers[random.WeightedIndex(weights)];
}

std::vector<const v1::GridRegion*> RegionsToBuildIn(const v1::PublicView& market) {
  uint32_t usual = 0;
  bool any = false;
  for (const v1::GridRegion& region : market.regions()) {
    usual = any ? std::min(usual, region.lead_time_quarters()) : region.lead_time_quarters();
    any = true;
  }
  std::vector<const v1::GridRegion*> regions;
  const auto spare = [](const v1::GridRegion& region) {
    return static_cast<double>(region.spare_kw()) -
           std::max(static_cast<double>(region.queued_kw()), 0.0);
  };
  for (const v1::GridRegion& region : market.regions()) {
    if (region.lead_time_quarters() > usual + kMostExtraWait) continue;
    if (spare(region) >= kSiteStepKw / kMostOfSpare) regions.push_back(&region);
  }
  const auto worth = [&](const v1::GridRegion& region) {
    return std::min(spare(region), kMostSiteKw) /
           std::max(static_cast<double>(region.price_micros_per_kwh()), 1.0) /
           (1.0 + region.lead_time_quarters());
  };
  std::stable_sort(
      regions.begin(), regions.end(),
      [&](const v1::GridRegion* a, const v1::GridRegion* b) { return worth(*a) > worth(*b); });
  return regions;
}

std::optional<uint64_t> SiteToGiveUp(const v1::CloudView& cloud, double demand, double capacity) {
  if (capacity < kGlut * std::max(demand, 1.0)) return std::nullopt;
  const v1::BuildView* least = nullptr;
  const auto paid_part = [](const v1::BuildView& build) {
    const double cost =
        static_cast<double>(build.paid_cents()) + static_cast<double>(build.remaining_cents());
    return PartOf(static_cast<double>(build.paid_cents()), cost);
  };
  for (const v1::BuildView& build : cloud.builds()) {
    if (build.remaining_cents() <= 0 || paid_part(build) > kMostPaidPart) continue;
    if (least == nullptr || paid_part(build) < paid_part(*least)) least = &build;
  }
  if (least == nullptr) return std::nullopt;
  return least->build();
}

void BuildDesk::SeeGrowth(const TurnView& view, double signed_last_quarter) {
  const v1::CloudView& cloud = view.own.cloud();
  if (new_contracts_ < 0) {
    new_contracts_ = kNewContractsPart * style_.expected_growth *
                     std::max(static_cast<double>(cloud.reserved_h100e()), 0.0);
  } else {
    new_contracts_ = (2 * new_contracts_ + signed_last_quarter) / 3;
  }
  const auto wanted = static_cast<double>(cloud.on_demand_wanted_gpu_hours());
  if (wanted_before_ > 0 && wanted > 0) {
    const double seen = std::clamp(wanted / wanted_before_ - 1, -kMostGrowth, kMostGrowth);
    growth_ = std::clamp((2 * growth_ + seen) / 3, 0.0, kMostGrowth);
  }
  wanted_before_ = wanted;
  double revenue = 0;
  for (const v1::LabDisclosure& lab : view.market.labs()) {
    revenue += std::max(static_cast<double>(lab.disclosed_revenue_cents()), 0.0);
  }
  if (revenue_before_ > 0 && revenue > 0) {
    const double seen = std::clamp(revenue / revenue_before_ - 1, 0.0, kMostRevenueGrowth);
    revenue_growth_ = (2 * revenue_growth_ + seen) / 3;
  }
  revenue_before_ = revenue;
}

void BuildDesk::OnQuarter(const TurnView& view, double turned_away, double signed_last_quarter,
                          Actions& actions) {
  const v1::CloudView& cloud = view.own.cloud();
  SeeGrowth(view, signed_last_quarter);
  const double orders =
      DemandAhead(cloud, kQuartersAhead,
                  {.growth = growth_, .new_contracts = new_contracts_, .turned_away = turned_away});
  const double market = DemandOfTheMarketAhead(cloud, kQuartersAhead, revenue_growth_);
  const double expected = orders + style_.market_weight * std::max(market - orders, 0.0);
  const double q = SiteEarnings(view, UsualCost(view));
  const double demand = expected * BeyondDemand(q, style_.price_response);
  const double capacity = CapacityAhead(cloud, kQuartersAhead);
  if (const std::optional<uint64_t> site = SiteToGiveUp(cloud, demand, capacity)) {
    actions.Tell().mutable_build_cancellation()->set_build(*site);
    return;
  }
  // Sites that come later than the horizon are ordered already.
  double later = UnderWay(cloud);
  for (const v1::BuildView& build : cloud.builds()) {
    if (build.ready_quarter() <= view.quarter + kQuartersAhead) {
      later -= static_cast<double>(build.accelerators_h100e());
    }
  }
  const double target = std::clamp(style_.target_utilisation, 0.1, 1.0);
  const double missing =
      std::min(demand / target - capacity - later, kMostStep * (capacity + later));
  if (missing > 0) OrderSites(view, missing, actions);
}

double BuildDesk::SiteEarnings(const TurnView& view, double cost_cents) const {
  // The running cost it has seen is that of older machines, which draw twice as much for the work.
  return EarningsOverCost(cost_cents, PostedPrice(view),
                          static_cast<double>(view.own.cloud().cost_micros_per_gpu_hour()) / 2,
                          style_.target_utilisation);
}

void BuildDesk::OrderSites(const TurnView& view, double missing, Actions& actions) const {
  const v1::CloudView& cloud = view.own.cloud();
  const auto cost_per_kw = static_cast<double>(cloud.build_cost_cents_per_kw());
  double money = style_.budget * MeansForSites(view.own);
  if (cost_per_kw <= 0 || money <= 0) return;
  int sites = 0;
  for (const v1::GridRegion* region : RegionsToBuildIn(view.market)) {
    if (sites == kMostSitesAtOnce) break;
    SitePlan site{.region = region, .maker = ChooseMaker(view, style_, actions.random())};
    if (site.maker == nullptr) return;
    const double kw_per_h100e = KwPerH100e(*site.maker);
    if (SiteEarnings(view, cost_per_kw * kw_per_h100e) < 1) continue;
    const double spare = static_cast<double>(region->spare_kw()) -
                         std::max(static_cast<double>(region->queued_kw()), 0.0);
    const double kw = std::min({missing * kw_per_h100e, money / (kCostMargin * cost_per_kw),
                                kMostOfSpare * spare / kOverheadOfPower, kMostSiteKw});
    site.it_power_kw = kSiteStepKw * static_cast<double>(ToWhole(kw / kSiteStepKw - 0.5));
    if (site.it_power_kw < kSiteStepKw) continue;
    Order(site, actions);
    ++sites;
    missing -= site.it_power_kw / kw_per_h100e;
    money -= site.it_power_kw * kCostMargin * cost_per_kw;
  }
}

}  // namespace tranche
