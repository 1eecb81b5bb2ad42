// Measurements of Tranche: `tranche_bench [--benchmark_filter=REGEX]`. The same program plays the
// other end of the benchmarks that need processes, see star.h.

#include <benchmark/benchmark.h>

#include "spdlog/spdlog.h"
#include "tests/bench/star.h"

int main(int argc, char** argv) {
  if (tranche::IsStarTip(argc, argv)) return tranche::PlayStarTip(argc, argv);
  // Stars end by their tips being killed, which is no news.
  spdlog::set_level(spdlog::level::err);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
