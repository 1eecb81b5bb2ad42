#include "tests/testing/broker_client.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <chrono>

#include "tests/testing/program.h"

namespace tranche {
namespace {

std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 10);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 50);
  // A broker that was started again is another one.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kTestPatience);
}

}  // namespace

BrokerClient::BrokerClient(const std::string& address)
    : channel_(OpenChannel(address)), stub_(v1::Broker::NewStub(channel_)) {}

bool BrokerClient::Connect() {
  return channel_->WaitForConnected(std::chrono::system_clock::now() + kTestPatience);
}

v1::GetRunResponse BrokerClient::GetRun() {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::GetRunResponse run;
  return stub_->GetRun(&context, {}, &run).ok() ? run : v1::GetRunResponse();
}

bool BrokerClient::WaitUntil(const std::function<bool(const v1::GetRunResponse&)>& condition) {
  bool met = false;
  return Connect() && Eventually([&] {
           const v1::GetRunResponse run = GetRun();
           met = condition(run);
           return met || run.state() == v1::GetRunResponse::STATE_UNSPECIFIED;
         }) &&
         met;
}

bool BrokerClient::WaitForClosedQuarters(int quarters) {
  return WaitUntil([quarters](const v1::GetRunResponse& run) {
    // While a quarter is committed no round is in play.
    const int closed = run.quarter() - run.first_quarter() - (run.round() == 0 ? 1 : 0);
    return closed >= quarters;
  });
}

bool BrokerClient::Pause() {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::PauseResponse response;
  if (!stub_->Pause(&context, {}, &response).ok()) return false;
  v1::GetRunResponse run;
  const auto held_or_over = [&run](const v1::GetRunResponse& now) {
    run = now;
    // The round in play is finished first.
    const bool held = run.round() > 0 && run.waiting_for().empty();
    return run.state() == v1::GetRunResponse::STATE_OVER ||
           (run.state() == v1::GetRunResponse::STATE_PAUSED && held);
  };
  return WaitUntil(held_or_over) && run.state() == v1::GetRunResponse::STATE_PAUSED;
}

void BrokerClient::Resume() {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::ResumeResponse response;
  stub_->Resume(&context, {}, &response);
}

void BrokerClient::Stop(const std::string& reason) {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::StopRequest request;
  request.set_reason(reason);
  v1::StopResponse response;
  stub_->Stop(&context, request, &response);
}

std::vector<v1::LogRecord> BrokerClient::WatchToTheEnd() {
  std::vector<v1::LogRecord> log;
  if (!Connect()) return log;
  grpc::ClientContext context;
  SetDeadline(context);
  const auto records = stub_->Watch(&context, {});
  v1::LogRecord record;
  while (records->Read(&record)) log.push_back(record);
  records->Finish();
  return log;
}

}  // namespace tranche
