#ifndef TRANCHE_BROKER_ENVIRONMENT_RUN_BATCH_H_
#define TRANCHE_BROKER_ENVIRONMENT_RUN_BATCH_H_

#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/ensemble/run_outcome.h"
#include "broker/inline/stepped_run.h"
#include "sim/market.h"
#include "sim/seat.h"
#include "tranche/v1/environment.pb.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// Stepped runs side by side, on several threads: what answers the requests of
// tranche/v1/environment.proto once a batch is open.
class RunBatch {
 public:
  struct Options {
    v1::Scenario scenario;
    std::vector<AgentSeat> seats;     // resolved, by ordinal
    std::vector<std::string> agents;  // played from outside
    bool every_round = false;
    std::vector<std::string> metrics = {};  // as OpenBatch.metrics
    bool digests = false;
    size_t size = 1;     // at least 1
    size_t threads = 1;  // at least 1
  };

  // Errors as SteppedRun::Create's, found by opening one run, and those of a scenario that opens no
  // market.
  static absl::StatusOr<std::unique_ptr<RunBatch>> Open(Options options);
  ~RunBatch();
  RunBatch(const RunBatch&) = delete;
  RunBatch& operator=(const RunBatch&) = delete;

  // A slot's run starts anew. The reply's error names the first slot that could not.
  v1::EnvironmentReply Reset(const v1::ResetSlots& request);
  // A slot's agents move. A slot that hasn't been reset is an error; one whose run is over stays.
  v1::EnvironmentReply Step(v1::StepSlots request);

  size_t size() const { return slots_.size(); }

 private:
  struct Slot {
    std::unique_ptr<SteppedRun> run;  // null until reset
    std::vector<v1::Metric> metrics;  // of `metrics_of`
    Quarter metrics_of;
  };

  RunBatch(Options options, OpenedScenario opened);
  // Serves each of `count` entries of a request, on all threads.
  v1::EnvironmentReply Serve(int count, absl::FunctionRef<uint32_t(int)> slot_of,
                             absl::FunctionRef<absl::Status(int)> work);
  absl::StatusOr<std::unique_ptr<SteppedRun>> MakeRun(uint64_t seed, Slot* slot) const;
  absl::Status ResetSlot(const v1::SlotSeed& request);
  absl::Status StepSlot(v1::SlotMoves& request);
  // Fills in where the slot stands; its turns are handed over.
  void Describe(uint32_t slot, v1::SlotState& state);

  const Options options_;
  const OpenedScenario opened_;
  const MetricFilter filter_;
  std::vector<Slot> slots_;
  boost::asio::thread_pool pool_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENVIRONMENT_RUN_BATCH_H_
