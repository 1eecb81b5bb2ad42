#include "sim/synthetic.h"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "sim/check.h"
#include "sim/det_math.h"
#include "sim/philox.h"
#include "sim/quarter.h"
#include "sim/scenario.h"
#include "sim/units.h"

namespace tranche {
namespace {

namespace pb = v1;

constexpr int kFewestAgents = 10;
constexpr int kMostAgents = 100'000;
constexpr int kMostQuarters = 400;
constexpr int kRegulators = 3;
constexpr int kRoundLimit = 12;
// That the press hears of. Everybody is told of each.
constexpr int kMostRounds = 40;
const Quarter kFirstQuarter(2026, 1);

// What compute does and costs; the duopoly's.
constexpr double kHoursPerQuarter = 2190;
constexpr double kMtokPerGpuHour = 1.2;
constexpr double kAcceleratorKw = 1.2;
constexpr double kPue = 1.2;
constexpr double kLiquidSiteUsdMillionsPerMw = 14;
constexpr double kChipUsd = 30'000;
constexpr double kChipH100e = 1.5;
constexpr double kNetworkPercent = 15;
constexpr double kMostCustomersThousands = 1e7;

// Three significant digits: figures that people can read, and that text holds exactly.
double ToThreeDigits(double value) {
  if (value <= 0) return 0;
  double unit = 1;
  while (value / unit >= 1000) unit *= 10;
  double parts = 1;
  while (value * parts < 100 && parts < 1e9) parts *= 10;
  return static_cast<double>(Rounded(value / unit * parts)) * unit / parts;
}

std::string NameOf(absl::string_view kind, int index) {
  return absl::StrFormat("%s-%05d", kind, index + 1);
}

// Draws one agent's figures.
class Draw {
 public:
  Draw(uint64_t seed, absl::string_view of)
      : random_(seed, StreamKey(absl::StrCat("synthetic/", of)), kFirstQuarter, Round(0)) {}

  double Between(double low, double high) { return low + (high - low) * random_.Uniform(); }
  // Log-normal; `spread` is the standard deviation of the logarithm, cut at three of them.
  double Around(double median, double spread) {
    return median * DetExp(spread * std::clamp(random_.Normal(), -3.0, 3.0));
  }
  bool Chance(double probability) { return random_.Bernoulli(probability); }
  // Below `n`, which is at least 1.
  int Index(int n) { return static_cast<int>(random_.UniformInt(static_cast<uint64_t>(n))); }
  RandomStream& random() { return random_; }

 private:
  RandomStream random_;
};

class Generator {
 public:
  explicit Generator(const SyntheticOptions& options) : options_(options) {
    const int firms = options.agents - kRegulators;
    labs_ = std::max(2, static_cast<int>(Rounded(options.labs * firms)));
    clouds_ = std::max(2, static_cast<int>(Rounded(options.clouds * firms)));
    investors_ = firms - labs_ - clouds_;
    groups_ = std::min({static_cast<int>(Rounded(options.groups * clouds_)), investors_, labs_});
    regions_ = std::clamp(clouds_ / 4, 2, 40);
    reserved_h100e_.assign(static_cast<size_t>(clouds_), 0.0);
    DrawCloudWeights();
  }

  int investors() const { return investors_; }

  pb::Scenario Make() {
    scenario_.set_name("synthetic");
    scenario_.set_title(absl::StrCat(options_.agents, " agents from seed ", options_.seed));
    scenario_.set_description(absl::StrCat("Generated: ", labs_, " labs, ", clouds_, " clouds, ",
                                           investors_, " investors and ", kRegulators,
                                           " regulators, all invented."));
    scenario_.set_first_quarter(kFirstQuarter.ToString());
    scenario_.set_quarters(static_cast<uint32_t>(options_.quarters));
    scenario_.set_round_limit(kRoundLimit);
    AddGroups();
    for (int i = 0; i < labs_; ++i) AddLab(i);
    for (int i = 0; i < clouds_; ++i) AddCloud(i);
    for (int i = 0; i < investors_; ++i) AddInvestor(i);
    AddRegulators();
    AddSegments();
    AddTechnology();
    AddGrid();
    return std::move(scenario_);
  }

