#include "sim/frameworks.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "sim/check.h"
#include "sim/notices.h"
#include "sim/units.h"

namespace tranche {

void AddFrameworks(World& world) {
  if (world.scenario.switches().no_frameworks()) return;
  for (const v1::FrameworkSpec& spec : world.scenario.frameworks()) {
    Framework framework;
    framework.name = spec.name();
    framework.description = spec.description();
    framework.in_force = world.first_quarter;
    if (!spec.in_force().empty()) {
      const absl::StatusOr<Quarter> quarter = Quarter::Parse(spec.in_force());
      TRANCHE_CHECK(quarter.ok(), spec.in_force());
      framework.in_force = *quarter;
    }
    framework.capability = spec.capability_log10_flop();
    framework.cost = FromUsdMillions(spec.cost_usd_millions_per_quarter());
    framework.cost_of_revenue = spec.cost_percent_of_revenue() / 100;
    framework.territory = spec.territory_percent_of_revenue() / 100;
    framework.assessment_quarters = static_cast<int32_t>(spec.assessment_quarters());
    framework.compatibility_floor = spec.compatibility_floor();
    world.frameworks.push_back(std::move(framework));
  }
  std::sort(world.frameworks.begin(), world.frameworks.end(),
            [](const Framework& a, const Framework& b) {
              return std::tie(a.in_force, a.name) < std::tie(b.in_force, b.name);
            });
}

bool InForce(const World& world, const Framework& framework) {
  return framework.in_force <= world.quarter;
}

bool Concerns(const World& world, const Framework& framework, LabId lab) {
  return InForce(world, framework) && world.agent_of(lab).active &&
         world.labs[lab].capability >= framework.capability;
}

Cents CostOfComplying(const World& world, const Framework& framework, LabId lab) {
  if (!Concerns(world, framework, lab)) return Cents(0);
  Cents revenue;
  for (const SegmentOutcome& outcome : world.labs[lab].outcome) revenue += outcome.revenue;
  const double part = framework.cost_of_revenue * framework.territory;
  return framework.cost + Cents(Rounded(part * static_cast<double>(revenue.value())));
}

int32_t AssessmentQuarters(const World& world, double capability) {
  int32_t longest = 0;
  for (const Framework& framework : world.frameworks) {
    if (InForce(world, framework) && capability >= framework.capability) {
      longest = std::max(longest, framework.assessment_quarters);
    }
  }
  return longest;
}

double Compatibility(const World& world) {
  if (world.scenario.switches().no_standards()) return 0;
  double mandated = 0;
  for (const Framework& framework : world.frameworks) {
    if (!InForce(world, framework)) continue;
    const double gap = std::max(0.0, framework.compatibility_floor - world.compatibility);
    mandated = std::max(mandated, framework.territory * gap);
  }
  return world.compatibility + mandated;
}

void TellFrameworksInForce(const World& world, MarketOutput& out) {
  if (world.quarter == world.first_quarter) return;
  for (const Framework& framework : world.frameworks) {
    if (framework.in_force != world.quarter) continue;
    v1::RuleInForce& rule = *NotifyEverybody(world, out).mutable_rule_in_force();
    rule.set_name(framework.name);
    rule.set_description(framework.description);
  }
}

void FillFramework(const Framework& framework, v1::Framework* view) {
  view->set_name(framework.name);
  view->set_in_force_quarter(framework.in_force.index());
  view->set_capability_millis(static_cast<int32_t>(Rounded(framework.capability * 1000)));
  view->set_cost_cents_per_quarter(framework.cost.value());
  view->set_cost_of_revenue_ppm(PpmFromFraction(framework.cost_of_revenue * framework.territory));
  view->set_assessment_quarters(static_cast<uint32_t>(framework.assessment_quarters));
  view->set_compatibility_floor_ppm(PpmFromFraction(framework.compatibility_floor));
}

}  // namespace tranche
