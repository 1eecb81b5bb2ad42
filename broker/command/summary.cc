#include "broker/command/summary.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "sim/quarter.h"
#include "tranche/v1/log.pb.h"

namespace tranche {
namespace {

struct Outcome {
  std::string scenario;
  uint64_t seed = 0;
  int32_t planned = 0;
  int32_t closed = 0;
  std::string digest;
};

}  // namespace

void PrintSummary(const RunLog& log, std::ostream& out) {
  Outcome outcome;
  const absl::Status read = log.Read(1, [&outcome](const v1::LogRecord& record) {
    if (record.has_header()) {
      outcome.scenario = record.header().scenario_name();
      outcome.seed = record.header().seed();
      outcome.planned = record.header().end_quarter() - record.header().first_quarter();
    } else if (record.has_quarter_closed()) {
      ++outcome.closed;
      outcome.digest = record.quarter_closed().digest();
    }
    return true;
  });
  if (!read.ok()) {
    out << read.message() << "\n";
    return;
  }
  out << outcome.scenario << ", seed " << outcome.seed << ": " << outcome.closed << " of "
      << outcome.planned << " quarters\n"
      << "digest  " << absl::BytesToHexString(outcome.digest) << "\n"
      << "log     " << log.path() << "\n\n"
      << "Next:\n"
      << "  tranche log " << log.path() << "      what was said, by whom\n"
      << "  tranche replay " << log.path() << "   derive the same run again from its log\n";
}

}  // namespace tranche
