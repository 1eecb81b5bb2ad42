#include "broker/ensemble/ensemble.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "broker/ensemble/comparison.h"
#include "broker/ensemble/outcome_table.h"
#include "broker/ensemble/results_file.h"
#include "broker/ensemble/stored_results.h"
#include "broker/inline/inline_run.h"
#include "broker/log/run_log.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

// A folder of the test's own.
class EnsembleTest : public ::testing::Test {
 protected:
  EnsembleTest() {
    std::string name = absl::StrCat(::testing::TempDir(), "/ensembleXXXXXX");
    folder_ = mkdtemp(name.data());
  }
  ~EnsembleTest() override { std::filesystem::remove_all(folder_); }
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  std::string folder_;
};

EnsemblePlan SmallPlan(std::vector<int64_t> seeds = {1, 2, 3}) {
  auto plan = MakePlan({.scenarios = {DuopolyScenario()},
                        .seeds = std::move(seeds),
                        .dimensions = {*ParseLevels("technology.compatibility_closing=0.2,0.9")},
                        .quarters = 3});
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Plays into a file until `most` runs have been added, as a process that is killed then does: the
// file isn't finished.
void PlaySome(const EnsemblePlan& plan, const std::string& path, Shard shard, int64_t most,
              bool finish) {
  auto file = ResultsFile::Open(path, plan, shard);
  ASSERT_TRUE(file.ok()) << file.status();
  int64_t added = 0;
  const absl::Status played =
      PlayEnsemble(plan, (*file)->pending(), {.jobs = 2},
                   [&](int64_t run, const RunOutcome& outcome, const std::vector<MetricKey>& keys) {
                     if (added++ == most) return absl::CancelledError("killed");
                     return (*file)->Append(run, outcome, keys);
                   });
  EXPECT_TRUE(played.ok() || absl::IsCancelled(played)) << played;
  if (finish) {
    const absl::Status finished = (*file)->Finish();
    EXPECT_TRUE(finished.ok()) << finished;
  }
}

constexpr int64_t kAll = 1'000'000;

TEST_F(EnsembleTest, KeepsOfARunWhatItsLogSays) {
  const EnsemblePlan plan = SmallPlan({5});
  std::map<std::string, double> in_log;
  int64_t metrics_in_log = 0;
  InlineOptions options;
  options.on_quarter = [&](absl::Span<const StoredRecord> records) {
    for (const StoredRecord& record : records) {
      if (!record.record->has_metric()) continue;
      const v1::Metric& metric = record.record->metric();
      ++metrics_in_log;
      in_log[absl::StrCat(record.record->quarter(), " ", metric.name(), ":", metric.subject())] =
          metric.value();
    }
    return absl::OkStatus();
  };
  const v1::Scenario scenario = ScenarioAt(plan, 1);
  auto run = InlineRun::Create(scenario, 5, *ResolveSeats(scenario), options);
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_TRUE((*run)->Play().ok());

  const absl::Status played = PlayEnsemble(
      plan, {{1}}, {}, [&](int64_t, const RunOutcome& outcome, const std::vector<MetricKey>& keys) {
        int64_t figures = 0;
        for (size_t metric = 0; metric < keys.size(); ++metric) {
          for (int quarter = 0; quarter < 3; ++quarter) {
            const double value = outcome.Value(metric, quarter);
            if (std::isnan(value)) continue;
            ++figures;
            const std::string key = absl::StrCat((plan.first_quarter() + quarter).index(), " ",
                                                 keys[metric].name, ":", keys[metric].subject);
            EXPECT_EQ(in_log.count(key), 1u) << key;
            EXPECT_EQ(in_log[key], value) << key;
          }
        }
        EXPECT_EQ(figures, metrics_in_log);
        return absl::OkStatus();
      });
  EXPECT_TRUE(played.ok()) << played;
}

TEST_F(EnsembleTest, DealsAreThoseOfTheLog) {
  const auto plan = MakePlan({.scenarios = {DuopolyScenario()}, .seeds = {1}});
  ASSERT_TRUE(plan.ok()) << plan.status();
  std::vector<DealOutcome> deals;
  const absl::Status played =
      PlayEnsemble(*plan, {.logs = folder_},
                   [&](int64_t, const RunOutcome& outcome, const std::vector<MetricKey>&) {
                     deals = outcome.deals;
                     return absl::OkStatus();
                   });
  ASSERT_TRUE(played.ok()) << played;
  const auto log = RunLog::OpenToRead(Path("duopoly-p0-s1.tranche"));
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_TRUE((*log)->Verify().ok());
  std::vector<std::string> in_log;
  ASSERT_TRUE(
      (*log)
          ->ReadTable("deals",
                      [&](absl::Span<const std::string> columns, absl::Span<const TableCell> row) {
                        std::map<std::string, TableCell> cells;
                        for (size_t i = 0; i < columns.size(); ++i) cells[columns[i]] = row[i];
                        in_log.push_back(absl::StrCat(cells["deal"].bytes, " ", cells["kind"].bytes,
                                                      " ", cells["state"].bytes, " ",
                                                      cells["outcome"].bytes, " ",
                                                      cells["drawn_cents"].integer));
                        return true;
                      })
          .ok());
  ASSERT_FALSE(deals.empty());
  ASSERT_EQ(deals.size(), in_log.size());
  for (size_t i = 0; i < deals.size(); ++i) {
    EXPECT_EQ(absl::StrCat(deals[i].deal, " ", deals[i].kind, " ", deals[i].state, " ",
                           deals[i].outcome, " ", deals[i].drawn_cents),
              in_log[i]);
  }
}

TEST_F(EnsembleTest, AnInterruptedFileGoesOnAndEndsInTheBytesOfAnUndisturbedOne) {
  const EnsemblePlan plan = SmallPlan();
  PlaySome(plan, Path("whole.db"), {}, kAll, true);
  PlaySome(plan, Path("broken.db"), {}, 2, false);
  {
    const auto again = ResultsFile::Open(Path("broken.db"), plan, {});
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ((*again)->found(), 2);
    EXPECT_EQ((*again)->pending().size(), 4u) << "finished runs aren't played again";
  }
  PlaySome(plan, Path("broken.db"), {}, 3, true);
  EXPECT_NE(ReadFile(Path("broken.db")), ReadFile(Path("whole.db")));
  PlaySome(plan, Path("broken.db"), {}, kAll, true);
  EXPECT_EQ(ReadFile(Path("broken.db")), ReadFile(Path("whole.db")));
  EXPECT_FALSE(std::filesystem::exists(Path("broken.db-wal")));
  // And stays so.
  PlaySome(plan, Path("broken.db"), {}, kAll, true);
  EXPECT_EQ(ReadFile(Path("broken.db")), ReadFile(Path("whole.db")));
}

TEST_F(EnsembleTest, MergedShardsAreTheBytesOfTheWhole) {
  const EnsemblePlan plan = SmallPlan();
  PlaySome(plan, Path("whole.db"), {}, kAll, true);
  const std::vector<std::string> shards = {Path("1.db"), Path("2.db"), Path("3.db")};
  for (int i = 0; i < 3; ++i)
    PlaySome(plan, shards[static_cast<size_t>(i)], {i + 1, 3}, kAll, true);
  const auto merged = MergeResults({shards[2], shards[0], shards[1]}, Path("merged.db"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->runs, 6);
  EXPECT_EQ(merged->of, 6);
  EXPECT_EQ(ReadFile(Path("merged.db")), ReadFile(Path("whole.db")));

  // A part of them is a file to go on with.
  ASSERT_TRUE(MergeResults({shards[0], shards[1]}, Path("part.db")).ok());
  PlaySome(plan, Path("part.db"), {}, kAll, true);
  EXPECT_EQ(ReadFile(Path("part.db")), ReadFile(Path("whole.db")));
  EXPECT_TRUE(absl::IsAlreadyExists(MergeResults(shards, Path("part.db")).status()));
}

TEST_F(EnsembleTest, WhatIsNoPartOfTheSameEnsembleIsRefused) {
  const EnsemblePlan plan = SmallPlan();
  PlaySome(plan, Path("a.db"), {}, 1, false);
  const EnsemblePlan other = SmallPlan({1, 2});
  const absl::Status differs = ResultsFile::Open(Path("a.db"), other, {}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(differs)) << differs;
  EXPECT_NE(differs.message().find("there: seeds 1..3; wanted: seeds 1..2"), std::string::npos)
      << differs;
  EXPECT_TRUE(absl::IsFailedPrecondition(ResultsFile::Open(Path("a.db"), plan, {1, 2}).status()));
  std::ofstream(Path("text.db")) << "not a database";
  EXPECT_TRUE(absl::IsInvalidArgument(ResultsFile::Open(Path("text.db"), plan, {}).status()));
  EXPECT_EQ(ReadFile(Path("text.db")), "not a database");
  std::ofstream(Path("empty.db")).close();
  EXPECT_TRUE(absl::IsInvalidArgument(ResultsFile::Open(Path("empty.db"), plan, {}).status()));
  ASSERT_TRUE(RunLog::Create(Path("log.tranche")).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(ResultsFile::Open(Path("log.tranche"), plan, {}).status()));
  EXPECT_TRUE(absl::IsNotFound(ResultsFile::Open(Path("gone/a.db"), plan, {}).status()));
  PlaySome(other, Path("b.db"), {}, kAll, true);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      MergeResults({Path("a.db"), Path("b.db")}, Path("c.db")).status()));
  EXPECT_FALSE(std::filesystem::exists(Path("c.db")));
}

