#include "tests/fuzz/random_scenario.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agents/strategy.h"
#include "sim/philox.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

class Generator {
 public:
  explicit Generator(uint64_t seed)
      : random_(seed, StreamKey("random-scenario"), Quarter(2026, 1), Round(0)) {}

  v1::Scenario Run(uint64_t seed) {
    scenario_.set_name(absl::StrCat("random-", seed));
    scenario_.set_first_quarter("2026Q1");
    scenario_.set_quarters(static_cast<uint32_t>(Between(3, 7)));
    scenario_.set_round_limit(static_cast<uint32_t>(Between(4, 10)));
    AddSwitches();
    AddRegionsAndMakers();
    AddGroups();
    AddAgents();
    AddSegments();
    AddTechnology();
    AddContracts();
    AddLaw();
    AddEvents();
    return scenario_;
  }

 private:
  int Between(int least, int most) {
    return least + static_cast<int>(random_.UniformInt(static_cast<uint64_t>(most - least + 1)));
  }
  double Real(double least, double most) { return least + (most - least) * random_.Uniform(); }
  bool Chance(double p) { return random_.Bernoulli(p); }
  template <typename T>
  const T& AnyOf(const std::vector<T>& from) {
    return from[random_.UniformInt(from.size())];
  }
  std::string AnyQuarter(int least, int most) {
    return (Quarter(2026, 1) + Between(least, most)).ToString();
  }
  void SetAnyDate(v1::Date* date) {
    date->set_year(2026);
    date->set_month(Between(1, 12));
    date->set_day(Between(1, 28));
  }

