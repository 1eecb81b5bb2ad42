// An investor that lets chance choose: it plays as value-investor does, in those rounds for which a
// coin came up heads. Its coin is the run's randomness, so that a seed tosses it the same way
// again.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "agents/moves_of.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class LotteryInvestor : public Strategy {
 public:
  explicit LotteryInvestor(const StrategyContext& context)
      : base_(StrategyNamed("value-investor", context)),
        odds_(context.parameters.Get("odds_percent") / 100) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    for (const v1::Message* message : view.inbox) {
      if (message->has_funding_ask() && !heads_.contains(message->thread())) {
        heads_[message->thread()] = actions.random().Bernoulli(odds_);
      }
    }
    for (v1::Message& move : MovesOf(*base_, view, actions)) {
      const auto tossed = heads_.find(move.thread());
      if (move.has_term_sheet() && tossed != heads_.end() && !tossed->second) continue;
      actions.Tell() = std::move(move);
    }
  }

 private:
  std::unique_ptr<Strategy> base_;
  double odds_;
  std::map<std::string, bool> heads_;  // by the round's thread
};

TRANCHE_REGISTER_STRATEGY(LotteryInvestor, "lottery-investor", v1::ROLE_INVESTOR,
                          "Plays as value-investor in the rounds that a coin chooses.",
                          {{"odds_percent", 50}});

}  // namespace
}  // namespace tranche
