#ifndef TRANCHE_AGENTS_STRATEGIES_CLOUD_BUILDING_H_
#define TRANCHE_AGENTS_STRATEGIES_CLOUD_BUILDING_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "agents/actions.h"
#include "agents/strategy.h"
#include "tranche/v1/view.pb.h"

// When a cloud orders sites, where, with whose chips, and when it gives one up.
//
// A site ordered today serves customers six quarters from now, so a cloud builds for the demand of
// that quarter: what is under contract then, what labs will reserve until then at the pace it has
// seen, what is wanted on demand today grown likewise, and part of what it has had to turn away;
// and, as far as it builds ahead of orders, for the growth of the labs' revenue that all can see.
// It orders when that outgrows the capacity there will be, at the utilisation it aims at, if hours
// at today's price pay the site back, beyond that where they pay it back well, and with a part of
// its means at a time: investment under
// uncertainty is made in steps (Dixit and Pindyck 1994, "Investment under Uncertainty", chapter
// 11).
namespace tranche {

struct BuildStyle {
  // Part of the capacity that is to be sold when a site comes into service.
  double target_utilisation = 0.85;
  // Part of what it could pay for sites that it orders in a quarter.
  double budget = 0.25;
  // Growth of demand a quarter that it believes in until it has seen its own.
  double expected_growth = 0.08;
  // Weight of the market's growth against its own order book: how far it builds ahead of its
  // customers' orders.
  double market_weight = 0;
  // Part by which it builds beyond demand for each time that a site would earn its cost over again.
  double price_response = 0;
  // Factor on the cost of its group's own accelerators in the choice of the maker; below 1 it
  // prefers them.
  double own_silicon = 1;
};

// What a cloud expects of the quarters to come.
struct DemandOutlook {
  // Of demand on demand, a quarter.
  double growth = 0;
  // Accelerators that labs will reserve anew, a quarter.
  double new_contracts = 0;
  // Asked for of late and not to be had.
  double turned_away = 0;
};

// What the hours in use today grow to in `ahead` quarters if compute follows the labs' revenue,
// which grows by `revenue_growth` a quarter.
double DemandOfTheMarketAhead(const v1::CloudView& cloud, int ahead, double revenue_growth);

// Accelerators wanted `ahead` quarters from now: reserved then under today's contracts and those to
// come, on demand, and part of what was turned away.
double DemandAhead(const v1::CloudView& cloud, int ahead, const DemandOutlook& outlook);

// Those the cloud will have then, with sites as scheduled.
double CapacityAhead(const v1::CloudView& cloud, int ahead);

// What a site of `cost_cents` an H100-equivalent earns in the time in which it has to pay back,
// over its cost: Tobin's q of the site (Tobin 1969, "A General Equilibrium Approach to Monetary
// Theory", Journal of Money, Credit and Banking 1), undiscounted. Hours are sold at `price_micros`,
// less what large customers bargain off, and run at `cost_micros`, both an hour.
double EarningsOverCost(double cost_cents, double price_micros, double cost_micros,
                        double utilisation);

// Factor on the demand that is built for where sites earn `q` times their cost: 1 up to the hurdle
// that uncertainty puts before investment, more above it.
double BeyondDemand(double q, double price_response);

// What the cloud can pay for sites ordered now, in cents: cash, treasury and the operating cash
// flow of the time it takes to build one, less what it has promised. Its group's other earnings,
// which it doesn't see, are its cushion.
double MeansForSites(const v1::AgentView& own);

struct SitePlan {
  const v1::GridRegion* region = nullptr;
  const v1::ChipMaker* maker = nullptr;
  double it_power_kw = 0;
  double h100e = 0;
};

class BuildDesk {
 public:
  explicit BuildDesk(const BuildStyle& style) : style_(style), growth_(style.expected_growth) {}

  // When a quarter opens. `turned_away`: accelerators asked for of late and not to be had;
  // `signed_last_quarter`: reserved anew.
  void OnQuarter(const TurnView& view, double turned_away, double signed_last_quarter,
                 Actions& actions);

 private:
  void SeeGrowth(const TurnView& view, double signed_last_quarter);
  // Of a site that costs `cost_cents` an H100-equivalent, over its cost, at today's posted price.
  double SiteEarnings(const TurnView& view, double cost_cents) const;
  void OrderSites(const TurnView& view, double missing, Actions& actions) const;

  BuildStyle style_;
  // Of demand on demand, a quarter, as seen.
  double growth_;
  double wanted_before_ = 0;
  // Reserved anew a quarter, as seen; negative: nothing is seen yet.
  double new_contracts_ = -1;
  // Of the labs' revenue, a quarter, as disclosed; and the revenue that was seen last.
  double revenue_growth_ = 0;
  double revenue_before_ = 0;
};

// A maker whose accelerators the cloud can buy, the likelier the less they cost for the work they
// do and the sooner they come; null if there is none.
const v1::ChipMaker* ChooseMaker(const TurnView& view, const BuildStyle& style,
                                 RandomStream& random);

// Regions that can power a site about as soon as it can be built, best first: cheap power, soon,
// and much of it.
std::vector<const v1::GridRegion*> RegionsToBuildIn(const v1::PublicView& market);

// The site to give up when far more is under way than can be sold: the one least paid for, if
// little of it is; none otherwise.
std::optional<uint64_t> SiteToGiveUp(const v1::CloudView& cloud, double demand, double capacity);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_CLOUD_BUILDING_H_
