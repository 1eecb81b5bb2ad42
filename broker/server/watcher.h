#ifndef TRANCHE_BROKER_SERVER_WATCHER_H_
#define TRANCHE_BROKER_SERVER_WATCHER_H_

#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "broker/server/live_run.h"
#include "broker/server/open_calls.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// The server's end of one Watch call. Reads the log in batches, and the next batch only when the
// one before has gone out: a slow observer costs a batch of memory and nobody's time.
class Watcher final : public grpc::ServerWriteReactor<v1::LogRecord>, public LogFollower {
 public:
  // Starts to send the records of `run` from position `from`. It owns itself until the call is
  // done.
  static Watcher* Start(std::shared_ptr<LiveRun> run, std::shared_ptr<OpenCalls> calls,
                        uint64_t from);

  void OnLogGrown() override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  enum class State {
    kReading,   // the io_context fetches a batch
    kWriting,   // gRPC sends the batch
    kIdle,      // all is sent; the log may grow
    kFinished,  // the call has its status
  };

  Watcher(std::shared_ptr<LiveRun> run, std::shared_ptr<OpenCalls> calls, uint64_t from)
      : run_(std::move(run)), call_(std::move(calls)), next_(from) {}

  // From any thread, in state kReading: has the io_context fetch a batch.
  void PostFetch();
  // On the io_context.
  void Fetch();
  void FinishWith(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<LiveRun> run_;
  OpenCall call_;
  std::shared_ptr<Watcher> self_;

  absl::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kReading;
  // Position of the next record to read.
  uint64_t next_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::LogRecord> batch_ ABSL_GUARDED_BY(mutex_);
  // Of the batch: the record being written.
  size_t sending_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_WATCHER_H_
