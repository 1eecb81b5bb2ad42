#ifndef TRANCHE_BROKER_COMMAND_ISOLATED_CHECK_H_
#define TRANCHE_BROKER_COMMAND_ISOLATED_CHECK_H_

#include <chrono>
#include <cstdint>

#include "absl/status/statusor.h"
#include "broker/conformance/conformance.h"

namespace tranche {

struct IsolationLimits {
  // A strategy that doesn't come back for so long is ended.
  std::chrono::nanoseconds patience{std::chrono::seconds(10)};
  uint64_t memory_bytes = uint64_t{1} << 30;
};

// As CheckConformance, in a process of its own: a strategy that crashes or never comes back is a
// finding ("crashes", "never-returns") and takes nothing with it. Call it while this process has
// one thread.
absl::StatusOr<ConformanceResult> CheckIsolated(const v1::Scenario& scenario, const AgentSeat& seat,
                                                ConformanceCheck check, ConformanceOptions options,
                                                const IsolationLimits& limits);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_ISOLATED_CHECK_H_
