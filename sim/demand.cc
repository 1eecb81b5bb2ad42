#include "sim/demand.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/capability.h"
#include "sim/check.h"
#include "sim/det_math.h"
#include "sim/frameworks.h"
#include "sim/nested_logit.h"

namespace tranche {
namespace {

constexpr double kOut = -std::numeric_limits<double>::infinity();
// Customers of a lab that served next to nobody haven't forgotten it.
constexpr double kLeastAvailability = 0.05;
constexpr double kLeastDirectWeight = 0.001;
constexpr double kMostInferenceGpuHours = 1e12;

// A price list in use: the prices of a market that never had any.
constexpr double kDefaultPriceMicros = 1'000'000;

bool InForce(const Contract& contract, Quarter quarter) {
  return contract.active && quarter >= contract.start && quarter < contract.end;
}

bool Sells(const World& world, const Lab& lab, size_t segment) {
  return world.agents[lab.agent].active && lab.price_micros_per_mtok[segment] > 0;
}

// Contracts that carry models to customers, sorted and without duplicates.
struct Distribution {
  std::vector<std::pair<LabId, CloudId>> marketplaces;
  std::vector<std::pair<LabId, GroupId>> licensees;  // not the lab's own group
  std::vector<double> cloud_weight;                  // by cloud, adds up to one

  explicit Distribution(const World& world) {
    for (const Contract& contract : world.contracts) {
      if (!InForce(contract, world.quarter)) continue;
      if (!world.agents[contract.provider].active || !world.agents[contract.customer].active) {
        continue;
      }
      if (contract.kind == Contract::Kind::kMarketplace) {
        const LabId lab = world.lab_of(contract.customer);
        const CloudId cloud = world.cloud_of(contract.provider);
        if (lab.valid() && cloud.valid()) marketplaces.emplace_back(lab, cloud);
      } else if (contract.kind == Contract::Kind::kLicence) {
        const LabId lab = world.lab_of(contract.provider);
        const GroupId group = world.agents[contract.customer].group;
        if (lab.valid() && group != world.agents[contract.provider].group) {
          licensees.emplace_back(lab, group);
        }
      }
    }
    SortUnique(marketplaces);
    SortUnique(licensees);
    WeighClouds(world);
  }

 private:
  template <typename T>
  static void SortUnique(std::vector<T>& items) {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
  }

  void WeighClouds(const World& world) {
    double sum = 0;
    int active = 0;
    for (const Cloud& cloud : world.clouds) {
      if (!world.agents[cloud.agent].active) continue;
      ++active;
      sum += static_cast<double>(cloud.other_revenue.value());
    }
    for (const Cloud& cloud : world.clouds) {
      if (!world.agents[cloud.agent].active) {
        cloud_weight.push_back(0);
      } else if (sum > 0) {
        cloud_weight.push_back(static_cast<double>(cloud.other_revenue.value()) / sum);
      } else {
        cloud_weight.push_back(1.0 / active);
      }
    }
  }
};

// The groups that carry the lab's own channel beside the lab itself.
template <typename Visit>
void ForEachCarrier(const World& world, const Distribution& distribution, LabId lab, Visit visit) {
  visit(world.agents[world.labs[lab].agent].group);
  auto it = std::lower_bound(distribution.licensees.begin(), distribution.licensees.end(),
                             std::make_pair(lab, GroupId(0)));
  for (; it != distribution.licensees.end() && it->first == lab; ++it) visit(it->second);
}

double DirectReach(const World& world, const Distribution& distribution, LabId lab,
                   size_t segment) {
  double unreached = 1 - world.labs[lab].reach[segment];
  ForEachCarrier(world, distribution, lab,
                 [&](GroupId group) { unreached *= 1 - world.groups[group].reach[segment]; });
  return 1 - unreached;
}

double LogPrice(const Segment& segment, size_t s, const Lab& lab) {
  return DetLog(static_cast<double>(lab.price_micros_per_mtok[s]) / segment.opening_price_micros);
}

// Tokens of an adopter against the opening's, at a price of exp(log_price) times the opening's.
double UseOf(const Segment& segment, double log_price, double capability) {
  const double by_price = DetExp(-segment.spec.price_elasticity() * log_price);
  const double by_capability = DetExp(segment.spec.usage_per_capability_percent() / 100 *
                                      (capability - segment.opening_capability));
  return std::min(by_price, kMostPriceResponse) * by_capability;
}

double PriceOf(const Lab& lab, size_t segment) {
  return static_cast<double>(lab.price_micros_per_mtok[segment]);
}

// The choice among labs and channels in one segment, at today's prices. The vectors are kept from
// segment to segment for their storage.
class Choice {
 public:
  Choice(World& world, const Distribution& distribution)
      : world_(world), distribution_(distribution) {}

