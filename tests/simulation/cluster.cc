#include "tests/simulation/cluster.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "broker/protocol/hash_chain.h"
#include "sim/check.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// Means of exponential delays, in microseconds.
constexpr int64_t kNetworkDelay = 300;
constexpr int64_t kThinkingTime = 500;
constexpr int64_t kCommitTime = 2'000;
constexpr int64_t kNoticeTime = 5'000;
constexpr int64_t kReconnectTime = 4'000;
constexpr int64_t kRestartTime = 8'000;
constexpr int64_t kPauseTime = 10'000;
constexpr int64_t kDeadline = 6'000;

// More than any run needs.
constexpr int64_t kMostEvents = 200'000;

std::vector<std::string> Names(const std::vector<AgentSeat>& seats) {
  std::vector<std::string> names;
  for (const AgentSeat& seat : seats) names.push_back(seat.name);
  return names;
}

}  // namespace

absl::string_view FaultName(Fault fault) {
  switch (fault) {
    case Fault::kConnectionCut:
      return "connection cut";
    case Fault::kAgentKilled:
      return "agent killed";
    case Fault::kAgentsRegrouped:
      return "agents regrouped";
    case Fault::kGarbageFromAgent:
      return "garbage from an agent";
    case Fault::kGarbageFromOutside:
      return "garbage from outside";
    case Fault::kBrokerKilled:
      return "broker killed";
    case Fault::kCommitFailed:
      return "commit failed";
    case Fault::kPaused:
      return "paused";
    case Fault::kStopped:
      return "stopped";
  }
  return "";
}