 private:
  // Some clouds are everybody's choice, most are few's.
  void DrawCloudWeights() {
    for (int i = 0; i < clouds_; ++i) {
      cloud_weight_sum_ += Draw(options_.seed, absl::StrCat("weight/", i)).Around(1, 1);
      cloud_weight_upto_.push_back(cloud_weight_sum_);
    }
  }

  int DrawCloud(Draw& draw) const {
    const double at = draw.Between(0, cloud_weight_sum_);
    const auto found = std::upper_bound(cloud_weight_upto_.begin(), cloud_weight_upto_.end(), at);
    return std::min(static_cast<int>(found - cloud_weight_upto_.begin()), clouds_ - 1);
  }

  // The group that the first `groups_` clouds and investors, and every second lab, belong to.
  std::string GroupOfCloud(int cloud) const {
    return cloud < groups_ ? NameOf("group", cloud) : "";
  }
  std::string GroupOfInvestor(int investor) const {
    return investor < groups_ ? NameOf("group", investor) : "";
  }
  std::string GroupOfLab(int lab) const {
    return lab < groups_ && lab % 2 == 1 ? NameOf("group", lab) : "";
  }

  static void AddReach(Draw& draw, double most,
                       google::protobuf::RepeatedPtrField<pb::ReachSpec>* to) {
    for (int s = pb::SEGMENT_DEVELOPERS; s <= pb::SEGMENT_CONSUMERS; ++s) {
      pb::ReachSpec* reach = to->Add();
      reach->set_segment(static_cast<pb::Segment>(s));
      reach->set_reach(ToThreeDigits(draw.Between(0.1, most)));
    }
  }

  static std::string DrawHome(Draw& draw) {
    static constexpr const char* kHomes[] = {"US", "US", "US", "GB", "FR", "DE", "JP", "AE", "SG"};
    return kHomes[draw.Index(static_cast<int>(std::size(kHomes)))];
  }

  void AddGroups() {
    for (int i = 0; i < groups_; ++i) {
      pb::GroupSpec* group = scenario_.add_groups();
      group->set_name(NameOf("group", i));
      Draw draw(options_.seed, group->name());
      group->set_home(DrawHome(draw));
      group->set_treasury_usd_millions(ToThreeDigits(draw.Around(1500, 0.6)));
      group->set_other_cash_flow_usd_millions_per_quarter(ToThreeDigits(draw.Around(60, 0.5)));
      group->set_other_cash_flow_growth_percent_per_year(5);
      AddReach(draw, 0.6, group->mutable_reach());
    }
  }

  // --- Labs
  // ------------------------------------------------------------------------------------------

