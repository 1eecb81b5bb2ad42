#ifndef TRANCHE_BROKER_COMMAND_COMPARE_CHART_H_
#define TRANCHE_BROKER_COMMAND_COMPARE_CHART_H_

#include <string>
#include <vector>

#include "broker/command/compare_report.h"

namespace tranche {

// How a metric goes over the quarters, in the mean of the runs.
struct MetricPath {
  struct Line {
    std::string name;
    std::vector<double> mean;    // by quarter; NaN: no figure
    std::vector<Interval> band;  // of the mean, by the paired difference; empty for the baseline
  };
  MetricKey metric;
  std::vector<std::string> quarters;
  std::vector<Line> lines;  // the baseline first
};

// A page that needs nothing else: for each alternative the largest effects with their intervals,
// and the paths of what is asked for. Light and dark as the reader's system is.
std::string ComparisonHtml(const ComparisonReport& report, const std::vector<MetricPath>& paths);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_COMPARE_CHART_H_
