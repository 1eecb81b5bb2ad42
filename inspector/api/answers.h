#ifndef TRANCHE_INSPECTOR_API_ANSWERS_H_
#define TRANCHE_INSPECTOR_API_ANSWERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "broker/log/log_descriptors.h"
#include "broker/log/sqlite.h"
#include "inspector/api/parameters.h"

// What the endpoints of API.md answer, one function each: a log and parameters to JSON.
namespace tranche {

// A log at one moment.
struct LogAtHand {
  const SqliteDatabase& database;
  const LogDescriptors& descriptors;
  // "a", or "b" of the log it is compared with.
  std::string name;
  // Whether there is a log b.
  bool compare = false;
};

// run_answers.cc
absl::StatusOr<std::string> RunAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> QuartersAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> MetricsAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> MetricSeriesAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> RelationsAnswer(const LogAtHand& log, Parameters& parameters);

// record_answers.cc
absl::StatusOr<std::string> RecordsAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> RecordCountAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> RecordAnswer(const LogAtHand& log, Parameters& parameters);

// talk_answers.cc
absl::StatusOr<std::string> ThreadsAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> ThreadAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> WhyAnswer(const LogAtHand& log, Parameters& parameters);

// deal_answers.cc
absl::StatusOr<std::string> DealsAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> DealAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> ContractsAnswer(const LogAtHand& log, Parameters& parameters);

// agent_answers.cc
absl::StatusOr<std::string> AgentsAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> AgentAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> TurnAnswer(const LogAtHand& log, Parameters& parameters);

// book_answers.cc
absl::StatusOr<std::string> StatementsAnswer(const LogAtHand& log, Parameters& parameters);
absl::StatusOr<std::string> LedgerAnswer(const LogAtHand& log, Parameters& parameters);

// "2026Q2" or "2026Q2..2027Q1", either end of which may be left out, into `filter`. What is wrong
// shows in `parameters`.
struct QuarterSpan {
  std::string first;  // empty: open
  std::string last;
};
QuarterSpan ReadQuarters(Parameters& parameters);

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_API_ANSWERS_H_
