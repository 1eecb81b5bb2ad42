// What the broker adds to gRPC: rounds of a star of N agent processes with frames of 256 bytes,
// bare and through server, round protocol, market and agents. The two are measured in turns, so
// that both meet the same machine; `ratio` is the median of the one's time over the other's, and at
// most 1.25 is the aim. `cpu_ratio` compares the processor time they used, in all processes: it is
// the one to look at where other programs compete for the processors.

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "tests/bench/star.h"
#include "tests/bench/timing.h"

namespace tranche {
namespace {

void BM_RoundOverProcesses(benchmark::State& state) {
  const int tips = static_cast<int>(state.range(0));
  const int rounds = 3000 / tips;
  const std::unique_ptr<Star> bare = MakeBareStar(tips);
  const std::unique_ptr<Star> broker = MakeBrokerStar(tips);
  bare->PlayRounds(rounds);
  broker->PlayRounds(rounds);
  std::vector<double> bare_seconds;
  std::vector<double> broker_seconds;
  std::vector<double> ratios;
  std::vector<double> cpu_ratios;
  for (auto _ : state) {
    const RoundCost with_bare = bare->PlayRounds(rounds);
    const RoundCost with_broker = broker->PlayRounds(rounds);
    bare_seconds.push_back(with_bare.seconds);
    broker_seconds.push_back(with_broker.seconds);
    ratios.push_back(with_broker.seconds / with_bare.seconds);
    cpu_ratios.push_back(with_broker.cpu_seconds / with_bare.cpu_seconds);
    state.SetIterationTime(with_broker.seconds);
  }
  state.counters["bare_rounds_per_s"] = 1 / Median(bare_seconds);
  state.counters["broker_rounds_per_s"] = 1 / Median(broker_seconds);
  state.counters["ratio"] = Median(ratios);
  state.counters["cpu_ratio"] = Median(cpu_ratios);
  state.counters["frame_bytes"] = broker->MeanFrameBytes();
}
BENCHMARK(BM_RoundOverProcesses)
    ->Arg(4)
    ->Arg(16)
    ->Arg(64)
    ->UseManualTime()
    ->Iterations(15)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tranche