  void AddSwitches() {
    v1::Switches& switches = *scenario_.mutable_switches();
    const auto* type = v1::Switches::descriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      if (Chance(0.05)) switches.GetReflection()->SetBool(&switches, type->field(i), true);
    }
  }

  void AddRegionsAndMakers() {
    for (int i = Between(1, 3); i > 0; --i) {
      v1::RegionSpec& region = *scenario_.add_regions();
      region.set_name(absl::StrCat("region-", i));
      region.set_spare_power_mw(Real(0, 500));
      region.set_new_power_mw_per_quarter(Real(0, 100));
      region.set_electricity_usd_per_mwh(Real(20, 120));
      region.set_scarcity_price_percent(Real(0, 100));
      if (Chance(0.7)) region.set_country(Chance(0.6) ? "US" : "AE");
    }
    for (int i = Between(1, 3); i > 0; --i) {
      v1::ChipMakerSpec& maker = *scenario_.add_chip_makers();
      maker.set_name(absl::StrCat("maker-", i));
      maker.set_price_usd(Real(5'000, 40'000));
      maker.set_price_change_percent_per_year(Real(-20, 10));
      maker.set_performance_h100e(Real(0.5, 3));
      maker.set_performance_growth_percent_per_year(Real(0, 50));
      maker.set_power_kw(Real(0.5, 2.5));
      maker.set_capacity_thousands_per_quarter(Real(1, 200));
      maker.set_capacity_growth_percent_per_year(Real(-10, 50));
      maker.set_lead_time_quarters(static_cast<uint32_t>(Between(1, 3)));
    }
  }

  void AddGroups() {
    for (int i = Between(0, 2); i > 0; --i) {
      v1::GroupSpec& group = *scenario_.add_groups();
      group.set_name(absl::StrCat("group-", i));
      group.set_home(Chance(0.7) ? "US" : "JP");
      group.set_treasury_usd_millions(Real(0, 50'000));
      group.set_other_cash_flow_usd_millions_per_quarter(Real(-500, 5'000));
      group.set_other_cash_flow_growth_percent_per_year(Real(-10, 20));
      AddReach(*group.mutable_reach());
    }
  }

  void AddReach(google::protobuf::RepeatedPtrField<v1::ReachSpec>& reach) {
    for (int s = 1; s <= 4; ++s) {
      if (!Chance(0.6)) continue;
      v1::ReachSpec& spec = *reach.Add();
      spec.set_segment(static_cast<v1::Segment>(s));
      spec.set_reach(Real(0, 1));
    }
  }

  v1::AgentSpec& AddAgent(const std::string& name, v1::Role role) {
    v1::AgentSpec& agent = *scenario_.add_agents();
    agent.set_name(name);
    agent.set_role(role);
    std::vector<std::string> strategies;
    for (const StrategyInfo* info : RegisteredStrategies()) {
      if (info->role == role) strategies.push_back(info->name);
    }
    agent.set_strategy(AnyOf(strategies));
    const bool in_group = role != v1::ROLE_REGULATOR && scenario_.groups_size() > 0 && Chance(0.4);
    if (in_group) {
      agent.set_group(scenario_.groups(Between(0, scenario_.groups_size() - 1)).name());
    } else {
      agent.set_home(Chance(0.7) || role == v1::ROLE_REGULATOR ? "US" : "FR");
      if (role != v1::ROLE_REGULATOR) agent.set_cash_usd_millions(Real(0, 20'000));
    }
    return agent;
  }

  // Where the agent's strategy has it.
  static void AddParameter(v1::AgentSpec& agent, const std::string& name, double value) {
    const std::vector<v1::Parameter>& known = FindStrategy(agent.strategy())->parameters;
    if (std::none_of(known.begin(), known.end(),
                     [&](const v1::Parameter& k) { return k.name() == name; })) {
      return;
    }
    v1::Parameter& parameter = *agent.add_parameters();
    parameter.set_name(name);
    parameter.set_value(value);
  }

  void AddAgents() {
    // Every group has an agent.
    for (int i = Between(1, 4); i > 0; --i) clouds_.push_back(absl::StrCat("cloud-", i));
    for (int i = Between(1, 4); i > 0; --i) investors_.push_back(absl::StrCat("investor-", i));
    for (int i = Between(1, 4); i > 0; --i) labs_.push_back(absl::StrCat("lab-", i));
    for (const std::string& cloud : clouds_) FillCloud(AddAgent(cloud, v1::ROLE_CLOUD));
    for (const std::string& investor : investors_) {
      v1::AgentSpec& agent = AddAgent(investor, v1::ROLE_INVESTOR);
      agent.mutable_investor()->set_committed_capital_usd_millions(Chance(0.5) ? Real(0, 9'000)
                                                                               : 0);
    }
    for (v1::Jurisdiction jurisdiction :
         {v1::JURISDICTION_US_ANTITRUST, v1::JURISDICTION_EUROPEAN_UNION, v1::JURISDICTION_CFIUS}) {
      if (!Chance(0.5)) continue;
      v1::AgentSpec& agent =
          AddAgent(absl::StrCat("authority-", static_cast<int>(jurisdiction)), v1::ROLE_REGULATOR);
      agent.mutable_regulator()->set_jurisdiction(jurisdiction);
      // Of all kinds, some of whom hardly anything gets past.
      AddParameter(agent, "strictness_percent", Real(50, 1'000));
      AddParameter(agent, "prohibits_percent", Real(1, 300));
      AddParameter(agent, "distrust_percent", Real(0, 100));
      jurisdictions_.push_back(jurisdiction);
    }
    for (const std::string& lab : labs_) FillLab(AddAgent(lab, v1::ROLE_LAB));
    GiveEmptyGroupsAnInvestor();
  }

  void GiveEmptyGroupsAnInvestor() {
    for (const v1::GroupSpec& group : scenario_.groups()) {
      const bool has_agent =
          std::any_of(scenario_.agents().begin(), scenario_.agents().end(),
                      [&](const v1::AgentSpec& agent) { return agent.group() == group.name(); });
      if (has_agent) continue;
      v1::AgentSpec& agent = AddAgent(absl::StrCat("fund-of-", group.name()), v1::ROLE_INVESTOR);
      agent.set_group(group.name());
      agent.clear_home();
      agent.clear_cash_usd_millions();
      agent.mutable_investor();
    }
  }

  void FillCloud(v1::AgentSpec& agent) {
    v1::CloudSpec& cloud = *agent.mutable_cloud();
    for (int i = Between(1, 2); i > 0; --i) {
      const std::string& region = AnyRegion();
      const std::string& maker = AnyMaker();
      // Fleets of a cloud differ in region or maker.
      if (cloud.capacity_size() > 0 && cloud.capacity(0).region() == region &&
          cloud.capacity(0).chip_maker() == maker) {
        continue;
      }
      v1::CapacitySpec& capacity = *cloud.add_capacity();
      capacity.set_region(region);
      capacity.set_chip_maker(maker);
      capacity.set_accelerators_h100e(Real(1'000, 300'000));
      capacity.set_book_value_usd_millions(Real(0, 5'000));
    }
    cloud.set_on_demand_price_usd_per_gpu_hour(Real(0.5, 5));
    cloud.set_operating_cost_usd_per_gpu_hour(Real(0, 0.5));
    cloud.set_other_revenue_usd_millions_per_quarter(Real(0, 5'000));
    cloud.set_other_revenue_growth_percent_per_year(Real(-10, 30));
    cloud.set_other_operating_margin_percent(Real(-20, 50));
    cloud.set_other_tenants_gpu_hours_millions_per_quarter(Real(0, 400));
    cloud.set_other_tenants_growth_percent_per_year(Real(-20, 80));
    cloud.set_revenue_previous_quarter_usd_millions(Real(0, 9'000));
    if (Chance(0.5)) {
      v1::BuildSpec& build = *cloud.add_builds();
      build.set_region(AnyRegion());
      build.set_it_power_mw(Real(1, 200));
      build.set_cooling(v1::COOLING_LIQUID);
      build.set_chip_maker(AnyMaker());
      build.set_ready(AnyQuarter(0, 6));
      build.set_remaining_cost_usd_millions(Real(0, 3'000));
    }
  }

  const std::string& AnyRegion() {
    return scenario_.regions(Between(0, scenario_.regions_size() - 1)).name();
  }
  const std::string& AnyMaker() {
    return scenario_.chip_makers(Between(0, scenario_.chip_makers_size() - 1)).name();
  }

  void FillLab(v1::AgentSpec& agent) {
    v1::LabSpec& lab = *agent.mutable_lab();
    lab.set_model("model-1");
    lab.set_model_released("2025Q3");
    lab.set_capability_log10_flop(Real(25.5, 27.5));
    if (Chance(0.7)) lab.set_run_capability_log10_flop(Real(25, 27.6));
    for (int s = 1; s <= 4; ++s) {
      if (!Chance(0.75)) continue;
      v1::LabSegmentSpec& sold = *lab.add_segments();
      sold.set_segment(static_cast<v1::Segment>(s));
      sold.set_revenue_usd_millions_per_quarter(Chance(0.9) ? Real(1, 800) : 0);
      sold.set_price_usd_per_mtok(Real(0.5, 12));
    }
    lab.set_researchers(static_cast<uint32_t>(Between(0, 800)));
    lab.set_researcher_cash_usd_millions_per_year(Real(0.2, 2));
    lab.set_researcher_equity_usd_millions_per_year(Real(0, 2));
    lab.set_other_operating_expense_usd_millions_per_quarter(Real(0, 400));
    lab.set_sales_expense_percent_of_revenue(Real(0, 30));
    AddReach(*lab.mutable_reach());
    if (!agent.group().empty() && Chance(0.5)) {
      lab.set_division(true);
      return;
    }
    lab.set_last_valuation_usd_millions(Real(100, 300'000));
    lab.set_shares_outstanding(static_cast<uint64_t>(Real(1e5, 2e9)));
    lab.set_anti_dilution(static_cast<v1::AntiDilution>(Between(0, 3)));
    AddHoldings(agent.name(), lab);
  }

  void AddHoldings(const std::string& name, v1::LabSpec& lab) {
    std::vector<std::string> holders = {"outside-backers"};
    for (const v1::AgentSpec& agent : scenario_.agents()) {
      if (agent.role() != v1::ROLE_INVESTOR) continue;
      const std::string& holder = agent.group().empty() ? agent.name() : agent.group();
      if (std::find(holders.begin(), holders.end(), holder) == holders.end()) {
        holders.push_back(holder);
      }
    }
    double left = 90;
    for (const std::string& holder : holders) {
      if (holder == name || !Chance(0.5)) continue;
      v1::HoldingSpec& holding = *lab.add_holdings();
      holding.set_holder(holder);
      holding.set_stake_percent(Real(0, Chance(0.1) ? left : left / 3));
      left -= holding.stake_percent();
      holding.set_cost_usd_millions(Chance(0.8) ? Real(0, 5'000) : 0);
      holding.set_board_right(static_cast<v1::BoardRight>(Between(0, 3)));
      holding.set_information_right(Chance(0.5));
      holding.set_pro_rata_right(Chance(0.5));
      holding.set_early_access(Chance(0.2));
      holding.set_firewall(Chance(0.2));
      if (Chance(0.2)) holding.set_notes_usd_millions(Real(0, 500));
    }
  }

  void AddSegments() {
    for (int s = 1; s <= 4; ++s) {
      v1::SegmentSpec& segment = *scenario_.add_segments();
      segment.set_segment(static_cast<v1::Segment>(s));
      segment.set_customers_thousands(Real(10, 100'000));
      segment.set_adoption_ceiling_percent(Real(5, 100));
      segment.set_adoption_percent(Real(1, segment.adoption_ceiling_percent()));
      segment.set_adoption_speed_percent_per_quarter(Real(0, 30));
      segment.set_usage_growth_percent_per_year(Real(-20, 100));
      segment.set_price_elasticity(Real(0.05, 2));
      segment.set_capability_weight(Real(0, 6));
      segment.set_price_weight(Real(0.1, 3));
      segment.set_reach_weight(Real(0, 3));
      segment.set_switching_cost(Real(0, 4));
      segment.set_redecide_percent_per_quarter(Real(0, 100));
      segment.set_nest_dissimilarity(Real(0.1, 1));
      segment.set_marketplace_affinity(Real(0, 1));
      segment.set_multi_homing_percent(Real(0, 50));
      segment.set_usage_per_capability_percent(Real(0, 80));
    }
  }

  void AddTechnology() {
    v1::TechnologySpec& technology = *scenario_.mutable_technology();
    technology.set_algorithmic_progress_percent_per_year(Real(0, 400));
    technology.set_leak_percent_per_quarter(Real(0, 60));
    technology.set_researcher_elasticity(Real(0, 1));
    technology.set_flop_per_gpu_hour(Real(1e17, 2e18));
    technology.set_opening_efficiency(Real(1, 30));
    technology.set_compatibility_opening(Real(0, 1));
    technology.set_compatibility_closing(Real(0, 1));
    technology.set_shared_investor_leak_percent_per_quarter(Chance(0.5) ? Real(0, 30) : 0);
    v1::ComputeSpec& compute = *scenario_.mutable_compute();
    compute.set_mtok_per_gpu_hour(Real(0.2, 5));
    compute.set_serving_efficiency_growth_percent_per_year(Real(0, 150));
    compute.set_pue(Real(1.05, 1.8));
    compute.set_accelerator_kw(Real(0.7, 1.5));
    compute.set_accelerator_life_years(Real(2, 8));
    compute.set_site_cost_air_usd_millions_per_mw(Real(5, 15));
    compute.set_site_cost_liquid_usd_millions_per_mw(Real(8, 25));
    compute.set_network_cost_percent_of_accelerators(Real(0, 30));
    compute.set_site_lead_time_quarters(static_cast<uint32_t>(Between(1, 8)));
    compute.set_other_tenants_elasticity(Real(0, 3));
    compute.set_hours_per_quarter(2190);
    compute.set_porting_loss_percent(Real(0, 60));
    v1::TalentSpec& talent = *scenario_.mutable_talent();
    talent.set_available(static_cast<uint32_t>(Between(0, 300)));
    talent.set_entrants_per_quarter(static_cast<uint32_t>(Between(0, 60)));
    talent.set_pay_weight(Real(0, 3));
    talent.set_prestige_weight(Real(0, 3));
    talent.set_mobility_friction(Real(0, 4));
    talent.set_know_how_carried(Real(0, 1));
    talent.set_equity_weight(Real(0, 1));
  }

  double CapacityOf(const std::string& cloud) const {
    double capacity = 0;
    for (const v1::AgentSpec& agent : scenario_.agents()) {
      if (agent.name() != cloud) continue;
      for (const v1::CapacitySpec& fleet : agent.cloud().capacity()) {
        capacity += fleet.accelerators_h100e();
      }
    }
    return capacity;
  }

  void AddContracts() {
    int number = 0;
    for (const std::string& cloud : clouds_) {
      // No more is reserved than there is.
      double left = CapacityOf(cloud);
      for (const std::string& lab : labs_) {
        if (Chance(0.6)) {
          v1::ContractSpec& contract = AddContract(++number, cloud, lab);
          v1::CapacityContractSpec& terms = *contract.mutable_capacity();
          terms.set_accelerators_h100e(1 + Real(0, left / 2));
          left -= terms.accelerators_h100e();
          terms.set_start(AnyQuarter(-3, 1));
          terms.set_term_quarters(static_cast<uint32_t>(Between(5, 20)));
          terms.set_price_usd_per_gpu_hour(Real(0.5, 4));
          terms.set_take_or_pay_percent(Real(0, 100));
          terms.set_exclusive(Chance(0.1));
          terms.set_right_of_first_refusal(Chance(0.2));
          terms.set_most_favoured(Chance(0.3));
          terms.set_renewal_quarters(Chance(0.3) ? 4 : 0);
        }
        if (Chance(0.4)) {
          v1::ContractSpec& contract = AddContract(++number, cloud, lab);
          contract.mutable_marketplace()->set_revenue_share_bp(
              static_cast<uint32_t>(Between(0, 5'000)));
          contract.mutable_marketplace()->set_term_quarters(20);
        }
        if (Chance(0.2)) {
          v1::ContractSpec& contract = AddContract(++number, lab, cloud);
          contract.mutable_licence()->set_royalty_bp(static_cast<uint32_t>(Between(0, 10'000)));
          contract.mutable_licence()->set_fee_cents_per_quarter(Between(0, 1'000'000'000));
          contract.mutable_licence()->set_term_quarters(20);
        }
      }
    }
  }

  v1::ContractSpec& AddContract(int number, const std::string& provider,
                                const std::string& customer) {
    v1::ContractSpec& contract = *scenario_.add_contracts();
    contract.set_name(absl::StrCat("contract-", number));
    contract.set_provider(provider);
    contract.set_customer(customer);
    contract.set_signed_("2025Q2");
    return contract;
  }

  void AddLaw() {
    for (v1::Jurisdiction jurisdiction : jurisdictions_) {
      for (int i = 0; i < (Chance(0.3) ? 2 : 1); ++i) {
        v1::RegimeSpec& regime = *scenario_.add_regimes();
        regime.set_name(absl::StrCat("law-", static_cast<int>(jurisdiction), "-", i));
        regime.set_jurisdiction(jurisdiction);
        if (i > 0) regime.set_in_force(AnyQuarter(1, 2));
        regime.set_transaction_threshold_usd_millions(Real(0, 500));
        regime.set_stake_threshold_percent(Chance(0.5) ? Real(0, 30) : 0);
        regime.set_foreign_only(jurisdiction == v1::JURISDICTION_CFIUS);
        regime.set_hhi_threshold(static_cast<uint32_t>(Between(500, 3'000)));
        regime.set_hhi_change_threshold(static_cast<uint32_t>(Between(0, 300)));
        regime.set_share_threshold_percent(Real(10, 60));
        regime.set_court_upholds_percent(Real(0, 100));
        regime.set_litigation_quarters(static_cast<uint32_t>(Between(1, 3)));
        regime.set_compliance_quarters(static_cast<uint32_t>(Between(0, 2)));
        regime.set_data_security_cost_usd_millions_per_quarter(Chance(0.5) ? Real(0, 50) : 0);
        regime.set_interlock_sales_usd_millions(Chance(0.5) ? Real(1, 1'000) : 0);
      }
    }
    for (int i = Between(0, 2); i > 0; --i) {
      v1::FrameworkSpec& framework = *scenario_.add_frameworks();
      framework.set_name(absl::StrCat("framework-", i));
      if (Chance(0.7)) framework.set_in_force(AnyQuarter(0, 3));
      framework.set_capability_log10_flop(Chance(0.5) ? Real(25, 28) : 0);
      framework.set_cost_usd_millions_per_quarter(Real(0, 30));
      framework.set_cost_percent_of_revenue(Real(0, 5));
      framework.set_territory_percent_of_revenue(Real(1, 100));
      framework.set_assessment_quarters(static_cast<uint32_t>(Between(0, 2)));
      framework.set_compatibility_floor(Real(0, 1));
    }
    std::vector<std::string> companies = Companies();
    for (const std::string& company : companies) {
      if (!Chance(0.3)) continue;
      v1::ShareholderVoteSpec& rule = *scenario_.add_shareholder_votes();
      rule.set_company(company);
      rule.set_deal_usd_millions(Real(1, 5'000));
      rule.set_issue_percent(Chance(0.5) ? Real(1, 30) : 0);
      rule.set_approval_percent(Real(1, 100));
      rule.set_special_meeting_quarters(static_cast<uint32_t>(Between(0, 2)));
    }
  }

  // Groups and labs that stand alone.
  std::vector<std::string> Companies() const {
    std::vector<std::string> companies;
    for (const v1::GroupSpec& group : scenario_.groups()) companies.push_back(group.name());
    for (const v1::AgentSpec& agent : scenario_.agents()) {
      if (agent.role() == v1::ROLE_LAB && agent.group().empty()) companies.push_back(agent.name());
    }
    return companies;
  }

  v1::EventSpec& AddEvent() {
    v1::EventSpec& event = *scenario_.add_events();
    event.set_name(absl::StrCat("event-", scenario_.events_size()));
    SetAnyDate(event.mutable_date());
    return event;
  }

  void AddEvents() {
    for (const std::string& company : Companies()) {
      if (Chance(0.4)) AddEvent().set_shareholder_meeting(company);
    }
    for (const v1::AgentSpec& agent : scenario_.agents()) {
      if (agent.role() != v1::ROLE_LAB) continue;
      if (Chance(0.2)) {
        v1::EventSpec& event = AddEvent();
        event.mutable_release_window()->set_lab(agent.name());
        event.mutable_release_window()->set_through(AnyQuarter(3, 5));
      }
      if (agent.lab().division()) continue;
      if (Chance(0.2)) AddEvent().set_listing_of(agent.name());
      if (Chance(0.4)) {
        v1::RoundEvent& round = *AddEvent().mutable_round();
        round.set_lab(agent.name());
        round.set_amount_usd_millions(Real(10, 20'000));
        round.set_pre_money_usd_millions(Real(10, 200'000));
        round.set_target_close("2026Q1");
        round.set_outside("2026Q4");
      }
    }
    if (Chance(0.2)) AddEvent().set_grid_growth_factor(Real(0, 3));
  }

  RandomStream random_;
  v1::Scenario scenario_;
  std::vector<std::string> labs_;
  std::vector<std::string> clouds_;
  std::vector<std::string> investors_;
  std::vector<v1::Jurisdiction> jurisdictions_;
};

}  // namespace

v1::Scenario RandomScenario(uint64_t seed) { return Generator(seed).Run(seed); }

}  // namespace tranche
