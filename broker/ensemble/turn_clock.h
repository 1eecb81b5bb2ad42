#ifndef TRANCHE_BROKER_ENSEMBLE_TURN_CLOCK_H_
#define TRANCHE_BROKER_ENSEMBLE_TURN_CLOCK_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "sim/quarter.h"

namespace tranche {

// A strategy at its turn.
struct OpenTurn {
  std::string agent;
  Quarter quarter;
  uint32_t round = 0;
};

// Which turn a thread is playing, for another thread that looks whether it ever ends.
class TurnClock {
 public:
  // By the thread that plays: before a turn, and after it.
  void Begin(absl::string_view agent, Quarter quarter, uint32_t round);
  void End();

  // By the thread that looks: the turn that has been open for longer than `limit`, counted from
  // when it was first seen here. Once for each turn; none if `limit` is 0.
  std::optional<OpenTurn> Late(std::chrono::nanoseconds limit);

 private:
  using Clock = std::chrono::steady_clock;

  absl::Mutex mutex_;
  OpenTurn turn_ ABSL_GUARDED_BY(mutex_);
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t turns_ ABSL_GUARDED_BY(mutex_) = 0;  // begun so far
  // Of the thread that looks: the turn last seen, and since when.
  uint64_t seen_ ABSL_GUARDED_BY(mutex_) = 0;
  Clock::time_point seen_since_ ABSL_GUARDED_BY(mutex_);
  bool told_ ABSL_GUARDED_BY(mutex_) = false;
};

// "harbor-fund has been at its turn of 2027Q3, round 1, for more than 1s".
std::string DescribeLate(const OpenTurn& turn, std::chrono::nanoseconds limit);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_TURN_CLOCK_H_
