#include "agents/moves_of.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "agents/actions.h"
#include "sim/check.h"
#include "sim/seat.h"

namespace tranche {

google::protobuf::RepeatedPtrField<v1::Message> MovesOf(Strategy& strategy, const TurnView& view,
                                                        Actions& actions) {
  google::protobuf::RepeatedPtrField<v1::Message> moves;
  Actions its_own(view.own.agent(), actions.random(), &moves);
  strategy.OnTurn(view, its_own);
  actions.random() = its_own.random();
  return moves;
}

std::unique_ptr<Strategy> StrategyNamed(absl::string_view name, const StrategyContext& context,
                                        std::initializer_list<NamedValue> parameters) {
  absl::StatusOr<std::unique_ptr<Strategy>> strategy =
      MakeStrategy({.name = context.agent,
                    .role = context.role,
                    .strategy = std::string(name),
                    .parameters = MakeParameters(parameters)});
  TRANCHE_CHECK(strategy.ok(), strategy.status().ToString());
  return *std::move(strategy);
}

}  // namespace tranche
