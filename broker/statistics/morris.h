#ifndef TRANCHE_BROKER_STATISTICS_MORRIS_H_
#define TRANCHE_BROKER_STATISTICS_MORRIS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "broker/statistics/designs.h"
#include "broker/statistics/summary.h"

// Elementary effects: which of many factors matter, from few runs. Morris (1991), "Factorial
// Sampling Plans for Preliminary Computational Experiments", Technometrics 33; μ* is Campolongo,
// Cariboni and Saltelli (2007), Environmental Modelling & Software 22.
namespace tranche {

// Trajectories through a grid of four levels, each of which moves one factor after the other, in
// random order, by two thirds of its range up or down.
struct MorrisDesign {
  int factors = 0;
  int trajectories = 0;
  // Of trajectory t the points t (factors + 1), …; factors + 1 each.
  std::vector<UnitPoint> points;
  // The factor that moves into each point but a trajectory's first, where it is -1.
  std::vector<int> moved;
};

MorrisDesign MakeMorrisDesign(int factors, int trajectories, uint64_t seed);

struct ElementaryEffects {
  double mean = 0;           // μ: the effect of going through the factor's whole range
  double mean_absolute = 0;  // μ*: the same without signs, so that opposite effects don't cancel
  double standard_deviation = 0;    // σ: interaction with other factors, or a curved effect
  Interval mean_absolute_interval;  // percentile bootstrap over trajectories
};

// By factor. `outputs` are the model's, point by point.
std::vector<ElementaryEffects> MorrisEffects(const MorrisDesign& design,
                                             absl::Span<const double> outputs, double confidence,
                                             int resamples, uint64_t seed);

}  // namespace tranche

#endif  // TRANCHE_BROKER_STATISTICS_MORRIS_H_
