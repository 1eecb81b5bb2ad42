// Who gets in, over real TLS: a broker on a port of the kernel's choice, clients with certificates
// of every kind, and what they are told.

#include "broker/server/access.h"

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "broker/server/testing/served_duopoly.h"
#include "identity/authority.h"
#include "identity/handshake.h"
#include "tranche/v1/broker.grpc.pb.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{60};

Validity Now() { return {absl::Now() - absl::Hours(1), absl::Now() + absl::Hours(1)}; }

Identity Agents(const std::vector<AgentSeat>& seats) {
  Identity identity = {.run = "a-run", .kind = Identity::Kind::kAgents, .agents = {}};
  for (const AgentSeat& seat : seats) identity.agents.push_back({seat.name, seat.role});
  return identity;
}

Identity Other(Identity::Kind kind) { return {.run = "a-run", .kind = kind, .agents = {}}; }

Credentials Issue(const Authority& authority, const Identity& identity, Validity validity = Now()) {
  const absl::StatusOr<KeyPair> issued = authority.Issue(identity, {}, validity);
  EXPECT_TRUE(issued.ok()) << issued.status();
  return {.folder = "",
          .authority = authority.certificate(),
          .certificate = issued->certificate,
          .key = issued->key,
          .identity = identity};
}

class AccessTest : public ::testing::Test {
 protected:
  using Stream = grpc::ClientReaderWriter<v1::ToBroker, v1::ToAgent>;

  // A client that shows `shown`, or no certificate.
  class Client {
   public:
    Client(const AccessTest& test, const Credentials* shown) {
      grpc::SslCredentialsOptions options;
      options.pem_root_certs = test.authority_.certificate();
      if (shown != nullptr) {
        options.pem_cert_chain = shown->certificate;
        options.pem_private_key = shown->key;
      }
      grpc::ChannelArguments arguments;
      arguments.SetSslTargetNameOverride(kBrokerHostName);
      channel_ = grpc::CreateCustomChannel(test.address_, grpc::SslCredentials(options), arguments);
      stub_ = v1::Broker::NewStub(channel_);
    }

    // How the session ends that joins as `agents`; OK if it is welcomed.
    grpc::Status Join(const std::vector<std::string>& agents) {
      grpc::ClientContext context;
      SetDeadline(context);
      const auto stream = stub_->Session(&context);
      v1::ToBroker join;
      join.mutable_join()->set_protocol("tranche.v1");
      for (const std::string& agent : agents) join.mutable_join()->add_agents()->set_agent(agent);
      stream->Write(join);
      v1::ToAgent answer;
      if (!stream->Read(&answer)) return stream->Finish();
      EXPECT_TRUE(answer.has_welcome());
      context.TryCancel();
      stream->Finish();
      return grpc::Status::OK;
    }
    grpc::Status GetRun() {
      v1::GetRunResponse response;
      return Call(
          [&](grpc::ClientContext* context) { return stub_->GetRun(context, {}, &response); });
    }
    // What each of the operator's calls says, by name.
    std::vector<std::pair<std::string, grpc::Status>> Operate() {
      v1::PauseResponse paused;
      v1::ResumeResponse resumed;
      v1::StopResponse stopped;
      std::vector<std::pair<std::string, grpc::Status>> said = {{"GetRun", GetRun()}};
      said.emplace_back("Pause", Call([&](auto* c) { return stub_->Pause(c, {}, &paused); }));
      said.emplace_back("Resume", Call([&](auto* c) { return stub_->Resume(c, {}, &resumed); }));
      said.emplace_back("Stop", Call([&](auto* c) { return stub_->Stop(c, {}, &stopped); }));
      // The log of a run that is over has an end.
      said.emplace_back("Watch", Watch());
      return said;
    }
    grpc::Status Health() {
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
      return status;
    }