  void AddLab(int index) {
    pb::AgentSpec& agent = *scenario_.add_agents();
    agent.set_name(NameOf("lab", index));
    agent.set_role(pb::ROLE_LAB);
    Draw draw(options_.seed, agent.name());
    agent.set_group(GroupOfLab(index));
    if (agent.group().empty()) agent.set_home(DrawHome(draw));
    static constexpr const char* kStrategies[] = {"balanced-lab", "racing-lab", "conserving-lab"};
    agent.set_strategy(kStrategies[draw.Index(3)]);
    pb::LabSpec& lab = *agent.mutable_lab();
    lab.set_division(!agent.group().empty());
    lab.set_model(absl::StrCat(agent.name(), "-model"));
    lab.set_model_released((kFirstQuarter - 1 - draw.Index(4)).ToString());
    lab.set_capability_log10_flop(ToThreeDigits(draw.Between(26, 27)));
    lab.set_run_capability_log10_flop(
        ToThreeDigits(lab.capability_log10_flop() - draw.Between(0.1, 0.5)));
    const double revenue = draw.Around(50, 1);
    const double mtok_millions = AddSales(draw, revenue, lab);
    lab.set_revenue_previous_quarter_usd_millions(ToThreeDigits(revenue * draw.Between(0.8, 0.98)));
    lab.set_researchers(static_cast<uint32_t>(Rounded(10 + 0.5 * revenue * draw.Around(1, 0.3))));
    lab.set_researcher_cash_usd_millions_per_year(ToThreeDigits(draw.Between(0.5, 1)));
    lab.set_researcher_equity_usd_millions_per_year(ToThreeDigits(draw.Between(0.3, 1.5)));
    lab.set_other_operating_expense_usd_millions_per_quarter(
        ToThreeDigits(revenue * draw.Between(0.15, 0.35)));
    lab.set_sales_expense_percent_of_revenue(ToThreeDigits(draw.Between(6, 15)));
    AddReach(draw, 0.9, lab.mutable_reach());

    const double compute_cost = AddContracts(draw, agent, mtok_millions / kMtokPerGpuHour);
    const double cost = compute_cost +
                        lab.researchers() * lab.researcher_cash_usd_millions_per_year() / 4 +
                        lab.other_operating_expense_usd_millions_per_quarter() +
                        revenue * lab.sales_expense_percent_of_revenue() / 100;
    const double burn = std::max(cost - revenue, 0.1 * revenue);
    const double quarters_of_cash = draw.Between(2, 12);
    lab.set_last_valuation_usd_millions(ToThreeDigits(4 * revenue * draw.Around(20, 0.4)));
    if (lab.division()) return;
    agent.set_cash_usd_millions(ToThreeDigits(burn * quarters_of_cash));
    lab.set_shares_outstanding(10'000'000);
    AddHoldings(draw, lab);
    if (draw.Chance(0.1) && scenario_.events_size() < kMostRounds) {
      AddRound(draw, agent, 8 * burn);
    }
  }

  // Millions of millions of tokens sold.
  static double AddSales(Draw& draw, double revenue, pb::LabSpec& lab) {
    double parts[4];
    double sum = 0;
    for (double& part : parts) sum += part = draw.Around(1, 0.8);
    double mtok_millions = 0;
    for (int s = pb::SEGMENT_DEVELOPERS; s <= pb::SEGMENT_CONSUMERS; ++s) {
      pb::LabSegmentSpec* segment = lab.add_segments();
      segment->set_segment(static_cast<pb::Segment>(s));
      segment->set_revenue_usd_millions_per_quarter(
          ToThreeDigits(revenue * parts[s - pb::SEGMENT_DEVELOPERS] / sum));
      segment->set_price_usd_per_mtok(ToThreeDigits(draw.Around(4, 0.3)));
      mtok_millions += segment->revenue_usd_millions_per_quarter() / segment->price_usd_per_mtok();
    }
    return mtok_millions;
  }

  // Reserves compute for serving and as much again for training, at one cloud or two, and gives one
  // of them the models to resell. What the reservations cost in the first quarter, USD millions.
  double AddContracts(Draw& draw, const pb::AgentSpec& agent, double serving_gpu_hours_millions) {
    const double needed =
        serving_gpu_hours_millions * 1e6 / kHoursPerQuarter * draw.Between(1.6, 2.4);
    const int first = DrawCloud(draw);
    const int second = draw.Chance(0.4) ? DrawCloud(draw) : first;
    const double part = second == first ? 1 : draw.Between(0.4, 0.8);
    double cost = Reserve(draw, agent, "main", first, needed * part);
    if (second != first) cost += Reserve(draw, agent, "second", second, needed * (1 - part));
    if (draw.Chance(0.6)) {
      pb::ContractSpec& resale = AddContract(agent, "resale", first);
      resale.mutable_marketplace()->set_revenue_share_bp(
          static_cast<uint32_t>(draw.Index(4) * 250 + 1500));
      resale.mutable_marketplace()->set_term_quarters(20);
    }
    return cost;
  }

