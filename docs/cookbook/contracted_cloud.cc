// A cloud that builds for customers it has: it plays as balanced-cloud does, and orders no site
// while more of next year's capacity is free than it cares for.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "agents/moves_of.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class ContractedCloud : public Strategy {
 public:
  explicit ContractedCloud(const StrategyContext& context)
      : base_(StrategyNamed("balanced-cloud", context)),
        most_free_percent_(static_cast<int64_t>(context.parameters.Get("most_free_percent"))) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    const bool builds = FreePercentNextYear(view.own.cloud()) <= most_free_percent_;
    for (v1::Message& move : MovesOf(*base_, view, actions)) {
      if (move.has_build_order() && !builds) continue;
      actions.Tell() = std::move(move);
    }
  }

 private:
  // Of the quarter of the coming four with the most to spare.
  static int64_t FreePercentNextYear(const v1::CloudView& cloud) {
    int64_t most = 0;
    for (int i = 0; i < std::min(4, cloud.ahead_size()); ++i) {
      const v1::CapacityAhead& ahead = cloud.ahead(i);
      if (ahead.capacity_h100e() <= 0) continue;
      most = std::max(most, ahead.uncommitted_h100e() * 100 / ahead.capacity_h100e());
    }
    return most;
  }

  std::unique_ptr<Strategy> base_;
  int64_t most_free_percent_;
};

TRANCHE_REGISTER_STRATEGY(ContractedCloud, "contracted-cloud", v1::ROLE_CLOUD,
                          "Plays as balanced-cloud, and builds only what contracts fill.",
                          {{"most_free_percent", 30}});

}  // namespace
}  // namespace tranche
