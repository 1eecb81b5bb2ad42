#ifndef TRANCHE_AGENTS_STRATEGIES_RELEASE_TIMING_H_
#define TRANCHE_AGENTS_STRATEGIES_RELEASE_TIMING_H_

// When a lab puts a trained model on the market.
//
// A release ends a run, so waiting buys a better model and costs the customers that an older one
// loses meanwhile: the trade-off of patent and product races, in which the leader may rest and who
// is behind hurries, or waits until it can take the lead (Reinganum 1989, "The Timing of
// Innovation", Handbook of Industrial Organization 1, sections 3 and 4).
namespace tranche {

struct ReleaseTaste {
  // A run goes on the market when it beats the present model by this, log10 of effective FLOP …
  double margin_dex = 0.2;
  // … or by this much when the lab is overtaken, its model is old, or it is about to raise money.
  double catch_up_margin_dex = 0.05;
  // Quarters for which it holds back a release that wouldn't be noticed, or isn't needed.
  int patience_quarters = 1;
};

struct ReleaseCase {
  // Of the run over the model on the market.
  double gain_dex = 0;
  // Of the run, and of the model on the market, over the best rival's; negative: behind.
  double run_lead_dex = 0;
  double model_lead_dex = 0;
  int model_age_quarters = 0;
  // A rival released in the quarter last closed.
  bool rival_just_released = false;
  // Investors are looking.
  bool raising = false;
  // Quarters since the run was first good enough.
  int held_quarters = 0;
};

enum class ReleaseTiming {
  kNotReady,
  // Good enough, and better later: a rival is ahead of it or holds the stage, or the lead is safe.
  kHold,
  kRelease,
};

ReleaseTiming TimeRelease(const ReleaseTaste& taste, const ReleaseCase& now);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_RELEASE_TIMING_H_
