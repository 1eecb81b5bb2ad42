#include "sim/events.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "sim/check.h"
#include "sim/dates.h"
#include "sim/frameworks.h"
#include "sim/notices.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

Quarter InForceFrom(const World& world, const v1::RegimeSpec& regime) {
  if (regime.in_force().empty()) return world.first_quarter;
  const absl::StatusOr<Quarter> quarter = Quarter::Parse(regime.in_force());
  TRANCHE_CHECK(quarter.ok(), regime.in_force());
  return *quarter;
}

void TakeEffect(World& world, const v1::EventSpec& event) {
  switch (event.effect_case()) {
    case v1::EventSpec::kListingOf:
      world.labs[world.lab_of(world.FindAgent(event.listing_of()))].listed = true;
      return;
    case v1::EventSpec::kGridGrowthFactor:
      for (Region& region : world.regions) {
        region.new_kw_per_quarter *= event.grid_growth_factor();
      }
      return;
    case v1::EventSpec::kReleaseWindow:
    case v1::EventSpec::kShareholderMeeting:
      return;  // read at the opening: sim/releases.h, sim/shareholders.h
    case v1::EventSpec::kRound:
    case v1::EventSpec::EFFECT_NOT_SET:
      return;  // news
  }
}

}  // namespace

void ApplyRegimesInForce(World& world) {
  std::array<Quarter, 4> since;
  world.has_regime.fill(false);
  for (const v1::RegimeSpec& regime : world.scenario.regimes()) {
    const Quarter from = InForceFrom(world, regime);
    const auto j = static_cast<size_t>(regime.jurisdiction());
    if (from > world.quarter || (world.has_regime[j] && from < since[j])) continue;
    world.regimes[j] = regime;
    world.has_regime[j] = true;
    since[j] = from;
  }
}

void ApplyScheduledEvents(World& world, MarketOutput& out) {
  ApplyRegimesInForce(world);
  for (const v1::RegimeSpec& regime : world.scenario.regimes()) {
    // What holds from the start isn't news.
    if (regime.in_force().empty() || InForceFrom(world, regime) != world.quarter) continue;
    v1::RuleInForce* rule = NotifyEverybody(world, out).mutable_rule_in_force();
    rule->set_name(regime.name());
    rule->set_description(v1::Jurisdiction_Name(regime.jurisdiction()));
  }

  TellFrameworksInForce(world, out);
  if (world.scenario.switches().no_scheduled_events()) return;

  std::vector<const v1::EventSpec*> today;
  for (const v1::EventSpec& event : world.scenario.events()) {
    if (Quarter::Containing(DayOf(event.date())) == world.quarter) today.push_back(&event);
  }
  std::sort(today.begin(), today.end(), [](const v1::EventSpec* a, const v1::EventSpec* b) {
    return std::make_tuple(DayOf(a->date()), a->name()) <
           std::make_tuple(DayOf(b->date()), b->name());
  });
  for (const v1::EventSpec* event : today) {
    TakeEffect(world, *event);
    v1::ScheduledEvent* told = NotifyEverybody(world, out).mutable_scheduled_event();
    told->set_name(event->name());
    told->set_description(event->description());
    *told->mutable_date() = event->date();
  }
}

}  // namespace tranche
