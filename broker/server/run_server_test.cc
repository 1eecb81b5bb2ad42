#include "broker/server/run_server.h"

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "broker/server/testing/served_duopoly.h"
#include "tranche/v1/broker.grpc.pb.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{60};
constexpr int kMostBytes = 64 << 10;

// A served run of the duopoly, and what a test needs to talk to it.
class RunServerTest : public ::testing::Test {
 protected:
  using Stream = grpc::ClientReaderWriter<v1::ToBroker, v1::ToAgent>;

  RunServerTest()
      : served_([](RunServer::Options& options) { options.max_message_bytes = kMostBytes; }),
        path_(served_.socket().path),
        channel_(grpc::CreateChannel("unix:" + path_, grpc::InsecureChannelCredentials())),
        stub_(v1::Broker::NewStub(channel_)) {}

  static std::unique_ptr<grpc::ClientContext> Context() {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(std::chrono::system_clock::now() + kPatience);
    return context;
  }
  static v1::ToBroker JoinOf(const std::string& agent) {
    v1::ToBroker message;
    message.mutable_join()->set_protocol("tranche.v1");
    message.mutable_join()->add_agents()->set_agent(agent);
    return message;
  }
  // What the session that says `message` first ends with.
  grpc::Status Refusal(const v1::ToBroker& message) {
    const auto context = Context();
    const auto stream = stub_->Session(context.get());
    stream->Write(message);
    v1::ToAgent answer;
    EXPECT_FALSE(stream->Read(&answer)) << answer.DebugString();
    return stream->Finish();
  }
  v1::GetRunResponse GetRun() {
    v1::GetRunResponse run;
    const grpc::Status got = stub_->GetRun(Context().get(), {}, &run);
    EXPECT_TRUE(got.ok()) << got.error_message();
    return run;
  }
  bool IsWaitedFor(const std::string& agent) {
    const v1::GetRunResponse run = GetRun();
    return std::find(run.waiting_for().begin(), run.waiting_for().end(), agent) !=
           run.waiting_for().end();
  }
  // Others join as if nothing had been.
  void ExpectUndisturbed() {
    const auto context = Context();
    const auto stream = stub_->Session(context.get());
    stream->Write(JoinOf(seats_[0].name));
    v1::ToAgent answer;
    EXPECT_TRUE(stream->Read(&answer));
    EXPECT_EQ(answer.welcome().run(), "a-run");
    context->TryCancel();
    stream->Finish();
  }

  ServedDuopoly served_;
  const std::string path_;
  const std::vector<AgentSeat>& seats_ = served_.seats();
  const std::shared_ptr<LiveRun>& run_ = served_.run();
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Broker::Stub> stub_;
};

TEST_F(RunServerTest, AnotherProtocolVersionIsRefused) {
  v1::ToBroker join = JoinOf(seats_[0].name);
  join.mutable_join()->set_protocol("tranche.v2");
  const grpc::Status status = Refusal(join);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("tranche.v1"));
  ExpectUndisturbed();
}

