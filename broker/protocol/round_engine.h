#ifndef TRANCHE_BROKER_PROTOCOL_ROUND_ENGINE_H_
#define TRANCHE_BROKER_PROTOCOL_ROUND_ENGINE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "broker/protocol/record.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/view.pb.h"

namespace tranche {

// Rounds inside quarters, without sessions: which agents are asked, what they find in their
// inbox, in which order their moves reach the market, what is recorded and how it is chained.
// The round protocol (round_protocol.h) drives it for agents behind streams, InlineRun for agents
// in the same process, replay for a log's own moves; so all of them end in the same digest.
//
//   engine.OpenQuarter();
//   do {
//     for (AgentId agent : engine.asked()) { … engine.view(agent), engine.inbox(agent) …
//                                            engine.SetMoves(agent, moves); }
//   } while (engine.FinishRound());
//   absl::Status closed = engine.CloseQuarter();   // then records() is the quarter's transaction
//
// Deterministic and free of I/O; not thread-safe.
class RoundEngine {
 public:
  struct Options {
    // Keep records and compute digests. Off for ensembles that want metrics alone.
    bool keep_records = true;
    // Most moves of one agent in a round; those beyond are dropped with one Rejected message.
    int32_t max_moves_per_round = 256;
  };

  // `strategies`: the seat of each agent as it is played (resolved names and parameters), by
  // ordinal: they are part of what the digest is a function of.
  static absl::StatusOr<std::unique_ptr<RoundEngine>> Create(const v1::Scenario& scenario,
                                                             uint64_t seed,
                                                             std::vector<AgentSeat> strategies,
                                                             Options options);
  ~RoundEngine();

  const Market& market() const;
  // Quarter and round in play.
  Quarter quarter() const;
  uint32_t round() const;
  // All quarters closed.
  bool over() const;

  // Opens the next quarter and its first round. Drops the records of the quarter before.
  void OpenQuarter();
  // Agents asked in this round, by ordinal: all active ones in the first, those with mail later.
  absl::Span<const AgentId> asked() const;
  // The agent's view; only in the quarter's first round, else null.
  const v1::AgentView* view(AgentId agent) const;
  // Messages to the agent since its last turn, in delivery order. Valid until the round is
  // finished.
  absl::Span<const v1::Message* const> inbox(AgentId agent) const;
  // Takes the agent's moves of this round, swapped out of `moves`. An agent that isn't asked, or
  // has moved already, is a caller's error (CHECK).
  void SetMoves(AgentId agent, google::protobuf::RepeatedPtrField<v1::Message>* moves);
  // The agent didn't answer in time and the run goes on without it: a Pass in the log.
  void SetPass(AgentId agent);
  // True while somebody who was asked hasn't moved.
  bool waiting() const;
  std::vector<AgentId> waiting_for() const;
  // All have moved: applies the moves in order (sender's ordinal, sequence). True: another round
  // is open; false: the quarter is to be closed (quiet, or round limit).
  bool FinishRound();
  // Closes the quarter. An error means broken books: the run must stop.
  absl::Status CloseQuarter();

  // Ends the run in the log (RunEnded record); after the last quarter or on stop.
  void EndRun(v1::RunEnded::Reason reason);

  // Records of the quarter in play, complete once it's closed; the first quarter's begin with
  // header and seats. Empty without keep_records.
  absl::Span<const StoredRecord> records() const;
  // Digest of the last closed quarter, 32 bytes; empty before the first.
  const std::string& digest() const;
  // Position of the last record.
  uint64_t last_position() const;

 private:
  struct State;
  explicit RoundEngine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_ROUND_ENGINE_H_
