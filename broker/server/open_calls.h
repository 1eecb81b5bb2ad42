#ifndef TRANCHE_BROKER_SERVER_OPEN_CALLS_H_
#define TRANCHE_BROKER_SERVER_OPEN_CALLS_H_

#include <chrono>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace tranche {

// Counts streams that haven't ended, so that a server can wait for them. (gRPC's own Shutdown waits
// for idle connections too, which may be open for ever.) Thread-safe.
class OpenCalls {
 public:
  void Enter() {
    const absl::MutexLock lock(&mutex_);
    ++count_;
  }
  void Leave() {
    const absl::MutexLock lock(&mutex_);
    --count_;
  }
  // Waits until there is none, or `grace` is over.
  void AwaitNone(std::chrono::milliseconds grace) const {
    const absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(
                                +[](const int* count) { return *count == 0; }, &count_),
                            absl::FromChrono(grace));
  }

 private:
  mutable absl::Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// One of them, from its construction to End or its destruction.
class OpenCall {
 public:
  explicit OpenCall(std::shared_ptr<OpenCalls> calls) : calls_(std::move(calls)) {
    calls_->Enter();
  }
  ~OpenCall() { End(); }
  OpenCall(const OpenCall&) = delete;
  OpenCall& operator=(const OpenCall&) = delete;

  void End() {
    if (calls_ != nullptr) std::exchange(calls_, nullptr)->Leave();
  }

 private:
  std::shared_ptr<OpenCalls> calls_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_OPEN_CALLS_H_
