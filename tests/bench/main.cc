// Measurements of Tranche: `tranche_bench [--benchmark_filter=REGEX]`. The same program plays the
// other end of the benchmarks that need processes, see star.h.

#include <benchmark/benchmark.h>

#include "tests/bench/star.h"

int main(int argc, char** argv) {
  if (tranche::IsStarTip(argc, argv)) return tranche::PlayStarTip(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
