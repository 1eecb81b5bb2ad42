#ifndef TRANCHE_AGENTS_AGENT_HOST_H_
#define TRANCHE_AGENTS_AGENT_HOST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agents/strategy.h"
#include "sim/quarter.h"
#include "tranche/v1/broker.pb.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/view.pb.h"

// From turns to moves: what stands between the wire and a strategy, and all there is of an agent
// when it plays inline. Without I/O.
namespace tranche {

// One agent at play: its strategy, its randomness and what it has been shown this quarter.
class AgentPlayer {
 public:
  // The agent's randomness in a turn is the stream "agent/<name>" of the run's `seed`, the turn's
  // quarter and its round as the wire counts it, from 1.
  AgentPlayer(std::string agent, uint64_t seed, std::unique_ptr<Strategy> strategy);

  // The views of the quarter whose turns follow; they must outlive those.
  void OpenQuarter(Quarter quarter, const v1::PublicView& market, const v1::AgentView& own);
  // Plays one turn of the quarter; what the agent does is added to `moves`, which is empty. `round`
  // is 1 to 65535. Returns what the strategy failed with, an exception in its own words: it passes
  // then, and is asked again when its next turn comes. Empty: it didn't fail.
  std::string Play(uint32_t round, absl::Span<const v1::Message* const> inbox,
                   google::protobuf::RepeatedPtrField<v1::Message>* moves);
  // The quarter last opened.
  std::optional<Quarter> quarter() const { return quarter_; }

 private:
  std::string agent_;
  uint64_t seed_;
  uint64_t stream_key_;
  std::unique_ptr<Strategy> strategy_;
  std::optional<Quarter> quarter_;
  const v1::PublicView* market_ = nullptr;
  const v1::AgentView* own_ = nullptr;
};

// The agents of one session. A new session needs a new host: strategies begin anew, and the
// broker's replayed turns bring them to where the run stands.
class AgentHost {
 public:
  // The strategies that `welcome` says. Errors as MakeStrategy's.
  static absl::StatusOr<std::unique_ptr<AgentHost>> Create(const v1::Welcome& welcome);

  // Plays a batch and returns the moves to send; none for a replayed batch. InvalidArgument, if the
  // broker breaks the contract: a turn of an agent that isn't hosted here, a first round without
  // views, a later one of another quarter, a quarter or round that can't be.
  absl::StatusOr<std::optional<v1::Moves>> Play(v1::Turns turns);

 private:
  AgentHost() = default;
  absl::Status OpenQuarter(Quarter quarter, const v1::Turns& turns);

  absl::flat_hash_map<std::string, std::unique_ptr<AgentPlayer>> players_;
  std::optional<Quarter> quarter_;
  // Of the quarter, holding the views that the players look at. More than one where some agents of
  // a session that has come back had moved already.
  std::vector<std::unique_ptr<const v1::Turns>> first_batches_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_AGENT_HOST_H_