  // Names of contracts are the customer's own: the lab's comes first.
  pb::ContractSpec& AddContract(const pb::AgentSpec& lab, absl::string_view what, int cloud) {
    pb::ContractSpec& contract = *scenario_.add_contracts();
    contract.set_name(absl::StrCat(lab.name(), "-", what));
    contract.set_provider(NameOf("cloud", cloud));
    contract.set_customer(lab.name());
    contract.set_signed_((kFirstQuarter - 2).ToString());
    return contract;
  }

  double Reserve(Draw& draw, const pb::AgentSpec& lab, absl::string_view what, int cloud,
                 double h100e) {
    pb::CapacityContractSpec& terms = *AddContract(lab, what, cloud).mutable_capacity();
    const double opening = std::max(10.0, ToThreeDigits(h100e));
    terms.set_accelerators_opening_h100e(opening);
    terms.set_accelerators_h100e(ToThreeDigits(opening * draw.Between(1.1, 1.5)));
    terms.set_start((kFirstQuarter - 2).ToString());
    terms.set_term_quarters(static_cast<uint32_t>(8 + draw.Index(13)));
    terms.set_ramp_quarters(6);
    terms.set_price_usd_per_gpu_hour(ToThreeDigits(draw.Between(1.6, 2)));
    terms.set_take_or_pay_percent(static_cast<double>(60 + 5 * draw.Index(7)));
    terms.set_right_of_first_refusal(draw.Chance(0.1));
    reserved_h100e_[static_cast<size_t>(cloud)] += opening;
    return opening * kHoursPerQuarter * terms.price_usd_per_gpu_hour() / 1e6;
  }

  void AddHoldings(Draw& draw, pb::LabSpec& lab) {
    std::vector<int> holders;
    const int wanted = std::min(1 + draw.Index(4), investors_);
    for (int i = 0; i < wanted; ++i) {
      // Every fourth stake is a group's.
      const int holder =
          groups_ > 0 && draw.Chance(0.25) ? draw.Index(groups_) : draw.Index(investors_);
      if (std::find(holders.begin(), holders.end(), holder) == holders.end()) {
        holders.push_back(holder);
      }
    }
    std::sort(holders.begin(), holders.end());
    for (const int holder : holders) {
      const std::string group = GroupOfInvestor(holder);
      pb::HoldingSpec& holding = *lab.add_holdings();
      holding.set_holder(group.empty() ? NameOf("investor", holder) : group);
      holding.set_stake_percent(ToThreeDigits(draw.Between(3, 18)));
      holding.set_cost_usd_millions(
          ToThreeDigits(lab.last_valuation_usd_millions() * holding.stake_percent() / 100 *
                        draw.Between(0.2, 0.9)));
      holding.set_board_right(draw.Chance(0.2) ? pb::BOARD_RIGHT_SEAT : pb::BOARD_RIGHT_NONE);
      holding.set_information_right(draw.Chance(0.7));
      holding.set_pro_rata_right(draw.Chance(0.6));
    }
  }

  // The press knows of a round to come.
  void AddRound(Draw& draw, const pb::AgentSpec& lab, double amount) {
    pb::EventSpec& event = *scenario_.add_events();
    event.set_name(absl::StrCat(lab.name(), "-round"));
    event.set_description(absl::StrCat(lab.name(), " is said to seek money."));
    const Quarter quarter = kFirstQuarter + draw.Index(std::min(options_.quarters, 4));
    event.mutable_date()->set_year(quarter.year());
    event.mutable_date()->set_month(3 * quarter.number() - 2);
    event.mutable_date()->set_day(1 + draw.Index(28));
    pb::RoundEvent& round = *event.mutable_round();
    round.set_lab(lab.name());
    round.set_amount_usd_millions(ToThreeDigits(amount));
    round.set_pre_money_usd_millions(
        ToThreeDigits(lab.lab().last_valuation_usd_millions() * draw.Between(1, 1.6)));
    const int first = draw.Index(investors_);
    for (int i = 0; i < std::min(3, investors_); ++i) {
      pb::InterestSpec& interest = *round.add_interest();
      interest.set_investor(NameOf("investor", (first + i) % investors_));
      interest.set_amount_usd_millions(ToThreeDigits(amount * draw.Between(0.2, 0.5)));
    }
    round.set_target_close((quarter + 1).ToString());
    round.set_outside((quarter + 3).ToString());
  }

