#include "broker/command/program_strategy.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "broker/command/watched_program.h"
#include "broker/inline/inline_run.h"
#include "broker/protocol/join.h"
#include "broker/protocol/owed_moves.h"
#include "broker/protocol/round_engine.h"
#include "broker/server/address.h"
#include "broker/server/open_calls.h"
#include "broker/server/run_server.h"
#include "broker/server/session.h"
#include "broker/server/session_host.h"
#include "sim/ids.h"
#include "sim/quarter.h"
#include "tranche/v1/broker.grpc.pb.h"

namespace tranche {
namespace {

using Clock = std::chrono::steady_clock;

// How often it is looked whether the program still runs; what it sends is seen at once.
constexpr absl::Duration kLookEvery = absl::Milliseconds(20);
// A program that has ended may have sent something that is still on its way.
constexpr std::chrono::milliseconds kLastWords{100};
// What `tranche run` gives agents to end once the run is over.
constexpr std::chrono::seconds kGrace{5};

std::string Seconds(std::chrono::nanoseconds time) {
  return absl::StrFormat("%g s", std::chrono::duration<double>(time).count());
}

// What the program did that no broker puts up with.
struct Wrong {
  std::string finding;
  std::string what;
};

// Whom the program's sessions talk to. One of them at a time plays the agent.
class OneAgentHost : public SessionHost {
 public:
  OneAgentHost(const ProgramRun& run, std::string agent) : run_(run), agent_(std::move(agent)) {
    const auto mine = absl::c_find_if(run.seats, [&](const auto& s) { return s.name == agent_; });
    ordinal_ = AgentId(static_cast<int32_t>(mine - run.seats.begin()));
  }

  AgentId ordinal() const { return ordinal_; }

  // --- The program's end, on gRPC's threads ---

  SessionId Attach(std::shared_ptr<SessionPeer> peer) override {
    const absl::MutexLock lock(&mutex_);
    attached_[++last_session_] = std::move(peer);
    return last_session_;
  }

  void OnJoin(SessionId session, const v1::Join& join) override {
    const absl::MutexLock lock(&mutex_);
    const auto attached = attached_.find(session);
    if (attached == attached_.end()) return;
    SessionPeer& peer = *attached->second;
    if (session == playing_) {
      return Reject(peer, "bad-frame",
                    absl::InvalidArgumentError("a session joins once, with all its agents"));
    }
    const absl::StatusOr<std::vector<AgentId>> agents = CheckJoin(join, run_.seats);
    if (!agents.ok()) return Reject(peer, "bad-join", agents.status());
    if (*agents != std::vector<AgentId>{ordinal_}) {
      const std::string names = absl::StrJoin(
          join.agents(), ", ",
          [](std::string* out, const v1::JoinAgent& one) { absl::StrAppend(out, one.agent()); });
      return Reject(peer, "bad-join",
                    absl::InvalidArgumentError(absl::StrCat(
                        "it joins as ", names, ", where it was started to play ", agent_)));
    }
    if (playing_ != 0) {
      peer.End(
          absl::AlreadyExistsError(absl::StrCat(agent_, " is played by a live session already")));
      return;
    }
    playing_ = session;
    is_welcome_due_ = true;
  }

  void OnMoves(SessionId session, v1::Moves moves) override {
    const absl::MutexLock lock(&mutex_);
    const auto attached = attached_.find(session);
    if (attached == attached_.end() || is_deaf_) return;
    if (session != playing_) {
      return Reject(*attached->second, "bad-frame",
                    absl::InvalidArgumentError("a session begins with a join"));
    }
    if (!owed_.has_value() || moves_.has_value()) {
      return Reject(*attached->second, "bad-frame",
                    absl::InvalidArgumentError("moves, where no turns wait for an answer"));
    }
    if (const absl::Status fit = CheckMoves(moves, *owed_, run_.seats); !fit.ok()) {
      return Reject(*attached->second, "bad-frame", fit);
    }
    moves_ = std::move(moves);
  }

  void OnLost(SessionId session, const absl::Status& why) override {
    const absl::MutexLock lock(&mutex_);
    if (attached_.erase(session) == 0) return;
    if (absl::IsInvalidArgument(why) && !wrong_.has_value()) {
      wrong_ = {"bad-frame", std::string(why.message())};
    }
    if (session == playing_) playing_ = 0;
  }

  void OnSessionDone(SessionId /*session*/, bool /*intact*/) override {}

  v1::Role RoleOf(absl::string_view agent) const override {
    const auto seat = absl::c_find_if(run_.seats, [&](const auto& s) { return s.name == agent; });
    return seat == run_.seats.end() ? v1::ROLE_UNSPECIFIED : seat->role;
  }

  // --- The strategy's end ---

