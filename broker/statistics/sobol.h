#ifndef TRANCHE_BROKER_STATISTICS_SOBOL_H_
#define TRANCHE_BROKER_STATISTICS_SOBOL_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "broker/statistics/designs.h"
#include "broker/statistics/summary.h"

// Variance-based sensitivity: which part of an output's variance a factor explains by itself, and
// which with all its interactions. Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola
// (2010), "Variance Based Sensitivity Analysis of Model Output", Computer Physics Communications
// 181, whose recommended estimators (table 2, b and f) these are.
namespace tranche {

// Two Latin hypercubes A and B of `samples` points, and for each factor A with that factor's column
// from B: samples (factors + 2) points in all, in this order.
struct SobolDesign {
  int factors = 0;
  int samples = 0;
  std::vector<UnitPoint> points;
};

SobolDesign MakeSobolDesign(int factors, int samples, uint64_t seed);

struct SobolIndices {
  double first = 0;  // S: what would be gone of the variance if the factor were fixed
  double total = 0;  // ST: what would be left if all others were
  // Percentile bootstrap over the samples.
  Interval first_interval;
  Interval total_interval;
};

// By factor. `outputs` are the model's, point by point. All zero if they don't vary.
std::vector<SobolIndices> EstimateSobol(const SobolDesign& design, absl::Span<const double> outputs,
                                        double confidence, int resamples, uint64_t seed);

}  // namespace tranche

#endif  // TRANCHE_BROKER_STATISTICS_SOBOL_H_
