#ifndef TRANCHE_BROKER_COMMAND_COMPARE_REPORT_H_
#define TRANCHE_BROKER_COMMAND_COMPARE_REPORT_H_

#include <ostream>
#include <string>
#include <vector>

#include "broker/ensemble/comparison.h"

namespace tranche {

// A baseline and what is compared with it, at one moment.
struct ComparisonReport {
  Setting base;
  Moment moment;
  ComparisonOptions options;
  bool holm = false;
  size_t top = 0;  // rows of each table; 0: all
  struct Alternative {
    Setting setting;
    std::vector<MetricComparison> comparisons;  // as CompareSettings gives them
  };
  std::vector<Alternative> alternatives;
};

// A table for each alternative, and one of the deals.
void PrintComparison(const ComparisonReport& report, std::ostream& out);
// One JSON object.
std::string ComparisonJson(const ComparisonReport& report);
// A Markdown table: a row for each metric that `rows` names (as NAME or NAME:SUBJECT), a column for
// each alternative.
std::string ComparisonMarkdown(const ComparisonReport& report,
                               const std::vector<std::string>& rows);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_COMPARE_REPORT_H_
