#include "sim/genesis.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "sim/anti_dilution.h"
#include "sim/building.h"
#include "sim/check.h"
#include "sim/compute_market.h"
#include "sim/demand.h"
#include "sim/det_math.h"
#include "sim/events.h"
#include "sim/frameworks.h"
#include "sim/marks.h"
#include "sim/ownership.h"
#include "sim/releases.h"
#include "sim/scenario.h"
#include "sim/shareholders.h"
#include "sim/units.h"

namespace tranche {
namespace {

namespace pb = v1;

// Quarters of a scenario that has been checked.
Quarter QuarterOf(const std::string& text) {
  const absl::StatusOr<Quarter> quarter = Quarter::Parse(text);
  TRANCHE_CHECK(quarter.ok(), text);
  return *quarter;
}

void ReadReach(const google::protobuf::RepeatedPtrField<pb::ReachSpec>& specs,
               std::array<double, kSegments>& reach) {
  for (const pb::ReachSpec& spec : specs) {
    reach[static_cast<size_t>(SegmentIndex(spec.segment()))] = spec.reach();
  }
}

// Fills an empty world, table by table; each step reads only what those before it have filled.
class Genesis {
 public:
  Genesis(World& world, const pb::Scenario& scenario) : world_(world), scenario_(scenario) {}

  void Run() {
    AddTime();
    AddPopulations();
    AddGroups();
    AddAgents();
    AddMakers();
    AddRegions();
    for (const pb::AgentSpec& spec : scenario_.agents()) AddRoleState(spec);
    AddSegments();
    AddTechnology();
    for (const pb::ContractSpec& spec : scenario_.contracts()) AddContract(spec);
    AddOwnership();
    AddOpeningSales();
    AddOpeningCompute();
    AddGridLoad();
    ApplyRegimesInForce(world_);
    AddFrameworks(world_);
    AddReleaseWindows(world_);
    AddVotingRules(world_);
    CalibrateAppeal(world_);
  }

 private:
  void AddTime() {
    world_.first_quarter = QuarterOf(scenario_.first_quarter());
    world_.quarter = world_.first_quarter;
    world_.end_quarter = world_.first_quarter + static_cast<int32_t>(scenario_.quarters());
  }

  // --- Who there is ------------------------------------------------------------------------------

  // Names of populations and treasuries have a '/', which those of agents can't.
  EntityId AddPopulation(absl::string_view name) {
    return world_.ledger.AddEntity(absl::StrCat("population/", name), Ledger::CashLimit::kNone);
  }

  void AddPopulations() {
    Populations& populations = world_.populations;
    for (int s = 0; s < kSegments; ++s) {
      // SEGMENT_SMALL_BUSINESSES is small-businesses.
      const std::string name = absl::StrReplaceAll(
          absl::AsciiStrToLower(pb::Segment_Name(SegmentAt(s)).substr(8)), {{"_", "-"}});
      populations.customers[static_cast<size_t>(s)] = AddPopulation(name);
    }
    populations.households = AddPopulation("households");
    populations.chip_makers = AddPopulation("chip-makers");
    populations.builders = AddPopulation("builders");
    populations.grids = AddPopulation("grids");
    populations.other_tenants = AddPopulation("other-tenants");
    populations.capital = AddPopulation("capital");
    populations.rest_of_world = AddPopulation("rest-of-world");
  }

  // Groups of the scenario and agents that stand alone, by name.
  void AddGroups() {
    std::vector<Group> groups;
    for (const pb::GroupSpec& spec : scenario_.groups()) {
      Group group;
      group.name = spec.name();
      group.home = spec.home();
      group.has_treasury = true;
      group.treasury = world_.ledger.AddEntity(absl::StrCat(spec.name(), "/treasury"),
                                               Ledger::CashLimit::kOwnCash);
      group.other_cash_flow = FromUsdMillions(spec.other_cash_flow_usd_millions_per_quarter());
      group.other_cash_flow_growth = spec.other_cash_flow_growth_percent_per_year() / 100;
      ReadReach(spec.reach(), group.reach);
      world_.ledger.OpeningBalance(group.treasury, Account::kCash,
                                   FromUsdMillions(spec.treasury_usd_millions()));
      groups.push_back(std::move(group));
    }
    for (const pb::AgentSpec& spec : scenario_.agents()) {
      if (!spec.group().empty()) continue;
      Group group;
      group.name = spec.name();
      group.home = spec.home();
      groups.push_back(std::move(group));
    }
    std::sort(groups.begin(), groups.end(),
              [](const Group& a, const Group& b) { return a.name < b.name; });
    for (Group& group : groups) world_.groups.Add(std::move(group));
  }

