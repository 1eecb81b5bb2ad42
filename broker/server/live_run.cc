#include "broker/server/live_run.h"

#include <boost/asio/post.hpp>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "sim/name_some.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

bool Welcomes(const Effect& effect, SessionId session) {
  const auto* send = std::get_if<SendToAgent>(&effect);
  return send != nullptr && send->session == session && send->message.has_welcome();
}

}  // namespace

std::shared_ptr<LiveRun> LiveRun::Create(boost::asio::io_context& io,
                                         std::unique_ptr<RoundProtocol> protocol, RunLog& log,
                                         Options options) {
  return std::shared_ptr<LiveRun>(new LiveRun(io, std::move(protocol), log, std::move(options)));
}

LiveRun::LiveRun(boost::asio::io_context& io, std::unique_ptr<RoundProtocol> protocol, RunLog& log,
                 Options options)
    : io_(io),
      options_(std::move(options)),
      log_(log),
      protocol_(std::move(protocol)),
      timer_(io) {}

// --- Sessions ---

SessionId LiveRun::Attach(std::shared_ptr<SessionPeer> peer) {
  absl::MutexLock lock(&mutex_);
  const SessionId session = next_session_++;
  sessions_[session].peer = std::move(peer);
  return session;
}

void LiveRun::OnJoin(SessionId session, const v1::Join& join) {
  absl::MutexLock lock(&mutex_);
  const auto attached = sessions_.find(session);
  if (attached == sessions_.end()) return;
  if (over_) {
    // It isn't welcomed any more, but is to be told.
    for (const v1::JoinAgent& agent : join.agents()) {
      attached->second.agents.push_back(agent.agent());
    }
  }
  Effects effects = protocol_->OnJoin(session, join);
  for (const Effect& effect : effects) {
    if (!Welcomes(effect, session)) continue;
    for (const v1::WelcomeAgent& agent : std::get<SendToAgent>(effect).message.welcome().agents()) {
      attached->second.agents.push_back(agent.agent());
      away_.erase(agent.agent());
      Note("join", agent.agent(), agent.strategy());
      ++counters_.joins;
    }
  }
  CarryOut(std::move(effects));
}

void LiveRun::OnMoves(SessionId session, v1::Moves moves) {
  absl::MutexLock lock(&mutex_);
  if (!sessions_.contains(session)) return;
  for (const v1::AgentMoves& agent : moves.agents()) {
    counters_.messages += static_cast<uint64_t>(agent.messages_size());
  }
  CarryOut(protocol_->OnMoves(session, std::move(moves)));
}

void LiveRun::OnLost(SessionId session, const absl::Status& why) {
  absl::MutexLock lock(&mutex_);
  const auto attached = sessions_.find(session);
  if (attached == sessions_.end()) return;
  for (const std::string& agent : attached->second.agents) {
    away_.insert(agent);
    Note("lost", agent, why.message());
  }
  if (!attached->second.agents.empty() && !over_) {
    ++counters_.lost_sessions;
    spdlog::warn("lost {}: {}", NameSome(attached->second.agents), std::string(why.message()));
  }
  sessions_.erase(attached);
  CarryOut(protocol_->OnSessionLost(session));
}

void LiveRun::OnSessionDone(SessionId session, bool intact) {
  absl::MutexLock lock(&mutex_);
  const auto told = told_.find(session);
  if (told == told_.end()) return;
  for (const std::string& agent : told->second) {
    if (intact) {
      away_.erase(agent);
    } else {
      away_.insert(agent);
    }
  }
  told_.erase(told);
}

bool LiveRun::AllHaveHeard() const { return !completed_ || (told_.empty() && away_.empty()); }

void LiveRun::AwaitAllHaveHeard(std::chrono::milliseconds grace) const {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(this, &LiveRun::AllHaveHeard), absl::FromChrono(grace));
}

