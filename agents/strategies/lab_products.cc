#include "agents/strategies/lab_products.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/mark_up.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// Value of a factor of ten in effective compute, as log price.
constexpr double kPriceOfCapability = 0.5;
// A price isn't changed for less than this.
constexpr double kMenuCost = 0.01;
constexpr double kDearerWhenShort = 1.1;
constexpr double kCheaperWhenIdle = 0.96;
constexpr double kExpectedGrowth = 1.15;
// Quarters of cash with which compute is bought beyond what is reserved.
constexpr double kPlenty = 5;
// Of a cloud's capacity that it buys on demand.
constexpr double kMostOfACloud = 0.1;
// Whose prices it follows. Attention is limited; so is what a quarter of a large market costs.
constexpr size_t kMostRivalsWatched = 64;

const v1::SegmentResult* FindResult(const v1::LabView& lab, v1::Segment segment) {
  for (const v1::SegmentResult& result : lab.segments()) {
    if (result.segment() == segment) return &result;
  }
  return nullptr;
}

// Active labs, in the view's order; of many, those whose models are most like its own.
std::vector<const v1::LabDisclosure*> RivalsWatched(const v1::PublicView& market,
                                                    const v1::LabDisclosure& self) {
  std::vector<std::pair<int64_t, int>> by_distance;
  for (int i = 0; i < market.labs_size(); ++i) {
    by_distance.emplace_back(
        std::abs(int64_t{market.labs(i).capability_millis()} - self.capability_millis()), i);
  }
  if (by_distance.size() > kMostRivalsWatched) std::sort(by_distance.begin(), by_distance.end());
  std::vector<int> watched;
  for (const auto& [distance, i] : by_distance) {
    if (watched.size() == kMostRivalsWatched) break;
    const std::string& rival = market.labs(i).lab();
    if (rival != self.lab() && IsActive(market, rival)) watched.push_back(i);
  }
  std::sort(watched.begin(), watched.end());
  std::vector<const v1::LabDisclosure*> rivals;
  for (const int i : watched) rivals.push_back(&market.labs(i));
  return rivals;
}

// Geometric mean of what rivals charge in a segment, corrected for how much better their models
// are; 0 if nobody else sells.
double RivalsPrice(const std::vector<const v1::LabDisclosure*>& rivals,
                   const v1::LabDisclosure& self, v1::Segment segment) {
  double sum = 0;
  int count = 0;
  for (const v1::LabDisclosure* rival : rivals) {
    for (const v1::SegmentPrice& price : rival->prices()) {
      if (price.segment() != segment || price.price_micros_per_mtok() <= 0) continue;
      const double lead_dex = (static_cast<double>(self.capability_millis()) -
                               static_cast<double>(rival->capability_millis())) /
                              1000;
      sum += DetLog(static_cast<double>(price.price_micros_per_mtok())) +
             kPriceOfCapability * std::clamp(lead_dex, -2.0, 2.0);
      ++count;
    }
  }
  return count == 0 ? 0 : DetExp(sum / count);
}

// Part of a segment's customers that use any model; 1 where nothing is known.
double Adoption(const v1::PublicView& market, v1::Segment segment) {
  for (const v1::SegmentSurvey& survey : market.segments()) {
    if (survey.segment() == segment) return survey.adoption_ppm() / 1e6;
  }
  return 1;
}

bool RivalJustReleased(const TurnView& view) {
  return std::any_of(
      view.market.labs().begin(), view.market.labs().end(), [&](const v1::LabDisclosure& lab) {
        return lab.lab() != view.own.agent() && lab.model_released_quarter() == view.quarter - 1;
      });
}