Cluster::Cluster(ClusterOptions options)
    : options_(std::move(options)),
      random_(options_.fault_seed, StreamKey("test/cluster"), Quarter(1, 1), Round(0)),
      noise_(RandomStream(options_.fault_seed, StreamKey("test/noise"), Quarter(1, 1), Round(0)),
             Names(options_.seats)),
      time_between_faults_(static_cast<Time>(1'000 * (1 + Pick(10)))),
      faults_left_(options_.faults) {}

absl::StatusOr<ClusterResult> Cluster::Run() {
  // Agents are spread over processes at random, and these start in any order.
  std::vector<std::vector<std::string>> groups(1 + Pick(options_.seats.size()));
  for (const AgentSeat& seat : options_.seats) groups[Pick(groups.size())].push_back(seat.name);
  for (std::vector<std::string>& group : groups) {
    if (!group.empty()) ConnectLater(AddProcess(std::move(group)));
  }
  StartBroker();
  ScheduleFault();

  while (failure_.ok() && !Over()) {
    if (events_.empty() || ++result_.events > kMostEvents) {
      return absl::DeadlineExceededError(absl::StrCat(
          "the run hangs: ", protocol_ ? protocol_->Describe().ShortDebugString() : "no broker"));
    }
    Event event = events_.top();
    events_.pop();
    now_ = event.at;
    event.action();
  }
  if (!failure_.ok()) return failure_;
  result_.log = disk_;
  return result_;
}

// --- Time and chance ---

void Cluster::After(Time delay, std::function<void()> action) {
  events_.push({now_ + delay, ++sequence_, std::move(action)});
}

Cluster::Time Cluster::Delay(Time mean) {
  return static_cast<Time>(random_.Exponential(static_cast<double>(mean)));
}

void Cluster::Fail(absl::Status status) { failure_.Update(std::move(status)); }

// --- Broker ---

void Cluster::StartBroker() {
  const ProtocolOptions options = {"simulated", options_.at_deadline};
  std::deque<v1::LogRecord> records;
  std::vector<const v1::LogRecord*> pointers;
  for (const std::string& bytes : disk_) {
    TRANCHE_CHECK(records.emplace_back().ParseFromString(bytes), "a record doesn't parse");
    pointers.push_back(&records.back());
  }
  auto started = disk_.empty() ? RoundProtocol::Start(options_.scenario, options_.run_seed,
                                                      options_.seats, options)
                               : RoundProtocol::Resume(pointers, options);
  if (!started.ok()) return Fail(started.status());
  protocol_ = *std::move(started);
}

void Cluster::KillBroker() {
  if (protocol_ == nullptr) return;
  if (committing_.has_value() && random_.Bernoulli(0.5)) MakeDurable();
  committing_.reset();
  protocol_.reset();
  ++broker_life_;
  std::vector<SessionId> sessions;
  for (const auto& [session, stream] : streams_) sessions.push_back(session);
  for (SessionId session : sessions) DropStream(session);
  After(Delay(kRestartTime), [this] { StartBroker(); });
}

void Cluster::ToProtocol(std::function<Effects(RoundProtocol&)> event) {
  if (protocol_ != nullptr) CarryOut(event(*protocol_));
}

void Cluster::CarryOut(Effects effects) {
  for (Effect& effect : effects) {
    if (auto* send = std::get_if<SendToAgent>(&effect)) {
      SendToProcess(send->session, send->message);
    } else if (auto* end = std::get_if<EndSession>(&effect)) {
      SendEnd(end->session, end->status);
    } else if (auto* start = std::get_if<StartDeadline>(&effect)) {
      // Deadlines that were cancelled or replaced come too: the protocol knows them apart.
      After(kDeadline, [this, life = broker_life_, turn = start->turn] {
        if (life != broker_life_) return;
        ToProtocol([turn](RoundProtocol& protocol) { return protocol.OnDeadline(turn); });
      });
    } else if (auto* commit = std::get_if<CommitRecords>(&effect)) {
      Commit(commit->records);
    } else if (auto* finished = std::get_if<RunFinished>(&effect)) {
      // A completed run stays, to tell those that come back. Any other is taken up again.
      if (finished->reason == v1::RunEnded::REASON_COMPLETED) continue;
      After(Delay(kNoticeTime), [this, life = broker_life_] {
        if (life == broker_life_) KillBroker();
      });
    }
  }
}

void Cluster::Commit(const std::vector<StoredRecord>& records) {
  if (committing_.has_value()) return Fail(absl::InternalError("two commits at a time"));
  committing_.emplace();
  for (const StoredRecord& record : records) committing_->push_back(record.bytes);
  After(Delay(kCommitTime), [this, life = broker_life_] {
    if (life != broker_life_) return;
    absl::Status status;
    if (std::exchange(next_commit_fails_, false)) {
      committing_.reset();
      status = absl::ResourceExhaustedError("disk full");
    } else {
      MakeDurable();
    }
    ToProtocol([&status](RoundProtocol& protocol) { return protocol.OnCommitted(status); });
  });
}

void Cluster::MakeDurable() {
  for (std::string& bytes : *committing_) disk_.push_back(std::move(bytes));
  committing_.reset();
}

// --- Network ---

void Cluster::SendToBroker(SessionId session, const v1::ToBroker& message) {
  const auto found = streams_.find(session);
  if (found == streams_.end() || found->second.cut) return;
  Stream& stream = found->second;
  stream.last_to_broker = std::max(stream.last_to_broker, now_ + Delay(kNetworkDelay));
  After(stream.last_to_broker - now_, [this, session, bytes = message.SerializeAsString()] {
    const auto arrived = streams_.find(session);
    if (arrived == streams_.end() || arrived->second.cut || arrived->second.ended) return;
    v1::ToBroker parsed;
    TRANCHE_CHECK(parsed.ParseFromString(bytes), "the wire garbles");
    ToProtocol([&](RoundProtocol& protocol) {
      return parsed.has_join() ? protocol.OnJoin(session, parsed.join())
                               : protocol.OnMoves(session, std::move(*parsed.mutable_moves()));
    });
  });
}

void Cluster::SendToProcess(SessionId session, const v1::ToAgent& message) {
  const auto found = streams_.find(session);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  stream.last_to_process = std::max(stream.last_to_process, now_ + Delay(kNetworkDelay));
  After(stream.last_to_process - now_, [this, session, bytes = message.SerializeAsString()] {
    const auto arrived = streams_.find(session);
    if (arrived == streams_.end() || arrived->second.cut || arrived->second.process < 0) return;
    v1::ToAgent parsed;
    TRANCHE_CHECK(parsed.ParseFromString(bytes), "the wire garbles");
    OnMessage(arrived->second.process, parsed);
  });
}

// The broker ends the stream: the status follows what was sent before.
void Cluster::SendEnd(SessionId session, const absl::Status& status) {
  const auto found = streams_.find(session);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  stream.ended = true;
  stream.last_to_process = std::max(stream.last_to_process, now_ + Delay(kNetworkDelay));
  After(stream.last_to_process - now_, [this, session, status] {
    const auto arrived = streams_.find(session);
    if (arrived == streams_.end() || arrived->second.cut) return;
    const int process = arrived->second.process;
    streams_.erase(arrived);
    if (process >= 0 && processes_[static_cast<size_t>(process)].session == session) {
      OnEnd(process, status);
    }
  });
}

// Nothing gets through any more. The ends find out one after the other, in any order.
void Cluster::Cut(SessionId session) {
  const auto found = streams_.find(session);
  if (found == streams_.end() || found->second.cut) return;
  found->second.cut = true;
  After(Delay(kNoticeTime), [this, session, life = broker_life_] {
    streams_.erase(session);
    if (life != broker_life_) return;
    ToProtocol([session](RoundProtocol& protocol) { return protocol.OnSessionLost(session); });
  });
  const int process = found->second.process;
  After(Delay(kNoticeTime), [this, session, process] {
    if (process < 0 || processes_[static_cast<size_t>(process)].session != session) return;
    OnEnd(process, absl::UnavailableError("connection lost"));
  });
}

// The broker's end is gone at once; the process notices.
void Cluster::DropStream(SessionId session) {
  const auto found = streams_.find(session);
  const int process = found->second.process;
  streams_.erase(found);
  After(Delay(kNoticeTime), [this, session, process] {
    if (process < 0 || processes_[static_cast<size_t>(process)].session != session) return;
    OnEnd(process, absl::UnavailableError("broker gone"));
  });
}

// --- Processes ---

int Cluster::AddProcess(std::vector<std::string> agents) {
  processes_.emplace_back().agents = std::move(agents);
  return static_cast<int>(processes_.size()) - 1;
}

void Cluster::ConnectLater(int process) {
  After(Delay(kReconnectTime), [this, process] { Connect(process); });
}

void Cluster::Connect(int process) {
  Process& self = processes_[static_cast<size_t>(process)];
  if (self.gone || self.done || self.session != 0) return;
  if (protocol_ == nullptr) return ConnectLater(process);
  self.host.reset();
  self.asked.reset();
  self.session = next_session_++;
  streams_[self.session].process = process;
  v1::ToBroker message;
  message.mutable_join()->set_protocol("tranche.v1");
  for (const std::string& agent : self.agents) {
    message.mutable_join()->add_agents()->set_agent(agent);
  }
  SendToBroker(self.session, message);
}

void Cluster::OnMessage(int process, const v1::ToAgent& message) {
  Process& self = processes_[static_cast<size_t>(process)];
  if (message.has_welcome()) {
    auto host = AgentHost::Create(message.welcome());
    if (!host.ok()) return Fail(host.status());
    self.host = *std::move(host);
  } else if (message.has_turns()) {
    auto moves = self.host->Play(message.turns());
    if (!moves.ok()) return Fail(moves.status());
    if (!moves->has_value()) return;
    self.asked = message.turns();
    v1::ToBroker answer;
    *answer.mutable_moves() = **std::move(moves);
    After(Delay(kThinkingTime), [this, session = self.session, answer = std::move(answer)] {
      SendToBroker(session, answer);
    });
  } else if (message.has_run_over()) {
    if (!result_.digest.empty() && result_.digest != message.run_over().digest()) {
      Fail(absl::InternalError("agents were told different digests"));
    }
    result_.digest = message.run_over().digest();
    self.done = true;
  }
}

void Cluster::OnEnd(int process, const absl::Status& status) {
  Process& self = processes_[static_cast<size_t>(process)];
  self.session = 0;
  if (self.done) return;
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:      // cut, or the broker died
    case absl::StatusCode::kAborted:          // the run was stopped or failed
    case absl::StatusCode::kAlreadyExists:    // the broker hasn't noticed that the last one is gone
    case absl::StatusCode::kInvalidArgument:  // garbage
      return ConnectLater(process);
    default:
      Fail(absl::Status(status.code(), absl::StrCat("a process was told: ", status.message())));
  }
}

void Cluster::KillProcess(int process) {
  Process& self = processes_[static_cast<size_t>(process)];
  const SessionId session = std::exchange(self.session, 0);
  self.host.reset();
  Cut(session);
  After(Delay(kRestartTime), [this, process] { Connect(process); });
}

int Cluster::PickProcess() {
  std::vector<int> present;
  for (size_t i = 0; i < processes_.size(); ++i) {
    if (!processes_[i].gone && !processes_[i].done) present.push_back(static_cast<int>(i));
  }
  return present.empty() ? -1 : present[Pick(present.size())];
}

// --- Faults ---

void Cluster::ScheduleFault() {
  After(Delay(time_between_faults_), [this] {
    if (faults_left_ == 0 || Over()) return;
    --faults_left_;
    const Fault fault = static_cast<Fault>(Pick(kFaults));
    ++result_.faults[fault];
    Strike(fault);
    ScheduleFault();
  });
}

void Cluster::Strike(Fault fault) {
  const int process = PickProcess();
  if (process < 0) return;
  Process& self = processes_[static_cast<size_t>(process)];
  switch (fault) {
    case Fault::kConnectionCut:
      return Cut(self.session);
    case Fault::kAgentKilled:
      return KillProcess(process);
    case Fault::kAgentsRegrouped:
      return Regroup();
    case Fault::kGarbageFromAgent: {
      v1::ToBroker garbage;
      *garbage.mutable_moves() = noise_.Make<v1::Moves>(0.5);
      if (self.asked.has_value()) {
        garbage.mutable_moves()->set_quarter(self.asked->quarter());
        garbage.mutable_moves()->set_round(self.asked->round());
      }
      garbage.mutable_moves()->add_agents()->set_agent("nobody");
      return SendToBroker(self.session, garbage);
    }
    case Fault::kGarbageFromOutside:
      return SpeakFromOutside();
    case Fault::kBrokerKilled:
      return KillBroker();
    case Fault::kCommitFailed:
      next_commit_fails_ = true;
      return;
    case Fault::kPaused:
      ToProtocol([](RoundProtocol& protocol) { return protocol.OnPause(); });
      After(Delay(kPauseTime),
            [this] { ToProtocol([](RoundProtocol& protocol) { return protocol.OnResume(); }); });
      return;
    case Fault::kStopped:
      return ToProtocol([](RoundProtocol& protocol) { return protocol.OnStop("test"); });
  }
}

// Two processes die, and one or two new ones play their agents in another split.
void Cluster::Regroup() {
  std::vector<std::string> agents;
  for (int i = 0; i < 2; ++i) {
    const int process = PickProcess();
    if (process < 0) break;
    Process& self = processes_[static_cast<size_t>(process)];
    agents.insert(agents.end(), self.agents.begin(), self.agents.end());
    self.gone = true;
    KillProcess(process);
  }
  const auto split = agents.begin() + static_cast<std::ptrdiff_t>(Pick(agents.size() + 1));
  for (auto [begin, end] : {std::pair(agents.begin(), split), std::pair(split, agents.end())}) {
    if (begin == end) continue;
    const int process = AddProcess({begin, end});
    After(Delay(kRestartTime), [this, process] { Connect(process); });
  }
}

// Somebody who knows the protocol, or doesn't, and perhaps an agent's name.
void Cluster::SpeakFromOutside() {
  if (protocol_ == nullptr) return;
  const SessionId session = next_session_++;
  streams_[session].process = -1;
  const uint64_t messages = 1 + Pick(3);
  for (uint64_t i = 0; i < messages; ++i) {
    v1::ToBroker message = noise_.Make<v1::ToBroker>(0.5);
    if (message.has_join() && random_.Bernoulli(0.5)) {
      message.mutable_join()->set_protocol("tranche.v1");
      message.mutable_join()->clear_agents();
      message.mutable_join()->add_agents()->set_agent(
          options_.seats[Pick(options_.seats.size())].name);
    }
    SendToBroker(session, message);
  }
  After(Delay(kNoticeTime), [this, session] { Cut(session); });
}

bool Cluster::Over() const {
  return std::all_of(processes_.begin(), processes_.end(),
                     [](const Process& process) { return process.done || process.gone; });
}

}  // namespace tranche
