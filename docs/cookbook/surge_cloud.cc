// A cloud that plays as balanced-cloud does but for its posted price, which follows demand: up
// when more was wanted last quarter than sold, down when hours went unsold.

#include <memory>
#include <utility>

#include "agents/moves_of.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class SurgeCloud : public Strategy {
 public:
  explicit SurgeCloud(const StrategyContext& context)
      : base_(StrategyNamed("balanced-cloud", context)),
        step_percent_(static_cast<int64_t>(context.parameters.Get("step_percent"))) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    for (v1::Message& move : MovesOf(*base_, view, actions)) {
      if (!move.has_compute_price_list()) actions.Tell() = std::move(move);
    }
    if (view.round != 1) return;
    const int64_t posted = PostedPrice(view);
    const v1::CloudView& cloud = view.own.cloud();
    const bool is_short = cloud.on_demand_wanted_gpu_hours() > cloud.on_demand_sold_gpu_hours();
    const int64_t percent = is_short ? 100 + step_percent_ : 100 - step_percent_ / 2;
    const int64_t price = posted / 100 * percent;
    if (price <= cloud.cost_micros_per_gpu_hour()) return;  // Never below cost.
    actions.Tell().mutable_compute_price_list()->set_on_demand_price_micros_per_gpu_hour(price);
  }

 private:
  static int64_t PostedPrice(const TurnView& view) {
    for (const v1::CloudDisclosure& cloud : view.market.clouds()) {
      if (cloud.cloud() == view.own.agent()) return cloud.on_demand_price_micros_per_gpu_hour();
    }
    return 0;
  }

  std::unique_ptr<Strategy> base_;
  int64_t step_percent_;
};

TRANCHE_REGISTER_STRATEGY(SurgeCloud, "surge-cloud", v1::ROLE_CLOUD,
                          "Plays as balanced-cloud, and lets its posted price follow demand.",
                          {{"step_percent", 10}});

}  // namespace
}  // namespace tranche