  // --- Clouds and investors
  // --------------------------------------------------------------------------

  void AddCloud(int index) {
    pb::AgentSpec& agent = *scenario_.add_agents();
    agent.set_name(NameOf("cloud", index));
    agent.set_role(pb::ROLE_CLOUD);
    Draw draw(options_.seed, agent.name());
    agent.set_group(GroupOfCloud(index));
    if (agent.group().empty()) agent.set_home(DrawHome(draw));
    agent.set_strategy(draw.Chance(0.3) ? "expansive-cloud" : "balanced-cloud");
    pb::CloudSpec& cloud = *agent.mutable_cloud();
    const double reserved = reserved_h100e_[static_cast<size_t>(index)];
    const double others = draw.Around(4000, 0.7);
    const double h100e = ToThreeDigits((reserved + others) * draw.Between(1.15, 1.4)) + 1;
    pb::CapacitySpec& capacity = *cloud.add_capacity();
    const int region = draw.Index(regions_);
    capacity.set_region(NameOf("region", region));
    capacity.set_accelerators_h100e(h100e);
    capacity.set_chip_maker(DrawMaker(draw));
    capacity.set_book_value_usd_millions(ToThreeDigits(h100e * draw.Between(0.014, 0.024)));
    h100e_ += h100e;
    cloud.set_on_demand_price_usd_per_gpu_hour(ToThreeDigits(draw.Between(2, 2.6)));
    cloud.set_operating_cost_usd_per_gpu_hour(0.25);
    cloud.set_other_tenants_gpu_hours_millions_per_quarter(
        ToThreeDigits(others * kHoursPerQuarter / 1e6));
    cloud.set_other_tenants_growth_percent_per_year(ToThreeDigits(draw.Between(5, 30)));
    const double compute = (reserved + others) * kHoursPerQuarter * 2 / 1e6;
    cloud.set_other_revenue_usd_millions_per_quarter(
        ToThreeDigits(compute * draw.Between(0.3, 1.5)));
    cloud.set_other_revenue_growth_percent_per_year(ToThreeDigits(draw.Between(4, 18)));
    cloud.set_other_operating_margin_percent(ToThreeDigits(draw.Between(20, 38)));
    const double revenue = compute + cloud.other_revenue_usd_millions_per_quarter();
    cloud.set_revenue_previous_quarter_usd_millions(ToThreeDigits(revenue));
    cloud.set_capital_expenditure_previous_quarter_usd_millions(ToThreeDigits(0.3 * revenue));
    if (draw.Chance(0.5)) AddSite(draw, capacity, cloud);
    if (agent.group().empty()) {
      agent.set_cash_usd_millions(ToThreeDigits(revenue * draw.Between(1, 3)));
    }
  }

  // A tenth to a quarter more, within the year.
  static void AddSite(Draw& draw, const pb::CapacitySpec& capacity, pb::CloudSpec& cloud) {
    pb::BuildSpec& site = *cloud.add_builds();
    site.set_region(capacity.region());
    const double mw =
        capacity.accelerators_h100e() * kAcceleratorKw / 1000 * draw.Between(0.1, 0.25);
    site.set_it_power_mw(std::max(0.1, ToThreeDigits(mw)));
    site.set_cooling(pb::COOLING_LIQUID);
    site.set_chip_maker(capacity.chip_maker());
    site.set_ready((kFirstQuarter + draw.Index(4)).ToString());
    const double usd_millions_per_mw =
        kLiquidSiteUsdMillionsPerMw +
        kChipUsd * (1 + kNetworkPercent / 100) / 1e6 / (kAcceleratorKw / 1000);
    site.set_remaining_cost_usd_millions(
        ToThreeDigits(site.it_power_mw() * usd_millions_per_mw * draw.Between(0.2, 0.7)));
  }