  // Asks for the moves of a turn, if there is a session; one that joins later is brought up to date
  // with it. `deaf`: nothing that comes from the sessions there are now is heard any more.
  void Ask(v1::Turns turns, bool deaf) {
    const absl::MutexLock lock(&mutex_);
    is_deaf_ = deaf;
    owed_ = OwedMoves{Quarter::FromIndex(turns.quarter()), turns.round(), {ordinal_}};
    moves_.reset();
    turns_.push_back(std::move(turns));
    if (playing_ != 0 && !is_welcome_due_) Send(turns_.back());
  }

  void ForgetSessions() {
    const absl::MutexLock lock(&mutex_);
    attached_.clear();
    playing_ = 0;
    is_welcome_due_ = false;
    is_deaf_ = false;
  }

  // Welcomes a session that has joined meanwhile; waits a moment if there is nothing to do.
  void Attend() {
    const absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(this, &OneAgentHost::HasNews), kLookEvery);
    if (!is_welcome_due_ || playing_ == 0) return;
    is_welcome_due_ = false;
    has_joined_ = true;
    SendWelcome();
    for (v1::Turns& turns : turns_) {
      const bool is_owed = owed_.has_value() && !moves_.has_value() && &turns == &turns_.back();
      turns.set_replay(!is_owed);
      Send(turns);
    }
  }

  std::optional<v1::Moves> TakeMoves() {
    const absl::MutexLock lock(&mutex_);
    if (!moves_.has_value()) return std::nullopt;
    owed_.reset();
    return std::exchange(moves_, std::nullopt);
  }

  void EndRun(absl::string_view digest) {
    const absl::MutexLock lock(&mutex_);
    if (playing_ == 0) return;
    v1::ToAgent message;
    message.mutable_run_over()->set_digest(std::string(digest));
    message.mutable_run_over()->set_reason(v1::RunEnded::REASON_COMPLETED);
    attached_[playing_]->Send(std::move(message));
    attached_[playing_]->End(absl::OkStatus());
  }

  std::optional<Wrong> wrong() const {
    const absl::MutexLock lock(&mutex_);
    return wrong_;
  }
  bool has_joined() const {
    const absl::MutexLock lock(&mutex_);
    return has_joined_;
  }
  bool is_played() const {
    const absl::MutexLock lock(&mutex_);
    return playing_ != 0;
  }

 private:
  bool HasNews() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return moves_.has_value() || wrong_.has_value() || (is_welcome_due_ && playing_ != 0);
  }

  // The first is told; what follows from it isn't news.
  void Reject(SessionPeer& peer, std::string finding, const absl::Status& why)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!wrong_.has_value()) wrong_ = {std::move(finding), std::string(why.message())};
    peer.End(why);
  }

  void Send(const v1::Turns& turns) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    v1::ToAgent message;
    *message.mutable_turns() = turns;
    attached_[playing_]->Send(std::move(message));
  }

  void SendWelcome() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    v1::ToAgent message;
    v1::Welcome& welcome = *message.mutable_welcome();
    welcome.set_run("agent-check");
    welcome.set_scenario_digest(run_.scenario_digest);
    welcome.set_seed(run_.seed);
    welcome.set_first_quarter(run_.first_quarter);
    welcome.set_quarter(turns_.empty() ? run_.first_quarter : turns_.back().quarter());
    AddWelcomed(ordinal_, run_.seats[static_cast<size_t>(ordinal_.value())], welcome);
    attached_[playing_]->Send(std::move(message));
  }

  const ProgramRun& run_;
  const std::string agent_;
  AgentId ordinal_;

  mutable absl::Mutex mutex_;
  SessionId last_session_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<SessionId, std::shared_ptr<SessionPeer>> attached_ ABSL_GUARDED_BY(mutex_);
  // The session that has joined; 0: none.
  SessionId playing_ ABSL_GUARDED_BY(mutex_) = 0;
  // It isn't welcomed yet.
  bool is_welcome_due_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_joined_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_deaf_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Wrong> wrong_ ABSL_GUARDED_BY(mutex_);
  // All there were.
  std::vector<v1::Turns> turns_ ABSL_GUARDED_BY(mutex_);
  // Of the last of them, until its moves are taken.
  std::optional<OwedMoves> owed_ ABSL_GUARDED_BY(mutex_);
  std::optional<v1::Moves> moves_ ABSL_GUARDED_BY(mutex_);
};

class OneAgentService final
    : public v1::Broker::WithRawCallbackMethod_Session<v1::Broker::Service> {
 public:
  explicit OneAgentService(std::shared_ptr<SessionHost> host) : host_(std::move(host)) {}

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Session(
      grpc::CallbackServerContext* context) override {
    return tranche::Session::Start(host_, open_calls_, *context);
  }

 private:
  const std::shared_ptr<SessionHost> host_;
  const std::shared_ptr<OpenCalls> open_calls_ = std::make_shared<OpenCalls>();
};

