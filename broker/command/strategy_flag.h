#ifndef TRANCHE_BROKER_COMMAND_STRATEGY_FLAG_H_
#define TRANCHE_BROKER_COMMAND_STRATEGY_FLAG_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/seat.h"
#include "tranche/v1/types.pb.h"

namespace tranche {

// Who plays how, as the command line says it:
//
//   flag      := agent "=" [ "external:" ] strategy [ ":" parameter { "," parameter } ]
//   parameter := name "=" number
//
// as in `openai=frontier-lab:runway_quarters=6,markup_bp=2500`.
struct StrategyChoice {
  std::string agent;
  std::string strategy;
  std::vector<v1::Parameter> parameters;
};

// Errors: InvalidArgument, which says where the flag breaks the grammar.
absl::StatusOr<StrategyChoice> ParseStrategyFlag(absl::string_view flag);
// All of them. Errors too if two flags speak of the same agent.
absl::StatusOr<std::vector<StrategyChoice>> ParseStrategyFlags(absl::Span<const std::string> flags);

// Lays the choices over the seats: an agent that is given a strategy keeps none of the scenario's
// parameters. Errors: NotFound (no such agent; lists those there are).
absl::Status ApplyStrategies(absl::Span<const StrategyChoice> choices,
                             std::vector<AgentSeat>& seats);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_STRATEGY_FLAG_H_
