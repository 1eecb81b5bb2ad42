// How fast a market plays when nothing stands between its agents, on one core and without a log:
// runs of the flagship, and what a message and an agent cost as there are more of them.
//
// As machines differ and have other things to do, each run is followed by a fixed piece of work,
// and `yardsticks_per_run` is the median of the one's time over the other's: compare that.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "broker/inline/inline_run.h"
#include "sim/check.h"
#include "sim/testing/small_market.h"
#include "tests/bench/allocations.h"
#include "tests/bench/talkers.h"
#include "tests/bench/timing.h"

namespace tranche {
namespace {

// Sorts 4,096 short strings: branches, copies and comparisons, as a run has them.
double YardstickSeconds() {
  const Clock::time_point start = Clock::now();
  std::mt19937_64 random(1);
  std::vector<std::string> names(4096);
  for (std::string& name : names) name = std::to_string(random());
  std::sort(names.begin(), names.end());
  benchmark::DoNotOptimize(names.front());
  return SecondsSince(start);
}

// Plays runs of one scenario, each of another seed.
class Ensemble {
 public:
  Ensemble(const v1::Scenario& scenario, bool keep_records)
      : seats_(*ResolveSeats(scenario)),
        opened_(*OpenedScenario::Open(scenario)),
        keep_records_(keep_records) {}

  // Returns what the run took.
  double PlayNext() {
    const int64_t allocations_before = AllocationsOfThisThread();
    const Clock::time_point start = Clock::now();
    auto run = InlineRun::Create(opened_, ++runs_, seats_, {.keep_records = keep_records_});
    TRANCHE_CHECK(run.ok(), run.status().ToString());
    const auto result = (*run)->Play();
    TRANCHE_CHECK(result.ok(), result.status().ToString());
    const uint64_t messages = (*run)->engine().last_position();
    run->reset();
    const double seconds = SecondsSince(start);
    allocations_ += AllocationsOfThisThread() - allocations_before;
    quarters_ += result->quarters;
    rounds_ += result->rounds;
    messages_ += messages;
    seconds_ += seconds;
    return seconds;
  }

  void Report(benchmark::State& state) const {
    state.counters["runs_per_s"] = static_cast<double>(runs_) / seconds_;
    state.counters["quarters_per_s"] = static_cast<double>(quarters_) / seconds_;
    state.counters["rounds_per_s"] = static_cast<double>(rounds_) / seconds_;
    state.counters["allocations_per_run"] =
        static_cast<double>(allocations_) / static_cast<double>(runs_);
    if (!keep_records_) {
      state.counters["messages_per_run"] =
          static_cast<double>(messages_) / static_cast<double>(runs_);
    }
  }
  // Without records: positions are then given to messages alone.
  double SecondsPerMessage() const { return seconds_ / static_cast<double>(messages_); }

 private:
  const std::vector<AgentSeat> seats_;
  const OpenedScenario opened_;
  const bool keep_records_;
  uint64_t runs_ = 0;
  int64_t quarters_ = 0;
  int64_t rounds_ = 0;
  uint64_t messages_ = 0;
  int64_t allocations_ = 0;
  double seconds_ = 0;
};

void PlayInline(benchmark::State& state, const std::string& scenario, bool keep_records) {
  Ensemble ensemble(ShippedScenario(scenario), keep_records);
  std::vector<double> ratios;
  for (auto _ : state) {
    const double seconds = ensemble.PlayNext();
    ratios.push_back(seconds / YardstickSeconds());
    state.SetIterationTime(seconds);
  }
  ensemble.Report(state);
  state.counters["yardsticks_per_run"] = Median(std::move(ratios));
}

void BM_Flagship(benchmark::State& state) { PlayInline(state, "amazon-openai", false); }
BENCHMARK(BM_Flagship)->UseManualTime()->Unit(benchmark::kMillisecond);

// With everything that a log gets, but for the disk.
void BM_FlagshipWithRecords(benchmark::State& state) { PlayInline(state, "amazon-openai", true); }
BENCHMARK(BM_FlagshipWithRecords)->UseManualTime()->Unit(benchmark::kMillisecond);

void BM_Duopoly(benchmark::State& state) { PlayInline(state, "duopoly", false); }
BENCHMARK(BM_Duopoly)->UseManualTime()->Unit(benchmark::kMillisecond);

// Cost against the number of agents and of messages: N agents that each send a message a round,
// over the rounds given. `ns_per_message` includes a quarter's cost, which N agents and few
// messages show; it stays the same where cost is linear.
void BM_Talkers(benchmark::State& state) {
  v1::Scenario scenario =
      TalkersScenario(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  scenario.set_quarters(2);
  Ensemble ensemble(scenario, false);
  for (auto _ : state) state.SetIterationTime(ensemble.PlayNext());
  ensemble.Report(state);
  state.counters["ns_per_message"] = 1e9 * ensemble.SecondsPerMessage();
}
BENCHMARK(BM_Talkers)
    ->ArgNames({"agents", "rounds"})
    ->ArgsProduct({{16, 128, 1024}, {1, 8, 64}})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tranche