  GroupId GroupNamed(absl::string_view name) const { return GroupOfHolder(world_, name); }

  void AddAgents() {
    for (const pb::AgentSpec& spec : scenario_.agents()) {
      Agent agent;
      agent.seat.name = spec.name();
      agent.seat.role = spec.role();
      agent.seat.strategy = spec.strategy();
      agent.seat.parameters.assign(spec.parameters().begin(), spec.parameters().end());
      agent.group = GroupNamed(spec.group().empty() ? spec.name() : spec.group());
      agent.entity = world_.ledger.AddEntity(spec.name(), Ledger::CashLimit::kOwnCash);
      world_.ledger.OpeningBalance(agent.entity, Account::kCash,
                                   FromUsdMillions(spec.cash_usd_millions()));
      world_.seats.push_back(agent.seat);
      const AgentId id = world_.agents.Add(std::move(agent));
      world_.agent_by_name.emplace(spec.name(), id);
      world_.groups[world_.agents[id].group].members.push_back(id);
    }
    world_.moves_this_round.assign(world_.seats.size(), 0);
  }

  void AddRoleState(const pb::AgentSpec& spec) {
    const AgentId id = world_.FindAgent(spec.name());
    switch (spec.state_case()) {
      case pb::AgentSpec::kLab:
        return AddLab(id, spec.lab());
      case pb::AgentSpec::kCloud:
        return AddCloud(id, spec.cloud());
      case pb::AgentSpec::kInvestor: {
        Investor investor;
        investor.agent = id;
        investor.uncalled = FromUsdMillions(spec.investor().committed_capital_usd_millions());
        world_.agents[id].role_index = world_.investors.Add(investor).value();
        return;
      }
      case pb::AgentSpec::kRegulator: {
        Regulator regulator;
        regulator.agent = id;
        regulator.jurisdiction = spec.regulator().jurisdiction();
        world_.agents[id].role_index = world_.regulators.Add(regulator).value();
        return;
      }
      case pb::AgentSpec::STATE_NOT_SET:
        TRANCHE_CHECK(false, "a checked scenario gives every agent its state");
    }
  }

  // --- Supply
  // --------------------------------------------------------------------------------------

  void AddMakers() {
    for (const pb::ChipMakerSpec& spec : scenario_.chip_makers()) {
      ChipMaker maker;
      maker.name = spec.name();
      maker.price_cents = spec.price_usd() * 100;
      maker.price_change = spec.price_change_percent_per_year() / 100;
      maker.performance_h100e = spec.performance_h100e();
      maker.performance_growth = spec.performance_growth_percent_per_year() / 100;
      maker.power_kw = spec.power_kw();
      maker.capacity_per_quarter = spec.capacity_thousands_per_quarter() * 1000;
      maker.capacity_growth = spec.capacity_growth_percent_per_year() / 100;
      maker.lead_time_quarters = static_cast<int32_t>(spec.lead_time_quarters());
      if (!spec.captive_to().empty()) maker.captive_to = GroupNamed(spec.captive_to());
      world_.makers.Add(std::move(maker));
    }
  }

  void AddRegions() {
    for (const pb::RegionSpec& spec : scenario_.regions()) {
      Region region;
      region.name = spec.name();
      region.country = spec.country();
      region.spare_kw = spec.spare_power_mw() * 1000;
      region.new_kw_per_quarter = spec.new_power_mw_per_quarter() * 1000;
      // A dollar a MWh is a thousand micro-dollars a kWh.
      region.base_price_micros_per_kwh = spec.electricity_usd_per_mwh() * 1000;
      region.scarcity_premium = spec.scarcity_price_percent() / 100;
      world_.regions.Add(std::move(region));
    }
  }

  RegionId RegionNamed(absl::string_view name) const {
    for (RegionId id : world_.regions.ids()) {
      if (world_.regions[id].name == name) return id;
    }
    return RegionId();
  }

