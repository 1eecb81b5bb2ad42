#include "broker/command/ensemble_summary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "broker/statistics/summary.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

constexpr double kQuantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};
// More settings are summed up together: nobody reads a hundred tables.
constexpr size_t kMostTables = 12;

// Figures of a metric, in ascending order, of the points from `begin` to before `end`.
std::vector<double> SortedFigures(const OutcomeTable& table, const MetricKey& metric, size_t begin,
                                  size_t end) {
  std::vector<double> figures;
  for (size_t point = begin; point < end; ++point) {
    for (const double value : table.Of(metric, point)) {
      if (!std::isnan(value)) figures.push_back(value);
    }
  }
  std::sort(figures.begin(), figures.end());
  return figures;
}

std::vector<MetricKey> Wanted(const OutcomeTable& table, const std::vector<std::string>& metrics) {
  const MetricFilter filter(metrics);
  std::vector<MetricKey> wanted;
  for (const MetricKey& metric : table.metrics()) {
    if (filter.Wants(metric.name, metric.subject)) wanted.push_back(metric);
  }
  return wanted;
}

void PrintTable(const OutcomeTable& table, const std::vector<MetricKey>& metrics, size_t begin,
                size_t end, std::ostream& out) {
  out << absl::StrFormat("  %-38s %6s %9s %9s %9s %9s %9s  %s\n", "", "runs", "5%", "25%", "median",
                         "75%", "95%", "unit");
  for (const MetricKey& metric : metrics) {
    const std::vector<double> figures = SortedFigures(table, metric, begin, end);
    if (figures.empty()) continue;
    out << absl::StrFormat("  %-38s %6d", MetricTitle(metric), figures.size());
    for (const double p : kQuantiles) {
      out << absl::StrFormat(" %9s", FigureText(QuantileOfSorted(figures, p)));
    }
    out << "  " << metric.unit << "\n";
  }
}

}  // namespace

std::vector<std::string> HeadlineMetrics() {
  return {"hhi:models",       "mhhi:models",      "market-share",        "hhi:compute",
          "on-demand-price:", "capacity:",        "frontier-capability", "researcher-pay:",
          "price:consumers",  "price:developers", "lock-in:enterprises", "consumer-surplus",
          "failures"};
}

std::string MetricTitle(const MetricKey& metric) {
  return metric.subject.empty() ? metric.name : absl::StrCat(metric.name, " of ", metric.subject);
}

std::string FigureText(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  const double size = std::abs(value);
  constexpr std::pair<double, const char*> kScales[] = {
      {1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e5, "k"}};
  for (const auto& [scale, letter] : kScales) {
    if (size < scale) continue;
    const double unit = letter[0] == 'k' ? 1e3 : scale;
    return absl::StrFormat("%.4g%s", value / unit, letter);
  }
  if (size >= 1000) {
    const auto whole = static_cast<int64_t>(std::llround(value));
    return absl::StrFormat("%d,%03d", whole / 1000, std::abs(whole % 1000));
  }
  return absl::StrFormat("%.4g", value == 0 ? 0 : value);
}

void PrintEnsembleSummary(const OutcomeTable& table, const std::vector<std::string>& points,
                          const std::vector<std::string>& metrics, std::ostream& out) {
  const std::vector<MetricKey> wanted = Wanted(table, metrics);
  if (points.size() > kMostTables) {
    out << absl::StrFormat("All %d settings together, %s\n", points.size(),
                           table.moment().Describe());
    PrintTable(table, wanted, 0, points.size(), out);
    return;
  }
  for (size_t point = 0; point < points.size(); ++point) {
    out << (point == 0 ? "" : "\n") << points[point] << ", " << table.moment().Describe() << "\n";
    PrintTable(table, wanted, point, point + 1, out);
  }
}

std::string EnsembleSummaryJson(const OutcomeTable& table, const std::vector<std::string>& points,
                                const std::vector<std::string>& metrics) {
  const std::vector<MetricKey> wanted = Wanted(table, metrics);
  std::vector<std::string> settings;
  for (size_t point = 0; point < points.size(); ++point) {
    std::vector<std::string> rows;
    for (const MetricKey& metric : wanted) {
      const std::vector<double> figures = SortedFigures(table, metric, point, point + 1);
      if (figures.empty()) continue;
      const Moments moments = MomentsOf(figures);
      JsonObject quantiles;
      for (const double p : kQuantiles) {
        quantiles.Add(absl::StrCat(p), JsonNumber(QuantileOfSorted(figures, p)));
      }
      rows.push_back(JsonObject()
                         .Add("name", JsonString(metric.name))
                         .Add("subject", JsonString(metric.subject))
                         .Add("unit", JsonString(metric.unit))
                         .Add("runs", JsonNumber(moments.count))
                         .Add("mean", JsonNumber(moments.mean))
                         .Add("standard_deviation", JsonNumber(moments.standard_deviation))
                         .Add("quantiles", quantiles.json())
                         .json());
    }
    settings.push_back(JsonObject()
                           .Add("setting", JsonString(points[point]))
                           .Add("metrics", JsonArray(rows))
                           .json());
  }
  return JsonArray(settings);
}

std::string FailedTurnsText(const OutcomeTable& table) {
  if (table.failed_turns() == 0) return "";
  return absl::StrCat(Plural(table.failed_turns(), "turn"), " of ",
                      Plural(table.runs_with_failed_turns(), "run"),
                      " passed because a strategy failed; the metric failed-turns says whose");
}

void WarnOfFailedTurns(const OutcomeTable& table) {
  const std::string text = FailedTurnsText(table);
  if (!text.empty()) spdlog::warn("{}", text);
}

}  // namespace tranche
