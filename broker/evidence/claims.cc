#include "broker/evidence/claims.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sim/check.h"
#include "sim/compute_market.h"

namespace tranche {
namespace {

namespace pb = v1;

using Paths = std::vector<std::string>;

// Whole shares, accelerators and cents.
constexpr double kRounding = 1e-6;
// Contracts and prices are stated to three digits or so.
constexpr double kThreeDigits = 0.01;
// Posted prices of clouds lie around the market's.
constexpr double kAroundTheMarket = 0.1;
constexpr double kCentsPerBillion = 1e11;

// Words of a text whatever their line breaks.
std::string Normalised(absl::string_view text) {
  return absl::StrJoin(absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty()), " ");
}

// Collects claims on one scenario's opening.
class Claimant {
 public:
  Claimant(const World& world, const Facts& facts, absl::string_view rules)
      : world_(world), facts_(facts), rules_(Normalised(rules)) {}

  // The figures come to the row's value times `factor`.
  void Row(std::string what, std::string unit, Paths paths, double figure, absl::string_view entity,
           absl::string_view quantity, absl::string_view as_of, double factor = 1,
           double tolerance = kRounding) {
    const absl::StatusOr<const Fact*> fact = facts_.Find(entity, quantity, as_of);
    if (!fact.ok()) return missing_.emplace_back(fact.status().message()), void();
    const double value = (*fact)->Number() * factor;
    Add(std::move(what), std::move(unit), std::move(paths), figure, (*fact)->Name(), value, value,
        tolerance);
  }

  // What a row says in words, as its source: `value` is among them.
  void RowsWords(std::string what, std::string unit, Paths paths, double figure,
                 absl::string_view entity, absl::string_view quantity, absl::string_view as_of,
                 absl::string_view words, double low, double high) {
    const absl::StatusOr<const Fact*> fact = facts_.Find(entity, quantity, as_of);
    if (!fact.ok() || !absl::StrContains((*fact)->source, words)) {
      missing_.push_back(
          absl::StrCat("no row ", entity, " ", quantity, " ", as_of, " says \"", words, "\""));
      return;
    }
    Add(std::move(what), std::move(unit), std::move(paths), figure,
        absl::StrCat((*fact)->Name(), ": ", words), low, high, kRounding);
  }

  // Words of rules.md that give a value or a range.
  void Rule(std::string what, std::string unit, Paths paths, double figure, absl::string_view words,
            double low, double high) {
    if (!absl::StrContains(rules_, words)) {
      missing_.push_back(absl::StrCat("rules.md doesn't say \"", words, "\""));
      return;
    }
    Add(std::move(what), std::move(unit), std::move(paths), figure,
        absl::StrCat("rules.md: ", words), low, high, kRounding);
  }

  absl::StatusOr<std::vector<Claim>> Take() {
    if (!missing_.empty()) return absl::InvalidArgumentError(absl::StrJoin(missing_, "\n"));
    return std::move(claims_);
  }

  // --- What there is in the opening -------------------------------------------------------------

  const pb::Scenario& scenario() const { return world_.scenario; }
  const World& world() const { return world_; }

  const pb::AgentSpec& Agent(absl::string_view name) const {
    for (const pb::AgentSpec& agent : scenario().agents()) {
      if (agent.name() == name) return agent;
    }
    TRANCHE_CHECK(false, absl::StrCat("the scenario has no agent ", name));
  }
  LabId LabNamed(absl::string_view name) const { return world_.lab_of(world_.FindAgent(name)); }