  ChipMakerId MakerNamed(absl::string_view name) const {
    for (ChipMakerId id : world_.makers.ids()) {
      if (world_.makers[id].name == name) return id;
    }
    return ChipMakerId();
  }

  void AddCloud(AgentId id, const pb::CloudSpec& spec) {
    const EntityId entity = world_.agents[id].entity;
    Cloud cloud;
    cloud.agent = id;
    for (const pb::CapacitySpec& capacity : spec.capacity()) {
      Fleet fleet;
      fleet.region = RegionNamed(capacity.region());
      fleet.maker = MakerNamed(capacity.chip_maker());
      fleet.h100e = Rounded(capacity.accelerators_h100e());
      fleet.book_value = FromUsdMillions(capacity.book_value_usd_millions());
      const double quarters_left =
          scenario_.compute().accelerator_life_years() * 4 * kOpeningLifeLeft;
      fleet.depreciation_per_quarter =
          Cents(Rounded(static_cast<double>(fleet.book_value.value()) / quarters_left));
      fleet.power_kw_per_h100e = scenario_.compute().accelerator_kw();
      world_.ledger.OpeningBalance(entity, Account::kAccelerators, fleet.book_value);
      cloud.fleets.push_back(fleet);
    }
    cloud.on_demand_price_micros = MicrosFromUsd(spec.on_demand_price_usd_per_gpu_hour());
    cloud.operating_cost_micros_per_gpu_hour = spec.operating_cost_usd_per_gpu_hour() * 1e6;
    cloud.other_revenue = FromUsdMillions(spec.other_revenue_usd_millions_per_quarter());
    cloud.other_revenue_growth = spec.other_revenue_growth_percent_per_year() / 100;
    cloud.other_margin = spec.other_operating_margin_percent() / 100;
    cloud.other_tenants_gpu_hours = spec.other_tenants_gpu_hours_millions_per_quarter() * 1e6;
    cloud.other_tenants_growth = spec.other_tenants_growth_percent_per_year() / 100;
    cloud.other_tenants_reference_price_micros = static_cast<double>(cloud.on_demand_price_micros);
    const Cents revenue = FromUsdMillions(spec.revenue_previous_quarter_usd_millions());
    const Cents capex = FromUsdMillions(spec.capital_expenditure_previous_quarter_usd_millions());
    // The quarter before the last isn't in the scenario; the last stands for it.
    cloud.revenue_history = {revenue, revenue};
    cloud.capex_history = {capex, capex};
    const int64_t capacity = cloud.capacity_h100e();
    cloud.capacity_history = {capacity, capacity};
    const CloudId cloud_id = world_.clouds.Add(std::move(cloud));
    world_.agents[id].role_index = cloud_id.value();
    for (const pb::BuildSpec& build : spec.builds()) AddBuild(cloud_id, build);
  }

  // A site under way has its power and its chips secured; what isn't left to pay has been paid.
  void AddBuild(CloudId cloud, const pb::BuildSpec& spec) {
    Build build;
    build.id = (uint64_t{1} << 63) - 1 - world_.builds.size();
    build.cloud = cloud;
    build.region = RegionNamed(spec.region());
    build.maker = MakerNamed(spec.chip_maker());
    build.cooling = spec.cooling();
    build.it_power_kw = Rounded(spec.it_power_mw() * 1000);
    const BuildQuote quote =
        QuoteBuild(world_, build.region, build.maker, build.cooling, build.it_power_kw);
    const Cents remaining = FromUsdMillions(spec.remaining_cost_usd_millions());
    build.h100e = quote.h100e;
    build.ready = QuarterOf(spec.ready());
    build.ordered =
        build.ready - static_cast<int32_t>(scenario_.compute().site_lead_time_quarters());
    build.total_cost = std::max(quote.total_cost(), remaining);
    build.chips_cost =
        quote.total_cost() > Cents(0)
            ? MulDiv(build.total_cost, quote.chips_cost.value(), quote.total_cost().value())
            : Cents(0);
    build.paid = build.total_cost - remaining;
    build.power_kw = quote.power_kw;
    world_.ledger.OpeningBalance(world_.agent_of(cloud).entity, Account::kConstructionInProgress,
                                 build.paid);
    world_.builds.push_back(build);
  }

