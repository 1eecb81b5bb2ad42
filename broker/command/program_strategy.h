#ifndef TRANCHE_BROKER_COMMAND_PROGRAM_STRATEGY_H_
#define TRANCHE_BROKER_COMMAND_PROGRAM_STRATEGY_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agents/strategy.h"
#include "broker/conformance/conformance.h"
#include "sim/seat.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// A program that plays agents as `tranche run --agent-command` has them played.
struct AgentProgram {
  // The shell runs it, with `--connect ADDRESS AGENT` behind it.
  std::string command;
  // For its join, for each of its turns, and for its end: after that it is killed.
  std::chrono::nanoseconds patience{std::chrono::seconds(10)};
  uint64_t memory_bytes = uint64_t{1} << 30;
  // Asked again and again while the program is waited for; true: it is killed and given up. Null:
  // nobody wants to stop.
  std::function<bool()> wants_to_stop = {};
};

// What programs are told of their run.
struct ProgramRun {
  std::string scenario;
  std::string scenario_digest;
  uint64_t seed = 1;
  int32_t first_quarter = 0;
  // All, resolved, by ordinal.
  std::vector<AgentSeat> seats;
};
// `seat` takes the place of the scenario's. Errors: those of a scenario that can't be opened.
absl::StatusOr<ProgramRun> MakeProgramRun(const v1::Scenario& scenario, uint64_t seed,
                                          const AgentSeat& seat);

// A strategy played by a program of its own, which has a broker for itself: each turn goes over the
// wire and its moves come back. A strategy that fails throws, in the program's words; a program
// that ends, doesn't answer or breaks the wire's contract is killed, and from then on each turn
// throws StrategyLost:
//
//   never-joins      it doesn't join in time, or ends before
//   bad-join         it joins as another agent, with another protocol, strategy or parameters
//   bad-frame        what it sends makes no sense, or doesn't answer its turn
//   exits            it ends, or dies, before its run is over
//   never-returns    it doesn't answer its turn in time
//   never-comes-back it doesn't join again, or ends, when its connection is cut
//   stopped          nothing of it: somebody wanted to stop
//
// A session that it loses by itself it may join again, as in any run.
class ProgramStrategy : public Strategy {
 public:
  // Starts the program and waits until it has joined, or can't be waited for any more: then the
  // first turn throws. `cut_in_turn`: the connection is cut in this turn, from 1, before it is
  // answered; 0: never. `run` outlives the strategy. Errors: no socket, no process.
  static absl::StatusOr<std::unique_ptr<ProgramStrategy>> Start(const AgentProgram& program,
                                                                const ProgramRun& run,
                                                                const std::string& agent,
                                                                int64_t cut_in_turn = 0);
  ~ProgramStrategy() override;

  void OnTurn(const TurnView& view, Actions& actions) override;
  // Says that the run is over, and waits for the program's end. What it does wrong then
  // ("ends-badly", a warning), without a place.
  std::vector<ConformanceFinding> EndRun(absl::string_view digest);

 private:
  class Impl;
  explicit ProgramStrategy(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_PROGRAM_STRATEGY_H_