  // Lists the segment's offerings, with the shares they had; shares of those that are gone are left
  // in lost(). Computes utilities and free choice.
  void Take(size_t segment) {
    segment_ = segment;
    ListOfferings();
    ComputeUtilities();
    Choose();
  }

  bool anything() const { return anything_; }
  std::vector<Offering>& offerings() { return offerings_; }
  // Shares of offerings that are no longer there, by lab.
  const std::vector<double>& lost() const { return lost_; }
  // By lab, of a free choice; adds up to one.
  const std::vector<double>& free_share() const { return free_share_; }
  // Of a free choice, by offering.
  const std::vector<double>& offering_share() const { return offering_share_; }
  double log_sum() const { return log_sum_; }
  // Of price over the opening's, by lab.
  const std::vector<double>& log_price() const { return log_price_; }

  // Offerings of `lab`: [begin, end).
  std::pair<size_t, size_t> RangeOf(LabId lab) const {
    const auto i = static_cast<size_t>(lab.value());
    return {i == 0 ? 0 : static_cast<size_t>(nest_ends_[i - 1]),
            static_cast<size_t>(nest_ends_[i])};
  }

  // Choice shares by lab when each lab's customers (`movers`, by lab) choose anew and leaving their
  // lab costs: the flow into each lab, adding up to the movers.
  void Flow(const std::vector<double>& movers, double stay_factor,
            std::vector<double>& into) const {
    double from_all = 0;
    for (size_t j = 0; j < movers.size(); ++j) {
      from_all += movers[j] / (stay_factor + (1 - stay_factor) * free_share_[j]);
    }
    into.resize(movers.size());
    for (size_t i = 0; i < movers.size(); ++i) {
      const double own = movers[i] / (stay_factor + (1 - stay_factor) * free_share_[i]);
      into[i] = free_share_[i] * (stay_factor * from_all + (1 - stay_factor) * own);
    }
  }

  // By lab, -infinity for one that doesn't sell.
  const std::vector<double>& inclusive_values() const { return inclusive_values_; }

 private:
  void ListOfferings() {
    const Segment& segment = world_.segments[segment_];
    offerings_.clear();
    nest_ends_.clear();
    lost_.assign(static_cast<size_t>(world_.labs.size()), 0.0);
    auto market = distribution_.marketplaces.begin();
    auto old = segment.offerings.begin();
    const auto take_share = [&](LabId lab, CloudId cloud) {
      double share = 0;
      while (old != segment.offerings.end() &&
             std::make_pair(old->lab, old->marketplace) <= std::make_pair(lab, cloud)) {
        if (old->lab == lab && old->marketplace == cloud) {
          share = old->share;
        } else {
          lost_[static_cast<size_t>(old->lab.value())] += old->share;
        }
        ++old;
      }
      return share;
    };
    for (LabId lab : world_.labs.ids()) {
      const bool sells = Sells(world_, world_.labs[lab], segment_);
      if (sells) AddOffering(lab, CloudId(), take_share(lab, CloudId()));
      for (; market != distribution_.marketplaces.end() && market->first <= lab; ++market) {
        if (!sells || market->first < lab || segment.spec.marketplace_affinity() <= 0) continue;
        AddOffering(lab, market->second, take_share(lab, market->second));
      }
      nest_ends_.push_back(static_cast<int32_t>(offerings_.size()));
    }
    for (; old != segment.offerings.end(); ++old) {
      lost_[static_cast<size_t>(old->lab.value())] += old->share;
    }
  }

