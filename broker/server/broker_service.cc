#include "broker/server/broker_service.h"

#include <grpcpp/support/status.h>

#include "broker/server/session.h"
#include "broker/server/watcher.h"

namespace tranche {
namespace {

grpc::ServerUnaryReactor* Done(grpc::CallbackServerContext* context) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* BrokerService::Session(
    grpc::CallbackServerContext* /*context*/) {
  return tranche::Session::Start(run_, open_calls_);
}

grpc::ServerWriteReactor<v1::LogRecord>* BrokerService::Watch(
    grpc::CallbackServerContext* /*context*/, const v1::WatchRequest* request) {
  return Watcher::Start(run_, open_calls_, request->from_position());
}

grpc::ServerUnaryReactor* BrokerService::GetRun(grpc::CallbackServerContext* context,
                                                const v1::GetRunRequest* /*request*/,
                                                v1::GetRunResponse* response) {
  *response = run_->Describe();
  return Done(context);
}

grpc::ServerUnaryReactor* BrokerService::Pause(grpc::CallbackServerContext* context,
                                               const v1::PauseRequest* /*request*/,
                                               v1::PauseResponse* /*response*/) {
  run_->Pause();
  return Done(context);
}

grpc::ServerUnaryReactor* BrokerService::Resume(grpc::CallbackServerContext* context,
                                                const v1::ResumeRequest* /*request*/,
                                                v1::ResumeResponse* /*response*/) {
  run_->Resume();
  return Done(context);
}

grpc::ServerUnaryReactor* BrokerService::Stop(grpc::CallbackServerContext* context,
                                              const v1::StopRequest* request,
                                              v1::StopResponse* /*response*/) {
  run_->Stop(request->reason().empty() ? "an operator's request" : request->reason());
  return Done(context);
}

}  // namespace tranche
