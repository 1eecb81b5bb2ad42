#ifndef TRANCHE_SIM_WORLD_H_
#define TRANCHE_SIM_WORLD_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "sim/cap_table.h"
#include "sim/contracts.h"
#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/ledger.h"
#include "sim/market.h"
#include "sim/money.h"
#include "sim/philox.h"
#include "sim/quarter.h"
#include "sim/stakes.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/scenario.pb.h"
#include "tranche/v1/types.pb.h"
#include "tranche/v1/view.pb.h"

// The market's whole state: one plain struct that the mechanisms' free functions work on. Nothing
// outside sim/ sees it but through market.h.
namespace tranche {

inline constexpr int kSegments = 4;
// v1::SEGMENT_DEVELOPERS is index 0, …
constexpr int SegmentIndex(v1::Segment segment) { return static_cast<int>(segment) - 1; }
constexpr v1::Segment SegmentAt(int index) { return static_cast<v1::Segment>(index + 1); }

struct Agent {
  AgentSeat seat;
  GroupId group;
  EntityId entity;  // its books
  // Place in the table of its role.
  int32_t role_index = -1;
  bool active = true;
};

// A corporate group. An agent that stands alone has one of its own name, without a treasury.
struct Group {
  std::string name;
  std::string home;
  std::vector<AgentId> members;  // in ordinal order
  bool has_treasury = false;
  EntityId treasury;
  Cents other_cash_flow;              // a quarter
  double other_cash_flow_growth = 0;  // a year, 0.1 is 10%
  std::array<double, kSegments> reach{};
};

struct TrainingRun {
  std::string name;
  double effective_flop = 0;
  int64_t gpu_hours = 0;
  Quarter started;
};

// How a lab did in one segment in the quarter last closed.
struct SegmentOutcome {
  Cents revenue;
  double share = 0;  // of the segment's spend
  double mtok = 0;   // tokens sold, millions
};

struct OnDemandOrder {
  CloudId cloud;
  int64_t gpu_hours = 0;
  int64_t limit_price_micros = 0;
};

struct JobOfferState {
  LabId employer;
  LabId poach_from;  // invalid: the open market
  int64_t positions = 0;
  Cents cash;    // a year
  Cents equity;  // a year, at the mark
  uint64_t message = 0;
};

struct Lab {
  AgentId agent;

  // Capability: log10 of effective FLOP of the model on the market.
  double capability = 0;
  std::string model;
  Quarter released;
  // Algorithmic efficiency over the field's (1: as good as the field).
  double efficiency = 1;
  std::vector<TrainingRun> runs;  // unreleased

  // People: senior researchers and their yearly pay.
  int64_t researchers = 0;
  Cents cash_pay;
  Cents equity_pay;

  Cents other_operating_expense;  // a quarter
  double sales_expense_ratio = 0;
  std::array<double, kSegments> reach{};

  // Decisions in force.
  std::array<int64_t, kSegments> price_micros_per_mtok{};
  uint32_t training_share_bp = 0;
  int64_t on_demand_limit_gpu_hours = 0;
  // Decisions of this quarter, cleared at its close.
  std::string training_run;
  int64_t training_gpu_hours_wanted = 0;
  std::vector<OnDemandOrder> orders;
  std::string release_run;
  std::string release_model;
  // At whose close it goes on the market: later than this quarter under an assessment.
  Quarter release_ready;

  // Ownership.
  CapTable cap_table;
  bool division = false;
  bool listed = false;
  // Of the last priced round or sale.
  Cents last_valuation;
  int64_t last_price_micros_per_share = 0;

  // Results of the quarter last closed.
  std::array<SegmentOutcome, kSegments> outcome{};
  int64_t inference_wanted_gpu_hours = 0;
  int64_t inference_served_gpu_hours = 0;
  int64_t training_gpu_hours = 0;
  // What compute cost it, for the unit cost of a million tokens.
  Cents compute_cost;
  // Service level of the quarter: part of the inference wanted that was served.
  double service_level = 1;
  std::vector<CloudId> clouds_used;  // by makers it knows; for porting losses
  std::vector<ChipMakerId> makers_known;

  // Disclosed with lag: revenue of the last quarters, newest last.
  std::vector<Cents> revenue_history;
  std::vector<int64_t> researchers_history;
};

// Accelerators of one maker's generation in one region.
struct Fleet {
  RegionId region;
  ChipMakerId maker;
  int64_t h100e = 0;
  Cents book_value;
  // Straight-line charge a quarter until the book value is gone.
  Cents depreciation_per_quarter;
  double power_kw_per_h100e = 0;
};

// A site under construction.
struct Build {
  uint64_t id = 0;  // of its BuildOrder; opening builds count down from 2^63
  CloudId cloud;
  RegionId region;
  ChipMakerId maker;
  v1::Cooling cooling = v1::COOLING_AIR;
  int64_t it_power_kw = 0;
  int64_t h100e = 0;
  Quarter ordered;
  Quarter ready;
  Cents total_cost;
  Cents chips_cost;  // part of total_cost: accelerators and network
  Cents paid;
  // Power claimed from the region, and what the grid hasn't connected yet.
  double power_kw = 0;
  double power_missing_kw = 0;
  // Accelerators the maker hasn't delivered yet.
  int64_t chips_missing = 0;
  bool done = false;
  bool cancelled = false;
};

struct Cloud {
  AgentId agent;
  std::vector<Fleet> fleets;
  int64_t on_demand_price_micros = 0;             // per GPU-hour
  double operating_cost_micros_per_gpu_hour = 0;  // staff, maintenance, network