TEST_F(EnsembleTest, OneProcessWritesAFile) {
  const EnsemblePlan plan = SmallPlan();
  const auto file = ResultsFile::Open(Path("a.db"), plan, {});
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(absl::IsFailedPrecondition(ResultsFile::Open(Path("a.db"), plan, {}).status()));
}

TEST_F(EnsembleTest, TheFileSaysWhatTheRunsDid) {
  const EnsemblePlan plan = SmallPlan();
  PlaySome(plan, Path("a.db"), {}, kAll, true);
  OutcomeTable played(2, 3, plan.first_quarter(), {Moment::Kind::kMean});
  ASSERT_TRUE(
      PlayEnsemble(plan, {.jobs = 1},
                   [&](int64_t run, const RunOutcome& outcome, const std::vector<MetricKey>& keys) {
                     played.Add(plan.PointOf(run), static_cast<size_t>(run % 3), outcome, keys);
                     return absl::OkStatus();
                   })
          .ok());
  played.Complete();
  const auto results = StoredResults::Open(Path("a.db"));
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_EQ(results->points()[1], "duopoly with technology.compatibility_closing=0.9");
  EXPECT_EQ(results->points()[1], PointName(plan, 1));
  EXPECT_EQ(results->seeds(), plan.seeds);
  const auto tables = results->Tables({{{Moment::Kind::kMean}}});
  ASSERT_TRUE(tables.ok()) << tables.status();
  ASSERT_EQ(tables->front().metrics(), played.metrics());
  for (const MetricKey& metric : played.metrics()) {
    for (size_t point = 0; point < 2; ++point) {
      const auto a = tables->front().Of(metric, point);
      const auto b = played.Of(metric, point);
      for (size_t seed = 0; seed < 3; ++seed) {
        EXPECT_TRUE(a[seed] == b[seed] || (std::isnan(a[seed]) && std::isnan(b[seed])))
            << metric.name << ":" << metric.subject;
      }
    }
  }
}