TEST_F(RunServerTest, AnUnknownAgentIsRefusedWithTheNamesThereAre) {
  const grpc::Status status = Refusal(JoinOf("nobody"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  for (const AgentSeat& seat : seats_) EXPECT_THAT(status.error_message(), HasSubstr(seat.name));
  ExpectUndisturbed();
}

TEST_F(RunServerTest, AnotherRoleIsRefused) {
  v1::ToBroker join = JoinOf(seats_[0].name);
  join.mutable_join()->mutable_agents(0)->set_role(seats_[0].role == v1::ROLE_LAB ? v1::ROLE_CLOUD
                                                                                  : v1::ROLE_LAB);
  const grpc::Status status = Refusal(join);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr(seats_[0].name));
  ExpectUndisturbed();
}

TEST_F(RunServerTest, ASecondJoinOfALiveAgentIsRefusedAndTheFirstPlaysOn) {
  const auto context = Context();
  const auto first = stub_->Session(context.get());
  first->Write(JoinOf(seats_[0].name));
  v1::ToAgent answer;
  ASSERT_TRUE(first->Read(&answer));
  EXPECT_EQ(Refusal(JoinOf(seats_[0].name)).error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_FALSE(IsWaitedFor(seats_[0].name));
  context->TryCancel();
  first->Finish();
}

TEST_F(RunServerTest, AnAgentWhoseStreamBreaksCanJoinAgain) {
  for (int i = 0; i < 3; ++i) {
    const auto context = Context();
    const auto stream = stub_->Session(context.get());
    stream->Write(JoinOf(seats_[0].name));
    v1::ToAgent answer;
    ASSERT_TRUE(stream->Read(&answer));
    context->TryCancel();
    stream->Finish();
    while (!IsWaitedFor(seats_[0].name)) std::this_thread::yield();
  }
}

TEST_F(RunServerTest, MovesBeforeAJoinAreRefused) {
  v1::ToBroker moves;
  moves.mutable_moves()->set_round(1);
  EXPECT_EQ(Refusal(moves).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  ExpectUndisturbed();
}

TEST_F(RunServerTest, AMessageThatSaysNothingIsRefused) {
  EXPECT_EQ(Refusal({}).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  ExpectUndisturbed();
}

TEST_F(RunServerTest, AnOversizedMessageIsRefused) {
  v1::ToBroker join = JoinOf(std::string(2 * kMostBytes, 'x'));
  EXPECT_EQ(Refusal(join).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  ExpectUndisturbed();
}

TEST_F(RunServerTest, AGarbledFrameIsRefusedWithWhatIsWrong) {
  grpc::GenericStub generic(channel_);
  grpc::CompletionQueue queue;
  const auto context = Context();
  const auto next_ok = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    return ok;
  };
  auto call = generic.PrepareCall(context.get(), "/tranche.v1.Broker/Session", &queue);
  call->StartCall(nullptr);
  ASSERT_TRUE(next_ok());
  const grpc::Slice garbage(std::string("\xff\xff\xff\xff not a message"));
  call->Write(grpc::ByteBuffer(&garbage, 1), nullptr);
  ASSERT_TRUE(next_ok());
  grpc::Status status;
  call->Finish(&status, nullptr);
  next_ok();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("tranche.v1.ToBroker"));
  ExpectUndisturbed();
}

TEST_F(RunServerTest, GarbageOnTheSocketDisturbsNobody) {
  const int raw = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path_.size(), sizeof(address.sun_path));
  std::strcpy(address.sun_path, path_.c_str());
  ASSERT_EQ(connect(raw, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  const std::string garbage = "GET / HTTP/1.1\r\n\r\n" + std::string(100'000, '\xfe');
  send(raw, garbage.data(), garbage.size(), MSG_NOSIGNAL);
  // The server closes the connection; what it says before is its own affair.
  char buffer[4096];
  while (recv(raw, buffer, sizeof(buffer), 0) > 0) continue;
  close(raw);
  ExpectUndisturbed();
}

TEST_F(RunServerTest, ThousandsOfCallersWhoHangUpLeaveNothingBehind) {
  for (int i = 0; i < 2000; ++i) {
    const auto context = Context();
    const auto stream = stub_->Session(context.get());
    if (i % 2 == 0) stream->Write(JoinOf(seats_[static_cast<size_t>(i) % seats_.size()].name));
    context->TryCancel();
    stream->Finish();
  }
  while (run_->HasSessions()) std::this_thread::yield();
  ExpectUndisturbed();
}

TEST_F(RunServerTest, GetRunSaysWhoIsAwaited) {
  const v1::GetRunResponse run = GetRun();
  EXPECT_EQ(run.run(), "a-run");
  EXPECT_EQ(run.scenario(), "duopoly");
  EXPECT_EQ(run.state(), v1::GetRunResponse::STATE_GATHERING);
  EXPECT_EQ(run.waiting_for_size(), static_cast<int>(seats_.size()));
}

TEST_F(RunServerTest, AStoppedRunTellsItsAgentsAndItsObservers) {
  const auto context = Context();
  const auto stream = stub_->Session(context.get());
  stream->Write(JoinOf(seats_[0].name));
  v1::ToAgent answer;
  ASSERT_TRUE(stream->Read(&answer));
  const auto watch_context = Context();
  const auto watch = stub_->Watch(watch_context.get(), {});

  v1::StopRequest request;
  v1::StopResponse response;
  ASSERT_TRUE(stub_->Stop(Context().get(), request, &response).ok());
  while (stream->Read(&answer)) EXPECT_EQ(answer.run_over().reason(), v1::RunEnded::REASON_STOPPED);
  stream->Finish();
  v1::LogRecord record;
  EXPECT_FALSE(watch->Read(&record));
  EXPECT_TRUE(watch->Finish().ok());
  EXPECT_EQ(GetRun().state(), v1::GetRunResponse::STATE_OVER);
}

TEST_F(RunServerTest, AWatcherThatHangsUpIsForgotten) {
  for (int i = 0; i < 100; ++i) {
    const auto context = Context();
    const auto watch = stub_->Watch(context.get(), {});
    context->TryCancel();
    EXPECT_FALSE(watch->Finish().ok());
  }
  ExpectUndisturbed();
}

// Calls a unary method by name with bytes, as any gRPC tool would.
grpc::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                     const std::string& request, std::string* response) {
  grpc::GenericStub generic(channel);
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  const grpc::Slice slice(request);
  const auto call = generic.PrepareUnaryCall(&context, method, grpc::ByteBuffer(&slice, 1), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  std::vector<grpc::Slice> slices;
  if (status.ok() && answer.Dump(&slices).ok()) {
    for (const grpc::Slice& part : slices) {
      response->append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  return status;
}

TEST_F(RunServerTest, HealthCheckingSaysServing) {
  std::string response;
  ASSERT_TRUE(CallRaw(channel_, "/grpc.health.v1.Health/Check", "", &response).ok());
  // HealthCheckResponse { status: SERVING }
  EXPECT_EQ(response, std::string("\x08\x01"));
}

TEST_F(RunServerTest, ReflectionListsTheBrokerService) {
  grpc::GenericStub generic(channel_);
  grpc::CompletionQueue queue;
  const auto context = Context();
  const auto next_ok = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    return ok;
  };
  auto call = generic.PrepareCall(
      context.get(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  call->StartCall(nullptr);
  ASSERT_TRUE(next_ok());
  // ServerReflectionRequest { list_services: "*" }
  const grpc::Slice list_services(std::string("\x3a\x01*"));
  call->Write(grpc::ByteBuffer(&list_services, 1), nullptr);
  ASSERT_TRUE(next_ok());
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  ASSERT_TRUE(next_ok());
  std::vector<grpc::Slice> slices;
  ASSERT_TRUE(answer.Dump(&slices).ok());
  std::string text;
  for (const grpc::Slice& part : slices) {
    text.append(reinterpret_cast<const char*>(part.begin()), part.size());
  }
  EXPECT_THAT(text, HasSubstr("tranche.v1.Broker"));
  context->TryCancel();
  grpc::Status status;
  call->Finish(&status, nullptr);
  next_ok();
}

TEST_F(RunServerTest, TheSocketIsItsOwnersAlone) {
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(RunServerTest, TcpNeedsToBeAskedForByName) {
  const auto refused =
      RunServer::Start(run_, {.address = {.path = "", .host = "localhost", .port = 0}});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("--insecure"));
  const auto insecure = RunServer::Start(
      run_, {.address = {.path = "", .host = "localhost", .port = 0}, .insecure = true});
  ASSERT_TRUE(insecure.ok()) << insecure.status();
  EXPECT_GT((*insecure)->address().port, 0);
}

TEST_F(RunServerTest, APortInUseIsAnError) {
  const auto first = RunServer::Start(
      run_, {.address = {.path = "", .host = "localhost", .port = 0}, .insecure = true});
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = RunServer::Start(run_, {.address = (*first)->address(), .insecure = true});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace tranche