  Cents other_revenue;  // a quarter, outside the model's compute
  double other_revenue_growth = 0;
  double other_margin = 0;
  // Hours other tenants want at their reference price, and that price.
  double other_tenants_gpu_hours = 0;
  double other_tenants_growth = 0;
  double other_tenants_reference_price_micros = 0;

  // Results of the quarter last closed.
  int64_t on_demand_wanted_gpu_hours = 0;
  int64_t on_demand_sold_gpu_hours = 0;  // to labs and other tenants
  int64_t other_tenants_sold_gpu_hours = 0;
  int64_t reserved_used_gpu_hours = 0;
  double utilisation = 0;  // sold hours over hours there are
  std::vector<Cents> revenue_history;
  std::vector<Cents> capex_history;
  std::vector<int64_t> capacity_history;
  std::vector<double> utilisation_history;

  int64_t capacity_h100e() const {
    int64_t sum = 0;
    for (const Fleet& fleet : fleets) sum += fleet.h100e;
    return sum;
  }
};

struct Investor {
  AgentId agent;
  // Capital its owners have promised and it hasn't called yet.
  Cents uncalled;
};

struct Regulator {
  AgentId agent;
  v1::Jurisdiction jurisdiction = v1::JURISDICTION_UNSPECIFIED;
};

// A lab's models in one channel to one segment's customers.
struct Offering {
  LabId lab;
  CloudId marketplace;  // invalid: the lab's own API and applications
  // Of the segment's adopters, those whose first choice this is.
  double share = 0;
  // This quarter: millions of tokens wanted, and what customers paid for those served.
  double wanted_mtok = 0;
  Cents sales;
};

// Customers of one segment.
struct Segment {
  v1::SegmentSpec spec;
  double adoption = 0;  // part of customers that use any model
  // By lab, then direct before marketplaces in the clouds' order. Shares add up to one.
  std::vector<Offering> offerings;
  double usage_mtok = 0;  // per adopter and quarter, at the opening's price and capability
  Cents spend;            // last quarter
  // Of the quarter, over what the opening's prices, models and channels would give.
  double consumer_surplus_cents = 0;
  double log_sum = 0;  // expected utility of a free choice; 0 at the opening
  double lock_in = 0;
  // Utility offset of each lab that makes the opening shares an equilibrium of the logit.
  std::vector<double> lab_appeal;
  // Part of use that goes to the second choice; the specification's where the opening shares
  // allow it.
  double multi_homing = 0;
  // Reference values at the opening.
  double opening_price_micros = 0;
  double opening_capability = 0;
};

// Compute that a lab has this quarter: what one contract, or one purchase on demand, gives it on
// one maker's accelerators.
struct ComputeLot {
  LabId lab;
  CloudId cloud;
  ContractId contract;  // invalid: on demand
  ChipMakerId maker;
  int64_t gpu_hours = 0;
  int64_t serving_gpu_hours = 0;
  int64_t training_gpu_hours = 0;
  int64_t price_micros_per_gpu_hour = 0;

