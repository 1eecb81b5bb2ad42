#ifndef TRANCHE_BROKER_SERVER_PROMETHEUS_TEXT_H_
#define TRANCHE_BROKER_SERVER_PROMETHEUS_TEXT_H_

#include <cstdint>
#include <string>

#include "broker/server/run_counters.h"
#include "tranche/v1/broker.pb.h"

namespace tranche {

// What the system says of this process.
struct ProcessStats {
  double cpu_seconds = 0;
  double start_time_seconds = 0;  // since the epoch
  int64_t resident_bytes = 0;
  int64_t virtual_bytes = 0;
  int64_t open_files = 0;
  int64_t most_open_files = 0;
};

// From /proc; what can't be read is 0.
ProcessStats ReadProcessStats();

// A run in Prometheus' text format, version 0.0.4: its metrics are `tranche_…`, the process' have
// the names that Prometheus' own clients give them.
std::string PrometheusText(const v1::GetRunResponse& run, const RunCounters& counters,
                           const ProcessStats& process);

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_PROMETHEUS_TEXT_H_
