#ifndef TRANCHE_BROKER_COMMAND_INLINE_WATCH_H_
#define TRANCHE_BROKER_COMMAND_INLINE_WATCH_H_

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "broker/command/stop_signals.h"
#include "sim/quarter.h"

namespace tranche {

// Looks on, from a thread of its own, while strategies play in this process: a strategy that
// doesn't come back can't be stopped from within, but the user can be told whose it is, the program
// can be ended, and Ctrl-C has to work all the same: the first asks the run to stop, the second
// ends the program.
class InlineWatch {
 public:
  // Warns of a turn that lasts longer than `deadline` (0: any), once for each. With `end_program`
  // calls that instead, on the watch's thread and with what happened; it must not return.
  InlineWatch(std::chrono::nanoseconds deadline,
              std::function<void(const absl::Status&)> end_program);
  ~InlineWatch();

  // A turn begins, and the one before is over.
  void OnTurn(absl::string_view agent, Quarter quarter, uint32_t round);
  // Name of the signal that asks the run to stop; null: none.
  const char* stopped_by() const { return stopped_by_; }

 private:
  using Clock = std::chrono::steady_clock;

  void Look();

  const std::chrono::nanoseconds deadline_;
  const std::function<void(const absl::Status&)> end_program_;
  absl::Mutex mutex_;
  std::string agent_ ABSL_GUARDED_BY(mutex_);
  Quarter quarter_ ABSL_GUARDED_BY(mutex_);
  uint32_t round_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t turns_ ABSL_GUARDED_BY(mutex_) = 0;  // begun so far
  // On the thread alone: the turn last seen, and since when.
  uint64_t seen_ = 0;
  bool warned_ = false;
  Clock::time_point seen_since_;

  std::atomic<const char*> stopped_by_{nullptr};
  boost::asio::io_context io_{1};
  StopSignals signals_;
  boost::asio::steady_timer timer_;
  std::thread thread_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_INLINE_WATCH_H_
