#ifndef TRANCHE_AGENTS_MOVES_OF_H_
#define TRANCHE_AGENTS_MOVES_OF_H_

#include <memory>

#include "absl/strings/string_view.h"
#include "agents/strategy.h"

// Strategies that build on others: have one of those there are decide, and change what you like.
//
//   void OnTurn(const TurnView& view, Actions& actions) override {
//     for (v1::Message& move : MovesOf(*base_, view, actions)) {
//       if (move.has_layoff()) continue;  // We let nobody go.
//       actions.Tell() = std::move(move);
//     }
//   }
namespace tranche {

// What `strategy` does in this turn. None of it is sent; it draws from `actions.random()`, so that
// passing all of its moves on plays exactly as `strategy` itself.
google::protobuf::RepeatedPtrField<v1::Message> MovesOf(Strategy& strategy, const TurnView& view,
                                                        Actions& actions);

// A registered strategy for the same agent, to build on; with these parameters over its defaults.
// Aborts if there is none of that name, if it plays another role or has no such parameter.
std::unique_ptr<Strategy> StrategyNamed(absl::string_view name, const StrategyContext& context,
                                        std::initializer_list<NamedValue> parameters = {});

}  // namespace tranche

#endif  // TRANCHE_AGENTS_MOVES_OF_H_
