#ifndef TRANCHE_BROKER_SERVER_RUN_COUNTERS_H_
#define TRANCHE_BROKER_SERVER_RUN_COUNTERS_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tranche {

// How long quarters took, on the wall clock: a histogram as Prometheus keeps one.
struct QuarterDurations {
  // Upper bounds in seconds; what is longer is in `count` alone.
  static constexpr std::array<double, 11> kBounds = {0.01, 0.03, 0.1, 0.3, 1,   3,
                                                     10,   30,   100, 300, 1000};
  // Of each bound: quarters at most so long, and longer than the bound before.
  std::array<uint64_t, kBounds.size()> within = {};
  uint64_t count = 0;
  double sum_seconds = 0;

  void Add(std::chrono::duration<double> duration) {
    ++count;
    sum_seconds += duration.count();
    for (size_t i = 0; i < kBounds.size(); ++i) {
      if (duration.count() > kBounds[i]) continue;
      ++within[i];
      return;
    }
  }
};

// What a live run has counted since its broker was started. It is about the process: none of it is
// part of a result.
struct RunCounters {
  uint64_t rounds = 0;
  // From agents, refused ones included.
  uint64_t messages = 0;
  // Turns whose deadline passed before the agent had answered.
  uint64_t late_turns = 0;
  uint64_t joins = 0;
  // Sessions of joined agents that broke.
  uint64_t lost_sessions = 0;
  uint64_t connected_agents = 0;
  QuarterDurations quarters;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_RUN_COUNTERS_H_
