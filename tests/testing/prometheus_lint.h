#ifndef TRANCHE_TESTS_TESTING_PROMETHEUS_LINT_H_
#define TRANCHE_TESTS_TESTING_PROMETHEUS_LINT_H_

#include <map>
#include <string>
#include <vector>

namespace tranche {

// A page of metrics, read strictly as Prometheus' text format 0.0.4 has it.
struct MetricsPage {
  // What is wrong with it, a line each.
  std::vector<std::string> complaints;
  // By name with labels, as in `tranche_run_state{state="over"}`.
  std::map<std::string, double> samples;
};

// Beyond the grammar it holds the page to the conventions of Prometheus' own linter: help and type
// before the samples of a family, all of a family together, counters that end in _total, base
// units, and histograms whose buckets grow to +Inf and add up.
MetricsPage LintMetrics(const std::string& text);

}  // namespace tranche

#endif  // TRANCHE_TESTS_TESTING_PROMETHEUS_LINT_H_
