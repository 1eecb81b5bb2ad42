#include "broker/server/broker_service.h"

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "broker/server/access.h"
#include "broker/server/session.h"
#include "broker/server/watcher.h"

namespace tranche {
namespace {

// Ends a call with `status`.
grpc::ServerUnaryReactor* Done(grpc::CallbackServerContext* context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

absl::Status CheckOperator(const grpc::CallbackServerContext& context, absl::string_view method) {
  return CheckMayOperate(CallerOf(*context.auth_context()), method);
}

// A Watch call that is turned away.
class RefusedWatch final : public grpc::ServerWriteReactor<v1::LogRecord> {
 public:
  explicit RefusedWatch(const absl::Status& why) { Finish(ToGrpcStatus(why)); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* BrokerService::Session(
    grpc::CallbackServerContext* context) {
  return tranche::Session::Start(run_, open_calls_, *context);
}

grpc::ServerWriteReactor<v1::LogRecord>* BrokerService::Watch(grpc::CallbackServerContext* context,
                                                              const v1::WatchRequest* request) {
  if (const absl::Status may = CheckOperator(*context, "Watch"); !may.ok()) {
    return new RefusedWatch(may);
  }
  return Watcher::Start(run_, open_calls_, request->from_position());
}

grpc::ServerUnaryReactor* BrokerService::GetRun(grpc::CallbackServerContext* context,
                                                const v1::GetRunRequest* /*request*/,
                                                v1::GetRunResponse* response) {
  const absl::Status may = CheckOperator(*context, "GetRun");
  if (may.ok()) *response = run_->Describe();
  return Done(context, may);
}

grpc::ServerUnaryReactor* BrokerService::Pause(grpc::CallbackServerContext* context,
                                               const v1::PauseRequest* /*request*/,
                                               v1::PauseResponse* /*response*/) {
  const absl::Status may = CheckOperator(*context, "Pause");
  if (may.ok()) run_->Pause();
  return Done(context, may);
}

grpc::ServerUnaryReactor* BrokerService::Resume(grpc::CallbackServerContext* context,
                                                const v1::ResumeRequest* /*request*/,
                                                v1::ResumeResponse* /*response*/) {
  const absl::Status may = CheckOperator(*context, "Resume");
  if (may.ok()) run_->Resume();
  return Done(context, may);
}

grpc::ServerUnaryReactor* BrokerService::Stop(grpc::CallbackServerContext* context,
                                              const v1::StopRequest* request,
                                              v1::StopResponse* /*response*/) {
  const absl::Status may = CheckOperator(*context, "Stop");
  if (may.ok()) run_->Stop(request->reason().empty() ? "an operator's request" : request->reason());
  return Done(context, may);
}

}  // namespace tranche