  // Fleets and sites under way draw on their grids already.
  void AddGridLoad() {
    const double pue = scenario_.compute().pue();
    for (const Cloud& cloud : world_.clouds) {
      for (const Fleet& fleet : cloud.fleets) {
        world_.regions[fleet.region].load_kw +=
            static_cast<double>(fleet.h100e) * fleet.power_kw_per_h100e * pue;
      }
    }
    for (const Build& build : world_.builds) {
      world_.regions[build.region].load_kw += build.power_kw;
    }
    for (Region& region : world_.regions) {
      region.opening_load_kw = region.load_kw;
      region.total_kw = region.load_kw + region.spare_kw;
      region.price_micros_per_kwh = GridPriceMicrosPerKwh(region);
    }
  }

  // --- Labs
  // ------------------------------------------------------------------------------------------

  void AddLab(AgentId id, const pb::LabSpec& spec) {
    Lab lab;
    lab.agent = id;
    lab.capability = spec.capability_log10_flop();
    lab.model = spec.model();
    lab.released = QuarterOf(spec.model_released());
    if (spec.run_capability_log10_flop() > 0) {
      const pb::TechnologySpec& technology = scenario_.technology();
      TrainingRun run;
      run.name = absl::StrCat(world_.name_of(id), "-next");
      run.effective_flop = DetPow(10, spec.run_capability_log10_flop());
      run.gpu_hours =
          Rounded(std::min(1e18, run.effective_flop / (technology.flop_per_gpu_hour() *
                                                       technology.opening_efficiency())));
      run.started = world_.first_quarter - 1;
      lab.runs.push_back(run);
    }
    lab.researchers = spec.researchers();
    lab.cash_pay = FromUsdMillions(spec.researcher_cash_usd_millions_per_year());
    lab.equity_pay = FromUsdMillions(spec.researcher_equity_usd_millions_per_year());
    lab.other_operating_expense =
        FromUsdMillions(spec.other_operating_expense_usd_millions_per_quarter());
    lab.sales_expense_ratio = spec.sales_expense_percent_of_revenue() / 100;
    ReadReach(spec.reach(), lab.reach);
    for (const pb::LabSegmentSpec& sold : spec.segments()) {
      const auto s = static_cast<size_t>(SegmentIndex(sold.segment()));
      lab.price_micros_per_mtok[s] = MicrosFromUsd(sold.price_usd_per_mtok());
      lab.outcome[s].revenue = FromUsdMillions(sold.revenue_usd_millions_per_quarter());
      lab.outcome[s].mtok =
          sold.revenue_usd_millions_per_quarter() * 1e6 / sold.price_usd_per_mtok();
    }
    lab.division = spec.division();
    lab.last_valuation = FromUsdMillions(spec.last_valuation_usd_millions());
    lab.researchers_history = {lab.researchers, lab.researchers};
    world_.agents[id].role_index = world_.labs.Add(std::move(lab)).value();
  }

  // --- Ownership
  // -------------------------------------------------------------------------------------

  void AddOwnership() {
    for (const pb::AgentSpec& spec : scenario_.agents()) {
      if (!spec.has_lab()) continue;
      const LabId lab = world_.lab_of(world_.FindAgent(spec.name()));
      if (spec.lab().division()) {
        AddDivision(lab, spec.lab());
      } else {
        AddHoldings(lab, spec.lab());
      }
    }
    for (Stake& stake : world_.stakes) {
      if (scenario_.switches().no_marks()) continue;
      stake.marked = MarkOf(world_, stake) - stake.cost;
      world_.ledger.OpeningBalance(world_.agents[stake.holder_agent].entity,
                                   Account::kInvestmentMarks, stake.marked);
    }
  }

