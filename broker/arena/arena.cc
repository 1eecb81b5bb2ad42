#include "broker/arena/arena.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "broker/games/equilibrium.h"

namespace tranche {
namespace {

v1::AgentSpec* FindAgent(v1::Scenario& scenario, const std::string& name) {
  for (v1::AgentSpec& agent : *scenario.mutable_agents()) {
    if (agent.name() == name) return &agent;
  }
  return nullptr;
}

std::string AgentNames(const v1::Scenario& scenario) {
  return absl::StrJoin(scenario.agents(), ", ",
                       [](std::string* out, const auto& agent) { out->append(agent.name()); });
}

absl::Status CheckSeats(v1::Scenario& scenario, const std::vector<std::string>& seats) {
  if (seats.empty()) return absl::InvalidArgumentError("an arena has at least one seat");
  absl::flat_hash_set<std::string> named;
  const v1::AgentSpec* first = nullptr;
  for (const std::string& seat : seats) {
    const v1::AgentSpec* agent = FindAgent(scenario, seat);
    if (agent == nullptr) {
      return absl::NotFoundError(absl::StrCat(
          "there is no agent \"", seat, "\" in the scenario; there are: ", AgentNames(scenario)));
    }
    if (!named.insert(seat).second) {
      return absl::InvalidArgumentError(absl::StrCat(seat, " is named twice"));
    }
    if (first == nullptr) first = agent;
    if (agent->role() != first->role()) {
      return absl::InvalidArgumentError(
          absl::StrCat(seat, " is a ", RoleName(agent->role()), ", and ", first->name(), " a ",
                       RoleName(first->role()), ": strategies are of one role"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckContenders(const ArenaRequest& request) {
  if (request.contenders.empty()) return absl::InvalidArgumentError("an arena has contenders");
  absl::flat_hash_set<std::string> labels;
  for (const Contender& contender : request.contenders) {
    if (!labels.insert(contender.label).second) {
      return absl::InvalidArgumentError(absl::StrCat(contender.label, " is named twice"));
    }
  }
  size_t profiles = 1;
  for (size_t seat = 0; seat < request.seats.size(); ++seat) {
    profiles *= request.contenders.size();
    if (profiles > kMostProfiles) {
      return absl::InvalidArgumentError(
          absl::StrCat(request.contenders.size(), " strategies in ", request.seats.size(),
                       " seats are more than ", kMostProfiles, " profiles; name fewer of either"));
    }
  }
  return absl::OkStatus();
}

v1::Scenario ScenarioOf(const ArenaRequest& request, const PureProfile& profile, size_t index) {
  v1::Scenario scenario = request.scenario;
  // A plan tells its scenarios apart by name.
  scenario.set_name(absl::StrCat(scenario.name(), "-", index));
  for (size_t seat = 0; seat < profile.size(); ++seat) {
    const Contender& contender = request.contenders[profile[seat]];
    v1::AgentSpec& agent = *FindAgent(scenario, request.seats[seat]);
    agent.set_strategy(contender.strategy);
    agent.clear_parameters();
    for (const v1::Parameter& parameter : contender.parameters) {
      *agent.add_parameters() = parameter;
    }
  }
  return scenario;
}

// All payoffs of one seat, by profile and seed.
using SeatPayoffs = std::vector<std::vector<double>>;

bool IsFigure(double value) { return value == value; }

// What is found where all equilibria can't be enumerated.
void SearchMixed(const NormalFormGame& means, bool symmetric, GameAnalysis& analysis) {
  const FoundProfile found = ReplicatorSearch(means, symmetric);
  double range = 0;
  for (size_t index = 0; index < means.profiles(); ++index) {
    for (size_t player = 0; player < means.players(); ++player) {
      range = std::max(range, means.payoff(index, player) - means.payoff(0, player));
      range = std::max(range, means.payoff(0, player) - means.payoff(index, player));
    }
  }
  constexpr double kCloseEnough = 1e-6;
  if (found.regret <= kCloseEnough * range) {
    analysis.equilibria.push_back(found.profile);
  } else {
    analysis.nearest = found.profile;
  }
}

// All do the same.
bool IsSymmetric(const MixedProfile& profile) {
  constexpr double kRounding = 1e-9;
  for (const std::vector<double>& mix : profile) {
    for (size_t s = 0; s < mix.size(); ++s) {
      const double difference = mix[s] - profile[0][s];
      if (difference > kRounding || difference < -kRounding) return false;
    }
  }
  return true;
}

void KeepSymmetric(std::vector<MixedProfile>& profiles) {
  profiles.erase(std::remove_if(profiles.begin(), profiles.end(),
                                [](const MixedProfile& profile) { return !IsSymmetric(profile); }),
                 profiles.end());
}

// Two best responses to the same: the game is degenerate, as where two contenders play alike.
bool HasTies(absl::Span<const BestResponse> responses) {
  return std::any_of(responses.begin(), responses.end(), [](const BestResponse& best) {
    return best.strategy != best.second && best.advantage.difference == 0;
  });
}

void FindEquilibria(const NormalFormGame& means, bool symmetric, GameAnalysis& analysis) {
  const bool enumerable = means.players() == 2 &&
                          means.strategies(0) <= kMostEnumeratedStrategies &&
                          means.strategies(1) <= kMostEnumeratedStrategies;
  if (enumerable) {
    analysis.method = "support enumeration";
    analysis.complete = !HasTies(analysis.best_responses);
    analysis.equilibria = SupportEnumeration(means);
    if (symmetric) KeepSymmetric(analysis.equilibria);
    // Only a degenerate game is left without.
    if (!analysis.equilibria.empty()) return;
  }
  for (const size_t index : PureEquilibria(means)) {
    analysis.equilibria.push_back(ToMixed(means, index));
  }
  if (symmetric) KeepSymmetric(analysis.equilibria);
  analysis.complete = false;
  analysis.method = "looking at all pure profiles";
  if (!analysis.equilibria.empty()) return;
  analysis.method +=
      symmetric ? " and replicator dynamics of one population" : " and replicator dynamics";
  SearchMixed(means, symmetric, analysis);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SeatsOfRole(const v1::Scenario& scenario, v1::Role role) {
  std::vector<std::string> seats;
  for (const v1::AgentSpec& agent : scenario.agents()) {
    if (agent.role() == role) seats.push_back(agent.name());
  }
  if (seats.empty()) {
    return absl::NotFoundError(absl::StrCat("the scenario has no ", RoleName(role)));
  }
  std::sort(seats.begin(), seats.end());
  return seats;
}

absl::StatusOr<EnsemblePlan> PlanArena(const ArenaRequest& request) {
  v1::Scenario scenario = request.scenario;
  if (absl::Status seats = CheckSeats(scenario, request.seats); !seats.ok()) return seats;
  if (absl::Status contenders = CheckContenders(request); !contenders.ok()) return contenders;
  const NormalFormGame profiles(
      std::vector<size_t>(request.seats.size(), request.contenders.size()));
  PlanRequest plan;
  for (size_t index = 0; index < profiles.profiles(); ++index) {
    plan.scenarios.push_back(ScenarioOf(request, profiles.ProfileAt(index), index));
  }
  plan.seeds = request.seeds;
  plan.quarters = request.quarters;
  plan.metrics = request.metrics;
  return MakePlan(std::move(plan));
}

absl::StatusOr<PlayedGame> MakeGame(const OutcomeTable& table, absl::Span<const std::string> seats,
                                    size_t contenders, const Payoff& payoff) {
  std::vector<SeatPayoffs> by_seat;
  std::vector<bool> counts(table.seeds(), true);
  for (const std::string& seat : seats) {
    SeatPayoffs& payoffs = by_seat.emplace_back();
    for (size_t point = 0; point < table.points(); ++point) {
      absl::StatusOr<std::vector<double>> of_point = payoff.Of(table, point, seat);
      if (!of_point.ok()) return of_point.status();
      for (size_t seed = 0; seed < counts.size(); ++seed) {
        if (!IsFigure((*of_point)[seed])) counts[seed] = false;
      }
      payoffs.push_back(*std::move(of_point));
    }
  }
  std::vector<size_t> seeds;
  for (size_t seed = 0; seed < counts.size(); ++seed) {
    if (counts[seed]) seeds.push_back(seed);
  }
  if (seeds.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("under no seed has every run the pay-off \"", payoff.text(),
                     "\" of every seat: runs broke off, or the figure isn't there in all of them"));
  }
  PlayedGame played = {EmpiricalGame(std::vector<size_t>(seats.size(), contenders), seeds.size()),
                       std::move(seeds)};
  std::vector<double> values(played.seeds.size());
  for (size_t seat = 0; seat < seats.size(); ++seat) {
    for (size_t point = 0; point < table.points(); ++point) {
      for (size_t i = 0; i < values.size(); ++i) {
        values[i] = by_seat[seat][point][played.seeds[i]];
      }
      played.game.SetPayoffs(point, seat, values);
    }
  }
  return played;
}

GameAnalysis Analyse(const EmpiricalGame& game, const AnalysisOptions& options) {
  GameAnalysis analysis;
  analysis.best_responses = BestResponses(game, options.confidence);
  FindEquilibria(game.means(), options.symmetric, analysis);
  const auto estimate = [&](absl::Span<const MixedProfile> profiles) {
    return EstimateRegrets(game, profiles, options.confidence, options.resamples,
                           options.bootstrap_seed);
  };
  analysis.regrets = estimate(analysis.equilibria);
  if (analysis.nearest.has_value()) analysis.nearest_regret = estimate({*analysis.nearest})[0];
  return analysis;
}

}  // namespace tranche
