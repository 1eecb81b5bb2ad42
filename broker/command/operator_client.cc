#include "broker/command/operator_client.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agents/process/broker_channel.h"

namespace tranche {
namespace {

constexpr std::chrono::seconds kPatience{5};
constexpr absl::Duration kDiagnosisTimeout = absl::Seconds(2);

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
}

}  // namespace

OperatorClient::OperatorClient(std::string address, std::optional<Credentials> identity)
    : address_(std::move(address)),
      identity_(std::move(identity)),
      channel_(OpenBrokerChannel(address_, identity_, grpc::ChannelArguments())),
      stub_(v1::Broker::NewStub(channel_)) {}

absl::Status OperatorClient::Explain(const grpc::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    const absl::Status why = DiagnoseBroker(address_, identity_, kDiagnosisTimeout);
    if (!why.ok()) return why;
    return absl::UnavailableError(
        absl::StrCat("no broker answers at ", address_, ": ", status.error_message()));
  }
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

absl::StatusOr<v1::GetRunResponse> OperatorClient::GetRun() {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::GetRunResponse run;
  if (absl::Status got = Explain(stub_->GetRun(&context, {}, &run)); !got.ok()) return got;
  return run;
}

absl::Status OperatorClient::Stop(const std::string& reason) {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::StopRequest request;
  request.set_reason(reason);
  v1::StopResponse response;
  return Explain(stub_->Stop(&context, request, &response));
}

absl::Status OperatorClient::CheckHealth() {
  // The two messages of grpc.health.v1 are small enough to go without their proto file: the request
  // is empty, and the response of a server that serves is { status: 1 }.
  grpc::GenericStub generic(channel_);
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  SetDeadline(context);
  const grpc::Slice nothing;
  const auto call = generic.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check",
                                             grpc::ByteBuffer(&nothing, 1), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (absl::Status called = Explain(status); !called.ok()) return called;
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (answer.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  if (bytes == std::string("\x08\x01")) return absl::OkStatus();
  return absl::UnavailableError("the broker answers, and says that it doesn't serve");
}

}  // namespace tranche
