#include "broker/server/session.h"

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/server_context.h>

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "broker/server/access.h"
#include "spdlog/spdlog.h"

namespace tranche {

grpc::Status ToGrpcStatus(const absl::Status& status) {
  // The codes are the same numbers.
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

Session::Session(std::shared_ptr<SessionHost> host, std::shared_ptr<OpenCalls> calls,
                 const grpc::CallbackServerContext& context)
    : host_(std::move(host)),
      context_(context),
      caller_(CallerOf(*context.auth_context())),
      over_network_(!absl::StartsWith(context.peer(), "unix")),
      call_(std::move(calls)) {}

Session* Session::Start(std::shared_ptr<SessionHost> host, std::shared_ptr<OpenCalls> calls,
                        const grpc::CallbackServerContext& context) {
  std::shared_ptr<Session> session(new Session(std::move(host), std::move(calls), context));
  session->self_ = session;
  session->id_ = session->host_->Attach(session);
  session->StartRead(&session->in_);
  return session.get();
}

// --- From the agent ---

void Session::OnReadDone(bool ok) {
  if (!ok) {
    Lose(absl::CancelledError("the agent closed its stream"));
    return;
  }
  const absl::Status delivered = Deliver();
  if (!delivered.ok()) {
    Lose(delivered);
    return;
  }
  absl::MutexLock lock(&mutex_);
  if (!finished_) StartRead(&in_);
}

absl::Status Session::Deliver() {
  v1::ToBroker message;
  const grpc::Status parsed = grpc::SerializationTraits<v1::ToBroker>::Deserialize(&in_, &message);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        "the frame is not a tranche.v1.ToBroker: build the agent against proto/tranche/v1");
  }
  switch (message.message_case()) {
    case v1::ToBroker::kJoin:
      return DeliverJoin(message.join());
    case v1::ToBroker::kMoves:
      host_->OnMoves(id_, std::move(*message.mutable_moves()));
      return absl::OkStatus();
    case v1::ToBroker::MESSAGE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError(
      "a message to the broker is a Join or a Moves, this one is neither");
}

absl::Status Session::DeliverJoin(const v1::Join& join) {
  const absl::Status may =
      CheckMayJoin(caller_, join, [this](absl::string_view agent) { return host_->RoleOf(agent); });
  if (!may.ok()) {
    spdlog::warn("a join was refused: {}", std::string(may.message()));
    return may;
  }
  host_->OnJoin(id_, join);
  return absl::OkStatus();
}

void Session::OnCancel() { Lose(absl::CancelledError("the agent's stream broke")); }

void Session::Lose(const absl::Status& status) {
  host_->OnLost(id_, status);
  {
    absl::MutexLock lock(&mutex_);
    closed_by_agent_ = true;
  }
  End(status);
}

// --- To the agent ---

void Session::Send(v1::ToAgent message) {
  grpc::ByteBuffer frame;
  bool owned = false;
  const grpc::Status serialized =
      grpc::SerializationTraits<v1::ToAgent>::Serialize(message, &frame, &owned);
  absl::MutexLock lock(&mutex_);
  if (finished_ || end_.has_value()) return;
  if (!serialized.ok()) {
    end_ = serialized;
    FinishIfDone();
    return;
  }
  out_.push_back(std::move(frame));
  if (out_.size() == 1) StartWrite(&out_.front());
}

void Session::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  if (ok) {
    out_.pop_front();
  } else {
    out_.clear();
  }
  if (!out_.empty()) {
    StartWrite(&out_.front());
    return;
  }
  FinishIfDone();
}

void Session::End(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (!end_.has_value()) end_ = ToGrpcStatus(status);
  FinishIfDone();
}

void Session::FinishIfDone() {
  if (finished_ || !end_.has_value() || !out_.empty()) return;
  if (end_->ok() && over_network_ && !closed_by_agent_) return;
  finished_ = true;
  Finish(*end_);
}

void Session::OnDone() {
  host_->OnSessionDone(id_, !context_.IsCancelled());
  call_.End();
  // The last reference may be this one.
  const std::shared_ptr<Session> keep_alive = std::move(self_);
}

}  // namespace tranche
