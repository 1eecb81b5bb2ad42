#ifndef TRANCHE_BROKER_CONFORMANCE_CONFORMANCE_H_
#define TRANCHE_BROKER_CONFORMANCE_CONFORMANCE_H_

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agents/strategy.h"
#include "sim/seat.h"
#include "tranche/v1/scenario.pb.h"

// What must hold of every strategy, whatever it plays: it makes moves that could be legal, does the
// same again in the same situation, comes back in time, survives views and mail of any content, and
// lets negotiations end. `tranche agent check` runs it against a user's strategy, the tests against
// the built-in ones.
namespace tranche {

// Where a strategy is called.
struct StrategyPlace {
  std::string scenario;
  std::string agent;
  int32_t quarter = 0;  // index; 0: none
  uint32_t round = 0;   // 0: none in particular
};
// "duopoly, harbor-fund, 2026Q2 round 3".
std::string PlaceText(const StrategyPlace& place);

struct ConformanceFinding {
  // A warning is what may be on purpose: a move refused for want of cash, say.
  bool is_error = true;
  // What was found, in kebab case; docs/strategies.md lists them.
  std::string name = {};
  StrategyPlace place = {};  // the first
  std::string move = {};     // kind of the move it is about; empty: none
  std::string rule = {};     // that refused it; empty: none
  std::string what = {};     // in words
  std::string would_be_legal = {};
  int64_t times = 1;
};

// Each is a way of playing the strategy, and what is looked at then.
enum class ConformanceCheck {
  kPlay,      // a whole run, twice: throws, late turns, refused moves, text, the same again; with a
              // cut in the middle of the second one where there is something to cut
  kStubborn,  // among agents who agree to nothing: negotiations must end
  kFuzz,      // views and mail of any content
};
inline constexpr ConformanceCheck kConformanceChecks[] = {
    ConformanceCheck::kPlay, ConformanceCheck::kStubborn, ConformanceCheck::kFuzz};
absl::string_view NameOf(ConformanceCheck check);

// What a strategy throws that is played elsewhere when it can't be asked any more: its check ends.
class StrategyLost : public std::exception {
 public:
  // `finding` is the name of what became of it, `what` says so in words.
  StrategyLost(std::string finding, std::string what, bool has_played)
      : finding_(std::move(finding)), what_(std::move(what)), has_played_(has_played) {}

  const std::string& finding() const { return finding_; }
  const char* what() const noexcept override { return what_.c_str(); }
  // Whether it was asked for a turn before, so that it makes sense to say which.
  bool has_played() const { return has_played_; }

 private:
  std::string finding_;
  std::string what_;
  bool has_played_;
};

// How strategies that are played elsewhere, in a program of their own, are had and let go.
struct ElsewhereHooks {
  // A strategy whose connection is cut in its turn number `turn`, from 1, before it has answered.
  // It has to come back and make the moves that it would have made.
  std::function<absl::StatusOr<std::unique_ptr<Strategy>>(const AgentSeat&, int64_t turn)> make_cut;
  // Tells the strategy made last that its run is over, and returns what it does wrong then.
  std::function<std::vector<ConformanceFinding>(absl::string_view digest)> end_run;
};

struct ConformanceOptions {
  uint64_t seed = 1;
  // Turns with a view of any content; half of them one that makes sense.
  int fuzzed_turns = 240;
  // Seconds since any moment: this room has no clock. Null: turns aren't timed.
  std::function<double()> clock = {};
  double deadline_seconds = 1;
  // Called before each call of the strategy.
  std::function<void(const StrategyPlace&)> on_turn = {};
  // Null: MakeStrategy.
  std::function<absl::StatusOr<std::unique_ptr<Strategy>>(const AgentSeat&)> make_strategy = {};
  // With `make_strategy` only. Such strategies are dear to make: one pair plays all fuzzed turns,
  // quarter after quarter, and its random numbers are those of the run throughout.
  std::optional<ElsewhereHooks> elsewhere = {};
};

struct ConformanceResult {
  // Equal ones together, errors first, in the order found.
  std::vector<ConformanceFinding> findings;
  int64_t turns = 0;  // in which the strategy was called
  int64_t moves = 0;
  // The strategy was lost (StrategyLost), and the check ended there.
  bool lost = false;
};

// Checks the strategy in one seat of a scenario; the others play as the scenario says. `seat` names
// the strategy and its parameters. Errors are those of the set-up: a scenario that can't be opened,
// a seat that isn't the scenario's, a strategy that can't be resolved.
absl::StatusOr<ConformanceResult> CheckConformance(const v1::Scenario& scenario,
                                                   const AgentSeat& seat, ConformanceCheck check,
                                                   const ConformanceOptions& options);

}  // namespace tranche

#endif  // TRANCHE_BROKER_CONFORMANCE_CONFORMANCE_H_
