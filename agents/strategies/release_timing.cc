#include "agents/strategies/release_timing.h"

#include <algorithm>

namespace tranche {
namespace {

// A model that has been on the market this long is replaced by anything better.
constexpr int kStaleAfterQuarters = 4;
// The market refuses a release that is no better.
constexpr double kLeastGainDex = 0.001;
// A lead of so many margins is safe.
constexpr double kSafeLead = 1.5;

}  // namespace

ReleaseTiming TimeRelease(const ReleaseTaste& taste, const ReleaseCase& now) {
  const bool stale = now.model_age_quarters >= kStaleAfterQuarters;
  const bool hurries = now.model_lead_dex < 0 || stale || now.raising;
  const double margin =
      hurries ? std::min(taste.margin_dex, taste.catch_up_margin_dex) : taste.margin_dex;
  if (now.gain_dex < std::max(margin, kLeastGainDex)) return ReleaseTiming::kNotReady;
  if (stale || now.raising || now.held_quarters >= taste.patience_quarters) {
    return ReleaseTiming::kRelease;
  }
  const bool behind = now.run_lead_dex < 0;
  const bool upstaged = now.rival_just_released && now.run_lead_dex < taste.margin_dex;
  const bool safe = now.model_lead_dex >= kSafeLead * taste.margin_dex;
  return behind || upstaged || safe ? ReleaseTiming::kHold : ReleaseTiming::kRelease;
}

}  // namespace tranche
