#ifndef TRANCHE_BROKER_SERVER_SESSION_H_
#define TRANCHE_BROKER_SERVER_SESSION_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>
#include <grpcpp/support/status.h>

#include <deque>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "broker/server/open_calls.h"
#include "broker/server/session_host.h"
#include "identity/identity.h"
#include "tranche/v1/broker.pb.h"

namespace tranche {

grpc::Status ToGrpcStatus(const absl::Status& status);

// The server's end of one Session call: frames to events, messages to frames. It works on raw
// frames so that a garbled one can be answered with what is wrong with it; the typed API would
// only say that the stream has ended.
class Session final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                      public SessionPeer {
 public:
  // Attaches a new session to `host` and starts to read. It owns itself until the call is done.
  // `caller` has to prove by its certificate that it is whom it joins as, see access.h.
  // `context` is the call's.
  static Session* Start(std::shared_ptr<SessionHost> host, std::shared_ptr<OpenCalls> calls,
                        const grpc::CallbackServerContext& context);

  void Send(v1::ToAgent message) override;
  void End(const absl::Status& status) override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  Session(std::shared_ptr<SessionHost> host, std::shared_ptr<OpenCalls> calls,
          const grpc::CallbackServerContext& context);

  // Tells the host of the frame in `in_`. False if there is no sense in it.
  absl::Status Deliver();
  absl::Status DeliverJoin(const v1::Join& join);
  // The stream is of no more use: tells the host, and ends the call with `status`.
  void Lose(const absl::Status& status);
  // Ends the call if that is asked for and nothing is left to write. An agent that was told over a
  // network that the run is over has to close its side first: nothing else proves that it has
  // heard.
  void FinishIfDone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<SessionHost> host_;
  const grpc::CallbackServerContext& context_;
  const std::optional<Identity> caller_;
  const bool over_network_;
  OpenCall call_;
  std::shared_ptr<Session> self_;
  SessionId id_ = 0;
  grpc::ByteBuffer in_;

  // Never held while the host is called: the host calls Send and End under its own mutex.
  absl::Mutex mutex_;
  // The frame being written is the first.
  std::deque<grpc::ByteBuffer> out_ ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  // Nothing more comes from the agent.
  bool closed_by_agent_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_SESSION_H_