  void AddOffering(LabId lab, CloudId marketplace, double share) {
    Offering offering;
    offering.lab = lab;
    offering.marketplace = marketplace;
    offering.share = share;
    offerings_.push_back(offering);
  }

  void ComputeUtilities() {
    const Segment& segment = world_.segments[segment_];
    const v1::SegmentSpec& spec = segment.spec;
    const double affinity = std::clamp(spec.marketplace_affinity(), 0.0, 1.0);
    const double log_direct = DetLog(std::max(1 - affinity, kLeastDirectWeight));
    lambda_ = spec.nest_dissimilarity() > 0 ? std::min(spec.nest_dissimilarity(), 1.0) : 1.0;
    utilities_.clear();
    log_price_.assign(static_cast<size_t>(world_.labs.size()), 0.0);
    double of_lab = 0;
    for (const Offering& offering : offerings_) {
      const Lab& lab = world_.labs[offering.lab];
      double reach;
      double log_weight;
      if (!offering.marketplace.valid()) {
        const auto i = static_cast<size_t>(offering.lab.value());
        log_price_[i] = LogPrice(segment, segment_, lab);
        of_lab = segment.lab_appeal[i] +
                 spec.capability_weight() * (lab.capability - segment.opening_capability) -
                 spec.price_weight() * log_price_[i] +
                 DetLog(std::clamp(lab.service_level, kLeastAvailability, 1.0));
        reach = DirectReach(world_, distribution_, offering.lab, segment_);
        log_weight = log_direct;
      } else {
        const AgentId cloud = world_.clouds[offering.marketplace].agent;
        reach = world_.groups[world_.agents[cloud].group].reach[segment_];
        log_weight =
            DetLog(affinity *
                   distribution_.cloud_weight[static_cast<size_t>(offering.marketplace.value())]);
      }
      utilities_.push_back(of_lab + spec.reach_weight() * reach + lambda_ * log_weight);
    }
  }

  void Choose() {
    const auto labs = static_cast<size_t>(world_.labs.size());
    free_share_.assign(labs, 0.0);
    offering_share_.assign(offerings_.size(), 0.0);
    inclusive_values_.assign(labs, kOut);
    anything_ = std::any_of(utilities_.begin(), utilities_.end(),
                            [](double utility) { return utility > kOut; });
    if (!anything_) return;
    lambdas_.assign(labs, lambda_);
    const NestedLogitTotals totals =
        NestedLogitShares({nest_ends_, lambdas_}, utilities_, kOut, absl::MakeSpan(offering_share_),
                          absl::MakeSpan(inclusive_values_));
    log_sum_ = totals.log_sum;
    for (size_t o = 0; o < offerings_.size(); ++o) {
      free_share_[static_cast<size_t>(offerings_[o].lab.value())] += offering_share_[o];
    }
  }

