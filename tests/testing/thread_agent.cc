#include "tests/testing/thread_agent.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <optional>
#include <utility>

#include "agents/agent_host.h"
#include "sim/check.h"

namespace tranche {

ThreadAgent::ThreadAgent(const std::string& address, std::string agent, Options options)
    : agent_(std::move(agent)),
      options_(std::move(options)),
      stub_(v1::Broker::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {
  context_.set_wait_for_ready(true);
  thread_ = std::thread([this] { Play(); });
}

ThreadAgent::~ThreadAgent() {
  // Cancelled first: what it would still say when released reaches nobody.
  context_.TryCancel();
  Release();
  if (thread_.joinable()) thread_.join();
}

void ThreadAgent::Release() {
  const std::lock_guard lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

grpc::Status ThreadAgent::Wait() {
  thread_.join();
  return status_;
}

void ThreadAgent::AwaitRelease(const v1::Turns& turns, int32_t first_quarter) {
  if (options_.hold_at_quarter == 0) return;
  if (turns.quarter() - first_quarter + 1 < options_.hold_at_quarter) return;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return released_; });
}

void ThreadAgent::Play() {
  const auto stream = stub_->Session(&context_);
  v1::ToBroker out;
  out.mutable_join()->set_protocol("tranche.v1");
  out.mutable_join()->add_agents()->set_agent(agent_);
  options_.before();
  stream->Write(out);

  std::unique_ptr<AgentHost> host;
  int32_t first_quarter = 0;
  bool over = false;
  for (v1::ToAgent in; stream->Read(&in);) {
    if (in.has_welcome()) {
      auto created = AgentHost::Create(in.welcome());
      TRANCHE_CHECK(created.ok(), created.status().ToString());
      host = *std::move(created);
      first_quarter = in.welcome().first_quarter();
    } else if (in.has_turns()) {
      if (!in.turns().replay()) AwaitRelease(in.turns(), first_quarter);
      auto moves = host->Play(std::move(*in.mutable_turns()));
      TRANCHE_CHECK(moves.ok(), moves.status().ToString());
      if (!moves->has_value()) continue;
      v1::ToBroker answer;
      *answer.mutable_moves() = **std::move(moves);
      options_.before();
      stream->Write(answer);
    } else if (in.has_run_over()) {
      over = true;
      stream->WritesDone();
    }
  }
  const grpc::Status end = stream->Finish();
  // A broker that has said that the run is over may go at once.
  status_ = over ? grpc::Status::OK : end;
}

}  // namespace tranche
