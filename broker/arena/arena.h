#ifndef TRANCHE_BROKER_ARENA_ARENA_H_
#define TRANCHE_BROKER_ARENA_ARENA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "broker/arena/payoff.h"
#include "broker/ensemble/outcome_table.h"
#include "broker/ensemble/plan.h"
#include "broker/games/empirical_game.h"
#include "sim/seat.h"
#include "tranche/v1/scenario.pb.h"

// Strategies against each other: the game in which the players are seats of a scenario, and what
// they choose is who sits there.
namespace tranche {

// A strategy that takes part, with the parameters it is given.
struct Contender {
  std::string label;  // as the user writes it
  std::string strategy;
  std::vector<v1::Parameter> parameters = {};
};

struct ArenaRequest {
  v1::Scenario scenario;
  std::vector<std::string> seats;  // agents of one role
  std::vector<Contender> contenders;
  std::vector<int64_t> seeds;
  std::optional<uint32_t> quarters = {};
  // Of the payoff: others aren't kept.
  std::vector<std::string> metrics = {};
};

// Most profiles that an arena plays.
inline constexpr size_t kMostProfiles = 4096;

// The seats' agents of `role`, where the user names none: all there are. Errors: NotFound (none),
// InvalidArgument (one alone has nobody to play against).
absl::StatusOr<std::vector<std::string>> SeatsOfRole(const v1::Scenario& scenario, v1::Role role);

// Every profile under every seed: a plan whose point p is the profile with that number
// (NormalFormGame, a player for each seat, in their order). Errors: NotFound (a seat that isn't in
// the scenario), InvalidArgument (seats of several roles, or one twice; a contender twice; too many
// profiles), and those of MakePlan.
absl::StatusOr<EnsemblePlan> PlanArena(const ArenaRequest& request);

// The game that was played.
struct PlayedGame {
  EmpiricalGame game;
  // Seeds that count, as places among the plan's: those under which every profile gave every seat a
  // payoff.
  std::vector<size_t> seeds;
};
// Errors: Payoff::Of's; FailedPrecondition, if no seed counts.
absl::StatusOr<PlayedGame> MakeGame(const OutcomeTable& table, absl::Span<const std::string> seats,
                                    size_t contenders, const Payoff& payoff);

// What there is to say of a game.
struct GameAnalysis {
  std::vector<BestResponse> best_responses;
  std::vector<MixedProfile> equilibria;  // of the means; pure ones first
  std::vector<RegretEstimate> regrets;   // of `equilibria`
  // By which method they were looked for, and whether all there are have been found: not where ties
  // make the game degenerate, nor where mixed ones were only searched for.
  std::string method;
  bool complete = false;
  // If no equilibrium was found: the profile of least regret that was.
  std::optional<MixedProfile> nearest;
  RegretEstimate nearest_regret;
};

struct AnalysisOptions {
  // The game has been symmetrised: of its equilibria those in which all do the same are looked for.
  bool symmetric = false;
  double confidence = 0.95;
  int resamples = 1000;
  uint64_t bootstrap_seed = 1;
};

GameAnalysis Analyse(const EmpiricalGame& game, const AnalysisOptions& options);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ARENA_ARENA_H_
