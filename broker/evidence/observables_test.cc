#include "broker/evidence/observables.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

Fact FactOf(absl::string_view row) {
  absl::StatusOr<Facts> facts = Facts::Parse(
      absl::StrCat("as_of,entity,quantity,value,unit,confidence,source\n", row), "facts.csv");
  EXPECT_TRUE(facts.ok()) << facts.status();
  return facts->rows()[0];
}

TEST(ObservablesTest, EveryRowOfTheFactsIsSimulatedOrSaysWhyNot) {
  const absl::StatusOr<Facts> facts =
      Facts::Parse(ReadSourceFile("deploy/facts/history.csv"), "history.csv");
  ASSERT_TRUE(facts.ok()) << facts.status();
  std::set<const Observable*> used;
  for (const Fact& fact : facts->rows()) {
    const Observable* observable = FindObservable(fact);
    ASSERT_NE(observable, nullptr) << fact.Name();
    used.insert(observable);
    if (observable->measure == Measure::kNone) {
      EXPECT_FALSE(observable->note.empty()) << fact.Name();
    } else {
      EXPECT_FALSE(observable->series.empty()) << fact.Name();
    }
  }
  EXPECT_EQ(used.size(), Observables().size()) << "an entry of the table fits no row";
}

// A run in which every quarter's revenue, in billions, is the quarter's number.
double CountingRun(absl::string_view name, absl::string_view subject, Quarter quarter) {
  if (name == "revenue" && subject == "aws") return quarter.number() * 1e9;
  if (name == "spend") return subject == "developers" ? 3e9 : 1e9;
  if (name == "share-developers") return 0.5;
  if (name == "share-enterprises") return 0.1;
  if (name == "capital-expenditure") return 2e9;
  if (name == "serving-compute") return 2190.0 * 600'000;
  if (name == "training-compute") return 2190.0 * 400'000;
  if (name == "power") return subject == "aws" ? 3000 : 0;
  if (name == "capacity" && subject.empty()) return 2e6;
  return std::numeric_limits<double>::quiet_NaN();
}

double SimulatedFor(absl::string_view row) {
  const Fact fact = FactOf(row);
  return Simulated(*FindObservable(fact), fact, 1.2, CountingRun);
}

TEST(ObservablesTest, FlowsAreSummedOverTheirQuarters) {
  EXPECT_EQ(SimulatedFor("2024-12-31,AWS,revenue_year,1,USD_bn,filing,"), 1 + 2 + 3 + 4);
  EXPECT_EQ(SimulatedFor("2025-09-30,AWS,revenue_quarter,1,USD_bn,filing,"), 3);
  // A fiscal year to June; $15B a year are outside the model.
  EXPECT_EQ(SimulatedFor("2025-06-30,Microsoft,capex_year,1,USD_bn,filing,"), 4 * 2 + 15);
  EXPECT_EQ(SimulatedFor("2025-09-30,Microsoft,capex_quarter,1,USD_bn,filing,"), 2 + 15.0 / 4);
}

TEST(ObservablesTest, SharesAreOfWhatDevelopersAndEnterprisesSpend) {
  EXPECT_NEAR(SimulatedFor("2024-12-31,enterprise LLM API,share_openai,1,percent,survey,"),
              100 * (0.5 * 3 + 0.1 * 1) / 4, 1e-12);
  EXPECT_EQ(SimulatedFor("2024-11-30,enterprise LLM API,spend_year,1,USD_bn,survey,"), 16);
}

// A million H100e at 1.5 kW and a PUE of 1.2.
TEST(ObservablesTest, ComputeIsThePowerOfWhatIsUsed) {
  EXPECT_NEAR(SimulatedFor("2024-12-31,OpenAI,compute,1,GW,company,"), 1.8, 1e-12);
}

TEST(ObservablesTest, WhatTheRunLacksIsNotAFigure) {
  const double none = SimulatedFor("2024-12-31,OpenAI,run_rate,1,USD_bn,company,");
  EXPECT_NE(none, none);
}

TEST(ObservablesTest, LevelsOfAQuarterAndAYearAreComparable) {
  const Fact year = FactOf("2024-12-31,AWS,revenue_year,100,USD_bn,filing,");
  const Fact quarter = FactOf("2025-09-30,AWS,revenue_quarter,30,USD_bn,filing,");
  const Observable& of_quarter = *FindObservable(quarter);
  EXPECT_EQ(LevelOf(*FindObservable(year), year).value, 100);
  EXPECT_EQ(LevelOf(*FindObservable(year), year).day, absl::CivilDay(2024, 7, 1));
  EXPECT_EQ(LevelOf(of_quarter, quarter).value, 120);
  EXPECT_EQ(FromLevel(of_quarter, 120), 30);
}

TEST(ObservablesTest, ARateIsNotTakenForAYearsRevenue) {
  EXPECT_EQ(FindObservable(FactOf("2023-12-31,OpenAI,revenue_year,2,USD_bn,company,"))->measure,
            Measure::kRunRate);
  EXPECT_EQ(FindObservable(FactOf("2024-12-31,OpenAI,revenue_year,3.7,USD_bn,press,"))->measure,
            Measure::kRevenueOfYear);
}

}  // namespace
}  // namespace tranche
