// The round protocol under faults: whatever goes wrong with processes, connections, broker and
// disk, a run ends in the log that it would have had undisturbed, byte for byte.
//
// TRANCHE_SOAK_SEEDS=100000 plays more seeds than the default; TRANCHE_SOAK_FIRST_SEED=77 begins
// elsewhere, and with TRANCHE_SOAK_SEEDS=1 plays one seed again.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agents/testing/gossip.h"
#include "broker/inline/inline_run.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/log_replay.h"
#include "sim/testing/small_market.h"
#include "tests/simulation/cluster.h"

namespace tranche {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  uint64_t value = otherwise;
  if (const char* text = std::getenv(name)) {
    EXPECT_TRUE(absl::SimpleAtoi(text, &value)) << name << " isn't a number";
  }
  return value;
}

ClusterOptions OptionsFor(const v1::Scenario& scenario, uint64_t fault_seed) {
  ClusterOptions options;
  options.scenario = scenario;
  options.seats = *ResolveSeats(scenario);
  options.fault_seed = fault_seed;
  return options;
}

std::deque<v1::LogRecord> Parse(const std::vector<std::string>& log) {
  std::deque<v1::LogRecord> records;
  for (const std::string& bytes : log) {
    EXPECT_TRUE(records.emplace_back().ParseFromString(bytes));
  }
  return records;
}

std::vector<const v1::LogRecord*> Pointers(const std::deque<v1::LogRecord>& records) {
  std::vector<const v1::LogRecord*> pointers;
  for (const v1::LogRecord& record : records) pointers.push_back(&record);
  return pointers;
}

// The log of a run that nothing disturbs.
std::vector<std::string> UndisturbedLog(const v1::Scenario& scenario, uint64_t seed) {
  std::vector<std::string> log;
  auto run = InlineRun::Create(scenario, seed, *ResolveSeats(scenario),
                               {.on_quarter = [&log](absl::Span<const StoredRecord> records) {
                                 for (const StoredRecord& record : records) {
                                   log.push_back(record.bytes);
                                 }
                                 return absl::OkStatus();
                               }});
  EXPECT_EQ(run.status(), absl::OkStatus());
  EXPECT_EQ((*run)->Play().status(), absl::OkStatus());
  return log;
}

void ExpectEveryFaultStruck(const std::map<Fault, int>& faults) {
  for (int fault = 0; fault < kFaults; ++fault) {
    EXPECT_TRUE(faults.contains(static_cast<Fault>(fault)))
        << "no " << FaultName(static_cast<Fault>(fault)) << " in any seed";
  }
}

void ExpectUndisturbedLogs(const v1::Scenario& scenario, uint64_t seeds) {
  const uint64_t first = FromEnvironment("TRANCHE_SOAK_FIRST_SEED", 1);
  seeds = FromEnvironment("TRANCHE_SOAK_SEEDS", seeds);
  const std::vector<std::string> undisturbed = UndisturbedLog(scenario, 1);
  std::map<Fault, int> faults;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    const absl::StatusOr<ClusterResult> result = Cluster(OptionsFor(scenario, seed)).Run();
    ASSERT_EQ(result.status(), absl::OkStatus()) << "TRANCHE_SOAK_FIRST_SEED=" << seed;
    ASSERT_TRUE(result->log == undisturbed) << "TRANCHE_SOAK_FIRST_SEED=" << seed;
    for (const auto& [fault, count] : result->faults) faults[fault] += count;
  }
  if (seeds >= 20) ExpectEveryFaultStruck(faults);
}

TEST(FaultSimulationTest, FaultsNeverChangeWhatGossipsSay) {
  ExpectUndisturbedLogs(WithGossip(DuopolyScenario()), 200);
}

TEST(FaultSimulationTest, FaultsNeverChangeTheDuopoly) {
  ExpectUndisturbedLogs(DuopolyScenario(), 100);
}

TEST(FaultSimulationTest, FaultsNeverChangeTheFlagship) {
  ExpectUndisturbedLogs(ShippedScenario("amazon-openai"), 5);
}

// What is skipped depends on time, so that there is no run to compare with: but it ends, its log is
// whole, and playing the log again gives the same.
TEST(FaultSimulationTest, ARunThatSkipsTheLateHasALogThatReplays) {
  const v1::Scenario scenario = WithGossip(DuopolyScenario());
  const uint64_t first = FromEnvironment("TRANCHE_SOAK_FIRST_SEED", 1);
  const uint64_t seeds = FromEnvironment("TRANCHE_SOAK_SEEDS", 50);
  int64_t passes = 0;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    SCOPED_TRACE(absl::StrCat("TRANCHE_SOAK_FIRST_SEED=", seed));
    ClusterOptions options = OptionsFor(scenario, seed);
    options.at_deadline = AtDeadline::kSkip;
    const absl::StatusOr<ClusterResult> result = Cluster(options).Run();
    ASSERT_EQ(result.status(), absl::OkStatus());
    const std::deque<v1::LogRecord> records = Parse(result->log);
    ASSERT_EQ(VerifyChain(Pointers(records)), absl::OkStatus());
    auto engine = RoundEngine::Create(scenario, options.run_seed, options.seats, {});
    ASSERT_EQ(engine.status(), absl::OkStatus());
    ASSERT_EQ(ReplayLog(Pointers(records), **engine), absl::OkStatus());
    EXPECT_EQ(HexDigest((*engine)->digest()), result->digest);
    for (const v1::LogRecord& record : records) passes += record.has_pass();
  }
  EXPECT_GT(passes, 0);
}

TEST(FaultSimulationTest, ARunThatStopsForTheLateIsTakenUpAgainToTheSameEnd) {
  const v1::Scenario scenario = WithGossip(DuopolyScenario());
  const std::vector<std::string> undisturbed = UndisturbedLog(scenario, 1);
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    ClusterOptions options = OptionsFor(scenario, seed);
    options.at_deadline = AtDeadline::kStop;
    const absl::StatusOr<ClusterResult> result = Cluster(options).Run();
    ASSERT_EQ(result.status(), absl::OkStatus()) << "fault seed " << seed;
    ASSERT_TRUE(result->log == undisturbed) << "fault seed " << seed;
  }
}

TEST(FaultSimulationTest, TheSameFaultSeedGivesTheSameSimulation) {
  const ClusterOptions options = OptionsFor(WithGossip(DuopolyScenario()), 3);
  const absl::StatusOr<ClusterResult> one = Cluster(options).Run();
  const absl::StatusOr<ClusterResult> other = Cluster(options).Run();
  ASSERT_EQ(one.status(), absl::OkStatus());
  ASSERT_EQ(other.status(), absl::OkStatus());
  EXPECT_EQ(one->events, other->events);
  EXPECT_EQ(one->faults, other->faults);
}

TEST(FaultSimulationTest, AnotherRunSeedGivesAnotherLog) {
  const v1::Scenario scenario = WithGossip(DuopolyScenario());
  EXPECT_NE(UndisturbedLog(scenario, 1), UndisturbedLog(scenario, 2));
}

}  // namespace
}  // namespace tranche
