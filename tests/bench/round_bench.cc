// What the broker adds to gRPC: rounds of a star of N agent processes with frames of 256 bytes,
// first bare, then through server, round protocol, market and agents, in turns within the same
// benchmark, so that both meet the same machine. `ratio` is the one over the other; at most 1.25
// is the aim.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "tests/bench/star.h"

namespace tranche {
namespace {

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void BM_RoundOverProcesses(benchmark::State& state) {
  const int tips = static_cast<int>(state.range(0));
  const int rounds = 8000 / tips;
  const std::unique_ptr<Star> bare = MakeBareStar(tips);
  // A broker whose agents never stop talking would take time from the bare star: each is played
  // alone, one after the other.
  std::vector<double> bare_seconds;
  std::vector<double> broker_seconds;
  bare->PlayRounds(rounds);
  for (int i = 0; i < 5; ++i) bare_seconds.push_back(bare->PlayRounds(rounds).count());
  const std::unique_ptr<Star> broker = MakeBrokerStar(tips);
  broker->PlayRounds(rounds / 4);
  for (auto _ : state) {
    broker_seconds.push_back(broker->PlayRounds(rounds / 4).count());
    state.SetIterationTime(broker_seconds.back());
  }
  state.counters["bare_rounds_per_s"] = 1 / Median(bare_seconds);
  state.counters["broker_rounds_per_s"] = 1 / Median(broker_seconds);
  state.counters["ratio"] = Median(broker_seconds) / Median(bare_seconds);
  state.counters["frame_bytes"] = broker->MeanFrameBytes();
}
BENCHMARK(BM_RoundOverProcesses)
    ->Arg(4)
    ->Arg(16)
    ->Arg(64)
    ->UseManualTime()
    ->Iterations(10)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tranche
