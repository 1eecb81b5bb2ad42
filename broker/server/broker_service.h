#ifndef TRANCHE_BROKER_SERVER_BROKER_SERVICE_H_
#define TRANCHE_BROKER_SERVER_BROKER_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <utility>

#include "broker/server/live_run.h"
#include "broker/server/open_calls.h"
#include "tranche/v1/broker.grpc.pb.h"

namespace tranche {

// The service `tranche.v1.Broker` for one run, in gRPC's callback API. Session takes raw frames,
// see session.h.
class BrokerService final
    : public v1::Broker::WithRawCallbackMethod_Session<
          v1::Broker::WithCallbackMethod_Watch<v1::Broker::WithCallbackMethod_GetRun<
              v1::Broker::WithCallbackMethod_Pause<v1::Broker::WithCallbackMethod_Resume<
                  v1::Broker::WithCallbackMethod_Stop<v1::Broker::Service>>>>>> {
 public:
  explicit BrokerService(std::shared_ptr<LiveRun> run) : run_(std::move(run)) {}

  // Sessions and watchers that haven't ended.
  const OpenCalls& open_calls() const { return *open_calls_; }

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Session(
      grpc::CallbackServerContext* context) override;
  grpc::ServerWriteReactor<v1::LogRecord>* Watch(grpc::CallbackServerContext* context,
                                                 const v1::WatchRequest* request) override;
  grpc::ServerUnaryReactor* GetRun(grpc::CallbackServerContext* context,
                                   const v1::GetRunRequest* request,
                                   v1::GetRunResponse* response) override;
  grpc::ServerUnaryReactor* Pause(grpc::CallbackServerContext* context,
                                  const v1::PauseRequest* request,
                                  v1::PauseResponse* response) override;
  grpc::ServerUnaryReactor* Resume(grpc::CallbackServerContext* context,
                                   const v1::ResumeRequest* request,
                                   v1::ResumeResponse* response) override;
  grpc::ServerUnaryReactor* Stop(grpc::CallbackServerContext* context,
                                 const v1::StopRequest* request,
                                 v1::StopResponse* response) override;

 private:
  const std::shared_ptr<LiveRun> run_;
  const std::shared_ptr<OpenCalls> open_calls_ = std::make_shared<OpenCalls>();
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_BROKER_SERVICE_H_