TEST_F(EnsembleTest, MetricsThatAreNotWantedAreNotKept) {
  auto plan = MakePlan({.scenarios = {DuopolyScenario()},
                        .seeds = {1},
                        .quarters = 2,
                        .metrics = {"hhi:models", "share-*"}});
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_TRUE(
      PlayEnsemble(*plan, {}, [&](int64_t, const RunOutcome&, const std::vector<MetricKey>& keys) {
        EXPECT_EQ(keys.size(), 1u + 2 * 4);
        return absl::OkStatus();
      }).ok());
}

TEST_F(EnsembleTest, AStopLeavesTheRestUnplayed) {
  const EnsemblePlan plan = SmallPlan();
  std::atomic<bool> stop = false;
  int played = 0;
  const absl::Status status =
      PlayEnsemble(plan, {.jobs = 1, .stop = &stop},
                   [&](int64_t, const RunOutcome&, const std::vector<MetricKey>&) {
                     stop = ++played == 2;
                     return absl::OkStatus();
                   });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_EQ(played, 2);
}

// A made-up run whose one metric has this value.
RunOutcome OutcomeOf(double value) {
  RunOutcome outcome;
  outcome.quarters = 2;
  outcome.values = {value - 1, value};
  return outcome;
}

TEST(OutcomeTableTest, ReducesRunsToTheMomentAskedFor) {
  const std::vector<MetricKey> keys = {{"price", "", "USD"}};
  const Quarter first(2026, 1);
  const std::pair<std::string, double> moments[] = {
      {"end", 5}, {"mean", 4.5}, {"total", 9}, {"2026Q1", 4}, {"2026Q2", 5}};
  for (const auto& [name, expected] : moments) {
    OutcomeTable table(1, 1, first, *Moment::Parse(name));
    table.Add(0, 0, OutcomeOf(5), keys);
    table.Complete();
    EXPECT_EQ(table.Of(keys[0], 0)[0], expected) << name;
  }
  OutcomeTable outside(1, 1, first, *Moment::Parse("2030Q1"));
  outside.Add(0, 0, OutcomeOf(5), keys);
  EXPECT_TRUE(outside.metrics().empty());
  EXPECT_FALSE(Moment::Parse("ending").ok());
}