  void SetPrice(Lab& lab, int64_t shares) {
    lab.last_price_micros_per_share = MulDivRounded(lab.last_valuation.value(), 10'000, shares);
  }

  // All of a division's shares are its group's; their number means nothing.
  void AddDivision(LabId id, const pb::LabSpec& spec) {
    constexpr int64_t kDivisionShares = 1'000'000;
    Lab& lab = world_.labs[id];
    const auto shares = std::max(kDivisionShares, static_cast<int64_t>(spec.shares_outstanding()));
    lab.cap_table.Issue(CapTable::common(), AddHolder(world_, id, world_.agent_of(id).group),
                        shares, Cents(0));
    SetPrice(lab, shares);
  }

  void AddHoldings(LabId id, const pb::LabSpec& spec) {
    Lab& lab = world_.labs[id];
    const auto outstanding = static_cast<int64_t>(spec.shares_outstanding());
    SetPrice(lab, outstanding);
    ShareClass preferred;
    preferred.name = kOpeningSeries;
    preferred.preferred = true;
    preferred.preference = BasisPoints(10'000);
    preferred.original_price = SharePrice::FromMicros(lab.last_price_micros_per_share);
    preferred.protection = ProtectionFrom(spec.anti_dilution());
    preferred.conversion_price_micros = lab.last_price_micros_per_share;
    const ShareClassId series = lab.cap_table.AddClass(preferred);
    int64_t listed = 0;
    for (const pb::HoldingSpec& holding : spec.holdings()) {
      const int64_t ppm = Rounded(holding.stake_percent() * 10'000);
      const int64_t shares = MulDivFloor(outstanding, ppm, 1'000'000);
      listed += shares;
      AddHolding(id, holding, series, shares);
    }
    if (outstanding > listed) {
      lab.cap_table.Issue(CapTable::common(), lab.cap_table.AddHolder(kFoundersAndStaff),
                          outstanding - listed, Cents(0));
    }
  }

  void AddHolding(LabId id, const pb::HoldingSpec& holding, ShareClassId series, int64_t shares) {
    const AgentId holder_agent = AgentThatHolds(holding.holder());
    const Cents cost = FromUsdMillions(holding.cost_usd_millions());
    CapTable& table = world_.labs[id].cap_table;
    const HolderId holder = holder_agent.valid()
                                ? AddHolder(world_, id, world_.agents[holder_agent].group)
                                : table.AddHolder(holding.holder());
    if (shares > 0) {
      table.Issue(cost > Cents(0) ? series : CapTable::common(), holder, shares, cost);
    }
    const EntityId books =
        holder_agent.valid() ? world_.agents[holder_agent].entity : world_.populations.capital;
    world_.ledger.OpeningClaim(books, Account::kEquityInvestments, world_.agent_of(id).entity,
                               Account::kPaidInCapital, cost);
    AddNote(id, holder, books, FromUsdMillions(holding.notes_usd_millions()));
    if (!holder_agent.valid()) return;

    Stake& stake = StakeOf(world_, id, holder_agent);
    stake.cost = cost;
    stake.since = world_.first_quarter - 1;
    if (holding.board_right() != pb::BOARD_RIGHT_UNSPECIFIED) {
      stake.board_right = holding.board_right();
    }
    stake.information_right = holding.information_right();
    stake.pro_rata_right = holding.pro_rata_right();
    stake.early_access = holding.early_access();
    stake.firewall = holding.firewall();
    for (const std::string& excluded : holding.excluded_investors()) {
      stake.excluded_investors.push_back(GroupNamed(excluded));
    }
  }

  // Opening notes bear no interest and convert at the price of the next round.
  void AddNote(LabId id, HolderId holder, EntityId books, Cents principal) {
    if (principal <= Cents(0)) return;
    ConvertibleNote note;
    note.holder = holder;
    note.principal = principal;
    note.issued = world_.first_quarter - 1;
    note.maturity = world_.end_quarter;
    world_.labs[id].cap_table.AddNote(note);
    world_.ledger.OpeningClaim(books, Account::kNotesReceivable, world_.agent_of(id).entity,
                               Account::kNotesPayable, principal);
  }

  // Who has a stake of `holder` in its books: the agent of that name, or of the group its investor,
  // else its first agent. Invalid: an outside holder.
  AgentId AgentThatHolds(const std::string& holder) const {
    const GroupId group = GroupNamed(holder);
    if (!group.valid()) return world_.FindAgent(holder);
    const std::vector<AgentId>& members = world_.groups[group].members;
    const auto investor = std::find_if(members.begin(), members.end(), [this](AgentId member) {
      return world_.agents[member].seat.role == pb::ROLE_INVESTOR;
    });
    return investor == members.end() ? members.front() : *investor;
  }

  // --- Demand and technology
  // ---------------------------------------------------------------------------

  void AddSegments() {
    for (int s = 0; s < kSegments; ++s) {
      Segment& segment = world_.segments[static_cast<size_t>(s)];
      // A segment that the scenario leaves out has no customers.
      segment.spec.set_segment(SegmentAt(s));
      segment.spec.set_nest_dissimilarity(1);
      for (const pb::SegmentSpec& spec : scenario_.segments()) {
        if (spec.segment() == SegmentAt(s)) segment.spec = spec;
      }
      segment.adoption = segment.spec.adoption_percent() / 100;
    }
  }

  void AddTechnology() {
    const pb::TechnologySpec& technology = scenario_.technology();
    world_.field_efficiency = technology.opening_efficiency();
    world_.compatibility = technology.compatibility_opening();
    world_.mtok_per_gpu_hour = scenario_.compute().mtok_per_gpu_hour();
    world_.researchers_available = scenario_.talent().available();
  }

  // What labs sold in the quarter before the first.
  void AddOpeningSales() {
    for (Segment& segment : world_.segments) {
      const auto s = static_cast<size_t>(SegmentIndex(segment.spec.segment()));
      for (const Lab& lab : world_.labs) segment.spend += lab.outcome[s].revenue;
      if (segment.spend == Cents(0)) continue;
      for (Lab& lab : world_.labs) {
        lab.outcome[s].share = static_cast<double>(lab.outcome[s].revenue.value()) /
                               static_cast<double>(segment.spend.value());
      }
    }
    for (const pb::AgentSpec& spec : scenario_.agents()) {
      if (!spec.has_lab()) continue;
      Lab& lab = world_.labs[world_.lab_of(world_.FindAgent(spec.name()))];
      Cents revenue;
      for (const SegmentOutcome& outcome : lab.outcome) revenue += outcome.revenue;
      lab.revenue_history = {FromUsdMillions(spec.lab().revenue_previous_quarter_usd_millions()),
                             revenue};
    }
  }

  // --- Contracts
  // ---------------------------------------------------------------------------------------

  void AddContract(const pb::ContractSpec& spec) {
    const pb::Switches& switches = scenario_.switches();
    if (spec.has_marketplace() && switches.no_marketplaces()) return;
    if (spec.has_licence() && switches.no_licences()) return;
    Contract contract;
    contract.name = absl::StrCat(spec.customer(), "/", spec.name());
    contract.provider = world_.FindAgent(spec.provider());
    contract.customer = world_.FindAgent(spec.customer());
    contract.signed_quarter = QuarterOf(spec.signed_());
    contract.start = contract.signed_quarter;
    uint32_t term = 0;
    switch (spec.terms_case()) {
      case pb::ContractSpec::kCapacity:
        contract.kind = Contract::Kind::kCapacity;
        contract.start = QuarterOf(spec.capacity().start());
        term = spec.capacity().term_quarters();
        ReadReservation(spec.capacity(), contract);
        break;
      case pb::ContractSpec::kMarketplace:
        contract.kind = Contract::Kind::kMarketplace;
        contract.marketplace = spec.marketplace();
        term = spec.marketplace().term_quarters();
        break;
      case pb::ContractSpec::kLicence:
        contract.kind = Contract::Kind::kLicence;
        contract.licence = spec.licence();
        term = spec.licence().term_quarters();
        break;
      case pb::ContractSpec::TERMS_NOT_SET:
        TRANCHE_CHECK(false, "a checked scenario gives every contract terms");
    }
    contract.end = contract.start + static_cast<int32_t>(term);
    world_.contracts.Add(std::move(contract));
  }

  void ReadReservation(const pb::CapacityContractSpec& spec, Contract& contract) const {
    pb::CapacityTerms& terms = contract.capacity;
    terms.set_accelerators_h100e(Rounded(spec.accelerators_h100e()));
    terms.set_start_quarter(contract.start.index());
    terms.set_term_quarters(spec.term_quarters());
    terms.set_ramp_quarters(spec.ramp_quarters());
    terms.set_price_micros_per_gpu_hour(MicrosFromUsd(spec.price_usd_per_gpu_hour()));
    terms.set_take_or_pay_bp(BpFromPercent(spec.take_or_pay_percent()));
    terms.set_exclusive(spec.exclusive());
    terms.set_right_of_first_refusal(spec.right_of_first_refusal());
    terms.set_chip_maker(spec.chip_maker());
    terms.set_most_favoured(spec.most_favoured());
    terms.set_renewal_quarters(spec.renewal_quarters());
    if (spec.ramp_quarters() > 0 && contract.start <= world_.first_quarter) {
      contract.ramp_from_h100e = Rounded(spec.accelerators_opening_h100e());
      contract.ramp_start = world_.first_quarter + 1;
    }
  }

  // What labs' compute did in the quarter before the first, and whose accelerators they know.
  void AddOpeningCompute() {
    const double hours = scenario_.compute().hours_per_quarter();
    for (LabId id : world_.labs.ids()) {
      Lab& lab = world_.labs[id];
      double mtok = 0;
      for (const SegmentOutcome& outcome : lab.outcome) mtok += outcome.mtok;
      double reserved_hours = 0;
      double cost_micros = 0;
      for (const Contract& contract : world_.contracts) {
        if (contract.kind != Contract::Kind::kCapacity || contract.customer != lab.agent) continue;
        const double bought =
            static_cast<double>(contract.ReservedIn(world_.first_quarter)) * hours;
        reserved_hours += bought;
        cost_micros += bought * static_cast<double>(contract.capacity.price_micros_per_gpu_hour());
        LearnMakers(contract, lab);
      }
      lab.inference_wanted_gpu_hours = Rounded(mtok / world_.mtok_per_gpu_hour);
      lab.inference_served_gpu_hours = lab.inference_wanted_gpu_hours;
      lab.training_gpu_hours =
          std::max<int64_t>(0, Rounded(reserved_hours) - lab.inference_served_gpu_hours);
      if (reserved_hours > 0) {
        // A cent is 10,000 micro-dollars.
        lab.compute_cost = Cents(
            Rounded(cost_micros / reserved_hours *
                    std::min(reserved_hours, static_cast<double>(lab.inference_served_gpu_hours)) /
                    10'000));
      }
    }
    for (CloudId id : world_.clouds.ids()) {
      Cloud& cloud = world_.clouds[id];
      cloud.reserved_used_gpu_hours =
          Rounded(static_cast<double>(ReservedAtCloud(world_, id, world_.first_quarter)) * hours);
      const int64_t capacity = CapacityGpuHours(world_, cloud);
      cloud.other_tenants_sold_gpu_hours =
          std::min(Rounded(cloud.other_tenants_gpu_hours),
                   std::max<int64_t>(0, capacity - cloud.reserved_used_gpu_hours));
      cloud.on_demand_wanted_gpu_hours = Rounded(cloud.other_tenants_gpu_hours);
      cloud.on_demand_sold_gpu_hours = cloud.other_tenants_sold_gpu_hours;
      if (capacity > 0) {
        cloud.utilisation =
            static_cast<double>(cloud.reserved_used_gpu_hours + cloud.on_demand_sold_gpu_hours) /
            static_cast<double>(capacity);
      }
      cloud.utilisation_history = {cloud.utilisation, cloud.utilisation};
    }
  }

  // A lab knows the accelerators that it has reserved already.
  void LearnMakers(const Contract& contract, Lab& lab) const {
    if (contract.ReservedIn(world_.first_quarter) == 0) return;
    const CloudId cloud = world_.cloud_of(contract.provider);
    if (std::find(lab.clouds_used.begin(), lab.clouds_used.end(), cloud) == lab.clouds_used.end()) {
      lab.clouds_used.push_back(cloud);
    }
    const ChipMakerId named = MakerNamed(contract.capacity.chip_maker());
    for (const Fleet& fleet : world_.clouds[cloud].fleets) {
      if (named.valid() && fleet.maker != named) continue;
      if (std::find(lab.makers_known.begin(), lab.makers_known.end(), fleet.maker) ==
          lab.makers_known.end()) {
        lab.makers_known.push_back(fleet.maker);
      }
    }
  }

  World& world_;
  const pb::Scenario& scenario_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<World>> BuildWorld(const pb::Scenario& scenario, uint64_t seed) {
  if (absl::Status valid = ValidateScenario(scenario); !valid.ok()) return valid;
  auto world = std::make_unique<World>();
  world->scenario = CanonicalScenario(scenario);
  world->seed = seed;
  Genesis(*world, world->scenario).Run();
  if (absl::Status balanced = world->ledger.CheckBalanced(); !balanced.ok()) return balanced;
  return world;
}

}  // namespace tranche
