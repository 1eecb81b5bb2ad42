#ifndef TRANCHE_BROKER_SERVER_LIVE_RUN_H_
#define TRANCHE_BROKER_SERVER_LIVE_RUN_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "broker/log/run_log.h"
#include "broker/protocol/round_protocol.h"
#include "broker/server/run_counters.h"
#include "broker/server/session_host.h"
#include "tranche/v1/broker.pb.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// Somebody who reads the log as it grows.
class LogFollower {
 public:
  virtual ~LogFollower() = default;
  // Records were committed, or the run is over. Called on the run's io_context.
  virtual void OnLogGrown() = 0;
};

// A run in play: the round protocol with what it needs of the world. Events come from any thread
// and are handled under one mutex, right where they arrive: in a round of N agents nothing waits
// for another thread to wake up. What blocks (the log) and what waits (the turn's clock) happens
// on the io_context, whose one thread is the only one to touch the log.
class LiveRun : public SessionHost, public std::enable_shared_from_this<LiveRun> {
 public:
  struct Options {
    // An agent is late when its turn has lasted this long; 0: never.
    std::chrono::nanoseconds deadline{0};
    // What the run's owner wants to hear, all on the io_context. Any may be empty.
    // Once, when nothing more will happen.
    std::function<void(const RunFinished&)> on_finished = {};
    // These agents are late.
    std::function<void(const std::vector<std::string>&)> on_late = {};
    // An agent couldn't play its turn.
    std::function<void(const ReportFailure&)> on_failure = {};
    // A quarter is durable.
    std::function<void()> on_commit = {};
  };

  // `log` holds what `protocol` was resumed from, or nothing. Both, and `io`, outlive the run.
  static std::shared_ptr<LiveRun> Create(boost::asio::io_context& io,
                                         std::unique_ptr<RoundProtocol> protocol, RunLog& log,
                                         Options options);

  // --- Sessions, from any thread ---

  SessionId Attach(std::shared_ptr<SessionPeer> peer) override;
  void OnJoin(SessionId session, const v1::Join& join) override;
  void OnMoves(SessionId session, v1::Moves moves) override;
  void OnLost(SessionId session, const absl::Status& why) override;
  void OnSessionDone(SessionId session, bool intact) override;
  // Once the run is over: waits until all agents that have joined know, those too whose stream was
  // broken at the time, or `grace` is over. They will ask again, and somebody has to answer. A run
  // that isn't completed waits for nobody: who asks for it later finds it gone on with.
  void AwaitAllHaveHeard(std::chrono::milliseconds grace) const;

  // --- Operators, from any thread ---

  v1::GetRunResponse Describe() const;
  RunCounters Counters() const;
  v1::Role RoleOf(absl::string_view agent) const override;
  void Pause();
  void Resume();
  void Stop(absl::string_view reason);
  // Nobody will play these agents any more: they pass from now on.
  void GiveUp(absl::Span<const std::string> agents, absl::string_view why);

  // --- The log, on the io_context ---

  void Follow(std::weak_ptr<LogFollower> follower);
  // At most `limit` committed records from position `from` on.
  absl::StatusOr<std::vector<v1::LogRecord>> ReadLog(uint64_t from, size_t limit) const;
  // No record will follow those committed.
  bool over() const;

  boost::asio::io_context& io() { return io_; }
  // True while sessions are attached.
  bool HasSessions() const;

 private:
  LiveRun(boost::asio::io_context& io, std::unique_ptr<RoundProtocol> protocol, RunLog& log,
          Options options);

  // Carries effects out in order.
  void CarryOut(Effects effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CarryOutOne(SendToAgent effect) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CarryOutOne(EndSession effect) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CarryOutOne(StartDeadline effect) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CarryOutOne(CancelDeadline effect) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CarryOutOne(CommitRecords effect) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CarryOutOne(ReportLate effect) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CarryOutOne(ReportFailure effect) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CarryOutOne(RunFinished effect) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // On the io_context: appends, tells the protocol, then the followers.
  void Commit(const std::vector<StoredRecord>& records);
  // Writes down what happened to a process. From any thread.
  void Note(absl::string_view kind, absl::string_view agent, absl::string_view detail);
  void NotifyFollowers();
  void StartTimer();
  void OnTimer();

  boost::asio::io_context& io_;
  const Options options_;
  RunLog& log_;  // io_context only

  struct Attached {
    std::shared_ptr<SessionPeer> peer;
    // Those it has joined as; empty until it joins.
    std::vector<std::string> agents;
  };

  // Whether AwaitAllHaveHeard has nobody to wait for.
  bool AllHaveHeard() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  const std::unique_ptr<RoundProtocol> protocol_ ABSL_PT_GUARDED_BY(mutex_);
  absl::flat_hash_map<SessionId, Attached> sessions_ ABSL_GUARDED_BY(mutex_);
  SessionId next_session_ ABSL_GUARDED_BY(mutex_) = 1;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  bool completed_ ABSL_GUARDED_BY(mutex_) = false;
  // Agents that have joined, but whose session broke and that haven't come back.
  absl::flat_hash_set<std::string> away_ ABSL_GUARDED_BY(mutex_);
  // Sessions that have been told that the run is over, and are not known to have heard.
  absl::flat_hash_map<SessionId, std::vector<std::string>> told_ ABSL_GUARDED_BY(mutex_);

  // The turn's clock. A round must not cost a wake-up of the io_context to set a timer, so
  // StartDeadline only writes the time down here. The timer, set for this time or an earlier one,
  // looks when it goes off whether the time has come, and else sleeps on.
  using Clock = std::chrono::steady_clock;
  uint64_t deadline_turn_ ABSL_GUARDED_BY(mutex_) = 0;
  Clock::time_point deadline_ ABSL_GUARDED_BY(mutex_) = Clock::time_point::max();
  bool timer_started_ ABSL_GUARDED_BY(mutex_) = false;

  RunCounters counters_ ABSL_GUARDED_BY(mutex_);
  // Quarter and round that were counted last.
  std::pair<int32_t, uint32_t> round_ ABSL_GUARDED_BY(mutex_);
  // When the first round of the quarter in play began; max: none has yet.
  Clock::time_point quarter_began_ ABSL_GUARDED_BY(mutex_) = Clock::time_point::max();
  boost::asio::steady_timer timer_;  // io_context only

  std::vector<std::weak_ptr<LogFollower>> followers_;  // io_context only
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_LIVE_RUN_H_
