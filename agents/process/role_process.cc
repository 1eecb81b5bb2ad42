#include "agents/process/role_process.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "agents/agent_host.h"
#include "agents/process/broker_channel.h"
#include "sim/name_some.h"
#include "spdlog/spdlog.h"
#include "tranche/v1/broker.grpc.pb.h"

namespace tranche {
namespace {

std::shared_ptr<grpc::Channel> OpenChannel(const RoleProcessOptions& options) {
  grpc::ChannelArguments arguments;
  // Turns have as much as all our agents see.
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetMaxSendMessageSize(options.max_message_bytes);
  const int keepalive = static_cast<int>(absl::ToInt64Milliseconds(options.keepalive));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, keepalive);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // A broker that starts up is found soon, and one that is away isn't hammered.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  return OpenBrokerChannel(options.address, options.identity, arguments);
}

constexpr absl::Duration kDiagnosisTimeout = absl::Seconds(2);

// Whether a session that ended so was lost, rather than refused or over.
bool IsLoss(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
      return true;
    default:
      return false;
  }
}

// How much longer a broker is waited for, and how often it is tried. On a clock that doesn't jump.
class Patience {
 public:
  explicit Patience(absl::Duration patience)
      : deadline_(Clock::now() + absl::ToChronoNanoseconds(patience)) {}

  // Waits until `channel` is connected, and asks `diagnose` now and then why it isn't. Unavailable:
  // the patience is at an end; else what `diagnose` knows for certain.
  absl::Status Await(grpc::Channel& channel, const std::function<absl::Status()>& diagnose) {
    // A broker that can be reached but ends sessions at once isn't hammered.
    std::this_thread::sleep_for(std::min(pause_, Left()));
    pause_ = pause_ == Clock::duration::zero() ? kFirstPause : std::min(2 * pause_, kLongestPause);
    absl::Status why = absl::UnavailableError("");
    while (Left() > Clock::duration::zero()) {
      const Clock::duration slice = std::min<Clock::duration>(kDiagnosisPeriod, Left());
      if (channel.WaitForConnected(std::chrono::system_clock::now() + slice)) {
        return absl::OkStatus();
      }
      const absl::Status found = diagnose();
      if (!found.ok()) why = found;
      if (!found.ok() && !absl::IsUnavailable(found)) break;
    }
    return why;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::duration kFirstPause = std::chrono::milliseconds(20);
  static constexpr Clock::duration kLongestPause = std::chrono::seconds(1);
  static constexpr Clock::duration kDiagnosisPeriod = std::chrono::seconds(1);

  Clock::duration Left() const {
    return std::max(deadline_ - Clock::now(), Clock::duration::zero());
  }

  Clock::time_point deadline_;
  Clock::duration pause_ = Clock::duration::zero();
};

// One session, from Join to the end of the stream.
class RoleSession {
 public:
  RoleSession(v1::Broker::Stub& stub, const RoleProcessOptions& options)
      : options_(options), stream_(stub.Session(&context_)) {}

  // As PlayRole, but for a lost session (IsLoss).
  absl::Status Play() {
    v1::ToBroker hello;
    hello.mutable_join()->set_protocol("tranche.v1");
    hello.mutable_join()->mutable_agents()->Add(options_.agents.begin(), options_.agents.end());
    stream_->Write(hello);

    v1::ToAgent message;
    while (stream_->Read(&message)) {
      const absl::Status handled = Handle(message);
      if (!handled.ok()) {
        context_.TryCancel();
        stream_->Finish();
        return handled;
      }
    }
    const grpc::Status finished = stream_->Finish();
    // What happens to the stream after the run is over doesn't matter any more.
    if (finished.ok() || over_) return outcome_;
    return {static_cast<absl::StatusCode>(finished.error_code()), finished.error_message()};
  }

  bool welcomed() const { return host_ != nullptr; }

 private:
  absl::Status Handle(v1::ToAgent& message) {
    switch (message.message_case()) {
      case v1::ToAgent::kWelcome:
        return Enter(message.welcome());
      case v1::ToAgent::kTurns:
        return Answer(std::move(*message.mutable_turns()));
      case v1::ToAgent::kRunOver:
        over_ = true;
        // So the broker knows that we have heard.
        stream_->WritesDone();
        outcome_ = message.run_over().reason() == v1::RunEnded::REASON_COMPLETED
                       ? absl::OkStatus()
                       : absl::AbortedError("the run was stopped");
        return absl::OkStatus();
      case v1::ToAgent::MESSAGE_NOT_SET:
        break;
    }
    return absl::InvalidArgumentError(
        "the broker sent a message that this release does not know; use the same release of "
        "Tranche for both");
  }

  absl::Status Enter(const v1::Welcome& welcome) {
    absl::StatusOr<std::unique_ptr<AgentHost>> host = AgentHost::Create(welcome);
    if (!host.ok()) return host.status();
    host_ = *std::move(host);
    return absl::OkStatus();
  }

  absl::Status Answer(v1::Turns turns) {
    if (host_ == nullptr) {
      return absl::InvalidArgumentError("the broker asks before it has welcomed");
    }
    absl::StatusOr<std::optional<v1::Moves>> moves = host_->Play(std::move(turns));
    if (!moves.ok()) return moves.status();
    if (!moves->has_value()) return absl::OkStatus();
    v1::ToBroker answer;
    *answer.mutable_moves() = **std::move(moves);
    // If this fails the stream has ended, and Finish says why.
    stream_->Write(answer);
    return absl::OkStatus();
  }

  const RoleProcessOptions& options_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ToBroker, v1::ToAgent>> stream_;
  std::unique_ptr<AgentHost> host_;
  bool over_ = false;
  // If the stream ends well; a broker says that the run is over before it ends one so.
  absl::Status outcome_ = absl::UnavailableError("the broker ended the session");
};

}  // namespace

absl::Status PlayRole(const RoleProcessOptions& options) {
  std::vector<std::string> agents;
  for (const v1::JoinAgent& agent : options.agents) agents.push_back(agent.agent());
  const std::string names = NameSome(agents);
  const std::shared_ptr<grpc::Channel> channel = OpenChannel(options);
  const std::unique_ptr<v1::Broker::Stub> stub = v1::Broker::NewStub(channel);

  bool has_played = false;
  // Whether the broker may still take an earlier session of ours for alive.
  bool may_be_remembered = false;
  std::string last_error;
  Patience patience(options.patience);
  while (true) {
    // A broker that has played with us is the right one, however its connections end.
    const absl::Status reached = patience.Await(*channel, [&options, has_played] {
      return has_played ? absl::OkStatus()
                        : DiagnoseBroker(options.address, options.identity, kDiagnosisTimeout);
    });
    if (absl::IsUnavailable(reached)) {
      if (!reached.message().empty()) last_error = std::string(reached.message());
      return absl::UnavailableError(absl::StrCat("no broker answered at ", options.address,
                                                 " within ", absl::FormatDuration(options.patience),
                                                 last_error.empty() ? "" : ": ", last_error));
    }
    if (!reached.ok()) return reached;
    RoleSession session(*stub, options);
    const absl::Status ended = session.Play();
    const bool not_yet_forgotten = may_be_remembered && absl::IsAlreadyExists(ended);
    if (!IsLoss(ended) && !not_yet_forgotten) return ended;
    may_be_remembered = true;

    if (session.welcomed()) {
      has_played = true;
      spdlog::warn("{} lost the broker ({}); waiting up to {} for it", names,
                   std::string(ended.message()), absl::FormatDuration(options.patience));
      patience = Patience(options.patience);
    }
    last_error = std::string(ended.message());
  }
}

}  // namespace tranche