   private:
    static void SetDeadline(grpc::ClientContext& context) {
      context.set_deadline(std::chrono::system_clock::now() + kPatience);
    }
    template <typename Method>
    grpc::Status Call(Method method) {
      grpc::ClientContext context;
      SetDeadline(context);
      return method(&context);
    }
    grpc::Status Watch() {
      grpc::ClientContext context;
      SetDeadline(context);
      const auto watch = stub_->Watch(&context, {});
      v1::LogRecord record;
      while (watch->Read(&record)) continue;
      return watch->Finish();
    }

    std::shared_ptr<grpc::Channel> channel_;
    std::unique_ptr<v1::Broker::Stub> stub_;
  };

  AccessTest()
      : authority_(Authority::Create("a-run", Now())),
        served_([this](RunServer::Options& options) {
          options.address = {.path = "", .host = "127.0.0.1", .port = 0};
          options.identity = Issue(authority_, Other(Identity::Kind::kBroker));
        }),
        address_(served_.server().address().ToString()),
        aurora_(served_.seats()[0]),
        other_(served_.seats()[1]) {}

  // Refused at the door, whatever is asked for.
  void ExpectNotLetIn(const Credentials* shown, const std::string& why) {
    Client client(*this, shown);
    for (const grpc::Status& status :
         {client.Join({aurora_.name}), client.GetRun(), client.Health()}) {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
      EXPECT_THAT(status.error_message(), HasSubstr(why));
    }
    ExpectUndisturbed();
  }
  void ExpectUndisturbed() {
    const Credentials own = Issue(authority_, Agents({aurora_}));
    const grpc::Status joined = Client(*this, &own).Join({aurora_.name});
    // A session of hers that has just been hung up on may not be forgotten yet.
    EXPECT_TRUE(joined.ok() || joined.error_code() == grpc::StatusCode::ALREADY_EXISTS)
        << joined.error_message();
  }

  const Authority authority_;
  const ServedDuopoly served_;
  const std::string address_;
  const AgentSeat aurora_;
  const AgentSeat other_;
};

TEST_F(AccessTest, AnAgentJoinsAsItself) {
  const Credentials own = Issue(authority_, Agents({aurora_}));
  EXPECT_TRUE(Client(*this, &own).Join({aurora_.name}).ok());
}

TEST_F(AccessTest, OneCertificateMayNameAllAgentsOfAProcess) {
  const Credentials own = Issue(authority_, Agents(served_.seats()));
  std::vector<std::string> all;
  for (const AgentSeat& seat : served_.seats()) all.push_back(seat.name);
  const grpc::Status joined = Client(*this, &own).Join(all);
  EXPECT_TRUE(joined.ok()) << joined.error_message();
}

TEST_F(AccessTest, AnAgentCannotActAsAnother) {
  const Credentials own = Issue(authority_, Agents({aurora_}));
  Client client(*this, &own);
  for (const auto& names : {std::vector<std::string>{other_.name},
                            std::vector<std::string>{aurora_.name, other_.name}}) {
    const grpc::Status status = client.Join(names);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_THAT(status.error_message(), AllOf(HasSubstr(aurora_.name), HasSubstr(other_.name)));
  }
}

TEST_F(AccessTest, AnAgentCannotReplaceAnotherThatPlays) {
  grpc::ClientContext context;
  const Credentials theirs = Issue(authority_, Agents({other_}));
  grpc::SslCredentialsOptions options{authority_.certificate(), theirs.key, theirs.certificate};
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(kBrokerHostName);
  const auto stub = v1::Broker::NewStub(
      grpc::CreateCustomChannel(address_, grpc::SslCredentials(options), arguments));
  const auto stream = stub->Session(&context);
  v1::ToBroker join;
  join.mutable_join()->set_protocol("tranche.v1");
  join.mutable_join()->add_agents()->set_agent(other_.name);
  stream->Write(join);
  v1::ToAgent answer;
  ASSERT_TRUE(stream->Read(&answer));

  const Credentials own = Issue(authority_, Agents({aurora_}));
  EXPECT_EQ(Client(*this, &own).Join({other_.name}).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  const v1::GetRunResponse run = served_.run()->Describe();
  EXPECT_THAT(std::vector<std::string>(run.waiting_for().begin(), run.waiting_for().end()),
              testing::Not(testing::Contains(other_.name)));
  context.TryCancel();
  stream->Finish();
}

TEST_F(AccessTest, AnAgentCannotReadOrControlTheRun) {
  const Credentials own = Issue(authority_, Agents({aurora_}));
  for (const auto& [method, status] : Client(*this, &own).Operate()) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << method;
    EXPECT_THAT(status.error_message(), AllOf(HasSubstr(method), HasSubstr("operator")));
  }
  EXPECT_EQ(served_.run()->Describe().state(), v1::GetRunResponse::STATE_GATHERING);
}

