#ifndef TRANCHE_BROKER_INLINE_INLINE_RUN_H_
#define TRANCHE_BROKER_INLINE_INLINE_RUN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agents/agent_host.h"
#include "agents/strategy.h"
#include "broker/protocol/log_replay.h"
#include "broker/protocol/record.h"
#include "broker/protocol/round_engine.h"
#include "sim/quarter.h"
#include "sim/seat.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// The scenario's seats with their strategies resolved (ResolveSeat), by ordinal: what RoundEngine
// and RoundProtocol start from. Errors as ResolveSeat's.
absl::StatusOr<std::vector<AgentSeat>> ResolveSeats(const v1::Scenario& scenario);

// A turn that a strategy couldn't play.
struct FailedTurn {
  absl::string_view agent;
  Quarter quarter;
  uint32_t round = 0;
  absl::string_view failure;  // in its own words
};

struct InlineOptions {
  // What plays a seat; null: the strategy that the seat names, as MakeStrategy makes it.
  std::function<absl::StatusOr<std::unique_ptr<Strategy>>(const AgentSeat&)> make_strategy = {};
  // These two as for RoundEngine. Without records there is no digest.
  bool keep_records = true;
  std::function<void(Quarter, const MetricValue&)> on_metric = {};
  // Called with the records of each closed quarter, its transaction; an error ends the run with it.
  std::function<absl::Status(absl::Span<const StoredRecord>)> on_quarter = {};
  // Agents with an external strategy that isn't registered here do what the log says. Such a run
  // can be retraced, and not played on.
  bool log_plays_external = false;
  // Called before a strategy is, after it has been, and after it has failed.
  std::function<void(absl::string_view agent, Quarter, uint32_t round)> on_turn = {};
  std::function<void()> on_turn_over = {};
  std::function<void(const FailedTurn&)> on_failure = {};
};

struct InlineResult {
  std::string digest;  // of the last closed quarter, 32 bytes; empty without records
  int32_t quarters = 0;
  int64_t rounds = 0;
};

// A run whose agents all play in this process: what ensembles use, and what `--inline` does. Ends
// in the same digest as the same run over processes. A strategy that throws passes its turn, as it
// does in a process of its own; one that never returns, or takes the process with it, can't be
// contained here. Not thread-safe; run one in each thread.
class InlineRun {
 public:
  // `seats`: resolved, by ordinal.
  static absl::StatusOr<std::unique_ptr<InlineRun>> Create(const v1::Scenario& scenario,
                                                           uint64_t seed,
                                                           std::vector<AgentSeat> seats,
                                                           InlineOptions options = {});
  // The same from a scenario that many runs start from: what an ensemble does for each of its
  // seeds.
  static absl::StatusOr<std::unique_ptr<InlineRun>> Create(const OpenedScenario& scenario,
                                                           uint64_t seed,
                                                           std::vector<AgentSeat> seats,
                                                           InlineOptions options = {});

  // Plays the quarters that a log holds once more, and compares every record: the way to resume an
  // inline run (go on with Play), and to verify that a log is what its strategies do (`replay`).
  // The run stands at its beginning and keeps records; on_quarter isn't called. DataLoss names the
  // first position that differs.
  absl::Status Retrace(LogRecords records);
  // Plays one quarter; the run isn't over.
  absl::Status PlayQuarter();
  // Plays what is left.
  absl::StatusOr<InlineResult> Play();

  bool over() const { return engine_->over(); }
  const RoundEngine& engine() const { return *engine_; }

 private:
  InlineRun(std::unique_ptr<RoundEngine> engine, std::vector<std::optional<AgentPlayer>> players,
            InlineOptions options);
  template <typename AnyScenario>
  static absl::StatusOr<std::unique_ptr<InlineRun>> CreateFrom(const AnyScenario& scenario,
                                                               uint64_t seed,
                                                               std::vector<AgentSeat> seats,
                                                               InlineOptions options);
  absl::Status PlayRounds(LoggedAnswers* answers);
  void Ask(AgentId agent, LoggedAnswers* answers);

  std::unique_ptr<RoundEngine> engine_;
  std::vector<std::optional<AgentPlayer>> players_;  // by ordinal; none: the log's answers
  InlineOptions options_;
  InlineResult result_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_INLINE_INLINE_RUN_H_
