#include "broker/environment/run_batch.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <latch>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/metrics.h"

namespace tranche {
namespace {

// A slot that doesn't exist, or is named twice: two threads would play the same run.
absl::Status CheckSlots(int count, absl::FunctionRef<uint32_t(int)> slot_of, size_t size) {
  std::vector<bool> named(size);
  for (int i = 0; i < count; ++i) {
    const uint32_t slot = slot_of(i);
    if (slot >= size) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no slot ", slot, ": the batch has ", size, ", from 0"));
    }
    if (named[slot]) return absl::InvalidArgumentError(absl::StrCat("slot ", slot, " twice"));
    named[slot] = true;
  }
  return absl::OkStatus();
}

v1::Metric ToMessage(const MetricValue& value) {
  v1::Metric metric;
  metric.set_name(std::string(value.name));
  metric.set_subject(std::string(value.subject));
  metric.set_value(value.value);
  metric.set_unit(std::string(value.unit));
  return metric;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunBatch>> RunBatch::Open(Options options) {
  if (options.size == 0) return absl::InvalidArgumentError("a batch has at least one slot");
  absl::StatusOr<OpenedScenario> opened = OpenedScenario::Open(options.scenario);
  if (!opened.ok()) return opened.status();
  std::sort(options.agents.begin(), options.agents.end());
  std::unique_ptr<RunBatch> batch(new RunBatch(std::move(options), *std::move(opened)));
  constexpr uint64_t kAnySeed = 1;
  Slot slot;
  if (absl::Status made = batch->MakeRun(kAnySeed, &slot).status(); !made.ok()) return made;
  return batch;
}

RunBatch::RunBatch(Options options, OpenedScenario opened)
    : options_(std::move(options)),
      opened_(std::move(opened)),
      filter_(options_.metrics),
      slots_(options_.size),
      pool_(options_.threads) {}

RunBatch::~RunBatch() { pool_.join(); }

v1::EnvironmentReply RunBatch::Serve(int count, absl::FunctionRef<uint32_t(int)> slot_of,
                                     absl::FunctionRef<absl::Status(int)> work) {
  v1::EnvironmentReply reply;
  if (absl::Status slots = CheckSlots(count, slot_of, size()); !slots.ok()) {
    reply.set_error(std::string(slots.message()));
    return reply;
  }
  std::vector<absl::Status> statuses(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) reply.add_slots();
  std::atomic<int> next = 0;
  const auto serve = [&] {
    for (int i = next++; i < count; i = next++) {
      statuses[static_cast<size_t>(i)] = work(i);
      Describe(slot_of(i), *reply.mutable_slots(i));
    }
  };
  const size_t others =
      std::min(options_.threads, static_cast<size_t>(count)) - (count > 0 ? 1 : 0);
  std::latch done(static_cast<ptrdiff_t>(others));
  for (size_t thread = 0; thread < others; ++thread) {
    boost::asio::post(pool_, [&] {
      serve();
      done.count_down();
    });
  }
  serve();
  done.wait();
  for (int i = 0; i < count && reply.error().empty(); ++i) {
    const absl::Status& status = statuses[static_cast<size_t>(i)];
    if (!status.ok()) reply.set_error(absl::StrCat("slot ", slot_of(i), ": ", status.message()));
  }
  return reply;
}

v1::EnvironmentReply RunBatch::Reset(const v1::ResetSlots& request) {
  return Serve(
      request.slots_size(), [&](int i) { return request.slots(i).slot(); },
      [&](int i) { return ResetSlot(request.slots(i)); });
}

v1::EnvironmentReply RunBatch::Step(v1::StepSlots request) {
  return Serve(
      request.slots_size(), [&](int i) { return request.slots(i).slot(); },
      [&](int i) { return StepSlot(*request.mutable_slots(i)); });
}

absl::StatusOr<std::unique_ptr<SteppedRun>> RunBatch::MakeRun(uint64_t seed, Slot* slot) const {
  SteppedOptions options = {.agents = options_.agents,
                            .every_round = options_.every_round,
                            .keep_records = options_.digests};
  // No pattern means all to the filter, and none to us.
  if (!options_.metrics.empty()) {
    options.on_metric = [this, slot](Quarter quarter, const MetricValue& metric) {
      if (!filter_.Wants(metric.name, metric.subject)) return;
      if (slot->metrics_of != quarter) slot->metrics.clear();
      slot->metrics_of = quarter;
      slot->metrics.push_back(ToMessage(metric));
    };
  }
  return SteppedRun::Create(opened_, seed, options_.seats, options);
}

absl::Status RunBatch::ResetSlot(const v1::SlotSeed& request) {
  Slot& slot = slots_[request.slot()];
  slot.metrics.clear();
  absl::StatusOr<std::unique_ptr<SteppedRun>> run = MakeRun(request.seed(), &slot);
  if (!run.ok()) return run.status();
  slot.run = *std::move(run);
  return slot.run->Advance();
}

absl::Status RunBatch::StepSlot(v1::SlotMoves& request) {
  SteppedRun* run = slots_[request.slot()].run.get();
  if (run == nullptr) return absl::FailedPreconditionError("reset it before it is stepped");
  if (run->over()) return absl::OkStatus();
  return run->Step(request.has_moves() ? std::move(*request.mutable_moves()) : run->advice());
}

void RunBatch::Describe(uint32_t number, v1::SlotState& state) {
  Slot& slot = slots_[number];
  state.set_slot(number);
  if (slot.run == nullptr) return;
  SteppedRun& run = *slot.run;
  *state.mutable_turns() = run.TakeTurns();
  *state.mutable_advice() = run.advice();
  state.set_over(run.over());
  for (const v1::Metric& metric : slot.metrics) *state.add_metrics() = metric;
  state.set_digest(run.engine().digest());
  if (!run.over()) return;
  const Market& market = run.engine().market();
  for (const std::string& name : options_.agents) {
    const AgentId agent = market.FindAgent(name);
    if (market.IsActive(agent)) *state.add_last_views() = run.ViewNow(agent);
  }
}

}  // namespace tranche
