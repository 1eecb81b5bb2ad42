// A lab that plays as balanced-lab does, and lists every price a little lower.

#include <memory>
#include <utility>

#include "agents/moves_of.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class UndercuttingLab : public Strategy {
 public:
  explicit UndercuttingLab(const StrategyContext& context)
      : base_(StrategyNamed("balanced-lab", context)),
        cut_percent_(static_cast<int64_t>(context.parameters.Get("cut_percent"))) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    for (v1::Message& move : MovesOf(*base_, view, actions)) {
      if (move.has_price_list()) {
        for (v1::PriceList::Item& item : *move.mutable_price_list()->mutable_items()) {
          const int64_t price = item.price_micros_per_mtok();
          item.set_price_micros_per_mtok(price - price / 100 * cut_percent_);
        }
      }
      actions.Tell() = std::move(move);
    }
  }

 private:
  std::unique_ptr<Strategy> base_;
  int64_t cut_percent_;
};

TRANCHE_REGISTER_STRATEGY(UndercuttingLab, "undercutting-lab", v1::ROLE_LAB,
                          "Plays as balanced-lab, and lists every price a little lower.",
                          {{"cut_percent", 5}});

}  // namespace
}  // namespace tranche
