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
// seen, what is wanted on demand today grown likewise, and part of what it has had to turn away. It
// orders when that outgrows the capacity there will be, at the utilisation it aims at, if hours at
// today's price pay the site back, and with a part of its means at a time: investment under
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

// Accelerators wanted `ahead` quarters from now: reserved then under today's contracts and those to
// come, on demand, and part of what was turned away.
double DemandAhead(const v1::CloudView& cloud, int ahead, const DemandOutlook& outlook);

// Those the cloud will have then, with sites as scheduled.
double CapacityAhead(const v1::CloudView& cloud, int ahead);

// Whether a site of `cost_cents` an H100-equivalent earns its cost in its life, hours sold at
// `price_micros` and run at `cost_micros`, both an hour.
bool PaysBack(double cost_cents, double price_micros, double cost_micros, double utilisation);

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
  void SeeGrowth(const v1::CloudView& cloud, double signed_last_quarter);
  void OrderSites(const TurnView& view, double missing, Actions& actions) const;

  BuildStyle style_;
  // Of demand on demand, a quarter, as seen.
  double growth_;
  double wanted_before_ = 0;
  // Reserved anew a quarter, as seen; negative: nothing is seen yet.
  double new_contracts_ = -1;
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