  int64_t used() const { return serving_gpu_hours + training_gpu_hours; }
};

// A payment that was due and couldn't be made; in the books as payable and receivable.
struct Arrear {
  AgentId debtor;
  EntityId creditor;
  Cents amount;
  PaymentKind kind = PaymentKind::kComputeUsage;
  std::string thread;
  Quarter since;
};

struct Region {
  std::string name;
  std::string country;  // empty: every one
  double spare_kw = 0;
  double queued_kw = 0;  // ordered, not yet connected
  double new_kw_per_quarter = 0;
  double base_price_micros_per_kwh = 0;
  double scarcity_premium = 0;  // at full load
  double load_kw = 0;
  double opening_load_kw = 0;  // which the base price goes with
  double total_kw = 0;
  int64_t price_micros_per_kwh = 0;
};

struct ChipMaker {
  std::string name;
  double price_cents = 0;
  double price_change = 0;  // a year
  double performance_h100e = 1;
  double performance_growth = 0;  // a year
  double power_kw = 1;
  double capacity_per_quarter = 0;
  double capacity_growth = 0;
  int32_t lead_time_quarters = 1;
  double backlog = 0;  // accelerators ordered, not delivered
  GroupId captive_to;  // invalid: sold to all
};

// Law other than merger review; see sim/frameworks.h.
struct Framework {
  std::string name;
  std::string description;
  Quarter in_force;
  double capability = 0;  // of the labs concerned, log10 FLOP
  Cents cost;             // of a lab concerned, a quarter
  double cost_of_revenue = 0;
  double territory = 0;  // part of revenue made there
  int32_t assessment_quarters = 0;
  double compatibility_floor = 0;
};

// Which deals a company's shareholders vote on; see sim/shareholders.h.
struct ShareholderRule {
  std::string company;
  GroupId group;  // of that name; invalid: a division's lab
  LabId lab;      // of that name; invalid: a group that is no lab
  Cents deal;     // 0: none
  double issue = 0;
  double approval = 0;
  int32_t special_meeting_quarters = 0;
  std::vector<absl::CivilDay> meetings;  // scheduled, in order
};

// Quarters in which a lab may release; see sim/releases.h.
struct LabReleaseWindow {
  LabId lab;
  Quarter from;
  Quarter through;
};

// Populations: entities of the ledger that aren't agents.
struct Populations {
  std::array<EntityId, kSegments> customers;
  EntityId households;  // researchers and staff
  EntityId chip_makers;
  EntityId builders;  // sites, power equipment
  EntityId grids;
  EntityId other_tenants;  // of clouds
  EntityId capital;        // outside shareholders, limited partners, lenders
  EntityId rest_of_world;  // everything else
};

struct World {
  v1::Scenario scenario;
  uint64_t seed = 0;
  Quarter first_quarter;
  Quarter end_quarter;
  Quarter quarter;
  uint32_t round = 0;

  IdVector<AgentId, Agent> agents;                          // by ordinal
  absl::flat_hash_map<std::string, AgentId> agent_by_name;  // look-ups only, never iterated
  std::vector<AgentSeat> seats;
  IdVector<GroupId, Group> groups;  // by name
  IdVector<LabId, Lab> labs;        // each role's table in ordinal order
  IdVector<CloudId, Cloud> clouds;
  IdVector<InvestorId, Investor> investors;
  IdVector<RegulatorId, Regulator> regulators;
  std::array<Segment, kSegments> segments;
  IdVector<RegionId, Region> regions;       // by name
  IdVector<ChipMakerId, ChipMaker> makers;  // by name
  Populations populations;
  Ledger ledger;

  // Technology of the field.
  double field_efficiency = 1;  // effective over physical FLOP
  // Best lab's efficiency over the field's, a quarter ago: what rivals can learn by now.
  double known_best_efficiency = 1;
  double mtok_per_gpu_hour = 1;  // serving
  double compatibility = 0;      // 0 to 1
  // Talent on the open market.
  int64_t researchers_available = 0;
  std::vector<JobOfferState> job_offers;  // of this quarter

  // Negotiation.
  std::vector<FundingRound> rounds;
  std::vector<Proposal> proposals;
  IdVector<DealId, Deal> deals;
  Contracts contracts;
  Stakes stakes;
  std::vector<FirstRefusal> first_refusals;
  ThreadIndex threads;  // of the four above
  std::vector<Build> builds;
  // The compute market's outcome in this quarter, by lab.
  std::vector<ComputeLot> compute_lots;
  std::vector<Arrear> arrears;
  // Regime of each jurisdiction in force this quarter (index: v1::Jurisdiction).
  std::array<v1::RegimeSpec, 4> regimes;
  std::array<bool, 4> has_regime{};

  // What the scenario has scheduled, read once.
  std::vector<Framework> frameworks;  // by quarter, then name
  std::vector<ShareholderRule> voting_rules;
  std::vector<LabReleaseWindow> release_windows;

  // Moves each agent has made in this round, against floods.
  std::vector<int32_t> moves_this_round;
  // Announcements of this quarter, for the next public view.
  std::vector<v1::Statement> statements;

  v1::PublicView public_view;
  // Surveys and concentration of the quarter last closed: what the next public view will show.
  v1::PublicView undisclosed;

  const Agent& agent_of(LabId lab) const { return agents[labs[lab].agent]; }
  const Agent& agent_of(CloudId cloud) const { return agents[clouds[cloud].agent]; }
  const std::string& name_of(AgentId agent) const { return agents[agent].seat.name; }
  LabId lab_of(AgentId agent) const {
    return agents[agent].seat.role == v1::ROLE_LAB ? LabId(agents[agent].role_index) : LabId();
  }
  CloudId cloud_of(AgentId agent) const {
    return agents[agent].seat.role == v1::ROLE_CLOUD ? CloudId(agents[agent].role_index)
                                                     : CloudId();
  }
  InvestorId investor_of(AgentId agent) const {
    return agents[agent].seat.role == v1::ROLE_INVESTOR ? InvestorId(agents[agent].role_index)
                                                        : InvestorId();
  }
  AgentId FindAgent(absl::string_view name) const {
    auto found = agent_by_name.find(name);
    return found == agent_by_name.end() ? AgentId() : found->second;
  }
  // The mechanism's own stream of random numbers for this quarter; see sim/philox.h.
  RandomStream Random(absl::string_view module) const;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_WORLD_H_
