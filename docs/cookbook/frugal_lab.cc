// A lab that raises nothing and lives on its customers: prices are cost and a margin, and what
// compute they leave goes into one training run, which it releases once it is clearly better.

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class FrugalLab : public Strategy {
 public:
  explicit FrugalLab(const StrategyContext& context)
      : margin_percent_(static_cast<int64_t>(context.parameters.Get("margin_percent"))),
        gain_millis_(static_cast<int32_t>(context.parameters.Get("release_gain_millis"))) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    if (view.round != 1) return;  // Nobody's mail changes our mind.
    const v1::LabView& lab = view.own.lab();
    SetPrices(lab, actions);
    actions.Tell().mutable_serving_plan()->set_on_demand_gpu_hours_limit(
        lab.inference_wanted_gpu_hours());
    if (!lab.run().empty() && lab.run_capability_millis() > Released(view) + gain_millis_) {
      v1::ModelRelease& release = *actions.Tell().mutable_model_release();
      release.set_run(lab.run());
      release.set_model(absl::StrCat(view.own.agent(), " ", view.quarter));
      return;
    }
    v1::TrainingPlan& plan = *actions.Tell().mutable_training_plan();
    plan.set_run(lab.run().empty() ? absl::StrCat("run ", view.quarter) : lab.run());
    plan.set_gpu_hours(lab.reserved_h100e() * kHoursPerQuarter);
  }

 private:
  static constexpr int64_t kHoursPerQuarter = 2190;

  void SetPrices(const v1::LabView& lab, Actions& actions) const {
    if (lab.cost_micros_per_mtok() <= 0 || lab.segments().empty()) return;
    v1::PriceList& prices = *actions.Tell().mutable_price_list();
    for (const v1::SegmentResult& segment : lab.segments()) {
      v1::PriceList::Item& item = *prices.add_items();
      item.set_segment(segment.segment());
      item.set_price_micros_per_mtok(lab.cost_micros_per_mtok() / 100 * (100 + margin_percent_));
    }
  }

  // Capability of the model on the market.
  static int32_t Released(const TurnView& view) {
    for (const v1::LabDisclosure& lab : view.market.labs()) {
      if (lab.lab() == view.own.agent()) return lab.capability_millis();
    }
    return 0;
  }

  int64_t margin_percent_;
  int32_t gain_millis_;
};

TRANCHE_REGISTER_STRATEGY(FrugalLab, "frugal-lab", v1::ROLE_LAB,
                          "Raises nothing: cost and a margin, and training with what is left.",
                          {{"margin_percent", 150}, {"release_gain_millis", 100}});

}  // namespace
}  // namespace tranche
