#include "broker/server/watcher.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "absl/status/statusor.h"
#include "broker/server/session.h"

namespace tranche {
namespace {

constexpr size_t kBatch = 64;

}  // namespace

Watcher* Watcher::Start(std::shared_ptr<LiveRun> run, std::shared_ptr<OpenCalls> calls,
                        uint64_t from) {
  std::shared_ptr<Watcher> watcher(
      new Watcher(std::move(run), std::move(calls), std::max<uint64_t>(from, 1)));
  watcher->self_ = watcher;
  boost::asio::post(watcher->run_->io(), [watcher] {
    watcher->run_->Follow(watcher);
    watcher->Fetch();
  });
  return watcher.get();
}

void Watcher::PostFetch() {
  boost::asio::post(run_->io(), [watcher = self_] { watcher->Fetch(); });
}

void Watcher::OnLogGrown() {
  {
    absl::MutexLock lock(&mutex_);
    if (state_ != State::kIdle) return;
    state_ = State::kReading;
  }
  Fetch();
}

void Watcher::Fetch() {
  // Asked before the log is read: what a run that is over has committed is all there is.
  const bool over = run_->over();
  absl::MutexLock lock(&mutex_);
  if (state_ != State::kReading) return;
  absl::StatusOr<std::vector<v1::LogRecord>> batch = run_->ReadLog(next_, kBatch);
  if (!batch.ok()) {
    FinishWith(batch.status());
  } else if (!batch->empty()) {
    batch_ = *std::move(batch);
    next_ += batch_.size();
    sending_ = 0;
    state_ = State::kWriting;
    StartWrite(&batch_[0]);
  } else if (over) {
    FinishWith(absl::OkStatus());
  } else {
    state_ = State::kIdle;
  }
}

void Watcher::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  if (state_ != State::kWriting) return;
  if (!ok) {
    FinishWith(absl::CancelledError("the observer is gone"));
  } else if (++sending_ < batch_.size()) {
    StartWrite(&batch_[sending_]);
  } else {
    state_ = State::kReading;
    PostFetch();
  }
}

void Watcher::OnCancel() {
  absl::MutexLock lock(&mutex_);
  // A record on its way will fail to be written, and OnWriteDone ends the call.
  if (state_ == State::kIdle || state_ == State::kReading) {
    FinishWith(absl::CancelledError("the observer is gone"));
  }
}

void Watcher::FinishWith(const absl::Status& status) {
  state_ = State::kFinished;
  Finish(ToGrpcStatus(status));
}

void Watcher::OnDone() {
  call_.End();
  const std::shared_ptr<Watcher> keep_alive = std::move(self_);
}

}  // namespace tranche