  World& world_;
  const Distribution& distribution_;
  size_t segment_ = 0;
  double lambda_ = 1;
  bool anything_ = false;
  double log_sum_ = 0;
  std::vector<Offering> offerings_;
  std::vector<int32_t> nest_ends_;
  std::vector<double> lambdas_;
  std::vector<double> log_price_;
  std::vector<double> utilities_;
  std::vector<double> offering_share_;
  std::vector<double> inclusive_values_;
  std::vector<double> free_share_;
  std::vector<double> lost_;
};

double StayFactor(const World& world, const Segment& segment) {
  return DetExp(-segment.spec.switching_cost() * (1 - Compatibility(world)));
}

// Where adoption is heading at today's prices and models.
double AdoptionCeiling(const World& world, const Segment& segment, const Choice& choice,
                       const std::vector<Offering>& offerings) {
  double log_price = 0;
  double weight = 0;
  double frontier = 0;
  for (const Offering& offering : offerings) {
    log_price += offering.share * choice.log_price()[static_cast<size_t>(offering.lab.value())];
    weight += offering.share;
    frontier = std::max(frontier, world.labs[offering.lab].capability);
  }
  if (weight > 0) log_price /= weight;
  const double opening = std::clamp(segment.spec.adoption_ceiling_percent() / 100, 1e-6, 1 - 1e-6);
  const double logit =
      DetLog(opening / (1 - opening)) - segment.spec.price_elasticity() * log_price +
      segment.spec.usage_per_capability_percent() / 100 * (frontier - segment.opening_capability);
  return DetLogistic(logit);
}

double NextAdoption(const World& world, const Segment& segment, const Choice& choice,
                    const std::vector<Offering>& offerings) {
  const double speed =
      std::clamp(segment.spec.adoption_speed_percent_per_quarter() / 100, 0.0, 1.0);
  const double ceiling = AdoptionCeiling(world, segment, choice, offerings);
  return std::clamp(segment.adoption + speed * (ceiling - segment.adoption), 0.0, 1.0);
}

// The part of the moves of a free choice by everybody that switching costs and inertia prevent. 0
// where there is nobody to move to.
double LockIn(const std::vector<double>& shares, const Choice& choice, double redecide,
              double stay_factor) {
  constexpr double kNoMoves = 1e-9;
  double free_moves = 0;
  double moves = 0;
  for (size_t j = 0; j < shares.size(); ++j) {
    const double others = std::max(0.0, 1 - choice.free_share()[j]);
    free_moves += shares[j] * others;
    moves += shares[j] * others * stay_factor / (1 - (1 - stay_factor) * others);
  }
  return free_moves > kNoMoves ? 1 - redecide * moves / free_moves : 0;
}

// Re-decisions and new adopters of one segment in one quarter.
void Redecide(World& world, size_t s, Choice& choice) {
  Segment& segment = world.segments[s];
  const bool fixed = world.scenario.switches().no_demand_response();
  const double redecide =
      fixed ? 0 : std::clamp(segment.spec.redecide_percent_per_quarter() / 100, 0.0, 1.0);
  const double stay_factor = StayFactor(world, segment);
  std::vector<Offering>& offerings = choice.offerings();

  const double adoption =
      fixed ? segment.adoption : NextAdoption(world, segment, choice, offerings);
  std::vector<double> movers = choice.lost();
  std::vector<double> shares(movers.size(), 0.0);
  for (Offering& offering : offerings) {
    const auto lab = static_cast<size_t>(offering.lab.value());
    shares[lab] += offering.share;
    const double unserved = fixed ? 0 : 1 - world.labs[offering.lab].service_level;
    const double moving = offering.share * (redecide + (1 - redecide) * unserved);
    movers[lab] += moving;
    offering.share -= moving;
  }
  segment.lock_in = LockIn(shares, choice, redecide, stay_factor);

  std::vector<double> into;
  choice.Flow(movers, stay_factor, into);
  const double arrived = adoption > segment.adoption ? adoption - segment.adoption : 0;
  const double adopters = segment.adoption + arrived;
  double sum = 0;
  for (size_t o = 0; o < offerings.size(); ++o) {
    Offering& offering = offerings[o];
    const auto lab = static_cast<size_t>(offering.lab.value());
    const double free = choice.free_share()[lab];
    const double in_nest = free > 0 ? choice.offering_share()[o] / free : 0;
    offering.share += into[lab] * in_nest;
    if (adopters > 0) {
      offering.share =
          (segment.adoption * offering.share + arrived * choice.offering_share()[o]) / adopters;
    }
    sum += offering.share;
  }
  // A segment without any customers yet has the shares of a free choice.
  for (size_t o = 0; o < offerings.size(); ++o) {
    offerings[o].share = sum > 0 ? offerings[o].share / sum : choice.offering_share()[o];
  }
  segment.adoption = adoption;
}

// Tokens that each offering's customers want.
void PlanUse(World& world, size_t s, const Choice& choice) {
  Segment& segment = world.segments[s];
  const auto labs = static_cast<size_t>(world.labs.size());
  std::vector<double> shares(labs, 0.0);
  std::vector<double> use(labs, 0.0);
  for (const Offering& offering : segment.offerings) {
    shares[static_cast<size_t>(offering.lab.value())] += offering.share;
  }
  UseShares(shares, segment.multi_homing, absl::MakeSpan(use));
  const double adopters = segment.spec.customers_thousands() * 1000 * segment.adoption;
  for (Offering& offering : segment.offerings) {
    const auto i = static_cast<size_t>(offering.lab.value());
    const Lab& lab = world.labs[offering.lab];
    const double part = shares[i] > 0 ? offering.share / shares[i] * use[i] : 0;
    offering.wanted_mtok = adopters * part * segment.usage_mtok *
                           UseOf(segment, choice.log_price()[i], lab.capability);
    offering.sales = Cents(0);
  }
}

void CountInference(World& world) {
  std::vector<double> mtok(static_cast<size_t>(world.labs.size()), 0.0);
  for (const Segment& segment : world.segments) {
    for (const Offering& offering : segment.offerings) {
      mtok[static_cast<size_t>(offering.lab.value())] += offering.wanted_mtok;
    }
  }
  for (LabId lab : world.labs.ids()) {
    const double hours = std::min(mtok[static_cast<size_t>(lab.value())] / world.mtok_per_gpu_hour,
                                  kMostInferenceGpuHours);
    const auto whole = static_cast<int64_t>(hours);
    world.labs[lab].inference_wanted_gpu_hours =
        static_cast<double>(whole) < hours ? whole + 1 : whole;
  }
}

// ---------------------------------------------------------------------------------------------
// Calibration

// Price and capability that the segment's utilities are relative to: the spend-weighted geometric
// mean price and the best model sold.
void SetReference(World& world, size_t s) {
  Segment& segment = world.segments[s];
  double spend = 0;
  double log_price = 0;
  double log_list = 0;
  int listed = 0;
  segment.opening_capability = 0;
  for (const Lab& lab : world.labs) {
    if (!Sells(world, lab, s)) continue;
    const double revenue = static_cast<double>(lab.outcome[s].revenue.value());
    const double log = DetLog(PriceOf(lab, s));
    spend += revenue;
    log_price += revenue * log;
    log_list += log;
    ++listed;
    segment.opening_capability = std::max(segment.opening_capability, lab.capability);
  }
  if (spend > 0) {
    segment.opening_price_micros = DetExp(log_price / spend);
  } else if (listed > 0) {
    segment.opening_price_micros = DetExp(log_list / listed);
  } else {
    segment.opening_price_micros = kDefaultPriceMicros;
  }
  if (segment.opening_capability == 0) segment.opening_capability = FrontierCapability(world);
}

// A part of multi-homing that a lab as large as the largest allows: with every customer's first
// choice it would still have no more than 1 - multi_homing of all use.
double FeasibleMultiHoming(const std::vector<double>& use, double multi_homing) {
  constexpr double kMargin = 0.9;
  const double largest = *std::max_element(use.begin(), use.end());
  return std::clamp(multi_homing, 0.0, kMargin * (1 - largest));
}

// Shares of first choices whose use shares are `use`: the fixed point of
// share = share x use / UseShares(share).
std::vector<double> FirstChoices(const std::vector<double>& use, double multi_homing) {
  std::vector<double> shares = use;
  std::vector<double> implied(use.size());
  for (int i = 0; i < 1000; ++i) {
    UseShares(shares, multi_homing, absl::MakeSpan(implied));
    double error = 0;
    double sum = 0;
    for (size_t j = 0; j < use.size(); ++j) {
      error = std::max(error, use[j] > implied[j] ? use[j] - implied[j] : implied[j] - use[j]);
      if (implied[j] > 0) shares[j] *= use[j] / implied[j];
      sum += shares[j];
    }
    for (double& share : shares) share /= sum;
    if (error < 1e-12) break;
  }
  return shares;
}

// Free-choice shares W at which the shares t of `target` stay as they are, when a part r of
// customers (`redecide`) choose anew and g (`arriving`, per present one) come without a supplier.
// With d the factor on leaving, what flows to lab i must be (r + g) t(i):
//
//   W(i) (A + g) + (1 - d) W(i) r t(i) / (d + (1 - d) W(i)) = (r + g) t(i),
//   A = d sum over j of r t(j) / (d + (1 - d) W(j)).
//
// For a given A that is a quadratic in each W(i), whose sum falls as A rises; W sums to one at the
// A wanted, and then the second equation holds too. Newton's method finds it.
std::vector<double> StationaryChoice(const std::vector<double>& target, double redecide,
                                     double arriving, double stay_factor) {
  std::vector<double> free = target;
  const double b = 1 - stay_factor;
  if (redecide + arriving <= 0 || b <= 0 || stay_factor <= 0) return free;
  double a = 0;
  for (const double share : target) {
    a += stay_factor * redecide * share / (stay_factor + b * share);
  }
  for (int iteration = 0; iteration < 100; ++iteration) {
    const double c = a + arriving;
    double sum = 0;
    double slope = 0;
    for (size_t i = 0; i < free.size(); ++i) {
      const double moving = redecide * target[i];
      const double inflow = (redecide + arriving) * target[i];
      const double p = c * stay_factor + b * (moving - inflow);
      const double root = DetSqrt(p * p + 4 * b * c * inflow * stay_factor);
      free[i] = p > 0 ? 2 * inflow * stay_factor / (p + root) : (root - p) / (2 * b * c);
      const double left = stay_factor + b * free[i];
      sum += free[i];
      slope -= free[i] / (c + b * moving * stay_factor / (left * left));
    }
    const double excess = sum - 1;
    if (excess < 1e-15 && excess > -1e-15) break;
    const double next = a - excess / slope;
    a = next > 0 ? next : a / 2;
  }
  return free;
}

// Sets the shares of offerings: each lab's as given, divided by channel as free choice does.
void SplitAmongChannels(const Choice& choice, const std::vector<double>& lab_shares,
                        std::vector<Offering>& offerings) {
  for (size_t o = 0; o < offerings.size(); ++o) {
    const auto lab = static_cast<size_t>(offerings[o].lab.value());
    const double free = choice.free_share()[lab];
    offerings[o].share = free > 0 ? lab_shares[lab] * choice.offering_share()[o] / free : 0;
  }
}

void CalibrateSegment(World& world, size_t s, Choice& choice) {
  Segment& segment = world.segments[s];
  const auto labs = static_cast<size_t>(world.labs.size());
  segment.lab_appeal.assign(labs, 0.0);
  segment.offerings.clear();
  SetReference(world, s);

  std::vector<double> tokens(labs, 0.0);
  std::vector<double> per_adopter(labs, 0.0);  // tokens against the reference's
  double use_weight = 0;
  for (LabId id : world.labs.ids()) {
    const Lab& lab = world.labs[id];
    const auto i = static_cast<size_t>(id.value());
    if (!Sells(world, lab, s)) continue;
    const double spend_micros = static_cast<double>(lab.outcome[s].revenue.value()) * 10'000;
    tokens[i] = spend_micros / PriceOf(lab, s);
    per_adopter[i] = tokens[i] / UseOf(segment, LogPrice(segment, s, lab), lab.capability);
    use_weight += per_adopter[i];
  }
  const double adopters = segment.spec.customers_thousands() * 1000 * segment.adoption;
  segment.usage_mtok = use_weight > 0 && adopters > 0
                           ? use_weight / adopters
                           : segment.spec.mtok_per_customer_per_quarter();
  segment.multi_homing = std::clamp(segment.spec.multi_homing_percent() / 100, 0.0, 0.5);
  choice.Take(s);
  segment.offerings = choice.offerings();
  if (!choice.anything()) return;
  std::vector<double> shares = choice.free_share();
  if (use_weight > 0) {
    std::vector<double> use = per_adopter;
    for (double& share : use) share /= use_weight;
    segment.multi_homing = FeasibleMultiHoming(use, segment.multi_homing);
    shares = FirstChoices(use, segment.multi_homing);
    SplitAmongChannels(choice, shares, segment.offerings);
    const double redecide = std::clamp(segment.spec.redecide_percent_per_quarter() / 100, 0.0, 1.0);
    const double next = NextAdoption(world, segment, choice, segment.offerings);
    const double arriving = segment.adoption > 0 ? std::max(0.0, next / segment.adoption - 1) : 0;
    const std::vector<double> free =
        StationaryChoice(shares, redecide, arriving, StayFactor(world, segment));
    for (size_t i = 0; i < labs; ++i) {
      const double weight = shares[i] > 0 ? free[i] : kEntrantShare;
      const double inclusive = choice.inclusive_values()[i];
      segment.lab_appeal[i] = DetLog(weight) - (inclusive > kOut ? inclusive : 0);
    }
    choice.Take(s);
  }
  SplitAmongChannels(choice, shares, segment.offerings);

  segment.spend = Cents(0);
  for (const Lab& lab : world.labs) segment.spend += lab.outcome[s].revenue;
  for (LabId id : world.labs.ids()) {
    SegmentOutcome& outcome = world.labs[id].outcome[s];
    outcome.mtok = tokens[static_cast<size_t>(id.value())];
    outcome.share = segment.spend > Cents(0) ? static_cast<double>(outcome.revenue.value()) /
                                                   static_cast<double>(segment.spend.value())
                                             : 0;
  }
}

}  // namespace

void UseShares(absl::Span<const double> shares, double multi_homing, absl::Span<double> use) {
  double odds = 0;
  for (const double share : shares) {
    if (share > 1 - 1e-12) {
      // Nobody to go to.
      std::copy(shares.begin(), shares.end(), use.begin());
      return;
    }
    odds += share / (1 - share);
  }
  for (size_t i = 0; i < shares.size(); ++i) {
    use[i] = shares[i] * (1 - multi_homing + multi_homing * (odds - shares[i] / (1 - shares[i])));
  }
}

Verdict ApplyPriceList(World& world, AgentId sender, const v1::Message& move) {
  const v1::PriceList& list = move.price_list();
  if (list.items().empty()) {
    return Refused("empty-price-list", "the list names no segment", "at least one segment's price");
  }
  for (const v1::PriceList::Item& item : list.items()) {
    if (item.segment() < v1::SEGMENT_DEVELOPERS || item.segment() > v1::SEGMENT_CONSUMERS) {
      return Refused("unknown-segment", absl::StrCat("there is no segment ", item.segment()),
                     "one of the four segments");
    }
    if (item.price_micros_per_mtok() <= 0 || item.price_micros_per_mtok() > kMostMicrosPerMtok) {
      return Refused(
          "price-range",
          absl::StrCat("a million tokens at ", item.price_micros_per_mtok(), " micro-dollars"),
          absl::StrCat("a price from 1 to ", kMostMicrosPerMtok, " micro-dollars"));
    }
  }
  Lab& lab = world.labs[world.lab_of(sender)];
  for (const v1::PriceList::Item& item : list.items()) {
    lab.price_micros_per_mtok[static_cast<size_t>(SegmentIndex(item.segment()))] =
        item.price_micros_per_mtok();
  }
  return Accepted();
}

void CalibrateAppeal(World& world) {
  const Distribution distribution(world);
  Choice choice(world, distribution);
  for (size_t s = 0; s < kSegments; ++s) {
    CalibrateSegment(world, s, choice);
    PlanUse(world, s, choice);
  }
  CountInference(world);
  for (Lab& lab : world.labs) lab.inference_served_gpu_hours = lab.inference_wanted_gpu_hours;
}

void PlanDemand(World& world) {
  const Distribution distribution(world);
  Choice choice(world, distribution);
  for (size_t s = 0; s < kSegments; ++s) {
    Segment& segment = world.segments[s];
    choice.Take(s);
    if (choice.anything()) {
      Redecide(world, s, choice);
      segment.offerings.swap(choice.offerings());
      segment.log_sum = choice.log_sum();
    } else {
      // Nobody sells: the customers are still there, but for the tokens they can't buy.
      for (Offering& offering : segment.offerings) offering.wanted_mtok = 0;
      continue;
    }
    PlanUse(world, s, choice);
  }
  CountInference(world);
}

void ServeCustomers(World& world, MarketOutput&) {
  for (Lab& lab : world.labs) lab.outcome = {};
  for (size_t s = 0; s < kSegments; ++s) {
    Segment& segment = world.segments[s];
    segment.spend = Cents(0);
    for (Offering& offering : segment.offerings) {
      Lab& lab = world.labs[offering.lab];
      const double served = offering.wanted_mtok * lab.service_level;
      offering.sales = CostAtMicros(lab.price_micros_per_mtok[s], served);
      lab.outcome[s].revenue += offering.sales;
      lab.outcome[s].mtok += served;
      segment.spend += offering.sales;
    }
    for (Lab& lab : world.labs) {
      if (segment.spend > Cents(0)) {
        lab.outcome[s].share = static_cast<double>(lab.outcome[s].revenue.value()) /
                               static_cast<double>(segment.spend.value());
      }
    }
    const double price_weight = segment.spec.price_weight();
    segment.consumer_surplus_cents = price_weight > 0
                                         ? ConsumerSurplus(segment.log_sum, price_weight) *
                                               static_cast<double>(segment.spend.value())
                                         : 0;
    segment.usage_mtok *= QuarterlyFactor(segment.spec.usage_growth_percent_per_year());
  }
}

Cents MarketplaceSales(const World& world, LabId lab, CloudId cloud) {
  Cents sales;
  for (const Segment& segment : world.segments) {
    const auto offering = std::lower_bound(
        segment.offerings.begin(), segment.offerings.end(), std::make_pair(lab, cloud),
        [](const Offering& a, const std::pair<LabId, CloudId>& b) {
          return std::make_pair(a.lab, a.marketplace) < b;
        });
    if (offering != segment.offerings.end() && offering->lab == lab &&
        offering->marketplace == cloud) {
      sales += offering->sales;
    }
  }
  return sales;
}

Cents EmbeddedSales(const World& world, LabId lab, AgentId licensee) {
  const GroupId own = world.agents[world.labs[lab].agent].group;
  const GroupId group = world.agents[licensee].group;
  if (group == own) return Cents(0);
  // Groups that embed the models; a group's first licence counts.
  std::vector<GroupId> carriers = {own};
  for (const ContractId id : world.contracts.Of(world.labs[lab].agent)) {
    const Contract& contract = world.contracts[id];
    if (contract.kind != Contract::Kind::kLicence || !InForce(contract, world.quarter)) continue;
    if (contract.provider != world.labs[lab].agent) continue;
    const GroupId carrier = world.agents[contract.customer].group;
    if (std::find(carriers.begin(), carriers.end(), carrier) != carriers.end()) continue;
    if (carrier == group && contract.customer != licensee) return Cents(0);
    carriers.push_back(carrier);
  }
  Cents sales;
  for (size_t s = 0; s < kSegments; ++s) {
    double reach = world.labs[lab].reach[s];
    for (GroupId carrier : carriers) reach += world.groups[carrier].reach[s];
    if (reach <= 0) continue;
    const Segment& segment = world.segments[s];
    for (const Offering& offering : segment.offerings) {
      if (offering.lab != lab || offering.marketplace.valid()) continue;
      const double part = world.groups[group].reach[s] / reach;
      sales += Cents(static_cast<int64_t>(static_cast<double>(offering.sales.value()) * part));
    }
  }
  return sales;
}

}  // namespace tranche
