// What the strategy SDK adds to an inline quarter: the same market with agents that do nothing,
// once through strategies of a plug-in and once without any, by the engine alone. The two are
// played in turn, run by run, and `sdk_over_engine` is the median of the ratios of a quarter's
// time.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agents/plugin/plugin.h"
#include "broker/inline/inline_run.h"
#include "broker/protocol/round_engine.h"
#include "sim/check.h"
#include "sim/testing/small_market.h"
#include "tests/bench/timing.h"

namespace tranche {
namespace {

void LoadNoops() {
  const auto program = std::filesystem::read_symlink("/proc/self/exe");
  const absl::Status loaded =
      LoadPlugin((program.parent_path() / "libtranche_noop_plugin.so").string());
  TRANCHE_CHECK(loaded.ok(), loaded.ToString());
}

// The scenario's seats, in each of which sits a strategy that does nothing.
std::vector<AgentSeat> NoopSeats(const v1::Scenario& scenario) {
  std::vector<AgentSeat> seats = *ResolveSeats(scenario);
  for (AgentSeat& seat : seats) {
    seat.strategy = absl::StrCat("noop-", RoleName(seat.role));
    seat.parameters.clear();
  }
  return seats;
}

// Seconds of a quarter, over a whole run. Making the run isn't counted.
double QuarterThroughSdk(const OpenedScenario& scenario, uint64_t seed,
                         const std::vector<AgentSeat>& seats) {
  auto run = InlineRun::Create(scenario, seed, seats, {.keep_records = false});
  TRANCHE_CHECK(run.ok(), run.status().ToString());
  const Clock::time_point start = Clock::now();
  const auto result = (*run)->Play();
  const double seconds = SecondsSince(start);
  TRANCHE_CHECK(result.ok(), result.status().ToString());
  return seconds / result->quarters;
}

double QuarterOfEngine(const OpenedScenario& scenario, uint64_t seed,
                       const std::vector<AgentSeat>& seats) {
  auto engine = RoundEngine::Create(scenario, seed, seats, {.keep_records = false});
  TRANCHE_CHECK(engine.ok(), engine.status().ToString());
  int quarters = 0;
  const Clock::time_point start = Clock::now();
  while (!(*engine)->over()) {
    (*engine)->OpenQuarter();
    do {
      for (AgentId agent : (*engine)->asked()) (*engine)->SetMoves(agent, (*engine)->NewMoves());
    } while ((*engine)->FinishRound());
    TRANCHE_CHECK((*engine)->CloseQuarter().ok(), "a quarter without a move closes");
    ++quarters;
  }
  return SecondsSince(start) / quarters;
}

void BM_SdkQuarter(benchmark::State& state, const std::string& name) {
  LoadNoops();
  const v1::Scenario scenario = ShippedScenario(name);
  const OpenedScenario opened = *OpenedScenario::Open(scenario);
  const std::vector<AgentSeat> seats = NoopSeats(scenario);
  std::vector<double> ratios;
  std::vector<double> through_sdk;
  std::vector<double> of_engine;
  uint64_t seed = 0;
  for (auto _ : state) {
    ++seed;
    // Whoever comes first finds the caches colder: they take turns.
    const bool sdk_first = seed % 2 == 0;
    if (sdk_first) through_sdk.push_back(QuarterThroughSdk(opened, seed, seats));
    of_engine.push_back(QuarterOfEngine(opened, seed, seats));
    if (!sdk_first) through_sdk.push_back(QuarterThroughSdk(opened, seed, seats));
    ratios.push_back(through_sdk.back() / of_engine.back());
    state.SetIterationTime(through_sdk.back());
  }
  state.counters["sdk_us_per_quarter"] = 1e6 * Median(std::move(through_sdk));
  state.counters["engine_us_per_quarter"] = 1e6 * Median(std::move(of_engine));
  state.counters["sdk_over_engine"] = Median(std::move(ratios));
}
BENCHMARK_CAPTURE(BM_SdkQuarter, duopoly, "duopoly")
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_SdkQuarter, flagship, "amazon-openai")
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tranche