// Cheapest cloud the lab may buy from on demand.
const v1::CloudDisclosure* CheapestCloud(const TurnView& view) {
  const absl::string_view bound = ExclusiveProvider(view.own);
  const v1::CloudDisclosure* cheapest = nullptr;
  for (const v1::CloudDisclosure& cloud : view.market.clouds()) {
    if (cloud.cloud() == view.own.agent()) continue;
    if (!bound.empty() && cloud.cloud() != bound) continue;
    if (cloud.on_demand_price_micros_per_gpu_hour() <= 0) continue;
    const bool cheaper = cheapest == nullptr || cloud.on_demand_price_micros_per_gpu_hour() <
                                                    cheapest->on_demand_price_micros_per_gpu_hour();
    if (cheaper && IsActive(view.market, cloud.cloud())) cheapest = &cloud;
  }
  return cheapest;
}

}  // namespace

std::string NextModelName(absl::string_view model) {
  size_t digits = model.size();
  while (digits > 0 && absl::ascii_isdigit(static_cast<unsigned char>(model[digits - 1]))) --digits;
  int64_t number = 0;
  if (digits == model.size() || !absl::SimpleAtoi(model.substr(digits), &number) ||
      number > 1'000'000) {
    return absl::StrCat(model.empty() ? "model" : model.substr(0, 100), "-2");
  }
  return absl::StrCat(model.substr(0, std::min<size_t>(digits, 100)), number + 1);
}

void Products::OnQuarter(const TurnView& view, const Runway& runway, Actions& actions) {
  Price(view, actions);
  Train(view, runway, actions);
  Release(view, actions);
}