// A turn as it goes over the wire.
v1::Turns TurnsOf(const TurnView& view, const AgentSeat& seat) {
  v1::Turns turns;
  turns.set_quarter(view.quarter);
  turns.set_round(view.round);
  v1::Turn& turn = *turns.add_turns();
  turn.set_agent(seat.name);
  if (view.round == 1) {
    *turns.mutable_public_view() = view.market;
    *turn.mutable_view() = view.own;
    // Whatever else a view of any content says, every broker's has the part of the agent's role.
    switch (seat.role) {
      case v1::ROLE_LAB:
        turn.mutable_view()->mutable_lab();
        break;
      case v1::ROLE_CLOUD:
        turn.mutable_view()->mutable_cloud();
        break;
      case v1::ROLE_INVESTOR:
        turn.mutable_view()->mutable_investor();
        break;
      default:
        turn.mutable_view()->mutable_regulator();
        break;
    }
  }
  for (const v1::Message* message : view.inbox) *turn.add_inbox() = *message;
  return turns;
}

}  // namespace

absl::StatusOr<ProgramRun> MakeProgramRun(const v1::Scenario& scenario, uint64_t seed,
                                          const AgentSeat& seat) {
  absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(scenario);
  if (!seats.ok()) return seats.status();
  for (AgentSeat& one : *seats) {
    if (one.name == seat.name) one = seat;
  }
  const absl::StatusOr<std::unique_ptr<RoundEngine>> engine =
      RoundEngine::Create(scenario, seed, *seats, {});
  if (!engine.ok()) return engine.status();
  return ProgramRun{scenario.name(), (*engine)->scenario_digest(), seed,
                    (*engine)->market().first_quarter().index(), *std::move(seats)};
}

class ProgramStrategy::Impl {
 public:
  Impl(AgentProgram program, const ProgramRun& run, const std::string& agent, int64_t cut_in_turn)
      : program_(std::move(program)),
        host_(std::make_shared<OneAgentHost>(run, agent)),
        seat_(run.seats[static_cast<size_t>(host_->ordinal().value())]),
        cut_in_turn_(cut_in_turn) {}

  ~Impl() {
    process_.reset();
    StopServer();
  }

  absl::Status Start() {
    absl::StatusOr<std::unique_ptr<SocketDirectory>> directory = SocketDirectory::Create();
    if (!directory.ok()) return directory.status();
    directory_ = *std::move(directory);
    if (absl::Status served = StartServer(); !served.ok()) return served;
    absl::StatusOr<std::unique_ptr<WatchedProgram>> process =
        WatchedProgram::Start({"/bin/sh", "-c", absl::StrCat(program_.command, " \"$@\""), "sh",
                               "--connect", directory_->address().ToString(), seat_.name},
                              program_.memory_bytes);
    if (!process.ok()) return process.status();
    process_ = *std::move(process);
    AwaitJoin();
    return absl::OkStatus();
  }

  void Play(const TurnView& view, Actions& actions) {
    if (lost_.has_value()) throw StrategyLost(*lost_);
    ++turn_;
    const Clock::time_point deadline = Clock::now() + program_.patience;
    const bool is_cut = turn_ == cut_in_turn_;
    host_->Ask(TurnsOf(view, seat_), /*deaf=*/is_cut);
    if (is_cut) Cut();
    v1::Moves moves = AwaitMoves(deadline);
    v1::AgentMoves& mine = *moves.mutable_agents(0);
    // As a strategy fails that plays here.
    if (!mine.failure().empty()) throw std::runtime_error(mine.failure());
    for (v1::Message& move : *mine.mutable_messages()) actions.Tell().Swap(&move);
  }

  std::vector<ConformanceFinding> EndRun(absl::string_view digest) {
    if (lost_.has_value()) return {};
    host_->EndRun(digest);
    std::string what;
    if (!process_->AwaitEnd(kGrace)) {
      what = absl::StrCat("still runs ", Seconds(kGrace),
                          " after it was told that the run is over; it would be killed");
    } else if (!process_->ended_well()) {
      what = absl::StrCat(*process_->end(), ", though its run was completed");
    } else {
      return {};
    }
    return {{.is_error = false,
             .name = "ends-badly",
             .what = absl::StrCat(what, LastWords()),
             .would_be_legal = "to close the stream after RunOver, and to exit with code 0"}};
  }

