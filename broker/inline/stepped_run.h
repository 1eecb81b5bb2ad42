#ifndef TRANCHE_BROKER_INLINE_STEPPED_RUN_H_
#define TRANCHE_BROKER_INLINE_STEPPED_RUN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agents/agent_host.h"
#include "broker/protocol/round_engine.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/seat.h"
#include "tranche/v1/broker.pb.h"

namespace tranche {

struct SteppedOptions {
  // Who is played from outside; each an agent of the scenario.
  std::vector<std::string> agents;
  // Hand out every round in which one of them is asked. Else only a quarter's first round, and
  // their own strategies answer the mail of later ones.
  bool every_round = false;
  // These two as for RoundEngine. Without records there is no digest.
  bool keep_records = false;
  std::function<void(Quarter, const MetricValue&)> on_metric = {};
};

// An inline run that stops whenever somebody outside has to move: what an environment for learning
// agents steps through. The other agents play their strategies, as in InlineRun; so do the agents
// from outside, as advice that whoever steps may send as it is, change or ignore.
//
//   run->Advance();
//   while (!run->over()) {
//     … run->turns() … run->advice() …
//     run->Step(moves);
//   }
//
// With the advice taken every time it is the run that InlineRun plays. An agent from outside with
// an external strategy that isn't registered here is given no advice, and passes where it isn't
// handed out. Not thread-safe; step one in each thread.
class SteppedRun {
 public:
  // `seats`: resolved, by ordinal. Errors: NotFound (no such agent; says which there are),
  // InvalidArgument (no agent, or one twice), those of RoundEngine and MakeStrategy.
  static absl::StatusOr<std::unique_ptr<SteppedRun>> Create(const OpenedScenario& scenario,
                                                            uint64_t seed,
                                                            std::vector<AgentSeat> seats,
                                                            const SteppedOptions& options);

  // Plays to where somebody outside has to move, or to the run's end. Called once, at the start.
  absl::Status Advance();
  // The round that is asked, with the turns of the agents from outside; as the wire has it, so
  // views come with a quarter's first round. Without turns once the run is over, or once taken.
  const v1::Turns& turns() const { return turns_; }
  // The same, for who wants to keep it: it needn't be copied.
  v1::Turns TakeTurns() { return std::exchange(turns_, {}); }
  // What their strategies would do, in the order of turns().
  const v1::Moves& advice() const { return advice_; }
  // Makes the moves, of the agents asked and in any order, and advances. An agent that is left out
  // passes. InvalidArgument: moves of an agent that isn't asked, or twice of one; nothing has
  // happened then.
  absl::Status Step(v1::Moves moves);

  bool over() const { return over_; }
  const RoundEngine& engine() const { return *engine_; }
  // What an agent would see were a quarter to open now: how the last one has ended.
  v1::AgentView ViewNow(AgentId agent) const;

 private:
  SteppedRun(std::unique_ptr<RoundEngine> engine, std::vector<std::optional<AgentPlayer>> players,
             std::vector<bool> outside, bool every_round);

  absl::Status AdvanceToTurn();
  void AskAll();
  void HandOut(AgentId agent);
  // Closes the quarter after its last round.
  absl::Status FinishRound();

  std::unique_ptr<RoundEngine> engine_;
  std::vector<std::optional<AgentPlayer>> players_;  // by ordinal; none: no advice
  std::vector<bool> outside_;                        // by ordinal
  bool every_round_;
  bool quarter_open_ = false;
  bool over_ = false;
  absl::Status broken_;              // why the run can't go on, as books that don't balance
  std::vector<AgentId> handed_out_;  // those in turns()
  v1::Turns turns_;
  v1::Moves advice_;
  google::protobuf::RepeatedPtrField<v1::Message> moves_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_INLINE_STEPPED_RUN_H_