  double RevenueUsdBn(absl::string_view lab) const {
    return static_cast<double>(world_.labs[LabNamed(lab)].revenue_history.back().value()) /
           kCentsPerBillion;
  }
  double Price(absl::string_view lab, pb::Segment segment) const {
    const auto s = static_cast<size_t>(SegmentIndex(segment));
    return static_cast<double>(world_.labs[LabNamed(lab)].price_micros_per_mtok[s]) / 1e6;
  }
  double ShareIn(absl::string_view lab, pb::Segment segment) const {
    return world_.labs[LabNamed(lab)].outcome[static_cast<size_t>(SegmentIndex(segment))].share;
  }
  double ValuationUsdBn(absl::string_view lab) const {
    return static_cast<double>(world_.labs[LabNamed(lab)].last_valuation.value()) /
           kCentsPerBillion;
  }
  double StakePercent(absl::string_view lab, absl::string_view holder) const {
    const CapTable& table = world_.labs[LabNamed(lab)].cap_table;
    return static_cast<double>(table.StakePpm(table.FindHolder(holder))) / 1e4;
  }
  double PaidUsdBn(absl::string_view lab, absl::string_view holder) const {
    for (const pb::HoldingSpec& holding : Agent(lab).lab().holdings()) {
      if (holding.holder() == holder) return holding.cost_usd_millions() / 1e3;
    }
    return 0;
  }
  double KwPerH100e() const {
    return scenario().compute().accelerator_kw() * scenario().compute().pue();
  }
  double GigawattsOf(int64_t h100e) const {
    return static_cast<double>(h100e) * KwPerH100e() / 1e6;
  }
  const Contract& ContractNamed(absl::string_view name) const {
    for (const Contract& contract : world_.contracts) {
      if (contract.name == name) return contract;
    }
    TRANCHE_CHECK(false, absl::StrCat("the scenario has no contract ", name));
  }
  // What the reservations of the whole term come to.
  double TotalUsdBn(absl::string_view name) const {
    const Contract& contract = ContractNamed(name);
    double accelerator_quarters = 0;
    for (Quarter q = contract.start; q < contract.end; ++q) {
      accelerator_quarters += static_cast<double>(contract.ReservedIn(q));
    }
    return accelerator_quarters * scenario().compute().hours_per_quarter() *
           static_cast<double>(contract.capacity.price_micros_per_gpu_hour()) / 1e15;
  }

 private:
  void Add(std::string what, std::string unit, Paths paths, double figure, std::string fact,
           double low, double high, double tolerance) {
    claims_.push_back({.what = std::move(what),
                       .unit = std::move(unit),
                       .paths = std::move(paths),
                       .fact = std::move(fact),
                       .low = low,
                       .high = high,
                       .figure = figure,
                       .tolerance = tolerance});
  }

