#ifndef TRANCHE_BROKER_PROTOCOL_ROUND_ENGINE_H_
#define TRANCHE_BROKER_PROTOCOL_ROUND_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/protocol/record.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/quarter.h"
#include "sim/seat.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/scenario.pb.h"
#include "tranche/v1/view.pb.h"

namespace tranche {

// Of the wire contract; what Join and a log's header say.
inline constexpr absl::string_view kProtocolVersion = "tranche.v1";

// One agent's part in a round: what it was given to read.
struct AskedTurn {
  AgentId agent;
  std::vector<const v1::Message*> inbox;
};

// A round as it was asked: turns by ordinal.
struct AskedRound {
  uint32_t round = 0;
  std::vector<AskedTurn> turns;
};

// A quarter as its agents saw it.
struct AskedQuarter {
  Quarter quarter;
  const v1::PublicView* public_view = nullptr;
  // By ordinal; null for an agent that had left the market.
  std::vector<const v1::AgentView*> views;
  std::vector<AskedRound> rounds;
};

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
// What is said in a round is read in the next; what is said while the market opens or closes a
// quarter, or in the round that the round limit makes the last, in the next quarter's first round.
//
// The records of a quarter, in order (positions count on through the run):
//
//   quarter := (header seat*)?           the first quarter's
//              opening*                  round 0: what the market says and books at the opening
//              public_view agent_view*   round 0: of active agents, by ordinal
//              move*                     of each round: those of an agent by sequence, agents by
//              ordinal closing*                  the last round: what the market says and books at
//              the close quarter_closed
//   move    := message answer* | pass    as the agent sent it; what the market says to it follows
//
// A move that the market refuses is recorded too: a Rejected message in reply to it follows. So the
// messages of agents in a log are all that is needed to play it again (log_replay.h).
//
// Deterministic and free of I/O; not thread-safe.
class RoundEngine {
 public:
  struct Options {
    // Keep records and compute digests. Off for ensembles that want metrics alone; messages then
    // have other ids.
    bool keep_records = true;
    // Called with every metric of a quarter as it closes, with or without records.
    std::function<void(Quarter, const MetricValue&)> on_metric = {};
    // Keep all turns of the run in memory, for bringing agents up to date. Needs keep_records.
    bool keep_turns = false;
    // Most moves of one agent in a round. The first one beyond is recorded and rejected (rule
    // "moves-per-round"), the rest dropped.
    int32_t max_moves_per_round = 256;
  };

  // `strategies`: the seat of each agent as it is played (resolved names and parameters), by
  // ordinal: they are part of what the digest is a function of.
  static absl::StatusOr<std::unique_ptr<RoundEngine>> Create(const v1::Scenario& scenario,
                                                             uint64_t seed,
                                                             std::vector<AgentSeat> strategies,
                                                             Options options);
  // The same from a scenario that many runs start from.
  static absl::StatusOr<std::unique_ptr<RoundEngine>> Create(const OpenedScenario& scenario,
                                                             uint64_t seed,
                                                             std::vector<AgentSeat> strategies,
                                                             Options options);
  ~RoundEngine();

  const Market& market() const;
  // As they are played, by ordinal.
  absl::Span<const AgentSeat> seats() const;
  const std::string& scenario_name() const;
  // SHA-256 of the scenario's canonical serialisation, in hexadecimal. Empty without keep_records.
  const std::string& scenario_digest() const;
  uint64_t seed() const;
  // Quarter and round in play.
  Quarter quarter() const;
  uint32_t round() const;
  // All quarters closed.
  bool over() const;

  // Opens the next quarter and its first round. Drops the records of the quarter before.
  void OpenQuarter();
  // Agents asked in this round, by ordinal: all active ones in the first, those with mail later.
  absl::Span<const AgentId> asked() const;
  // The agent's view, taken at the quarter's opening and valid until the next; null for an agent
  // that has left the market.
  const v1::AgentView* view(AgentId agent) const;
  // The public view, likewise.
  const v1::PublicView& public_view() const;
  // Messages to the agent since its last turn, in delivery order. Valid until the round after this
  // one is finished.
  absl::Span<const v1::Message* const> inbox(AgentId agent) const;
  // An empty list for the moves of the agent that moves next. Moves of any list can be given to
  // SetMoves; those of this one are taken over without copying. Valid until that call.
  google::protobuf::RepeatedPtrField<v1::Message>* NewMoves();
  // Takes the agent's moves of this round, swapped out of `moves`. An agent that isn't asked, or
  // has moved already, is a caller's error (CHECK).
  void SetMoves(AgentId agent, google::protobuf::RepeatedPtrField<v1::Message>* moves);
  // The agent makes no moves because it couldn't, it was late or its strategy failed: a Pass in the
  // log.
  void SetPass(AgentId agent);
  // True while somebody who was asked hasn't moved.
  bool waiting() const;
  bool waiting_for(AgentId agent) const;
  std::vector<AgentId> waiting_for() const;
  // All have moved: applies the moves in order (sender's ordinal, sequence). True: another round
  // is open; false: the quarter is to be closed (quiet, or round limit).
  bool FinishRound();
  // Closes the quarter. An error means broken books: the run must stop.
  absl::Status CloseQuarter();

  // Records of the last closed quarter, until the next is opened: one transaction. After the last
  // quarter's QuarterClosed follows RunEnded (a run that is stopped has none, so that it can go
  // on). Empty without keep_records.
  absl::Span<const StoredRecord> records() const;
  // Every turn asked so far, the round in play included. Empty without keep_turns.
  absl::Span<const AskedQuarter> turns() const;
  // Digest of the last closed quarter, 32 bytes; empty before the first.
  const std::string& digest() const;
  // Position of the last record.
  uint64_t last_position() const;

 private:
  struct State;
  explicit RoundEngine(std::unique_ptr<State> state);
  static absl::StatusOr<std::unique_ptr<RoundEngine>> CreateOver(std::unique_ptr<Market> market,
                                                                 const v1::Scenario& scenario,
                                                                 uint64_t seed,
                                                                 std::vector<AgentSeat> strategies,
                                                                 Options options);
  std::unique_ptr<State> state_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_ROUND_ENGINE_H_
