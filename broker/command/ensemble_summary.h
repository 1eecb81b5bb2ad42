#ifndef TRANCHE_BROKER_COMMAND_ENSEMBLE_SUMMARY_H_
#define TRANCHE_BROKER_COMMAND_ENSEMBLE_SUMMARY_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "broker/ensemble/outcome_table.h"

namespace tranche {

// The metrics that people look at first, where they ask for none.
std::vector<std::string> HeadlineMetrics();

// "hhi of models".
std::string MetricTitle(const MetricKey& metric);
// Four significant digits, with thousands, millions and so on as letters for what is large:
// "1,834", "2.113", "3.204T".
std::string FigureText(double value);

// For each setting, how each of `metrics` (as EnsemblePlan::metrics) spreads over the runs.
void PrintEnsembleSummary(const OutcomeTable& table, const std::vector<std::string>& points,
                          const std::vector<std::string>& metrics, std::ostream& out);
// The same as an array of JSON objects.
std::string EnsembleSummaryJson(const OutcomeTable& table, const std::vector<std::string>& points,
                                const std::vector<std::string>& metrics);

// "3 turns of 2 runs passed because a strategy failed; …"; empty if none failed.
std::string FailedTurnsText(const OutcomeTable& table);
// Says so on stderr, if any failed.
void WarnOfFailedTurns(const OutcomeTable& table);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_ENSEMBLE_SUMMARY_H_