void Products::Price(const TurnView& view, Actions& actions) const {
  const v1::LabDisclosure* self = FindLab(view.market, view.own.agent());
  if (self == nullptr) return;
  const v1::LabView& lab = view.own.lab();
  const auto cost = std::max(static_cast<double>(lab.cost_micros_per_mtok()), 0.0);
  const auto wanted = static_cast<double>(lab.inference_wanted_gpu_hours());
  const auto served = static_cast<double>(lab.inference_served_gpu_hours());
  const double reserved = static_cast<double>(lab.reserved_h100e()) * kHoursPerQuarter;
  double scarcity = 1;
  if (wanted > 0 && served < 0.97 * wanted) scarcity = kDearerWhenShort;
  if (reserved > 0 && served > 0 && served < 0.4 * reserved) scarcity = kCheaperWhenIdle;

  const std::vector<const v1::LabDisclosure*> rivals = RivalsWatched(view.market, *self);
  v1::PriceList list;
  for (const v1::SegmentPrice& posted : self->prices()) {
    const auto today = static_cast<double>(posted.price_micros_per_mtok());
    if (today <= 0 || posted.segment() == v1::SEGMENT_UNSPECIFIED) continue;
    const v1::SegmentResult* result = FindResult(lab, posted.segment());
    // Customers who use no model are the alternative that bounds the price.
    const double share = (result == nullptr ? 0 : result->share_ppm() / 1e6) *
                         Adoption(view.market, posted.segment());
    const double best_reply = LogitMarkUpPrice(cost, style_.price_sensitivity / today, share);
    const double theirs = RivalsPrice(rivals, *self, posted.segment());
    const double target = theirs > 0 ? DetSqrt(best_reply * theirs) : best_reply;
    const double floor = 1.05 * cost;
    const double price =
        std::max(Towards(today, std::max(target * scarcity, floor), style_.most_price_change), 1.0);
    if (price > today * (1 - kMenuCost) && price < today * (1 + kMenuCost)) continue;
    v1::PriceList::Item& item = *list.add_items();
    item.set_segment(posted.segment());
    item.set_price_micros_per_mtok(ToWhole(std::max(RoundedTo(price, 1'000), 1'000.0)));
  }
  if (!list.items().empty()) *actions.Tell().mutable_price_list() = list;
}

void Products::Train(const TurnView& view, const Runway& runway, Actions& actions) const {
  const v1::LabView& lab = view.own.lab();
  const double reserved =
      std::clamp(static_cast<double>(lab.reserved_h100e()) * kHoursPerQuarter, 0.0, 1e15);
  const double serving =
      std::max(static_cast<double>(lab.inference_wanted_gpu_hours()), 0.0) * kExpectedGrowth;
  double extra = 0;
  const v1::CloudDisclosure* cloud = CheapestCloud(view);
  if (cloud != nullptr && style_.on_demand_part > 0 && runway.quarters > kPlenty) {
    const auto price = static_cast<double>(cloud->on_demand_price_micros_per_gpu_hour());
    // At most a tenth of the cash.
    extra =
        std::min({style_.on_demand_part * reserved, 0.1 * runway.cash_cents * 1e4 / price,
                  kMostOfACloud * static_cast<double>(cloud->capacity_h100e()) * kHoursPerQuarter});
    if (extra >= 1) {
      v1::CapacityOrder& order = *actions.Send(cloud->cloud(), "").mutable_capacity_order();
      order.set_cloud(cloud->cloud());
      order.set_gpu_hours(ToWhole(extra));
      order.set_limit_price_micros_per_gpu_hour(ToWhole(1.1 * price));
    }
  }
  const double training = std::max(reserved - serving, style_.training_part * reserved) + extra;
  if (training >= 1) {
    v1::TrainingPlan& plan = *actions.Tell().mutable_training_plan();
    // A run under assessment doesn't train: the next one begins.
    const bool begins = lab.run().empty() || lab.run() == lab.assessed_run();
    plan.set_run(begins ? absl::StrCat("run-", QuarterName(view.quarter)) : lab.run());
    plan.set_gpu_hours(ToWhole(training));
  }
  v1::ServingPlan& serving_plan = *actions.Tell().mutable_serving_plan();
  serving_plan.set_training_share_bp(
      static_cast<uint32_t>(ToWhole(1e4 * std::clamp(style_.training_part, 0.0, 1.0))));
  const double gap = std::max(0.0, serving - (1 - style_.training_part) * reserved);
  serving_plan.set_on_demand_gpu_hours_limit(runway.quarters > 1 ? ToWhole(1.3 * gap) : 0);
}

void Products::Release(const TurnView& view, Actions& actions) {
  const v1::LabDisclosure* self = FindLab(view.market, view.own.agent());
  const v1::LabView& lab = view.own.lab();
  if (self == nullptr || lab.run().empty()) return;
  if (lab.release_closed() || !lab.assessed_run().empty()) return;
  const int32_t rival = BestCapability(view.market, view.own.agent());
  const auto lead_dex = [rival](int32_t capability) {
    return rival == 0 ? 0.0 : (static_cast<double>(capability) - static_cast<double>(rival)) / 1000;
  };
  const v1::AnnouncedEvent* news = ExpectedRound(view.market, view.own.agent());
  const ReleaseCase now{
      .gain_dex = (static_cast<double>(lab.run_capability_millis()) -
                   static_cast<double>(self->capability_millis())) /
                  1000,
      .run_lead_dex = lead_dex(lab.run_capability_millis()),
      .model_lead_dex = lead_dex(self->capability_millis()),
      .model_age_quarters = static_cast<int>(std::clamp<int64_t>(
          static_cast<int64_t>(view.quarter) - self->model_released_quarter(), 0, 1'000)),
      .rival_just_released = RivalJustReleased(view),
      .raising = self->raising() || news != nullptr,
      .held_quarters = held_quarters_,
  };
  const ReleaseTiming timing = TimeRelease(style_.release, now);
  held_quarters_ = timing == ReleaseTiming::kHold ? held_quarters_ + 1 : 0;
  if (timing != ReleaseTiming::kRelease) return;
  v1::ModelRelease& release = *actions.Tell().mutable_model_release();
  release.set_run(lab.run());
  release.set_model(NextModelName(self->model()));
  actions.Tell().mutable_announcement()->set_text(
      absl::StrCat("We release ", release.model(), " this quarter."));
}

}  // namespace tranche