  const World& world_;
  const Facts& facts_;
  const std::string rules_;
  std::vector<Claim> claims_;
  std::vector<std::string> missing_;
};

std::string InLab(absl::string_view lab, absl::string_view rest) {
  return absl::StrCat("agents[", lab, "].lab.", rest);
}
std::string InCloud(absl::string_view cloud, absl::string_view rest) {
  return absl::StrCat("agents[", cloud, "].cloud.", rest);
}
std::string Sold(absl::string_view lab, absl::string_view segment, absl::string_view what) {
  return InLab(lab, absl::StrCat("segments[SEGMENT_", segment, "].", what));
}
std::string Held(absl::string_view lab, absl::string_view holder, absl::string_view what) {
  return InLab(lab, absl::StrCat("holdings[", holder, "].", what));
}

// --- What all scenarios take from rules.md -------------------------------------------------------

void ClaimEngineering(Claimant& claimant) {
  const pb::Scenario& scenario = claimant.scenario();
  const pb::ComputeSpec& compute = scenario.compute();
  claimant.Rule("power usage effectiveness", "ratio", {"compute.pue"}, compute.pue(),
                "| PUE | 1.1 (liquid) to 1.3 |", 1.1, 1.3);
  claimant.Rule("accelerators' life", "years", {"compute.accelerator_life_years"},
                compute.accelerator_life_years(), "accelerator life in the books | 5-6 years", 5,
                6);
  claimant.Rule("air-cooled site", "USD millions a MW",
                {"compute.site_cost_air_usd_millions_per_mw"},
                compute.site_cost_air_usd_millions_per_mw(), "$9-12M per MW conventional", 9, 12);
  claimant.Rule("liquid-cooled site", "USD millions a MW",
                {"compute.site_cost_liquid_usd_millions_per_mw"},
                compute.site_cost_liquid_usd_millions_per_mw(),
                "to $20M per MW with dense liquid cooling", 12, 20);
  for (const pb::RegionSpec& region : scenario.regions()) {
    const std::string path = absl::StrCat("regions[", region.name(), "].");
    claimant.Rule(absl::StrCat("electricity in ", region.name()), "USD a MWh",
                  {absl::StrCat(path, "electricity_usd_per_mwh")}, region.electricity_usd_per_mwh(),
                  "industrial electricity | $50-90 per MWh", 50, 90);
  }
  for (const pb::ChipMakerSpec& maker : scenario.chip_makers()) {
    const std::string path = absl::StrCat("chip_makers[", maker.name(), "].");
    // To within the study's "30 to 40 percent".
    claimant.Row(absl::StrCat(maker.name(), ", performance a year"), "ratio",
                 {absl::StrCat(path, "performance_growth_percent_per_year")},
                 1 + maker.performance_growth_percent_per_year() / 100,
                 "accelerator price performance", "growth_year", "2024-06-30", 1, 0.05);
    if (!maker.captive_to().empty()) continue;
    claimant.Rule(absl::StrCat("price of ", maker.name()), "USD", {absl::StrCat(path, "price_usd")},
                  maker.price_usd(), "merchant accelerator | $25,000-40,000 each", 25'000, 40'000);
  }
  claimant.Row("algorithmic efficiency a year", "ratio",
               {"technology.algorithmic_progress_percent_per_year"},
               1 + scenario.technology().algorithmic_progress_percent_per_year() / 100,
               "algorithmic efficiency", "growth_year", "2024-06-30");
}

void ClaimEuropeanScreens(Claimant& claimant) {
  const pb::RegimeSpec& law = claimant.world().regimes[pb::JURISDICTION_EUROPEAN_UNION];
  const std::string path = absl::StrCat("regimes[", law.name(), "].");
  constexpr absl::string_view kWords = "> 2,000 and > 150";
  claimant.Rule("EU, index after the deal", "points", {absl::StrCat(path, "hhi_threshold")},
                law.hhi_threshold(), kWords, 2000, 2000);
  claimant.Rule("EU, change of the index", "points", {absl::StrCat(path, "hhi_change_threshold")},
                law.hhi_change_threshold(), kWords, 150, 150);
}

// A cloud's margin, where it isn't an estimate.
void ClaimMargins(Claimant& claimant, const std::vector<absl::string_view>& clouds) {
  for (const absl::string_view cloud : clouds) {
    claimant.Rule(absl::StrCat(cloud, ", operating margin"), "percent",
                  {InCloud(cloud, "other_operating_margin_percent")},
                  claimant.Agent(cloud).cloud().other_operating_margin_percent(),
                  "cloud operating margin | 33-38%", 33, 38);
  }
}

// --- amazon-openai -------------------------------------------------------------------------------

void ClaimFlagshipLabs(Claimant& claimant) {
  claimant.Row(
      "OpenAI's revenue of a quarter", "USD_bn",
      {Sold("openai", "DEVELOPERS", "revenue*"), Sold("openai", "ENTERPRISES", "revenue*"),
       Sold("openai", "SMALL_BUSINESSES", "revenue*"), Sold("openai", "CONSUMERS", "revenue*")},
      claimant.RevenueUsdBn("openai"), "OpenAI", "run_rate", "2025-12-31", 0.25);
  claimant.Row(
      "Anthropic's revenue of a quarter", "USD_bn",
      {Sold("anthropic", "DEVELOPERS", "revenue*"), Sold("anthropic", "ENTERPRISES", "revenue*"),
       Sold("anthropic", "SMALL_BUSINESSES", "revenue*"),
       Sold("anthropic", "CONSUMERS", "revenue*")},
      claimant.RevenueUsdBn("anthropic"), "Anthropic", "run_rate", "2025-12-31", 0.25);
  // The survey's other suppliers are outside the market, so relations count, not shares.
  const double openai = claimant.ShareIn("openai", pb::SEGMENT_ENTERPRISES);
  claimant.Row(
      "Anthropic in enterprises, OpenAI being 27", "percent",
      {Sold("anthropic", "ENTERPRISES", "revenue*"), Sold("openai", "ENTERPRISES", "revenue*")},
      27 * claimant.ShareIn("anthropic", pb::SEGMENT_ENTERPRISES) / openai, "enterprise LLM API",
      "share_anthropic", "2025-12-31", 1, kThreeDigits);
  claimant.Row("Google in enterprises, OpenAI being 27", "percent",
               {Sold("google-deepmind", "ENTERPRISES", "revenue*"),
                Sold("openai", "ENTERPRISES", "revenue*")},
               27 * claimant.ShareIn("google-deepmind", pb::SEGMENT_ENTERPRISES) / openai,
               "enterprise LLM API", "share_google", "2025-12-31", 1, kThreeDigits);

  const struct {
    absl::string_view lab, model, as_of;
  } prices[] = {{"openai", "OpenAI GPT-5", "2025-08-07"},
                {"anthropic", "Anthropic Claude 3.5 Sonnet", "2024-06-20"},
                {"google-deepmind", "Google Gemini 3 Pro", "2025-11-18"}};
  for (const auto& [lab, model, as_of] : prices) {
    for (const pb::Segment segment : {pb::SEGMENT_DEVELOPERS, pb::SEGMENT_ENTERPRISES}) {
      const std::string name(absl::StripPrefix(pb::Segment_Name(segment), "SEGMENT_"));
      claimant.Row(absl::StrCat(lab, "'s list price, ", name), "USD_per_Mtok",
                   {Sold(lab, name, "price*")}, claimant.Price(lab, segment), model,
                   "price_input_output", as_of, 1, kThreeDigits);
    }
  }
  claimant.Row("OpenAI's valuation", "USD_bn", {InLab("openai", "last_valuation_usd_millions")},
               claimant.ValuationUsdBn("openai"), "OpenAI", "valuation", "2025-10-02");
  claimant.Row("Anthropic's valuation", "USD_bn",
               {InLab("anthropic", "last_valuation_usd_millions")},
               claimant.ValuationUsdBn("anthropic"), "Anthropic", "valuation", "2025-11-18");
  claimant.Row("xAI's valuation", "USD_bn", {InLab("xai", "last_valuation_usd_millions")},
               claimant.ValuationUsdBn("xai"), "xAI", "post_money", "2026-01-06");
  for (const absl::string_view lab : {"openai", "anthropic", "google-deepmind", "xai"}) {
    const pb::LabSpec& spec = claimant.Agent(lab).lab();
    // Half of the equity of the most generous is what "above" leaves open.
    claimant.Rule(absl::StrCat("a senior researcher's pay at ", lab), "USD millions a year",
                  {InLab(lab, "researcher_cash_usd_millions_per_year"),
                   InLab(lab, "researcher_equity_usd_millions_per_year")},
                  spec.researcher_cash_usd_millions_per_year() +
                      spec.researcher_equity_usd_millions_per_year(),
                  "senior researcher, all in | above $2M a year", 2, 3);
  }
}

void ClaimFlagshipOwners(Claimant& claimant) {
  const struct {
    absl::string_view holder, quantity;
  } owners[] = {{"microsoft", "owner_microsoft"},
                {"openai-foundation", "owner_foundation"},
                {"softbank", "owner_softbank"}};
  for (const auto& [holder, quantity] : owners) {
    claimant.Row(absl::StrCat(holder, " in OpenAI"), "percent",
                 {Held("openai", holder, "stake_percent")}, claimant.StakePercent("openai", holder),
                 "OpenAI", quantity, "2025-10-28");
  }
  claimant.RowsWords("Alphabet in Anthropic", "percent",
                     {Held("anthropic", "alphabet", "stake_percent")},
                     claimant.StakePercent("anthropic", "alphabet"), "Anthropic",
                     "investment_google", "2023-10-27", "stake about 14 percent", 14, 14);
  claimant.RowsWords("Alphabet's money in Anthropic", "USD_bn",
                     {Held("anthropic", "alphabet", "cost_usd_millions")},
                     claimant.PaidUsdBn("anthropic", "alphabet"), "Anthropic", "investment_google",
                     "2023-10-27", "further 1bn", 3, 3);
  claimant.Row("Amazon's money in Anthropic", "USD_bn",
               {Held("anthropic", "amazon", "cost_usd_millions")},
               claimant.PaidUsdBn("anthropic", "amazon"), "Anthropic", "investment_amazon_total",
               "2024-11-22");
}

void ClaimFlagshipCompute(Claimant& claimant) {
  claimant.Rule("an H100e all in", "kW", {"compute.accelerator_kw", "compute.pue"},
                claimant.KwPerH100e(), "power per H100-class accelerator, all in | about 1.4 kW",
                1.39, 1.41);
  claimant.Row("OpenAI's compute at the opening", "GW",
               {"contracts[azure-base].capacity.accelerators_opening_h100e",
                "contracts[oracle-abilene].capacity.accelerators_opening_h100e",
                "contracts[coreweave].capacity.accelerators_opening_h100e",
                "contracts[aws-seven-years].capacity.accelerators_opening_h100e"},
               claimant.GigawattsOf(ReservedForLab(claimant.world(), claimant.LabNamed("openai"),
                                                   claimant.world().first_quarter)),
               "OpenAI", "compute", "2025-12-31", 1, kThreeDigits);
  const struct {
    absl::string_view contract, entity, quantity, as_of;
  } contracts[] = {{"openai/azure-incremental", "OpenAI", "contract_azure", "2025-10-28"},
                   {"openai/oracle-stargate", "OpenAI", "contract_oracle", "2025-09-10"},
                   {"openai/aws-seven-years", "OpenAI", "contract_aws", "2025-11-03"},
                   {"openai/coreweave", "OpenAI", "contract_coreweave", "2025-09-25"},
                   {"anthropic/azure-gigawatt", "Anthropic", "contract_azure", "2025-11-18"}};
  for (const auto& [contract, entity, quantity, as_of] : contracts) {
    const absl::string_view name = contract.substr(contract.find('/') + 1);
    claimant.Row(absl::StrCat(contract, " in all"), "USD_bn",
                 {absl::StrCat("contracts[", name, "].capacity.*")}, claimant.TotalUsdBn(contract),
                 entity, quantity, as_of, 1, kThreeDigits);
  }
  claimant.Row("Anthropic's TPUs after 2026", "GW", {"contracts[tpu-gigawatt].capacity.*"},
               claimant.GigawattsOf(
                   claimant.ContractNamed("anthropic/tpu-gigawatt").ReservedIn(Quarter(2027, 1))),
               "Anthropic", "contract_google", "2025-10-23", 1, kThreeDigits);
  // About 500,000 Trainium2, two thirds of an H100 each: 333,000.
  claimant.RowsWords(
      "Anthropic's Trainium2 at the opening", "H100e", {"contracts[rainier].capacity.*"},
      static_cast<double>(
          claimant.ContractNamed("anthropic/rainier").ReservedIn(claimant.world().first_quarter)),
      "Anthropic", "campus_aws_indiana", "2025-10-29", "about 500000 Trainium2", 0.9 * 333'000,
      1.1 * 333'000);
}

void ClaimFlagshipClouds(Claimant& claimant) {
  for (const absl::string_view cloud : {"aws", "azure", "google-cloud", "oracle", "coreweave"}) {
    claimant.Row(absl::StrCat(cloud, ", an hour on demand"), "USD_per_GPU_hour",
                 {InCloud(cloud, "on_demand_price_usd_per_gpu_hour")},
                 claimant.Agent(cloud).cloud().on_demand_price_usd_per_gpu_hour(), "H100 rental",
                 "price", "2025-12-31", 1, kAroundTheMarket);
  }
  const struct {
    absl::string_view cloud, entity, quantity, as_of;
    double factor;
  } capex[] = {{"aws", "Amazon", "capex_year", "2025-12-31", 0.25},
               {"azure", "Microsoft", "capex_quarter", "2025-09-30", 1},
               {"google-cloud", "Alphabet", "capex_year", "2025-12-31", 0.25},
               {"oracle", "Oracle", "capex_year", "2025-05-31", 0.25},
               {"coreweave", "CoreWeave", "capex_year", "2025-12-31", 0.25}};
  for (const auto& [cloud, entity, quantity, as_of, factor] : capex) {
    claimant.Row(
        absl::StrCat(entity, "'s capital expenditure of a quarter"), "USD_bn",
        {InCloud(cloud, "capital_expenditure_previous_quarter_usd_millions")},
        claimant.Agent(cloud).cloud().capital_expenditure_previous_quarter_usd_millions() / 1e3,
        entity, quantity, as_of, factor);
  }
  for (const auto& [cloud, entity] : {std::pair<absl::string_view, absl::string_view>{"aws", "AWS"},
                                      {"google-cloud", "Google Cloud"}}) {
    claimant.Row(absl::StrCat(entity, "'s revenue of a quarter"), "USD_bn",
                 {InCloud(cloud, "revenue_previous_quarter_usd_millions")},
                 claimant.Agent(cloud).cloud().revenue_previous_quarter_usd_millions() / 1e3,
                 entity, "revenue_quarter", "2025-09-30");
  }
  claimant.RowsWords("aws, operating margin", "percent",
                     {InCloud("aws", "other_operating_margin_percent")},
                     claimant.Agent("aws").cloud().other_operating_margin_percent(), "AWS",
                     "revenue_year", "2024-12-31", "operating margin about 37 percent", 36, 38);
  ClaimMargins(claimant, {"azure", "oracle"});
}

void ClaimFlagshipLaw(Claimant& claimant) {
  const pb::RegimeSpec& law = claimant.world().regimes[pb::JURISDICTION_US_ANTITRUST];
  const std::string path = absl::StrCat("regimes[", law.name(), "].");
  claimant.Rule(
      "HSR threshold", "USD millions", {absl::StrCat(path, "transaction_threshold_usd_millions")},
      law.transaction_threshold_usd_millions(), "$133.9M (from February 2026)", 133.9, 133.9);
  constexpr absl::string_view kWords =
      "post HHI > 1,800 and change > 100, or share > 30% and change > 100";
  claimant.Rule("US, index after the deal", "points", {absl::StrCat(path, "hhi_threshold")},
                law.hhi_threshold(), kWords, 1800, 1800);
  claimant.Rule("US, change of the index", "points", {absl::StrCat(path, "hhi_change_threshold")},
                law.hhi_change_threshold(), kWords, 100, 100);
  claimant.Rule("US, combined share", "percent", {absl::StrCat(path, "share_threshold_percent")},
                law.share_threshold_percent(), kWords, 30, 30);
  claimant.Rule("sales from which interlocks count", "USD millions",
                {absl::StrCat(path, "interlock_sales_usd_millions")},
                law.interlock_sales_usd_millions(), "$5.138M (2025)", 5.138, 5.138);
  claimant.Rule("site to power-on", "months", {"compute.site_lead_time_quarters"},
                3.0 * claimant.scenario().compute().site_lead_time_quarters(),
                "site to power-on | about 18-24 months", 18, 24);
}

void ClaimFlagshipRound(Claimant& claimant) {
  for (const pb::EventSpec& event : claimant.scenario().events()) {
    const std::string path = absl::StrCat("events[", event.name(), "].");
    if (event.name() == "eu-ai-act") {
      claimant.Rule("most duties of the EU AI Act apply", "yyyymmdd", {absl::StrCat(path, "date*")},
                    event.date().year() * 1e4 + event.date().month() * 100 + event.date().day(),
                    "most others from 2 August 2026", 20260802, 20260802);
    }
    if (event.name() == "oracle-stargate-start") {
      claimant.RowsWords("OpenAI's contract with Oracle begins", "year",
                         {absl::StrCat(path, "date*")}, event.date().year(), "OpenAI",
                         "contract_oracle", "2025-09-10", "from 2027", 2027, 2027);
    }
    if (!event.has_round() || event.round().lab() != "openai") continue;
    const pb::RoundEvent& round = event.round();
    claimant.Row("OpenAI's round, after the money", "USD_bn",
                 {absl::StrCat(path, "round.pre_money*"), absl::StrCat(path, "round.amount*")},
                 (round.pre_money_usd_millions() + round.amount_usd_millions()) / 1e3, "OpenAI",
                 "valuation_sought", "2026-01-29");
    claimant.RowsWords("OpenAI's round", "USD_bn", {absl::StrCat(path, "round.amount*")},
                       round.amount_usd_millions() / 1e3, "OpenAI", "valuation_sought",
                       "2026-01-29", "about 100bn round", 100, 100);
    claimant.RowsWords("the day it was reported", "yyyymmdd", {absl::StrCat(path, "date*")},
                       event.date().year() * 1e4 + event.date().month() * 100 + event.date().day(),
                       "OpenAI", "valuation_sought", "2026-01-29", "under discussion", 20260129,
                       20260129);
    for (const pb::InterestSpec& interest : round.interest()) {
      if (interest.investor() != "amazon") continue;
      claimant.RowsWords("Amazon's part", "USD_bn", {absl::StrCat(path, "round.interest[amazon]*")},
                         interest.amount_usd_millions() / 1e3, "OpenAI", "valuation_sought",
                         "2026-01-29", "Amazon at least 50bn", 50, 100);
    }
  }
}

void ClaimFlagship(Claimant& claimant) {
  ClaimFlagshipLabs(claimant);
  ClaimFlagshipOwners(claimant);
  ClaimFlagshipCompute(claimant);
  ClaimFlagshipClouds(claimant);
  ClaimFlagshipLaw(claimant);
  ClaimFlagshipRound(claimant);
  ClaimEuropeanScreens(claimant);
  ClaimEngineering(claimant);
}

// --- history-2023 --------------------------------------------------------------------------------

void ClaimHistory(Claimant& claimant) {
  claimant.Row("OpenAI's valuation", "USD_bn", {InLab("openai", "last_valuation_usd_millions")},
               claimant.ValuationUsdBn("openai"), "OpenAI", "post_money", "2023-01-23");
  claimant.RowsWords("an H100's hour on demand", "USD_per_GPU_hour",
                     {InCloud("aws", "on_demand_price_usd_per_gpu_hour")},
                     claimant.Agent("aws").cloud().on_demand_price_usd_per_gpu_hour(),
                     "H100 rental", "price", "2023-06-30", "range 4 to 8", 4, 8);
  for (const pb::ChipMakerSpec& maker : claimant.scenario().chip_makers()) {
    if (maker.name() != "nvidia-gpu") continue;
    claimant.Rule("an H100 all in", "kW", {"chip_makers[nvidia-gpu].power_kw", "compute.pue"},
                  maker.power_kw() * claimant.scenario().compute().pue(),
                  "power per H100-class accelerator, all in | about 1.4 kW", 1.39, 1.45);
  }
  ClaimMargins(claimant, {"azure"});
  ClaimEuropeanScreens(claimant);
  ClaimEngineering(claimant);
}

}  // namespace

double Claim::Difference() const {
  if (figure > high) return high > 0 ? figure / high - 1 : figure - high;
  if (figure < low) return low > 0 ? figure / low - 1 : figure - low;
  return 0;
}

bool Claim::holds() const {
  const double difference = Difference();
  return difference <= tolerance && -difference <= tolerance;
}

bool Claim::Covers(absl::string_view path) const {
  return absl::c_any_of(paths, [path](absl::string_view mine) {
    return absl::ConsumeSuffix(&mine, "*") ? absl::StartsWith(path, mine) : path == mine;
  });
}

absl::StatusOr<std::vector<Claim>> ClaimsOf(const World& world, const Facts& facts,
                                            absl::string_view rules) {
  Claimant claimant(world, facts, rules);
  if (world.scenario.name() == "amazon-openai") ClaimFlagship(claimant);
  if (world.scenario.name() == "history-2023") ClaimHistory(claimant);
  return claimant.Take();
}

}  // namespace tranche
