#include "broker/command/compare_report.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "broker/command/ensemble_summary.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"

namespace tranche {
namespace {

using Alternative = ComparisonReport::Alternative;

// "1.2 to 3.4"; "all" where there are too few pairs to say.
std::string IntervalText(const Interval& interval) {
  if (std::isinf(interval.low)) return "unknown";
  return absl::StrCat(FigureText(interval.low), " to ", FigureText(interval.high));
}

bool LeavesOutZero(const Interval& interval) { return interval.low > 0 || interval.high < 0; }

// "*" where the difference is told from none: by the interval, or with Holm's adjustment.
const char* Mark(const ComparisonReport& report, const MetricComparison& comparison) {
  const bool told = report.holm ? comparison.adjusted_p < 1 - report.options.confidence
                                : LeavesOutZero(comparison.paired.t_interval);
  return told ? "*" : " ";
}

std::string PercentText(double confidence) { return absl::StrFormat("%g%%", confidence * 100); }

void PrintNotes(const ComparisonReport& report, const Alternative& alternative, std::ostream& out) {
  const std::string percent = PercentText(report.options.confidence);
  out << "  Intervals: " << percent << ", paired t over seeds";
  if (report.options.resamples > 0) {
    out << absl::StrFormat("; bootstrap of the pairs (%d resamples, seed %d) in the last column",
                           report.options.resamples, report.options.bootstrap_seed);
  }
  out << ".\n  d: the difference over the standard deviation from seed to seed (Cohen's d).\n";
  if (report.holm) {
    out << absl::StrFormat(
        "  *: below %g after Holm's adjustment for all %d metrics, so that the chance of any false "
        "one is %g.\n",
        1 - report.options.confidence, alternative.comparisons.size(),
        1 - report.options.confidence);
  } else {
    out << absl::StrFormat(
        "  *: the interval leaves out 0. %d metrics are compared: were there no difference at all, "
        "about %.0f would be marked by chance; --holm adjusts for that.\n",
        alternative.comparisons.size(),
        ExpectedFalsePositives(alternative.comparisons, report.options.confidence));
  }
}

void PrintRows(const ComparisonReport& report, const Alternative& alternative, std::ostream& out) {
  out << absl::StrFormat("  %-40s %10s %10s %11s    %-22s %6s  %s\n", "", "base", "other",
                         "difference",
                         absl::StrCat(PercentText(report.options.confidence), " interval"), "d",
                         report.options.resamples > 0 ? "bootstrap" : "");
  size_t shown = 0;
  size_t left_out = 0;
  for (const MetricComparison& comparison : alternative.comparisons) {
    if (IsOfDeals(comparison.metric)) continue;
    if (report.top > 0 && shown == report.top) {
      ++left_out;
      continue;
    }
    ++shown;
    const PairedDifference& paired = comparison.paired;
    out << absl::StrFormat("  %-40s %10s %10s %11s %s  %-22s %6s  %s\n",
                           MetricTitle(comparison.metric), FigureText(paired.base_mean),
                           FigureText(paired.other_mean), FigureText(paired.difference),
                           Mark(report, comparison), IntervalText(paired.t_interval),
                           absl::StrFormat("%.2f", paired.standardised),
                           report.options.resamples > 0 ? IntervalText(comparison.bootstrap) : "");
  }
  if (left_out > 0) out << "  and " << left_out << " more; --top 0 shows all\n";
}

// Deals' comparisons of one pair, by what they say ("signed", "closed", …).
using DealRow = std::map<std::string, const MetricComparison*>;

void PrintDeals(const ComparisonReport& report, const Alternative& alternative, std::ostream& out) {
  std::map<std::string, DealRow> rows;
  for (const MetricComparison& comparison : alternative.comparisons) {
    if (!IsOfDeals(comparison.metric)) continue;
    const size_t dash = comparison.metric.name.find('-');
    rows[absl::StrCat(comparison.metric.name.substr(0, dash), " ", comparison.metric.subject)]
        [comparison.metric.name.substr(dash + 1)] = &comparison;
  }
  if (rows.empty()) return;
  out << "\n  Deals: share of runs in which one closed, and quarters from signing to first drawing "
         "where it did in both\n"
      << absl::StrFormat("  %-40s %10s %10s %11s    %-22s %s\n", "", "base", "other", "difference",
                         absl::StrCat(PercentText(report.options.confidence), " interval"),
                         "quarters to close");
  const auto percent = [](double share) { return absl::StrFormat("%.1f%%", 100 * share); };
  for (const auto& [pair, row] : rows) {
    const auto closed = row.find("closed");
    if (closed == row.end()) continue;
    const PairedDifference& paired = closed->second->paired;
    if (paired.base_mean == 0 && paired.other_mean == 0) continue;
    const auto to_close = row.find("quarters-to-close");
    const Interval& interval = paired.t_interval;
    out << absl::StrFormat(
        "  %-40s %10s %10s %11s %s  %-22s %s\n", pair, percent(paired.base_mean),
        percent(paired.other_mean), percent(paired.difference), Mark(report, *closed->second),
        // No share changes by more than all of it, whatever the normal approximation says.
        absl::StrCat(percent(std::max(-1.0, interval.low)), " to ",
                     percent(std::min(1.0, interval.high))),
        to_close == row.end() ? ""
                              : absl::StrFormat("%.2f, %.2f", to_close->second->paired.base_mean,
                                                to_close->second->paired.other_mean));
  }
}

std::string IntervalJson(const Interval& interval) {
  return JsonArray({JsonNumber(interval.low), JsonNumber(interval.high)});
}

std::string MetricJson(const ComparisonReport& report, const MetricComparison& comparison) {
  const PairedDifference& paired = comparison.paired;
  JsonObject object;
  object.Add("name", JsonString(comparison.metric.name))
      .Add("subject", JsonString(comparison.metric.subject))
      .Add("unit", JsonString(comparison.metric.unit))
      .Add("pairs", JsonNumber(paired.pairs))
      .Add("base_mean", JsonNumber(paired.base_mean))
      .Add("mean", JsonNumber(paired.other_mean))
      .Add("difference", JsonNumber(paired.difference))
      .Add("interval", IntervalJson(paired.t_interval))
      .Add("p_value", JsonNumber(paired.p_value))
      .Add("holm_p_value", JsonNumber(comparison.adjusted_p))
      .Add("standardised", JsonNumber(paired.standardised));
  if (report.options.resamples > 0) {
    object.Add("bootstrap_interval", IntervalJson(comparison.bootstrap));
  }
  return object.json();
}

// "+12.3 (1.2 to 3.4)", or of a share in points.
std::string CellText(const MetricComparison& comparison) {
  const PairedDifference& paired = comparison.paired;
  if (paired.difference == 0 && paired.standard_deviation == 0) return "0";
  const bool is_share = absl::EndsWith(comparison.metric.name, "-closed") ||
                        absl::StrContains(comparison.metric.unit, "fraction");
  const auto text = [is_share](double value) {
    return is_share ? absl::StrFormat("%.1f", 100 * value) : FigureText(value);
  };
  const std::string cell =
      absl::StrCat(paired.difference > 0 ? "+" : "", text(paired.difference), is_share ? " pt" : "",
                   " (", text(paired.t_interval.low), " to ", text(paired.t_interval.high), ")");
  return LeavesOutZero(paired.t_interval) ? absl::StrCat("**", cell, "**") : cell;
}

}  // namespace

void PrintComparison(const ComparisonReport& report, std::ostream& out) {
  bool first = true;
  for (const Alternative& alternative : report.alternatives) {
    int64_t pairs = 0;
    for (const MetricComparison& comparison : alternative.comparisons) {
      pairs = std::max(pairs, comparison.paired.pairs);
    }
    out << (first ? "" : "\n") << alternative.setting.name << " against " << report.base.name
        << ": " << Plural(pairs, "pair") << " of runs under the same seeds, "
        << report.moment.Describe() << "\n";
    first = false;
    if (alternative.comparisons.empty()) {
      out << "  nothing can be compared: two seeds that both have played are the least\n";
      continue;
    }
    PrintRows(report, alternative, out);
    PrintDeals(report, alternative, out);
    PrintNotes(report, alternative, out);
  }
}

std::string ComparisonJson(const ComparisonReport& report) {
  std::vector<std::string> alternatives;
  for (const Alternative& alternative : report.alternatives) {
    std::vector<std::string> metrics;
    metrics.reserve(alternative.comparisons.size());
    for (const MetricComparison& comparison : alternative.comparisons) {
      metrics.push_back(MetricJson(report, comparison));
    }
    alternatives.push_back(
        JsonObject()
            .Add("name", JsonString(alternative.setting.name))
            .Add("compared", JsonNumber(static_cast<int64_t>(alternative.comparisons.size())))
            .Add("metrics", JsonArray(metrics))
            .json());
  }
  return JsonObject()
      .Add("base", JsonString(report.base.name))
      .Add("at", JsonString(report.moment.Describe()))
      .Add("confidence", JsonNumber(report.options.confidence))
      .Add("interval", JsonString("paired t"))
      .Add("alternatives", JsonArray(alternatives))
      .json();
}

std::string ComparisonMarkdown(const ComparisonReport& report,
                               const std::vector<std::string>& rows) {
  std::string text = absl::StrCat("| | ", report.base.name, " |");
  std::string rule = "|---|---|";
  for (const Alternative& alternative : report.alternatives) {
    absl::StrAppend(&text, " ", alternative.setting.name, " |");
    rule += "---|";
  }
  absl::StrAppend(&text, "\n", rule, "\n");
  for (const std::string& row : rows) {
    const MetricFilter filter({row});
    // The metrics that the row stands for, by name; each alternative has them in its own order.
    std::map<MetricKey, std::vector<std::string>> cells;
    std::map<MetricKey, double> base;
    for (size_t i = 0; i < report.alternatives.size(); ++i) {
      for (const MetricComparison& comparison : report.alternatives[i].comparisons) {
        if (!filter.Wants(comparison.metric.name, comparison.metric.subject)) continue;
        std::vector<std::string>& of_metric = cells[comparison.metric];
        of_metric.resize(report.alternatives.size(), "none");
        of_metric[i] = CellText(comparison);
        base[comparison.metric] = comparison.paired.base_mean;
      }
    }
    for (const auto& [metric, of_metric] : cells) {
      const bool is_share =
          absl::EndsWith(metric.name, "-closed") || absl::StrContains(metric.unit, "fraction");
      absl::StrAppend(
          &text, "| ", MetricTitle(metric), ", ", is_share ? "%" : metric.unit, " | ",
          is_share ? absl::StrFormat("%.1f", 100 * base[metric]) : FigureText(base[metric]), " |");
      for (const std::string& cell : of_metric) absl::StrAppend(&text, " ", cell, " |");
      text += "\n";
    }
  }
  return text;
}

}  // namespace tranche