bool LiveRun::HasSessions() const {
  absl::MutexLock lock(&mutex_);
  return !sessions_.empty();
}

// --- Operators ---

v1::GetRunResponse LiveRun::Describe() const {
  absl::MutexLock lock(&mutex_);
  return protocol_->Describe();
}

RunCounters LiveRun::Counters() const {
  absl::MutexLock lock(&mutex_);
  RunCounters counters = counters_;
  for (const auto& [session, attached] : sessions_) {
    counters.connected_agents += attached.agents.size();
  }
  return counters;
}

v1::Role LiveRun::RoleOf(absl::string_view agent) const {
  absl::MutexLock lock(&mutex_);
  for (const AgentSeat& seat : protocol_->engine().seats()) {
    if (seat.name == agent) return seat.role;
  }
  return v1::ROLE_UNSPECIFIED;
}

void LiveRun::Pause() {
  absl::MutexLock lock(&mutex_);
  Note("pause", "", "");
  CarryOut(protocol_->OnPause());
}

void LiveRun::Resume() {
  absl::MutexLock lock(&mutex_);
  Note("resume", "", "");
  CarryOut(protocol_->OnResume());
}

void LiveRun::Stop(absl::string_view reason) {
  absl::MutexLock lock(&mutex_);
  if (over_) return;
  Note("stop", "", reason);
  CarryOut(protocol_->OnStop(reason));
}

void LiveRun::GiveUp(absl::Span<const std::string> agents, absl::string_view why) {
  absl::MutexLock lock(&mutex_);
  if (over_) return;
  for (const std::string& agent : agents) {
    Note("given-up", agent, why);
    away_.erase(agent);  // nobody will come back to hear how the run ends
  }
  CarryOut(protocol_->OnGivenUp(agents, why));
}

// --- Effects ---

void LiveRun::CarryOut(Effects effects) {
  for (Effect& effect : effects) {
    // The annotation doesn't reach into the lambda.
    std::visit([this](auto& one) ABSL_NO_THREAD_SAFETY_ANALYSIS { CarryOutOne(std::move(one)); },
               effect);
  }
}

void LiveRun::CarryOutOne(SendToAgent effect) {
  const auto attached = sessions_.find(effect.session);
  if (attached != sessions_.end()) attached->second.peer->Send(std::move(effect.message));
}

void LiveRun::CarryOutOne(EndSession effect) {
  const auto attached = sessions_.find(effect.session);
  if (attached == sessions_.end()) return;
  if (!effect.status.ok() && !absl::IsAborted(effect.status)) {
    spdlog::warn("session of {} refused: {}",
                 attached->second.agents.empty() ? "an agent that has not joined"
                                                 : NameSome(attached->second.agents),
                 std::string(effect.status.message()));
  }
  if (effect.status.ok()) told_[effect.session] = std::move(attached->second.agents);
  attached->second.peer->End(effect.status);
  sessions_.erase(attached);
}

void LiveRun::CarryOutOne(StartDeadline effect) {
  // A round that is waited for beyond its deadline gets another one.
  const RoundEngine& engine = protocol_->engine();
  const std::pair<int32_t, uint32_t> round = {engine.market().quarter().index(),
                                              static_cast<uint32_t>(engine.round())};
  if (std::exchange(round_, round) != round) ++counters_.rounds;
  if (quarter_began_ == Clock::time_point::max()) quarter_began_ = Clock::now();
  if (options_.deadline <= std::chrono::nanoseconds::zero()) return;
  deadline_turn_ = effect.turn;
  deadline_ = Clock::now() + options_.deadline;
  if (timer_started_) return;
  timer_started_ = true;
  boost::asio::post(io_, [run = shared_from_this()] { run->StartTimer(); });
}

void LiveRun::CarryOutOne(CancelDeadline) { deadline_ = Clock::time_point::max(); }

void LiveRun::CarryOutOne(CommitRecords effect) {
  boost::asio::post(io_, [run = shared_from_this(), records = std::move(effect.records)] {
    run->Commit(records);
  });
}

