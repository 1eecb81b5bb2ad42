// How fast a batch of runs is stepped from outside, against the same runs played inline in the same
// process and thread: what it costs to hand out views and take moves, with their serialisation as
// on the way to another process, and without what that process does with them.
//
// `times_inline` is the median over batches of a batch's processor time over that of its runs
// inline, which follow it at once: what else the machine has to do doesn't count. Rates are of
// processor time too, one thread playing.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/environment/run_batch.h"
#include "broker/inline/inline_run.h"
#include "sim/check.h"
#include "sim/testing/small_market.h"
#include "tranche/v1/environment.pb.h"

namespace tranche {
namespace {

// Of processor time, as std::clock counts it.
double SecondsSince(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// What the other end of a pipe would read.
v1::EnvironmentReply Passed(const v1::EnvironmentReply& reply) {
  TRANCHE_CHECK(reply.error().empty(), reply.error());
  v1::EnvironmentReply passed;
  TRANCHE_CHECK(passed.ParseFromString(reply.SerializeAsString()), "a reply can be read");
  return passed;
}

v1::StepSlots Passed(const v1::StepSlots& request) {
  v1::StepSlots passed;
  TRANCHE_CHECK(passed.ParseFromString(request.SerializeAsString()), "a request can be read");
  return passed;
}

class Stepper {
 public:
  Stepper(const v1::Scenario& scenario, const std::string& agent, size_t size)
      : seats_(*ResolveSeats(scenario)), opened_(*OpenedScenario::Open(scenario)), size_(size) {
    RunBatch::Options options;
    options.scenario = scenario;
    options.seats = seats_;
    options.agents = {agent};
    options.size = size;
    batch_ = *RunBatch::Open(std::move(options));
  }

  // Plays the next seeds as a batch, every move sent back as it was advised. Returns what it took.
  double PlayBatch() {
    const std::clock_t start = std::clock();
    v1::ResetSlots reset;
    for (size_t slot = 0; slot < size_; ++slot) {
      v1::SlotSeed& seed = *reset.add_slots();
      seed.set_slot(static_cast<uint32_t>(slot));
      seed.set_seed(next_seed_ + slot);
    }
    v1::EnvironmentReply reply = Passed(batch_->Reset(reset));
    while (!reply.slots(0).over()) {
      v1::StepSlots step;
      for (v1::SlotState& state : *reply.mutable_slots()) {
        v1::SlotMoves& moves = *step.add_slots();
        moves.set_slot(state.slot());
        moves.mutable_moves()->Swap(state.mutable_advice());
        ++steps_;
      }
      reply = Passed(batch_->Step(Passed(step)));
    }
    return SecondsSince(start);
  }

  // The same runs inline.
  double PlayInline() {
    const std::clock_t start = std::clock();
    for (size_t slot = 0; slot < size_; ++slot) {
      auto run = InlineRun::Create(opened_, next_seed_ + slot, seats_, {.keep_records = false});
      TRANCHE_CHECK(run.ok() && (*run)->Play().ok(), "the scenario plays");
    }
    next_seed_ += size_;
    return SecondsSince(start);
  }

  int64_t steps() const { return steps_; }

 private:
  const std::vector<AgentSeat> seats_;
  const OpenedScenario opened_;
  const size_t size_;
  std::unique_ptr<RunBatch> batch_;
  uint64_t next_seed_ = 1;
  int64_t steps_ = 0;
};

void Step(benchmark::State& state, const std::string& scenario, const std::string& agent) {
  const auto size = static_cast<size_t>(state.range(0));
  Stepper stepper(ShippedScenario(scenario), agent, size);
  std::vector<double> ratios;
  double seconds = 0;
  for (auto _ : state) {
    const double batch = stepper.PlayBatch();
    ratios.push_back(batch / stepper.PlayInline());
    seconds += batch;
    state.SetIterationTime(batch);
  }
  const double runs = static_cast<double>(ratios.size() * size);
  state.counters["runs_per_s"] = runs / seconds;
  state.counters["steps_per_s"] = static_cast<double>(stepper.steps()) / seconds;
  std::nth_element(ratios.begin(), ratios.begin() + static_cast<ptrdiff_t>(ratios.size() / 2),
                   ratios.end());
  state.counters["times_inline"] = ratios[ratios.size() / 2];
}

void BM_StepDuopoly(benchmark::State& state) { Step(state, "duopoly", "aurora"); }
BENCHMARK(BM_StepDuopoly)
    ->ArgName("size")
    ->Arg(1)
    ->Arg(16)
    ->Arg(64)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

void BM_StepFlagship(benchmark::State& state) { Step(state, "amazon-openai", "openai"); }
BENCHMARK(BM_StepFlagship)
    ->ArgName("size")
    ->Arg(1)
    ->Arg(16)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tranche
