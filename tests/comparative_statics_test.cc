// What economics expects of the market when one thing changes, as paired comparisons of small
// ensembles: the mean difference over common seeds has the sign that is due, and its 95% interval
// leaves out 0.

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/ensemble/comparison.h"
#include "broker/ensemble/ensemble.h"
#include "broker/ensemble/outcome_table.h"
#include "sim/scenario.h"
#include "sim/scenario_path.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

constexpr int kSeeds = 12;

std::vector<int64_t> Seeds() {
  std::vector<int64_t> seeds(kSeeds);
  for (size_t i = 0; i < seeds.size(); ++i) seeds[i] = static_cast<int64_t>(i) + 1;
  return seeds;
}

// The scenario's runs; each scenario is played once for all tests.
const OutcomeTable& Played(const v1::Scenario& scenario, Moment moment = {Moment::Kind::kMean}) {
  static auto& played = *new std::map<std::string, OutcomeTable>;
  const auto known = played.find(scenario.name());
  if (known != played.end()) return known->second;
  const auto plan = MakePlan({.scenarios = {scenario}, .seeds = Seeds()});
  EXPECT_TRUE(plan.ok()) << plan.status();
  OutcomeTable table(1, kSeeds, plan->first_quarter(), moment);
  const absl::Status status = PlayEnsemble(
      *plan, {}, [&](int64_t run, const RunOutcome& outcome, const std::vector<MetricKey>& keys) {
        EXPECT_EQ(outcome.error, "");
        table.Add(0, static_cast<size_t>(run), outcome, keys);
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  table.Complete();
  return played.emplace(scenario.name(), std::move(table)).first->second;
}

const OutcomeTable& Flagship() { return Played(ShippedScenario("amazon-openai")); }

// The flagship with values of its own.
v1::Scenario FlagshipWith(const std::string& name,
                          const std::map<std::string, std::string>& values) {
  v1::Scenario scenario = ShippedScenario("amazon-openai");
  scenario.set_name(name);
  for (const auto& [path, value] : values) {
    const absl::Status set = SetAt(&scenario, path, value);
    EXPECT_TRUE(set.ok()) << set;
  }
  return scenario;
}

// How the metric `name:subject` differs.
PairedDifference Difference(const OutcomeTable& base, const OutcomeTable& other,
                            const std::string& metric) {
  const std::vector<MetricComparison> comparisons = CompareSettings(
      {"base", &base, 0, Seeds()}, {"other", &other, 0, Seeds()}, {.metrics = {metric}});
  EXPECT_EQ(comparisons.size(), 1u) << metric;
  if (comparisons.empty()) return {};
  const PairedDifference& paired = comparisons[0].paired;
  std::cout << metric << ": " << paired.base_mean << " → " << paired.other_mean << ", "
            << paired.difference << " (" << paired.t_interval.low << " to "
            << paired.t_interval.high << ")\n";
  return paired;
}

void ExpectLower(const OutcomeTable& base, const OutcomeTable& other, const std::string& metric) {
  EXPECT_LT(Difference(base, other, metric).t_interval.high, 0) << metric;
}

void ExpectHigher(const OutcomeTable& base, const OutcomeTable& other, const std::string& metric) {
  EXPECT_GT(Difference(base, other, metric).t_interval.low, 0) << metric;
}

// Over five years: what is ordered takes six quarters, and sites under way have their power.
TEST(ComparativeStaticsTest, MoreSparePowerLowersThePriceOfCompute) {
  const auto longer = [](absl::string_view name) {
    v1::Scenario scenario = ShippedScenario(name);
    scenario.set_name(absl::StrCat(name, "-longer"));
    scenario.set_quarters(20);
    return scenario;
  };
  const OutcomeTable& scarce = Played(longer("power-crunch"), {Moment::Kind::kEnd});
  const OutcomeTable& plenty = Played(longer("amazon-openai"), {Moment::Kind::kEnd});
  ExpectLower(scarce, plenty, "on-demand-price:");
  ExpectHigher(scarce, plenty, "capacity:");
}

TEST(ComparativeStaticsTest, OpenStandardsLowerLockIn) {
  const OutcomeTable& open = Played(ShippedScenario("open-standards"));
  for (const char* segment : {"developers", "enterprises", "small-businesses", "consumers"}) {
    ExpectLower(Flagship(), open, absl::StrCat("lock-in:", segment));
  }
}

TEST(ComparativeStaticsTest, StricterReviewDelaysDeals) {
  const OutcomeTable& strict = Played(ShippedScenario("strict-regulators"));
  ExpectHigher(Flagship(), strict, "funding-quarters-to-close:microsoft/openai");
}

// Of the market in which it is agreed: labs bound to a cloud buy no compute elsewhere.
TEST(ComparativeStaticsTest, ExclusivityRaisesConcentration) {
  ExpectHigher(Flagship(), Played(ShippedScenario("exclusive-cloud")), "hhi:compute");
}

// Anthropic has a much better model in training, and releases it.
TEST(ComparativeStaticsTest, ARivalsReleaseLowersALabsShare) {
  const OutcomeTable& better = Played(
      FlagshipWith("better-rival", {{"agents[anthropic].lab.run_capability_log10_flop", "28"}}));
  ExpectLower(Flagship(), better, "market-share:openai");
  ExpectHigher(Flagship(), better, "market-share:anthropic");
}

// Where labs can't raise what they lack: those that can bring their runway to the same length
// whatever they begin with, and hire alike.
TEST(ComparativeStaticsTest, PayRisesWhenLabsAreFlush) {
  const OutcomeTable& usual = Played(FlagshipWith("no-funding", {{"switches.no_funding", "true"}}));
  const OutcomeTable& flush =
      Played(FlagshipWith("flush", {{"switches.no_funding", "true"},
                                    {"agents[openai].cash_usd_millions", "120000"},
                                    {"agents[anthropic].cash_usd_millions", "72000"},
                                    {"agents[xai].cash_usd_millions", "84000"}}));
  ExpectHigher(usual, flush, "researcher-pay:");
}

}  // namespace
}  // namespace tranche
