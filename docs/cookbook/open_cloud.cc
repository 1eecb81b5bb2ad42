// A cloud that ties nobody to itself: it plays as balanced-cloud does, and strikes exclusivity and
// the right of first refusal out of all it proposes.

#include <memory>
#include <utility>

#include "agents/moves_of.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class OpenCloud : public Strategy {
 public:
  explicit OpenCloud(const StrategyContext& context)
      : base_(StrategyNamed("balanced-cloud", context)) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    for (v1::Message& move : MovesOf(*base_, view, actions)) {
      if (move.has_capacity_quote()) Open(*move.mutable_capacity_quote()->mutable_terms());
      if (move.has_marketplace_offer()) {
        move.mutable_marketplace_offer()->mutable_terms()->set_exclusive(false);
      }
      if (move.counter_offer().has_capacity()) {
        Open(*move.mutable_counter_offer()->mutable_capacity());
      }
      if (move.counter_offer().has_marketplace()) {
        move.mutable_counter_offer()->mutable_marketplace()->set_exclusive(false);
      }
      actions.Tell() = std::move(move);
    }
  }

 private:
  static void Open(v1::CapacityTerms& terms) {
    terms.set_exclusive(false);
    terms.set_right_of_first_refusal(false);
  }

  std::unique_ptr<Strategy> base_;
};

TRANCHE_REGISTER_STRATEGY(OpenCloud, "open-cloud", v1::ROLE_CLOUD,
                          "Plays as balanced-cloud, without exclusivity and first refusal.");

}  // namespace
}  // namespace tranche
