#ifndef TRANCHE_BROKER_EVIDENCE_HINDCAST_H_
#define TRANCHE_BROKER_EVIDENCE_HINDCAST_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "broker/evidence/facts.h"
#include "broker/evidence/observables.h"
#include "broker/evidence/simulated_history.h"

// A market that has been played forward from its past, set beside what has happened since.
namespace tranche {

// The score of a row is the CRPS of ln x: a difference of 0.1 is about 10%, whatever the unit, so
// that rows can be averaged. Simulated values enter with at least a thousandth of the observed one.
struct HindcastRow {
  Fact fact;
  const Observable* observable = nullptr;
  // After the cut: none of it was used to calibrate.
  bool out_of_sample = false;
  // Of the simulated values, in the fact's unit: quantiles of 5, 25, 50, 75 and 95%.
  double low90 = 0, low50 = 0, median = 0, high50 = 0, high90 = 0;
  // In the fact's unit, and of logarithms.
  double crps = 0;
  double log_crps = 0;
  // Extrapolation of the series' growth (broker/evidence/naive_growth.h) from what was known the
  // day before, and no later than the cut.
  std::optional<double> naive;
  double naive_log_error = 0;

  bool in50() const { return fact.Number() >= low50 && fact.Number() <= high50; }
  bool in90() const { return fact.Number() >= low90 && fact.Number() <= high90; }
};

// A row of the facts that isn't scored.
struct LeftOut {
  Fact fact;
  std::string why;
};

struct HindcastScore {
  int rows = 0;
  int in50 = 0;
  int in90 = 0;
  double mean_log_crps = 0;
  // Of the rows that have a naive forecast.
  int compared = 0;
  double compared_log_crps = 0;
  double naive_log_error = 0;

  // 1: perfect, 0: no better than extrapolation, below: worse. None if nothing can be compared.
  std::optional<double> Skill() const;
};

struct Hindcast {
  // In the facts' order.
  std::vector<HindcastRow> rows;
  std::vector<LeftOut> left_out;

  HindcastScore Score(bool out_of_sample) const;
  // Of one series alone.
  HindcastScore Score(bool out_of_sample, absl::string_view series) const;
};

// `histories`: two at least, of the same quarters. Facts of days after `cut` are out of sample.
Hindcast CompareWithFacts(absl::Span<const SimulatedHistory> histories, const Facts& facts,
                          double pue, absl::CivilDay cut);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_HINDCAST_H_
