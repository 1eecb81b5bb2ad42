#include "broker/ensemble/outcome_table.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tranche {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kCentsPerDollar = 100;

bool IsFigure(double value) { return value == value; }

// Quarters between two in text; the log's own, so they are well formed.
double QuartersBetween(const std::string& from, const std::string& to) {
  const absl::StatusOr<Quarter> begin = Quarter::Parse(from);
  const absl::StatusOr<Quarter> end = Quarter::Parse(to);
  return begin.ok() && end.ok() ? end->index() - begin->index() : kNone;
}

}  // namespace

bool IsOfDeals(const MetricKey& metric) {
  return absl::StartsWith(metric.name, "funding-") || absl::StartsWith(metric.name, "merger-") ||
         absl::StartsWith(metric.name, "secondary-");
}

bool IsOfWholeRun(const MetricKey& metric) {
  return IsOfDeals(metric) || metric.name == "failures" || metric.name == kFailedTurns;
}

absl::StatusOr<Moment> Moment::Parse(absl::string_view text) {
  if (text == "end") return Moment{Kind::kEnd};
  if (text == "mean") return Moment{Kind::kMean};
  if (text == "total") return Moment{Kind::kTotal};
  const absl::StatusOr<Quarter> quarter = Quarter::Parse(text);
  if (quarter.ok()) return Moment{Kind::kQuarter, *quarter};
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text, "\" is no moment; it must be end, mean, total or a quarter as in ", "2027Q4"));
}

std::string Moment::Describe() const {
  switch (kind) {
    case Kind::kEnd:
      return "in the last quarter";
    case Kind::kMean:
      return "mean over the run's quarters";
    case Kind::kTotal:
      return "total of the run's quarters";
    case Kind::kQuarter:
      break;
  }
  return absl::StrCat("in ", quarter.ToString());
}

double& OutcomeTable::Cell(const MetricKey& metric, size_t point, size_t seed) {
  std::vector<double>& cells = values_[metric];
  if (cells.empty()) cells.assign(points_ * seeds_, kNone);
  return cells[point * seeds_ + seed];
}

double OutcomeTable::Reduce(const RunOutcome& outcome, size_t metric) const {
  switch (moment_.kind) {
    case Moment::Kind::kEnd:
      return outcome.Value(metric, outcome.quarters - 1);
    case Moment::Kind::kQuarter: {
      const int32_t quarter = moment_.quarter.index() - first_.index();
      return quarter >= 0 && quarter < outcome.quarters ? outcome.Value(metric, quarter) : kNone;
    }
    case Moment::Kind::kMean:
    case Moment::Kind::kTotal:
      break;
  }
  double sum = 0;
  int count = 0;
  for (int quarter = 0; quarter < outcome.quarters; ++quarter) {
    const double value = outcome.Value(metric, quarter);
    if (!IsFigure(value)) continue;
    sum += value;
    ++count;
  }
  if (count == 0) return kNone;
  return moment_.kind == Moment::Kind::kMean ? sum / count : sum;
}

void OutcomeTable::Add(size_t point, size_t seed, const RunOutcome& outcome,
                       absl::Span<const MetricKey> keys) {
  if (!outcome.error.empty()) {
    ++failed_;
    return;
  }
  added_[point * seeds_ + seed] = true;
  const size_t metrics =
      outcome.quarters == 0 ? 0 : outcome.values.size() / static_cast<size_t>(outcome.quarters);
  std::optional<double> failures;
  for (size_t metric = 0; metric < metrics; ++metric) {
    if (keys[metric].name == kFailedTurns) continue;
    const double value = Reduce(outcome, metric);
    if (IsFigure(value)) Cell(keys[metric], point, seed) = value;
    if (keys[metric].name != "active") continue;
    failures = failures.value_or(0) + (outcome.Value(metric, outcome.quarters - 1) == 0 ? 1 : 0);
  }
  if (failures.has_value()) Cell({"failures", "", "labs and clouds"}, point, seed) = *failures;
  AddFailedTurns(point, seed, outcome, keys);
  AddDeals(point, seed, outcome);
}

