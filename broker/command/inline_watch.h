#ifndef TRANCHE_BROKER_COMMAND_INLINE_WATCH_H_
#define TRANCHE_BROKER_COMMAND_INLINE_WATCH_H_

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "absl/status/status.h"
#include "broker/command/stop_signals.h"
#include "broker/ensemble/turn_clock.h"

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

  // To be told of every turn.
  TurnClock& turns() { return turns_; }
  // Name of the signal that asks the run to stop; null: none.
  const char* stopped_by() const { return stopped_by_; }

 private:
  void Look();

  const std::chrono::nanoseconds deadline_;
  const std::function<void(const absl::Status&)> end_program_;
  TurnClock turns_;
  std::atomic<const char*> stopped_by_{nullptr};
  boost::asio::io_context io_{1};
  StopSignals signals_;
  boost::asio::steady_timer timer_;
  std::thread thread_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_INLINE_WATCH_H_