 private:
  absl::Status StartServer() {
    const Address address = directory_->address();
    if (absl::Status free = PrepareSocketPath(address.path); !free.ok()) return free;
    grpc::EnableDefaultHealthCheckService(true);
    service_ = std::make_unique<OneAgentService>(host_);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
    builder.SetMaxSendMessageSize(-1);
    builder.AddListeningPort(address.ToString(), grpc::InsecureServerCredentials());
    server_ = builder.BuildAndStart();
    if (server_ != nullptr) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("cannot listen on ", address.ToString()));
  }

  void StopServer() {
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }

  // As a broker that is killed and started again.
  void Cut() {
    StopServer();
    host_->ForgetSessions();
    is_away_ = true;
    if (const absl::Status served = StartServer(); !served.ok()) {
      Lose("never-comes-back", served.message());
    }
  }

  bool IsStopped() const { return program_.wants_to_stop && program_.wants_to_stop(); }

  // The program has ended, and nothing of it is on its way.
  bool IsGone() {
    if (host_->is_played() || !process_->end().has_value()) {
      gone_since_.reset();
      return false;
    }
    if (!gone_since_.has_value()) gone_since_ = Clock::now();
    return Clock::now() - *gone_since_ > kLastWords;
  }

  void AwaitJoin() {
    const Clock::time_point deadline = Clock::now() + program_.patience;
    while (!host_->has_joined()) {
      host_->Attend();
      if (IsStopped()) return SetLost("stopped", "the check was stopped");
      if (const auto wrong = host_->wrong()) return SetLost(wrong->finding, wrong->what);
      if (IsGone()) {
        return SetLost("never-joins",
                       absl::StrCat("the program ", *process_->end(), " before it joined"));
      }
      if (Clock::now() > deadline) {
        return SetLost("never-joins",
                       absl::StrCat("the program doesn't join within ", Seconds(program_.patience),
                                    "; it was started with --connect ADDRESS ", seat_.name));
      }
    }
  }

  v1::Moves AwaitMoves(Clock::time_point deadline) {
    while (true) {
      host_->Attend();
      if (IsStopped()) Lose("stopped", "the check was stopped");
      if (const auto wrong = host_->wrong()) Lose(wrong->finding, wrong->what);
      if (std::optional<v1::Moves> moves = host_->TakeMoves()) return *std::move(moves);
      is_away_ = is_away_ && !host_->is_played();
      if (IsGone()) {
        Lose(is_away_ ? "never-comes-back" : "exits",
             absl::StrCat(
                 "the program ", *process_->end(),
                 is_away_ ? ", where it should have joined again" : " before its run was over"));
      }
      if (Clock::now() > deadline) {
        Lose(is_away_ ? "never-comes-back" : "never-returns",
             absl::StrCat(is_away_ ? "doesn't join again within "
                                   : "doesn't come back from its turn within ",
                          Seconds(program_.patience)));
      }
    }
  }

  [[noreturn]] void Lose(std::string finding, absl::string_view what) {
    SetLost(std::move(finding), what);
    throw StrategyLost(*lost_);
  }

  void SetLost(std::string finding, absl::string_view what) {
    process_->Kill();
    lost_.emplace(std::move(finding), absl::StrCat(what, LastWords()), turn_ > 0);
  }

  std::string LastWords() const {
    const std::string lines = process_->LastLines();
    if (lines.empty()) return "; it wrote nothing to stderr";
    return absl::StrCat("; it wrote last:\n    ", absl::StrReplaceAll(lines, {{"\n", "\n    "}}));
  }

  const AgentProgram program_;
  const std::shared_ptr<OneAgentHost> host_;
  const AgentSeat seat_;
  const int64_t cut_in_turn_;
  std::unique_ptr<SocketDirectory> directory_;
  std::unique_ptr<OneAgentService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<WatchedProgram> process_;
  int64_t turn_ = 0;
  // It was cut off, and hasn't joined again.
  bool is_away_ = false;
  std::optional<Clock::time_point> gone_since_;
  std::optional<StrategyLost> lost_;
};

ProgramStrategy::ProgramStrategy(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ProgramStrategy::~ProgramStrategy() = default;

absl::StatusOr<std::unique_ptr<ProgramStrategy>> ProgramStrategy::Start(const AgentProgram& program,
                                                                        const ProgramRun& run,
                                                                        const std::string& agent,
                                                                        int64_t cut_in_turn) {
  auto impl = std::make_unique<Impl>(program, run, agent, cut_in_turn);
  if (absl::Status started = impl->Start(); !started.ok()) return started;
  return std::unique_ptr<ProgramStrategy>(new ProgramStrategy(std::move(impl)));
}

void ProgramStrategy::OnTurn(const TurnView& view, Actions& actions) { impl_->Play(view, actions); }

std::vector<ConformanceFinding> ProgramStrategy::EndRun(absl::string_view digest) {
  return impl_->EndRun(digest);
}

}  // namespace tranche
