#include "broker/inline/inline_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "agents/testing/gossip.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/testing/scripted_run.h"
#include "sim/metrics.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::Scenario GossipDuopoly() { return WithGossip(DuopolyScenario()); }

std::unique_ptr<InlineRun> MakeRun(InlineOptions options = {}, uint64_t seed = 1) {
  const v1::Scenario scenario = GossipDuopoly();
  auto run = InlineRun::Create(scenario, seed, *ResolveSeats(scenario), std::move(options));
  EXPECT_EQ(run.status(), absl::OkStatus());
  return *std::move(run);
}

std::unique_ptr<InlineRun> MakeRecordedRun(RecordedRun& log) {
  return MakeRun({.on_quarter = [&log](absl::Span<const StoredRecord> records) {
    log.Add(records);
    return absl::OkStatus();
  }});
}

TEST(InlineRunTest, PlaysAllQuartersIntoOneChainedLog) {
  RecordedRun log;
  const absl::StatusOr<InlineResult> result = MakeRecordedRun(log)->Play();
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_EQ(result->quarters, 8);
  EXPECT_GT(result->rounds, 8);
  EXPECT_EQ(VerifyChain(log.Pointers()), absl::OkStatus());
  const v1::LogRecord& closed = *log.Pointers()[log.records().size() - 2];
  EXPECT_EQ(closed.quarter_closed().digest(), result->digest);
}

TEST(InlineRunTest, TheSameSeedGivesTheSameDigestAndAnotherAnother) {
  const std::string digest = MakeRun()->Play()->digest;
  EXPECT_EQ(MakeRun()->Play()->digest, digest);
  EXPECT_NE(MakeRun({}, 2)->Play()->digest, digest);
}

TEST(InlineRunTest, TheDigestCommitsToTheSeatsParameters) {
  const v1::Scenario scenario = GossipDuopoly();
  std::vector<AgentSeat> seats = *ResolveSeats(scenario);
  const std::string digest = InlineRun::Create(scenario, 1, seats).value()->Play()->digest;
  seats[0].parameters[0].set_value(1);
  EXPECT_NE(InlineRun::Create(scenario, 1, seats).value()->Play()->digest, digest);
}

TEST(InlineRunTest, RunsFromOneOpenedScenarioAreThoseThatOpenItThemselves) {
  const v1::Scenario scenario = DuopolyScenario();
  const absl::StatusOr<OpenedScenario> opened = OpenedScenario::Open(scenario);
  ASSERT_EQ(opened.status(), absl::OkStatus());
  const std::vector<AgentSeat> seats = *ResolveSeats(scenario);
  // Seed 1 again, after runs have been played from it.
  for (const uint64_t seed : {1, 2, 1}) {
    EXPECT_EQ(InlineRun::Create(*opened, seed, seats).value()->Play()->digest,
              InlineRun::Create(scenario, seed, seats).value()->Play()->digest);
  }
}

TEST(InlineRunTest, MetricsAreTheSameWithAndWithoutRecords) {
  using Metric = std::tuple<int32_t, std::string, std::string, double, std::string>;
  std::vector<Metric> recorded;
  ASSERT_TRUE(MakeRun({.on_quarter =
                           [&](absl::Span<const StoredRecord> records) {
                             for (const StoredRecord& record : records) {
                               if (!record.record->has_metric()) continue;
                               const v1::Metric& metric = record.record->metric();
                               recorded.emplace_back(record.record->quarter(), metric.name(),
                                                     metric.subject(), metric.value(),
                                                     metric.unit());
                             }
                             return absl::OkStatus();
                           }})
                  ->Play()
                  .ok());
  std::vector<Metric> read;
  ASSERT_TRUE(MakeRun({.keep_records = false,
                       .on_metric =
                           [&](Quarter quarter, const MetricValue& metric) {
                             read.emplace_back(quarter.index(), metric.name, metric.subject,
                                               metric.value, metric.unit);
                           }})
                  ->Play()
                  .ok());
  EXPECT_GT(read.size(), 100);
  EXPECT_EQ(read, recorded);
}

TEST(InlineRunTest, WithoutRecordsTheMarketStillRuns) {
  int quarters = 0;
  auto run =
      MakeRun({.keep_records = false, .on_quarter = [&](absl::Span<const StoredRecord> records) {
                 EXPECT_THAT(records, IsEmpty());
                 ++quarters;
                 return absl::OkStatus();
               }});
  const absl::StatusOr<InlineResult> result = run->Play();
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_EQ(quarters, 8);
  EXPECT_THAT(result->digest, IsEmpty());
}

TEST(InlineRunTest, AnErrorOfTheSinkEndsTheRunWithIt) {
  int quarters = 0;
  auto run = MakeRun({.on_quarter = [&](absl::Span<const StoredRecord>) {
    return ++quarters == 3 ? absl::ResourceExhaustedError("disk full") : absl::OkStatus();
  }});
  EXPECT_EQ(run->Play().status(), absl::ResourceExhaustedError("disk full"));
  EXPECT_EQ(quarters, 3);
}

TEST(InlineRunTest, AnInterruptedRunIsRetracedAndGoesOnToTheSameDigest) {
  const std::string digest = MakeRun()->Play()->digest;
  RecordedRun log;
  {
    auto killed = MakeRecordedRun(log);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(killed->PlayQuarter(), absl::OkStatus());
  }
  auto resumed = MakeRecordedRun(log);
  const std::deque<v1::LogRecord> before = log.records();
  ASSERT_EQ(resumed->Retrace(log.Pointers()), absl::OkStatus());
  EXPECT_EQ(log.records().size(), before.size());
  const absl::StatusOr<InlineResult> result = resumed->Play();
  ASSERT_EQ(result.status(), absl::OkStatus());
  EXPECT_EQ(result->quarters, 8);
  EXPECT_EQ(result->digest, digest);
  EXPECT_EQ(VerifyChain(log.Pointers()), absl::OkStatus());
}

TEST(InlineRunTest, RetracingALogOfOtherMovesIsDataLoss) {
  RecordedRun log;
  ASSERT_TRUE(MakeRecordedRun(log)->Play().ok());
  for (v1::LogRecord& record : log.records()) {
    if (!record.message().has_note()) continue;
    record.mutable_message()->mutable_note()->set_text("I have heard nothing");
    const absl::Status retraced = MakeRun()->Retrace(log.Pointers());
    EXPECT_EQ(retraced.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(retraced.message(), HasSubstr(absl::StrCat("record ", record.position(), " ")));
    return;
  }
  FAIL() << "nobody gossiped";
}

TEST(ResolveSeatsTest, SeatsStandByNameWithTheirStrategiesResolved) {
  const absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(GossipDuopoly());
  ASSERT_EQ(seats.status(), absl::OkStatus());
  ASSERT_THAT(*seats, SizeIs(8));
  EXPECT_EQ((*seats)[0].name, "aurora");
  EXPECT_EQ((*seats)[0].strategy, "gossip-lab");
  EXPECT_EQ((*seats)[7].name, "us-antitrust");
}

TEST(ResolveSeatsTest, AnUnknownStrategyIsNotFound) {
  v1::Scenario scenario = GossipDuopoly();
  scenario.mutable_agents(0)->set_strategy("no-such-strategy");
  EXPECT_EQ(ResolveSeats(scenario).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace tranche