void OutcomeTable::AddFailedTurns(size_t point, size_t seed, const RunOutcome& outcome,
                                  absl::Span<const MetricKey> keys) {
  int64_t turns = 0;
  const auto quarters = static_cast<size_t>(outcome.quarters);
  for (size_t metric = 0; metric < keys.size(); ++metric) {
    if (keys[metric].name != kFailedTurns) continue;
    zero_unless_said_.insert(keys[metric]);
    double sum = 0;
    // Runs that were played before anything failed don't know the metric.
    for (size_t at = metric * quarters; at < (metric + 1) * quarters; ++at) {
      if (at < outcome.values.size() && IsFigure(outcome.values[at])) sum += outcome.values[at];
    }
    Cell(keys[metric], point, seed) = sum;
    turns += static_cast<int64_t>(sum);
  }
  failed_turns_ += turns;
  if (turns > 0) ++runs_with_failed_turns_;
}

void OutcomeTable::AddDeals(size_t point, size_t seed, const RunOutcome& outcome) {
  const auto add = [&](const DealOutcome& deal, absl::string_view what, absl::string_view unit,
                       double value, bool sums) {
    const MetricKey key = {absl::StrCat(deal.kind, "-", what),
                           absl::StrCat(deal.investor, "/", deal.lab), std::string(unit)};
    zero_unless_said_.insert(key);
    double& cell = Cell(key, point, seed);
    const double before = IsFigure(cell) ? cell : 0;
    cell = sums ? before + value : std::max(before, value);
  };
  for (const DealOutcome& deal : outcome.deals) {
    const bool closed = !deal.closed_quarter.empty();
    add(deal, "signed", "0 or 1", 1, false);
    add(deal, "closed", "0 or 1", closed ? 1 : 0, false);
    add(deal, "drawn", "USD", static_cast<double>(deal.drawn_cents) / kCentsPerDollar, true);
    if (!closed) continue;
    double& to_close = Cell({absl::StrCat(deal.kind, "-quarters-to-close"),
                             absl::StrCat(deal.investor, "/", deal.lab), "quarters"},
                            point, seed);
    // Of several, the first that was signed; deals come by name, which has the quarter in it.
    if (!IsFigure(to_close)) to_close = QuartersBetween(deal.signed_quarter, deal.closed_quarter);
  }
}

void OutcomeTable::Complete() {
  for (const MetricKey& key : zero_unless_said_) {
    std::vector<double>& cells = values_[key];
    for (size_t i = 0; i < cells.size(); ++i) {
      if (added_[i] && !IsFigure(cells[i])) cells[i] = 0;
    }
  }
}

std::vector<MetricKey> OutcomeTable::metrics() const {
  std::vector<MetricKey> keys;
  keys.reserve(values_.size());
  for (const auto& [key, values] : values_) keys.push_back(key);
  return keys;
}

absl::Span<const double> OutcomeTable::Of(const MetricKey& metric, size_t point) const {
  const auto found = values_.find(metric);
  if (found == values_.end()) return {};
  return absl::MakeConstSpan(found->second).subspan(point * seeds_, seeds_);
}

int64_t OutcomeTable::runs(size_t point) const {
  return std::count(added_.begin() + static_cast<std::ptrdiff_t>(point * seeds_),
                    added_.begin() + static_cast<std::ptrdiff_t>((point + 1) * seeds_), true);
}

std::string PointName(const EnsemblePlan& plan, size_t point) {
  const EnsemblePoint& at = plan.points[point];
  std::string name = plan.scenarios[static_cast<size_t>(at.scenario)].name();
  for (size_t i = 0; i < plan.dimensions.size(); ++i) {
    absl::StrAppend(&name, i == 0 ? " with " : ", ", plan.dimensions[i].path, "=", at.values[i]);
  }
  return name;
}

}  // namespace tranche
