// Measurements of Tranche: `tranche_bench [--benchmark_filter=REGEX]`. The same program plays the
// other end of the benchmarks that need processes, see star.h.

#include <benchmark/benchmark.h>

#include "absl/synchronization/mutex.h"
#include "spdlog/spdlog.h"
#include "tests/bench/star.h"

int main(int argc, char** argv) {
  // As `tranche` does; for the bare stars too, so that they differ in nothing but the broker.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  if (tranche::IsStarTip(argc, argv)) return tranche::PlayStarTip(argc, argv);
  // Stars end by their tips being killed, which is no news.
  spdlog::set_level(spdlog::level::err);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