void LiveRun::CarryOutOne(ReportLate effect) {
  for (const std::string& agent : effect.agents) Note("late", agent, "");
  counters_.late_turns += effect.agents.size();
  boost::asio::post(io_, [run = shared_from_this(), agents = std::move(effect.agents)] {
    if (run->options_.on_late) run->options_.on_late(agents);
  });
}

void LiveRun::CarryOutOne(ReportFailure effect) {
  Note("failed", effect.agent,
       absl::StrCat(effect.quarter.ToString(), " round ", effect.round, ": ", effect.failure));
  boost::asio::post(io_, [run = shared_from_this(), failed = std::move(effect)] {
    if (run->options_.on_failure) run->options_.on_failure(failed);
  });
}

void LiveRun::CarryOutOne(RunFinished effect) {
  over_ = true;
  completed_ = effect.reason == v1::RunEnded::REASON_COMPLETED;
  boost::asio::post(io_, [run = shared_from_this(), finished = std::move(effect)] {
    run->timer_.cancel();
    run->NotifyFollowers();
    if (run->options_.on_finished) run->options_.on_finished(finished);
  });
}

// --- The log ---

void LiveRun::Commit(const std::vector<StoredRecord>& records) {
  const absl::Status appended = log_.Append(records);
  {
    absl::MutexLock lock(&mutex_);
    if (appended.ok() && quarter_began_ != Clock::time_point::max()) {
      counters_.quarters.Add(Clock::now() - quarter_began_);
      quarter_began_ = Clock::time_point::max();
    }
    CarryOut(protocol_->OnCommitted(appended));
  }
  if (!appended.ok()) return;
  NotifyFollowers();
  if (options_.on_commit) options_.on_commit();
}

void LiveRun::Note(absl::string_view kind, absl::string_view agent, absl::string_view detail) {
  boost::asio::post(io_, [run = shared_from_this(), kind = std::string(kind),
                          agent = std::string(agent), detail = std::string(detail)] {
    const absl::Status noted = run->log_.NoteOperation(kind, agent, detail);
    if (!noted.ok()) spdlog::warn("{}", std::string(noted.message()));
  });
}

void LiveRun::Follow(std::weak_ptr<LogFollower> follower) {
  followers_.push_back(std::move(follower));
}

void LiveRun::NotifyFollowers() {
  std::erase_if(followers_, [](const std::weak_ptr<LogFollower>& weak) {
    const std::shared_ptr<LogFollower> follower = weak.lock();
    if (follower != nullptr) follower->OnLogGrown();
    return follower == nullptr;
  });
}

absl::StatusOr<std::vector<v1::LogRecord>> LiveRun::ReadLog(uint64_t from, size_t limit) const {
  std::vector<v1::LogRecord> records;
  records.reserve(limit);
  const absl::Status read = log_.Read(from, [&](const v1::LogRecord& record) {
    records.push_back(record);
    return records.size() < limit;
  });
  if (!read.ok()) return read;
  return records;
}

bool LiveRun::over() const {
  absl::MutexLock lock(&mutex_);
  return over_;
}

// --- The turn's clock ---

void LiveRun::StartTimer() {
  {
    absl::MutexLock lock(&mutex_);
    if (over_ || deadline_ == Clock::time_point::max()) {
      timer_started_ = false;
      return;
    }
    timer_.expires_at(deadline_);
  }
  timer_.async_wait([run = shared_from_this()](const boost::system::error_code& error) {
    if (!error) run->OnTimer();
  });
}

void LiveRun::OnTimer() {
  {
    absl::MutexLock lock(&mutex_);
    if (Clock::now() >= deadline_) {
      deadline_ = Clock::time_point::max();
      CarryOut(protocol_->OnDeadline(deadline_turn_));
    }
  }
  StartTimer();
}

}  // namespace tranche