  static std::string DrawMaker(Draw& draw) {
    return draw.Chance(0.75) ? "merchant" : "second-source";
  }

  void AddInvestor(int index) {
    pb::AgentSpec& agent = *scenario_.add_agents();
    agent.set_name(NameOf("investor", index));
    agent.set_role(pb::ROLE_INVESTOR);
    Draw draw(options_.seed, agent.name());
    agent.set_group(GroupOfInvestor(index));
    agent.mutable_investor();
    if (!agent.group().empty()) {
      agent.set_strategy("strategic-investor");
      return;
    }
    agent.set_home(DrawHome(draw));
    agent.set_strategy(draw.Chance(0.5) ? "value-investor" : "momentum-investor");
    agent.set_cash_usd_millions(ToThreeDigits(draw.Around(60, 1)));
    agent.mutable_investor()->set_committed_capital_usd_millions(
        ToThreeDigits(draw.Around(200, 1)));
  }

  void AddRegulators() {
    struct Law {
      const char* agent;
      const char* home;
      const char* regime;
      pb::Jurisdiction jurisdiction;
    };
    static constexpr Law kLaws[kRegulators] = {
        {"us-antitrust", "US", "hsr", pb::JURISDICTION_US_ANTITRUST},
        {"european-commission", "BE", "eu-merger-regulation", pb::JURISDICTION_EUROPEAN_UNION},
        {"cfius", "US", "cfius", pb::JURISDICTION_CFIUS},
    };
    for (const Law& law : kLaws) {
      pb::AgentSpec& agent = *scenario_.add_agents();
      agent.set_name(law.agent);
      agent.set_role(pb::ROLE_REGULATOR);
      agent.set_home(law.home);
      agent.mutable_regulator()->set_jurisdiction(law.jurisdiction);
      pb::RegimeSpec& regime = *scenario_.add_regimes();
      regime.set_name(law.regime);
      regime.set_jurisdiction(law.jurisdiction);
      regime.set_transaction_threshold_usd_millions(133.9);
      regime.set_hhi_threshold(1800);
      regime.set_hhi_change_threshold(100);
      regime.set_share_threshold_percent(30);
      regime.set_court_upholds_percent(60);
      regime.set_litigation_quarters(3);
      regime.set_compliance_quarters(1);
      if (law.jurisdiction == pb::JURISDICTION_EUROPEAN_UNION)
        regime.set_stake_threshold_percent(20);
      if (law.jurisdiction == pb::JURISDICTION_CFIUS) {
        regime.set_stake_threshold_percent(10);
        regime.set_foreign_only(true);
      }
    }
  }

  // --- What they share
  // -------------------------------------------------------------------------------

  struct SegmentFigures {
    pb::Segment segment;
    double customers_thousands_per_lab;
    double adoption, ceiling, speed, usage_growth, elasticity, capability, price, reach, switching,
        redecide, dissimilarity, affinity, multi_homing, usage_per_capability;
  };

