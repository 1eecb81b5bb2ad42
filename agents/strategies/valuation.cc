#include "agents/strategies/valuation.h"

#include <algorithm>
#include <vector>

#include "agents/strategies/directory.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// How much the multiple of comparables weighs against the lab's own last price.
constexpr double kComparablesWeight = 0.25;
// Value gained with a factor of ten in effective compute over the field, at most 25% either way.
constexpr double kStandingWeight = 0.4;
constexpr double kMostStandingEffect = 0.25;
// Disclosure is two quarters behind; so is a price that was made before we began to look.
constexpr int kDisclosureLag = 2;
constexpr int kMostLabsCovered = 64;
constexpr int32_t kQuartersOfMomentum = 4;

double ClampGrowth(double growth) { return std::clamp(growth, -0.2, 0.35); }

// Calls `look` for the labs that others are compared with: all of them, or as many as an analyst
// can cover, evenly out of the view's order.
template <typename Look>
void ForEachComparable(const v1::PublicView& market, const Look& look) {
  const int64_t labs = market.labs_size();
  const int64_t covered = std::min<int64_t>(labs, kMostLabsCovered);
  for (int64_t i = 0; i < covered; ++i) look(market.labs(static_cast<int>(i * labs / covered)));
}

double MeanCapability(const v1::PublicView& market) {
  double sum = 0;
  int count = 0;
  ForEachComparable(market, [&](const v1::LabDisclosure& lab) {
    if (lab.capability_millis() <= 0 || !IsActive(market, lab.lab())) return;
    sum += lab.capability_millis();
    ++count;
  });
  return count == 0 ? 0 : sum / count / 1000;
}

}  // namespace

double ComparableMultiple(const v1::PublicView& market) {
  std::vector<double> multiples;
  ForEachComparable(market, [&](const v1::LabDisclosure& lab) {
    if (lab.last_valuation_cents() <= 0 || lab.disclosed_revenue_cents() <= 0) return;
    multiples.push_back(static_cast<double>(lab.last_valuation_cents()) /
                        (4.0 * static_cast<double>(lab.disclosed_revenue_cents())));
  });
  if (multiples.empty()) return 0;
  std::sort(multiples.begin(), multiples.end());
  const size_t middle = multiples.size() / 2;
  if (multiples.size() % 2 == 1) return multiples[middle];
  return DetSqrt(multiples[middle - 1] * multiples[middle]);
}

void Appraiser::Observe(const v1::PublicView& market) {
  if (market.labs_size() <= kMostLabsCovered) {
    for (const v1::LabDisclosure& lab : market.labs()) Read(market, lab, labs_[lab.lab()]);
    return;
  }
  for (auto& [name, history] : labs_) {
    if (const v1::LabDisclosure* lab = FindLab(market, name)) Read(market, *lab, history);
  }
}

void Appraiser::Read(const v1::PublicView& market, const v1::LabDisclosure& lab, History& history) {
  if (history.observed_quarter == market.quarter()) return;
  const auto revenue = static_cast<double>(lab.disclosed_revenue_cents());
  if (history.revenue_cents > 0 && revenue > 0) {
    const double growth = ClampGrowth(revenue / history.revenue_cents - 1);
    history.quarterly_growth =
        history.growth_known ? (history.quarterly_growth + growth) / 2 : growth;
    history.growth_known = true;
  }
  history.revenue_cents = revenue;
  const auto valuation = static_cast<double>(lab.last_valuation_cents());
  if (valuation != history.valuation_cents) {
    history.priced_before_we_looked = history.observed_quarter == 0;
    history.previous_valuation_cents = history.valuation_cents;
    history.valuation_cents = valuation;
    history.valuation_quarter = market.quarter();
  }
  history.observed_quarter = market.quarter();
}

double Appraiser::Momentum(absl::string_view lab) const {
  const auto found = labs_.find(lab);
  if (found == labs_.end()) return 0;
  const History& history = found->second;
  const bool old = history.observed_quarter - history.valuation_quarter > kQuartersOfMomentum;
  if (old || history.previous_valuation_cents <= 0) return 0;
  return history.valuation_cents / history.previous_valuation_cents - 1;
}

Appraisal Appraiser::Appraise(const v1::PublicView& market, absl::string_view lab) const {
  const v1::LabDisclosure* disclosure = FindLab(market, lab);
  const double revenue =
      disclosure == nullptr ? 0 : static_cast<double>(disclosure->disclosed_revenue_cents());
  return Appraise(market, lab, revenue, kDisclosureLag);
}

Appraisal Appraiser::Appraise(const v1::PublicView& market, absl::string_view lab,
                              double revenue_cents) const {
  return Appraise(market, lab, revenue_cents, 0);
}

Appraisal Appraiser::Appraise(const v1::PublicView& market, absl::string_view lab,
                              double revenue_cents, int lag) const {
  Appraisal appraisal;
  const v1::LabDisclosure* disclosure = FindLab(market, lab);
  if (disclosure == nullptr) return appraisal;
  const auto found = labs_.find(lab);
  const History history = found == labs_.end() ? History{} : found->second;

  appraisal.quarterly_growth =
      history.growth_known ? history.quarterly_growth : ClampGrowth(assumed_growth_);
  appraisal.annual_revenue_cents = 4 * std::max(revenue_cents, 0.0);
  appraisal.standing_dex = disclosure->capability_millis() / 1000.0 - MeanCapability(market);

  const double forward = DetPow(1 + appraisal.quarterly_growth, lag);
  const double by_multiple = appraisal.annual_revenue_cents * forward * ComparableMultiple(market);
  int64_t age =
      std::clamp<int64_t>(static_cast<int64_t>(market.quarter()) - history.valuation_quarter, 0, 8);
  if (history.priced_before_we_looked) age += kDisclosureLag;
  const double by_last_price =
      std::max(static_cast<double>(disclosure->last_valuation_cents()), 0.0) *
      DetPow(1 + appraisal.quarterly_growth, static_cast<double>(age));

  double value = std::max(by_last_price, by_multiple);
  if (by_last_price > 0 && by_multiple > 0) {
    value = by_last_price * DetPow(by_multiple / by_last_price, kComparablesWeight);
  }
  const double standing = std::clamp(kStandingWeight * appraisal.standing_dex, -kMostStandingEffect,
                                     kMostStandingEffect);
  appraisal.value_cents = value * DetExp(standing);
  return appraisal;
}

}  // namespace tranche
