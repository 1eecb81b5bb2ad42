// How fast a market plays when nothing stands between its agents: quarters a second of the
// flagship, on one core, with all its agents in this process.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>

#include "broker/inline/inline_run.h"
#include "sim/check.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

void PlayInline(benchmark::State& state, const std::string& scenario_name, bool keep_records) {
  const v1::Scenario scenario = ShippedScenario(scenario_name);
  const auto seats = ResolveSeats(scenario);
  TRANCHE_CHECK(seats.ok(), seats.status().ToString());
  const auto opened = OpenedScenario::Open(scenario);
  TRANCHE_CHECK(opened.ok(), opened.status().ToString());
  uint64_t seed = 0;
  int64_t quarters = 0;
  int64_t rounds = 0;
  for (auto _ : state) {
    auto run = InlineRun::Create(*opened, ++seed, *seats, {.keep_records = keep_records});
    TRANCHE_CHECK(run.ok(), run.status().ToString());
    const auto result = (*run)->Play();
    TRANCHE_CHECK(result.ok(), result.status().ToString());
    quarters += result->quarters;
    rounds += result->rounds;
  }
  const auto rate = benchmark::Counter::kIsRate;
  state.counters["runs_per_s"] = benchmark::Counter(static_cast<double>(state.iterations()), rate);
  state.counters["quarters_per_s"] = benchmark::Counter(static_cast<double>(quarters), rate);
  state.counters["rounds_per_s"] = benchmark::Counter(static_cast<double>(rounds), rate);
}

void BM_Flagship(benchmark::State& state) { PlayInline(state, "amazon-openai", false); }
BENCHMARK(BM_Flagship)->Unit(benchmark::kMillisecond);

// With everything that a log gets, but for the disk.
void BM_FlagshipWithRecords(benchmark::State& state) { PlayInline(state, "amazon-openai", true); }
BENCHMARK(BM_FlagshipWithRecords)->Unit(benchmark::kMillisecond);

void BM_Duopoly(benchmark::State& state) { PlayInline(state, "duopoly", false); }
BENCHMARK(BM_Duopoly)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tranche