  void AddSegments() {
    static constexpr SegmentFigures kFigures[] = {
        {pb::SEGMENT_DEVELOPERS, 200, 40, 90, 8, 15, 1.2, 2, 1.5, 0.5, 0.8, 30, 0.7, 0.3, 30, 20},
        {pb::SEGMENT_ENTERPRISES, 20, 35, 85, 6, 15, 0.8, 1.5, 1, 1, 1.5, 15, 0.6, 0.6, 30, 20},
        {pb::SEGMENT_SMALL_BUSINESSES, 1000, 12, 60, 5, 10, 1.1, 1, 1.2, 2.5, 1, 15, 0.7, 0.5, 10,
         15},
        {pb::SEGMENT_CONSUMERS, 20'000, 25, 65, 6, 8, 0.7, 1, 1, 2, 1.2, 20, 0.8, 0, 15, 10},
    };
    for (const SegmentFigures& figures : kFigures) {
      pb::SegmentSpec& segment = *scenario_.add_segments();
      segment.set_segment(figures.segment);
      segment.set_customers_thousands(
          std::min(kMostCustomersThousands, figures.customers_thousands_per_lab * labs_));
      segment.set_adoption_percent(figures.adoption);
      segment.set_adoption_ceiling_percent(figures.ceiling);
      segment.set_adoption_speed_percent_per_quarter(figures.speed);
      segment.set_usage_growth_percent_per_year(figures.usage_growth);
      segment.set_price_elasticity(figures.elasticity);
      segment.set_capability_weight(figures.capability);
      segment.set_price_weight(figures.price);
      segment.set_reach_weight(figures.reach);
      segment.set_switching_cost(figures.switching);
      segment.set_redecide_percent_per_quarter(figures.redecide);
      segment.set_nest_dissimilarity(figures.dissimilarity);
      segment.set_marketplace_affinity(figures.affinity);
      segment.set_multi_homing_percent(figures.multi_homing);
      segment.set_usage_per_capability_percent(figures.usage_per_capability);
    }
  }

  // Progress is slower than today's: runs may last a hundred years.
  void AddTechnology() {
    pb::TechnologySpec& technology = *scenario_.mutable_technology();
    technology.set_algorithmic_progress_percent_per_year(60);
    technology.set_leak_percent_per_quarter(25);
    technology.set_researcher_elasticity(0.3);
    technology.set_flop_per_gpu_hour(1.44e18);
    technology.set_opening_efficiency(10);
    technology.set_compatibility_opening(0.5);
    technology.set_compatibility_closing(0.6);
    pb::ComputeSpec& compute = *scenario_.mutable_compute();
    compute.set_mtok_per_gpu_hour(kMtokPerGpuHour);
    compute.set_serving_efficiency_growth_percent_per_year(15);
    compute.set_pue(kPue);
    compute.set_accelerator_kw(kAcceleratorKw);
    compute.set_accelerator_life_years(5);
    compute.set_site_cost_air_usd_millions_per_mw(11);
    compute.set_site_cost_liquid_usd_millions_per_mw(kLiquidSiteUsdMillionsPerMw);
    compute.set_network_cost_percent_of_accelerators(kNetworkPercent);
    compute.set_site_lead_time_quarters(5);
    compute.set_other_tenants_elasticity(1.1);
    compute.set_hours_per_quarter(kHoursPerQuarter);
    compute.set_porting_loss_percent(25);
    pb::TalentSpec& talent = *scenario_.mutable_talent();
    talent.set_available(static_cast<uint32_t>(10 * labs_));
    talent.set_entrants_per_quarter(static_cast<uint32_t>(2 * labs_));
    talent.set_pay_weight(1.5);
    talent.set_prestige_weight(2);
    talent.set_mobility_friction(2.5);
    talent.set_know_how_carried(0.8);
    talent.set_equity_weight(0.7);
  }

  // Power and chips for fleets to grow by a few percent a quarter.
  void AddGrid() {
    const double mw_per_region = h100e_ * kAcceleratorKw * kPue / 1000 / regions_;
    for (int i = 0; i < regions_; ++i) {
      pb::RegionSpec& region = *scenario_.add_regions();
      region.set_name(NameOf("region", i));
      Draw draw(options_.seed, region.name());
      region.set_spare_power_mw(ToThreeDigits(mw_per_region * draw.Between(0.2, 0.6)));
      region.set_new_power_mw_per_quarter(ToThreeDigits(mw_per_region * draw.Between(0.02, 0.08)));
      region.set_electricity_usd_per_mwh(ToThreeDigits(draw.Between(50, 90)));
      region.set_scarcity_price_percent(60);
    }
    AddMaker("merchant", kChipUsd, kChipH100e, kAcceleratorKw, 0.04, 2);
    AddMaker("second-source", 20'000, 1.1, 1.1, 0.02, 3);
  }

  // `growth` is the part of all fleets that it can make in a quarter.
  void AddMaker(absl::string_view name, double price_usd, double h100e, double kw, double growth,
                uint32_t lead_time) {
    pb::ChipMakerSpec& maker = *scenario_.add_chip_makers();
    maker.set_name(std::string(name));
    maker.set_price_usd(price_usd);
    maker.set_performance_h100e(h100e);
    maker.set_performance_growth_percent_per_year(20);
    maker.set_power_kw(kw);
    maker.set_capacity_thousands_per_quarter(ToThreeDigits(h100e_ / h100e * growth / 1000));
    maker.set_capacity_growth_percent_per_year(10);
    maker.set_lead_time_quarters(lead_time);
  }

  const SyntheticOptions options_;
  int labs_ = 0;
  int clouds_ = 0;
  int investors_ = 0;
  int groups_ = 0;
  int regions_ = 0;
  std::vector<double> cloud_weight_upto_;
  double cloud_weight_sum_ = 0;
  std::vector<double> reserved_h100e_;  // by cloud
  double h100e_ = 0;                    // of all clouds
  pb::Scenario scenario_;
};

absl::Status CheckOptions(const SyntheticOptions& options) {
  if (options.agents < kFewestAgents || options.agents > kMostAgents) {
    return absl::InvalidArgumentError(absl::StrCat(options.agents, " agents; it must be between ",
                                                   kFewestAgents, " and ", kMostAgents));
  }
  if (options.quarters < 1 || options.quarters > kMostQuarters) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.quarters, " quarters; it must be between 1 and ", kMostQuarters));
  }
  const auto is_part = [](double part) { return part >= 0 && part <= 1; };
  if (!is_part(options.labs) || !is_part(options.clouds) || !is_part(options.groups)) {
    return absl::InvalidArgumentError("labs, clouds and groups are parts, between 0 and 1");
  }
  if (Generator(options).investors() < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("labs ", options.labs, " and clouds ", options.clouds,
                     " leave fewer than two investors; together they must be less"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<pb::Scenario> SyntheticScenario(const SyntheticOptions& options) {
  if (absl::Status good = CheckOptions(options); !good.ok()) return good;
  pb::Scenario scenario = Generator(options).Make();
  const absl::Status valid = ValidateScenario(scenario);
  TRANCHE_CHECK(valid.ok(), std::string(valid.message()));
  return scenario;
}

absl::StatusOr<std::string> SyntheticScenarioText(const SyntheticOptions& options) {
  const absl::StatusOr<pb::Scenario> scenario = SyntheticScenario(options);
  if (!scenario.ok()) return scenario.status();
  std::string text;
  google::protobuf::TextFormat::Printer printer;
  const bool printed = printer.PrintToString(*scenario, &text);
  TRANCHE_CHECK(printed, "a scenario can be printed");
  return absl::StrCat(
      "# proto-file: tranche/v1/scenario.proto\n"
      "# proto-message: tranche.v1.Scenario\n"
      "#\n"
      "# Generated; don't edit. Made anew by\n"
      "#   tranche scenario synthetic --agents ",
      options.agents, " --seed ", options.seed, " --quarters ", options.quarters, " --labs ",
      options.labs, " --clouds ", options.clouds, " --groups ", options.groups, "\n",
      "#\n"
      "# estimate: every company is invented and every figure drawn; sim/synthetic.h says how.\n\n",
      text);
}

}  // namespace tranche
