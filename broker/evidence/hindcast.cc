#include "broker/evidence/hindcast.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/evidence/crps.h"
#include "broker/evidence/naive_growth.h"
#include "sim/check.h"
#include "sim/det_math.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

constexpr double kLeastPartOfObserved = 1e-3;

double LogAtLeast(double value, double observed) {
  return DetLog(std::max(value, kLeastPartOfObserved * observed));
}

// Type 7 of Hyndman and Fan (1996), "Sample Quantiles in Statistical Packages", The American
// Statistician 50.
double QuantileOfSorted(absl::Span<const double> sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double Distance(double a, double b) { return a > b ? a - b : b - a; }

// Empty, or why the row can't be computed from runs of these quarters.
std::string WhyNot(const Fact& fact, const Observable* observable, const SimulatedHistory& run) {
  if (observable == nullptr) return "the table of observables doesn't know it";
  if (observable->measure == Measure::kNone) return std::string(observable->note);
  const Quarter quarter = Quarter::Containing(fact.as_of);
  if (quarter >= run.end()) return "after the run";
  if (quarter - (QuartersNeeded(observable->measure) - 1) < run.first()) return "before the run";
  if (fact.Number() <= 0) return "its logarithm means nothing";
  return "";
}

// The series' levels that were known on `day`.
std::vector<Level> KnownLevels(const Facts& facts, absl::string_view series, absl::CivilDay day) {
  std::vector<Level> levels;
  for (const Fact& fact : facts.rows()) {
    const Observable* observable = FindObservable(fact);
    if (observable != nullptr && observable->series == series && fact.as_of <= day) {
      levels.push_back(LevelOf(*observable, fact));
    }
  }
  return levels;
}

void CompareWithGrowth(const Facts& facts, absl::CivilDay cut, HindcastRow& row) {
  const absl::CivilDay origin = std::min(cut, row.fact.as_of - 1);
  const std::optional<double> level = ExtrapolateGrowth(
      KnownLevels(facts, row.observable->series, origin), LevelOf(*row.observable, row.fact).day);
  if (!level) return;
  row.naive = FromLevel(*row.observable, *level);
  row.naive_log_error =
      Distance(LogAtLeast(*row.naive, row.fact.Number()), DetLog(row.fact.Number()));
}

HindcastRow Score(const Fact& fact, const Observable& observable, std::vector<double> values) {
  HindcastRow row;
  row.fact = fact;
  row.observable = &observable;
  std::sort(values.begin(), values.end());
  row.low90 = QuantileOfSorted(values, 0.05);
  row.low50 = QuantileOfSorted(values, 0.25);
  row.median = QuantileOfSorted(values, 0.5);
  row.high50 = QuantileOfSorted(values, 0.75);
  row.high90 = QuantileOfSorted(values, 0.95);
  row.crps = FairCrps(values, fact.Number());
  for (double& value : values) value = LogAtLeast(value, fact.Number());
  row.log_crps = FairCrps(values, DetLog(fact.Number()));
  return row;
}

}  // namespace

std::optional<double> HindcastScore::Skill() const {
  if (compared == 0 || naive_log_error <= 0) return std::nullopt;
  return 1 - compared_log_crps / naive_log_error;
}

HindcastScore Hindcast::Score(bool out_of_sample) const { return Score(out_of_sample, ""); }

HindcastScore Hindcast::Score(bool out_of_sample, absl::string_view series) const {
  HindcastScore score;
  for (const HindcastRow& row : rows) {
    if (row.out_of_sample != out_of_sample) continue;
    if (!series.empty() && row.observable->series != series) continue;
    ++score.rows;
    score.in50 += row.in50() ? 1 : 0;
    score.in90 += row.in90() ? 1 : 0;
    score.mean_log_crps += row.log_crps;
    if (!row.naive) continue;
    ++score.compared;
    score.compared_log_crps += row.log_crps;
    score.naive_log_error += row.naive_log_error;
  }
  if (score.rows > 0) score.mean_log_crps /= score.rows;
  if (score.compared > 0) {
    score.compared_log_crps /= score.compared;
    score.naive_log_error /= score.compared;
  }
  return score;
}

Hindcast CompareWithFacts(absl::Span<const SimulatedHistory> histories, const Facts& facts,
                          double pue, absl::CivilDay cut) {
  TRANCHE_CHECK(histories.size() >= 2, "an ensemble has two runs at least");
  Hindcast hindcast;
  for (const Fact& fact : facts.rows()) {
    const Observable* observable = FindObservable(fact);
    if (std::string why = WhyNot(fact, observable, histories[0]); !why.empty()) {
      hindcast.left_out.push_back({fact, std::move(why)});
      continue;
    }
    std::vector<double> values;
    for (const SimulatedHistory& history : histories) {
      const double value =
          Simulated(*observable, fact, pue,
                    [&](absl::string_view name, absl::string_view subject, Quarter quarter) {
                      return history.Get(name, subject, quarter);
                    });
      // A lab that has left the market sells nothing.
      values.push_back(value == value ? value : 0);
    }
    HindcastRow row = Score(fact, *observable, std::move(values));
    row.out_of_sample = fact.as_of > cut;
    CompareWithGrowth(facts, cut, row);
    hindcast.rows.push_back(std::move(row));
  }
  return hindcast;
}

}  // namespace tranche
