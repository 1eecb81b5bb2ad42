#ifndef TRANCHE_INSPECTOR_ANSWERS_RUN_DIFF_H_
#define TRANCHE_INSPECTOR_ANSWERS_RUN_DIFF_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "broker/log/sqlite.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// A run, as its log's first and last records describe it.
struct RunFacts {
  std::string path;
  v1::RunHeader header;
  int32_t quarters_closed = 0;
  uint64_t records = 0;
  std::string digest;  // of the last closed quarter, 32 bytes
};

// The first records that aren't the same; one is missing where a log ends before the other.
struct Parting {
  std::optional<v1::LogRecord> a;
  std::optional<v1::LogRecord> b;
  // Which fields differ and how, where both records are of one kind.
  std::vector<std::string> fields;
};

// A metric that both runs have, and its values.
struct MetricGap {
  int32_t quarter = 0;
  std::string name;
  std::string subject;
  std::string unit;
  double a = 0;
  double b = 0;
  uint64_t a_position = 0;
  uint64_t b_position = 0;
  // |a - b| over the larger of |a| and |b|: 0 to 2.
  double relative = 0;
};

struct RunDiff {
  RunFacts a;
  RunFacts b;
  // What the runs were given that isn't the same: scenario, seed, strategies; one text each.
  std::vector<std::string> inputs;
  // Empty: the runs are the same but perhaps for the inputs above.
  std::optional<Parting> parting;
  // The first messages, from there on, that don't say the same: what part first may be a view or a
  // figure. Empty if every message is the same.
  std::optional<Parting> message;
  // From the parting's quarter on; in each quarter the widest gaps first, at most `top` of them.
  std::vector<MetricGap> gaps;

  bool same() const { return inputs.empty() && !parting.has_value(); }
};

// Reads both logs side by side. Errors are those of run_log.h.
absl::StatusOr<RunDiff> CompareRuns(const SqliteDatabase& a, const SqliteDatabase& b, size_t top);

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_ANSWERS_RUN_DIFF_H_