TEST(OutcomeTableTest, ARunWithoutADealHasNone) {
  OutcomeTable table(1, 3, Quarter(2026, 1), {});
  RunOutcome with = OutcomeOf(1);
  DealOutcome& deal = with.deals.emplace_back();
  deal.deal = "lab/round/fund";
  deal.kind = "funding";
  deal.lab = "lab";
  deal.investor = "fund";
  deal.signed_quarter = "2026Q1";
  deal.closed_quarter = "2026Q3";
  deal.drawn_cents = 12'300;
  RunOutcome broken = OutcomeOf(1);
  broken.error = "books";
  const std::vector<MetricKey> keys = {{"price", "", "USD"}};
  table.Add(0, 0, with, keys);
  table.Add(0, 1, OutcomeOf(1), keys);
  table.Add(0, 2, broken, keys);
  table.Complete();
  const auto closed = table.Of({"funding-closed", "fund/lab", "0 or 1"}, 0);
  EXPECT_EQ(closed[0], 1);
  EXPECT_EQ(closed[1], 0);
  EXPECT_TRUE(std::isnan(closed[2]));
  EXPECT_EQ(table.Of({"funding-drawn", "fund/lab", "USD"}, 0)[0], 123);
  const auto quarters = table.Of({"funding-quarters-to-close", "fund/lab", "quarters"}, 0);
  EXPECT_EQ(quarters[0], 2);
  EXPECT_TRUE(std::isnan(quarters[1]));
  EXPECT_EQ(table.runs(0), 2);
  EXPECT_EQ(table.failed(), 1);
}

TEST(ComparisonTest, PairsBySeedWhateverTheOrderAndSortsByStandardisedSize) {
  const std::vector<MetricKey> keys = {{"price", "", "USD"}};
  OutcomeTable base(1, 3, Quarter(2026, 1), {});
  OutcomeTable other(1, 4, Quarter(2026, 1), {});
  const double base_values[] = {1, 2, 3};        // seeds 1, 2, 3
  const double other_values[] = {100, 3, 4, 2};  // seeds 9, 2, 3, 1: one more each
  for (size_t i = 0; i < 3; ++i) base.Add(0, i, OutcomeOf(base_values[i]), keys);
  for (size_t i = 0; i < 4; ++i) other.Add(0, i, OutcomeOf(other_values[i]), keys);
  const std::vector<MetricComparison> comparisons =
      CompareSettings({"base", &base, 0, {1, 2, 3}}, {"other", &other, 0, {9, 2, 3, 1}}, {});
  ASSERT_EQ(comparisons.size(), 1u);
  EXPECT_EQ(comparisons[0].paired.pairs, 3);
  EXPECT_EQ(comparisons[0].paired.difference, 1);
  EXPECT_EQ(comparisons[0].paired.standard_deviation, 0);
  EXPECT_EQ(ExpectedFalsePositives(comparisons, 0.95), 0);
}

}  // namespace
}  // namespace tranche
