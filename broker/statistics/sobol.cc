#include "broker/statistics/sobol.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "sim/check.h"
#include "sim/philox.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// First-order and total indices from the samples whose numbers `rows` gives.
void Estimate(const SobolDesign& design, absl::Span<const double> outputs,
              absl::Span<const size_t> rows, std::vector<double>& first,
              std::vector<double>& total) {
  const auto n = static_cast<size_t>(design.samples);
  const auto f_a = [&](size_t row) { return outputs[row]; };
  const auto f_b = [&](size_t row) { return outputs[n + row]; };
  double sum = 0;
  for (const size_t row : rows) sum += f_a(row) + f_b(row);
  const double count = 2 * static_cast<double>(rows.size());
  const double mean = sum / count;
  double variance = 0;
  for (const size_t row : rows) {
    variance += (f_a(row) - mean) * (f_a(row) - mean) + (f_b(row) - mean) * (f_b(row) - mean);
  }
  variance /= count;
  for (size_t factor = 0; factor < static_cast<size_t>(design.factors); ++factor) {
    double first_sum = 0;
    double total_sum = 0;
    for (const size_t row : rows) {
      const double f_ab = outputs[(2 + factor) * n + row];
      // B less the mean: the same in expectation, with less variance.
      first_sum += (f_b(row) - mean) * (f_ab - f_a(row));
      total_sum += (f_a(row) - f_ab) * (f_a(row) - f_ab);
    }
    const auto samples = static_cast<double>(rows.size());
    first[factor] = variance == 0 ? 0 : first_sum / samples / variance;
    total[factor] = variance == 0 ? 0 : total_sum / (2 * samples) / variance;
  }
}

}  // namespace

SobolDesign MakeSobolDesign(int factors, int samples, uint64_t seed) {
  SobolDesign design = {factors, samples, LatinHypercube(samples, factors, seed, 1)};
  const std::vector<UnitPoint> a = design.points;
  const std::vector<UnitPoint> b = LatinHypercube(samples, factors, seed, 2);
  design.points.insert(design.points.end(), b.begin(), b.end());
  for (size_t factor = 0; factor < static_cast<size_t>(factors); ++factor) {
    for (size_t row = 0; row < a.size(); ++row) {
      design.points.push_back(a[row]);
      design.points.back()[factor] = b[row][factor];
    }
  }
  return design;
}

std::vector<SobolIndices> EstimateSobol(const SobolDesign& design, absl::Span<const double> outputs,
                                        double confidence, int resamples, uint64_t seed) {
  TRANCHE_CHECK(outputs.size() == design.points.size(), "an output for each point");
  const auto factors = static_cast<size_t>(design.factors);
  std::vector<size_t> rows(static_cast<size_t>(design.samples));
  std::iota(rows.begin(), rows.end(), size_t{0});
  std::vector<double> first(factors);
  std::vector<double> total(factors);
  Estimate(design, outputs, rows, first, total);
  std::vector<SobolIndices> indices(factors);
  for (size_t i = 0; i < factors; ++i) {
    indices[i].first = first[i];
    indices[i].total = total[i];
  }

  RandomStream random(seed, StreamKey("statistics/sobol-bootstrap"), Quarter(), Round(0));
  std::vector<std::vector<double>> firsts(factors);
  std::vector<std::vector<double>> totals(factors);
  const size_t samples = rows.size();
  for (int resample = 0; resample < resamples; ++resample) {
    for (size_t& row : rows) row = random.UniformInt(samples);
    Estimate(design, outputs, rows, first, total);
    for (size_t i = 0; i < factors; ++i) {
      firsts[i].push_back(first[i]);
      totals[i].push_back(total[i]);
    }
  }
  const auto percentiles = [confidence](std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    return Interval{QuantileOfSorted(values, 0.5 - confidence / 2),
                    QuantileOfSorted(values, 0.5 + confidence / 2)};
  };
  for (size_t i = 0; i < factors && resamples > 0; ++i) {
    indices[i].first_interval = percentiles(firsts[i]);
    indices[i].total_interval = percentiles(totals[i]);
  }
  return indices;
}

}  // namespace tranche
