// A lab that plays as balanced-lab does, and takes no money from whoever holds shares of a rival.

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "agents/moves_of.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class ChoosyLab : public Strategy {
 public:
  explicit ChoosyLab(const StrategyContext& context)
      : base_(StrategyNamed("balanced-lab", context)) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    std::set<uint64_t> refused;
    for (const v1::Message* message : view.inbox) {
      const bool is_offer = message->has_term_sheet() || message->counter_offer().has_funding();
      if (!is_offer || !HoldsRival(view, message->sender())) continue;
      actions.Refuse(*message, v1::Refusal::REASON_CONFLICT_OF_INTEREST,
                     "You hold shares of a rival of ours.");
      refused.insert(message->id());
    }
    for (v1::Message& move : MovesOf(*base_, view, actions)) {
      if (refused.contains(move.in_reply_to())) continue;
      actions.Tell() = std::move(move);
    }
  }

 private:
  static bool HoldsRival(const TurnView& view, const std::string& investor) {
    std::string group;
    for (const v1::AgentProfile& agent : view.market.agents()) {
      if (agent.name() == investor) group = agent.group();
    }
    for (const v1::HoldingDisclosure& holding : view.market.holdings()) {
      if (holding.holder_group() == group && holding.lab() != view.own.agent()) return true;
    }
    return false;
  }

  std::unique_ptr<Strategy> base_;
};

TRANCHE_REGISTER_STRATEGY(ChoosyLab, "choosy-lab", v1::ROLE_LAB,
                          "Plays as balanced-lab, and refuses money of rivals' shareholders.");

}  // namespace
}  // namespace tranche