TEST_F(AccessTest, TheOperatorReadsAndControlsButDoesNotPlay) {
  const Credentials own = Issue(authority_, Other(Identity::Kind::kOperator));
  Client client(*this, &own);
  const grpc::Status joined = client.Join({aurora_.name});
  EXPECT_EQ(joined.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(joined.error_message(), HasSubstr("operator"));
  for (const auto& [method, status] : client.Operate()) {
    EXPECT_TRUE(status.ok()) << method << ": " << status.error_message();
  }
  EXPECT_EQ(served_.run()->Describe().state(), v1::GetRunResponse::STATE_OVER);
}

TEST_F(AccessTest, TheBrokersOwnCertificateOpensNothingButItsHealth) {
  const Credentials own = Issue(authority_, Other(Identity::Kind::kBroker));
  Client client(*this, &own);
  EXPECT_TRUE(client.Health().ok());
  EXPECT_EQ(client.Join({aurora_.name}).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(client.GetRun().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(AccessTest, AnotherRoleThanTheRunsIsRefused) {
  AgentSeat disguised = aurora_;
  disguised.role = aurora_.role == v1::ROLE_LAB ? v1::ROLE_CLOUD : v1::ROLE_LAB;
  const Credentials own = Issue(authority_, Agents({disguised}));
  const grpc::Status status = Client(*this, &own).Join({aurora_.name});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(status.error_message(),
              AllOf(HasSubstr(RoleName(disguised.role)), HasSubstr(RoleName(aurora_.role))));
}

TEST_F(AccessTest, WithoutACertificateNobodyGetsIn) { ExpectNotLetIn(nullptr, "no certificate"); }

TEST_F(AccessTest, AnExpiredCertificateIsRefused) {
  const Credentials own = Issue(authority_, Agents({aurora_}),
                                {absl::Now() - absl::Hours(2), absl::Now() - absl::Minutes(1)});
  ExpectNotLetIn(&own, "expired at");
}

TEST_F(AccessTest, ACertificateOfTheFutureIsRefused) {
  const Credentials own = Issue(authority_, Agents({aurora_}),
                                {absl::Now() + absl::Minutes(5), absl::Now() + absl::Hours(1)});
  ExpectNotLetIn(&own, "isn't valid before");
}

TEST_F(AccessTest, ACertificateOfAnotherRunsAuthorityIsRefused) {
  // Even one that says it is of this run.
  const Credentials own = Issue(Authority::Create("a-run", Now()), Agents({aurora_}));
  ExpectNotLetIn(&own, "authority of another run");
}

TEST_F(AccessTest, ACertificateThatNamesAnotherRunIsRefused) {
  Identity identity = Agents({aurora_});
  identity.run = "another-run";
  const Credentials own = Issue(authority_, identity);
  ExpectNotLetIn(&own, "another-run, and this is run a-run");
}

TEST_F(AccessTest, TheAuthoritysOwnCertificateWouldNotDo) {
  // Nobody has its key; but were a certificate shown that is no party's, it would not do.
  EXPECT_FALSE(VerifyCertificate(authority_.certificate(), authority_.certificate(),
                                 CertificateUse::kClient, absl::Now())
                   .ok());
}

// --- What a client finds out of itself ---

absl::Status Handshake(const std::string& address, const Credentials* credentials) {
  const size_t colon = address.rfind(':');
  return TryHandshake(address.substr(0, colon), std::stoi(address.substr(colon + 1)), credentials,
                      absl::FromChrono(kPatience));
}

TEST_F(AccessTest, AClientLearnsThatTheBrokerIsItsOwn) {
  const Credentials own = Issue(authority_, Agents({aurora_}));
  const absl::Status found = Handshake(address_, &own);
  EXPECT_TRUE(found.ok()) << found;
}

TEST_F(AccessTest, AClientLearnsThatTheBrokerIsOfAnotherRun) {
  const Credentials own = Issue(Authority::Create("b-run", Now()), Agents({aurora_}));
  const absl::Status found = Handshake(address_, &own);
  EXPECT_TRUE(absl::IsUnauthenticated(found));
  EXPECT_THAT(found.message(), HasSubstr("authority of another run"));
}

TEST_F(AccessTest, AClientWithoutTlsLearnsThatItIsWanted) {
  const absl::Status found = Handshake(address_, nullptr);
  EXPECT_TRUE(absl::IsFailedPrecondition(found));
  EXPECT_THAT(found.message(), HasSubstr("--identity"));
}

TEST_F(AccessTest, AClientLearnsThatTheBrokersCertificateHasExpired) {
  const Credentials expired = Issue(authority_, Other(Identity::Kind::kBroker),
                                    {absl::Now() - absl::Hours(2), absl::Now() - absl::Minutes(1)});
  const auto served = RunServer::Start(
      served_.run(),
      {.address = {.path = "", .host = "127.0.0.1", .port = 0}, .identity = expired});
  ASSERT_TRUE(served.ok()) << served.status();
  const Credentials own = Issue(authority_, Agents({aurora_}));
  const absl::Status found = Handshake((*served)->address().ToString(), &own);
  EXPECT_TRUE(absl::IsUnauthenticated(found));
  EXPECT_THAT(found.message(), HasSubstr("expired at"));
}

TEST_F(AccessTest, AClientLearnsThatAnAgentPosesAsTheBroker) {
  const Credentials agent = Issue(authority_, Agents({other_}));
  const auto served = RunServer::Start(
      served_.run(), {.address = {.path = "", .host = "127.0.0.1", .port = 0}, .identity = agent});
  ASSERT_TRUE(served.ok()) << served.status();
  const Credentials own = Issue(authority_, Agents({aurora_}));
  const absl::Status found = Handshake((*served)->address().ToString(), &own);
  EXPECT_TRUE(absl::IsUnauthenticated(found));
  EXPECT_THAT(found.message(), HasSubstr("isn't a broker's"));
}

TEST_F(AccessTest, AClientLearnsThatTheBrokerSpeaksNoTls) {
  const auto plain = RunServer::Start(
      served_.run(), {.address = {.path = "", .host = "127.0.0.1", .port = 0}, .insecure = true});
  ASSERT_TRUE(plain.ok()) << plain.status();
  const Credentials own = Issue(authority_, Agents({aurora_}));
  const absl::Status found = Handshake((*plain)->address().ToString(), &own);
  EXPECT_FALSE(found.ok());
  EXPECT_THAT(found.message(), HasSubstr("TLS"));
  EXPECT_TRUE(Handshake((*plain)->address().ToString(), nullptr).ok());
}

TEST_F(AccessTest, TheControlSocketIsTheOwnersBesideTls) {
  const Address control = served_.socket();
  const auto both = RunServer::Start(served_.run(),
                                     {.address = {.path = "", .host = "127.0.0.1", .port = 0},
                                      .identity = Issue(authority_, Other(Identity::Kind::kBroker)),
                                      .control = control});
  ASSERT_TRUE(both.ok()) << both.status();
  const auto stub = v1::Broker::NewStub(
      grpc::CreateChannel(control.ToString(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  v1::GetRunResponse run;
  const grpc::Status got = stub->GetRun(&context, {}, &run);
  EXPECT_TRUE(got.ok()) << got.error_message();
  EXPECT_EQ(run.run(), "a-run");
}

}  // namespace
}  // namespace tranche
