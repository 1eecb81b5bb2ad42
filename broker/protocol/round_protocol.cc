#include "broker/protocol/round_protocol.h"

#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/join.h"
#include "broker/protocol/log_replay.h"
#include "broker/protocol/owed_moves.h"
#include "broker/protocol/shared_mail.h"
#include "sim/storable.h"

namespace tranche {
namespace {

enum class Phase {
  kGathering,   // not all agents have joined yet
  kAsking,      // turns are out
  kHeld,        // a round is open, and paused before anybody is asked
  kCommitting,  // a quarter's records are on their way to the log
  kOver,
};

struct Session {
  SessionId id = 0;
  std::vector<AgentId> agents;  // by ordinal
  // In the order in which they must be answered.
  std::deque<OwedMoves> owed;
  // Turns of the round in play that are about to be sent.
  std::vector<const AskedTurn*> asking;
};

}  // namespace

struct RoundProtocol::State {
  State(std::unique_ptr<RoundEngine> engine_in, ProtocolOptions options_in)
      : options(std::move(options_in)),
        engine(std::move(engine_in)),
        session_of(engine->seats().size()),
        given_up(engine->seats().size()),
        durable_digest(engine->digest()),
        durable_position(engine->last_position()) {
    if (engine->over()) {
      phase = Phase::kOver;
      completed = true;
    }
  }

  Effects TakeEffects() { return std::exchange(effects, {}); }

  static size_t Index(AgentId agent) { return static_cast<size_t>(agent.value()); }
  const std::string& name_of(AgentId agent) const { return engine->seats()[Index(agent)].name; }

  // --- Sessions ---

  v1::ToAgent& Send(const Session& session) {
    effects.push_back(SendToAgent{session.id, {}});
    return std::get<SendToAgent>(effects.back()).message;
  }

  void End(SessionId session, absl::Status status) {
    effects.push_back(EndSession{session, std::move(status)});
  }

  void Forget(SessionId id) {
    const auto found = sessions.find(id);
    if (found == sessions.end()) return;
    for (AgentId agent : found->second.agents) session_of[Index(agent)] = nullptr;
    sessions.erase(found);
  }

  // The session broke the contract.
  void Reject(SessionId id, absl::Status status) {
    Forget(id);
    End(id, std::move(status));
  }

  absl::Status CheckFree(const std::vector<AgentId>& agents) const {
    for (AgentId agent : agents) {
      if (session_of[Index(agent)] == nullptr) continue;
      return absl::AlreadyExistsError(
          absl::StrCat(name_of(agent), " is played by a live session already"));
    }
    return absl::OkStatus();
  }

  void Join(SessionId id, const v1::Join& join) {
    if (phase == Phase::kOver) return TurnAway(id);
    if (sessions.contains(id)) {
      return Reject(id, absl::InvalidArgumentError("a session joins once, with all its agents"));
    }
    absl::StatusOr<std::vector<AgentId>> agents = CheckJoin(join, engine->seats());
    if (!agents.ok()) return End(id, agents.status());
    if (absl::Status free = CheckFree(*agents); !free.ok()) return End(id, std::move(free));

    Session& session = sessions[id];
    session.id = id;
    session.agents = *std::move(agents);
    for (AgentId agent : session.agents) {
      session_of[Index(agent)] = &session;
      given_up[Index(agent)].clear();
    }
    SendWelcome(session);
    BringUpToDate(session);
    if (phase == Phase::kGathering && Missing().empty()) OpenQuarter();
  }

  // Agents still in the market that nobody plays.
  std::vector<AgentId> Missing() const {
    std::vector<AgentId> missing;
    for (int32_t i = 0; i < static_cast<int32_t>(session_of.size()); ++i) {
      const AgentId agent(i);
      if (session_of[Index(agent)] == nullptr && given_up[Index(agent)].empty() &&
          engine->market().IsActive(agent)) {
        missing.push_back(agent);
      }
    }
    return missing;
  }

  void SendWelcome(const Session& session) {
    const Market& market = engine->market();
    v1::Welcome& welcome = *Send(session).mutable_welcome();
    welcome.set_run(options.run);
    welcome.set_scenario_digest(engine->scenario_digest());
    welcome.set_seed(engine->seed());
    welcome.set_quarter(market.quarter().index());
    welcome.set_first_quarter(market.first_quarter().index());
    for (AgentId agent : session.agents) {
      AddWelcomed(agent, engine->seats()[Index(agent)], welcome);
    }
  }

  // --- Turns ---

  v1::Turns& SendBatch(const Session& session, const AskedQuarter& quarter, const AskedRound& round,
                       absl::Span<const AskedTurn* const> turns) {
    v1::Turns& batch = *Send(session).mutable_turns();
    batch.set_quarter(quarter.quarter.index());
    batch.set_round(round.round);
    const bool first = round.round == 1;
    if (first) *batch.mutable_public_view() = *quarter.public_view;
    SharedMail shared(turns, batch);
    batch.mutable_turns()->Reserve(static_cast<int>(turns.size()));
    for (const AskedTurn* asked : turns) {
      v1::Turn& turn = *batch.add_turns();
      turn.set_agent(name_of(asked->agent));
      if (first) *turn.mutable_view() = *quarter.views[Index(asked->agent)];
      shared.Deliver(asked->inbox, turn);
    }
    return batch;
  }

  // Sends what is in `asking` of the session.
  void SendAsked(Session& session) {
    const AskedQuarter& quarter = engine->turns().back();
    const AskedRound& round = quarter.rounds.back();
    SendBatch(session, quarter, round, session.asking);
    OwedMoves& owed = session.owed.emplace_back();
    owed.quarter = quarter.quarter;
    owed.round = round.round;
    for (const AskedTurn* asked : session.asking) owed.agents.push_back(asked->agent);
    session.asking.clear();
  }

  // Asks all who are to move in the round in play and have a session: one batch for each session.
  void AskAll() {
    std::vector<Session*> asked;
    for (const AskedTurn& turn : engine->turns().back().rounds.back().turns) {
      Session* session = session_of[Index(turn.agent)];
      if (session == nullptr) continue;
      if (session->asking.empty()) asked.push_back(session);
      session->asking.push_back(&turn);
    }
    for (Session* session : asked) SendAsked(*session);
  }

  // Sends the turns of the past, marked as such, and then those that the session owes.
  void BringUpToDate(Session& session) {
    const bool round_open = phase == Phase::kAsking || phase == Phase::kHeld;
    for (const AskedQuarter& quarter : engine->turns()) {
      for (const AskedRound& round : quarter.rounds) {
        const bool in_play =
            round_open && &quarter == &engine->turns().back() && &round == &quarter.rounds.back();
        std::vector<const AskedTurn*> past;
        for (const AskedTurn& turn : round.turns) {
          if (session_of[Index(turn.agent)] != &session) continue;
          if (!in_play || !engine->waiting_for(turn.agent)) {
            past.push_back(&turn);
          } else if (phase == Phase::kAsking) {
            session.asking.push_back(&turn);
          }
        }
        if (!past.empty()) SendBatch(session, quarter, round, past).set_replay(true);
      }
    }
    if (!session.asking.empty()) SendAsked(session);
  }

  // --- Rounds and quarters ---

  void OpenQuarter() {
    engine->OpenQuarter();
    Advance();
  }

  // Nobody moves any more in the rounds that are behind: opens the next one, or closes the quarter.
  void Advance() {
    while (true) {
      PassForGivenUp();
      if (engine->waiting()) break;
      if (!engine->FinishRound()) return CloseQuarter();
    }
    if (paused) {
      phase = Phase::kHeld;
      effects.push_back(CancelDeadline{});
    } else {
      AskRound();
    }
  }

  // The agent couldn't play its turn.
  void Fail(AgentId agent, absl::string_view failure) {
    engine->SetPass(agent);
    effects.push_back(ReportFailure{name_of(agent), engine->quarter(), engine->round(),
                                    StorableText(failure, kMostFailureBytes)});
  }

  // Those whom nobody plays any more aren't waited for.
  void PassForGivenUp() {
    if (!some_given_up) return;
    for (AgentId agent : engine->waiting_for()) {
      if (!given_up[Index(agent)].empty()) Fail(agent, given_up[Index(agent)]);
    }
  }

  void GiveUp(absl::Span<const std::string> agents, absl::string_view why) {
    if (phase == Phase::kOver) return;
    for (const std::string& name : agents) {
      const AgentId agent = engine->market().FindAgent(name);
      if (!agent.valid()) continue;
      if (const Session* session = session_of[Index(agent)]) {
        Reject(session->id, absl::FailedPreconditionError(std::string(why)));
      }
      given_up[Index(agent)] = why.empty() ? "given up" : std::string(why);
      some_given_up = true;
    }
    if (phase == Phase::kGathering && Missing().empty()) return OpenQuarter();
    if (phase != Phase::kAsking && phase != Phase::kHeld) return;
    PassForGivenUp();
    if (phase == Phase::kAsking && !engine->waiting()) Advance();
  }

  void AskRound() {
    phase = Phase::kAsking;
    AskAll();
    effects.push_back(StartDeadline{++deadline_turn});
  }

  void CloseQuarter() {
    effects.push_back(CancelDeadline{});
    phase = Phase::kCommitting;
    if (absl::Status closed = engine->CloseQuarter(); !closed.ok()) return Fail(std::move(closed));
    const absl::Span<const StoredRecord> records = engine->records();
    effects.push_back(CommitRecords{{records.begin(), records.end()}});
  }

  void Committed(absl::Status status) {
    if (phase != Phase::kCommitting) return;
    if (!status.ok()) return Fail(std::move(status));
    durable_digest = engine->digest();
    durable_position = engine->last_position();
    if (engine->over()) return Complete();
    if (stop_reason.has_value()) return EndStopped(*stop_reason, absl::OkStatus());
    OpenQuarter();
  }

  void Move(SessionId id, v1::Moves moves) {
    if (phase == Phase::kOver) return TurnAway(id);
    const auto found = sessions.find(id);
    if (found == sessions.end()) {
      return End(id, absl::InvalidArgumentError("a session begins with a join"));
    }
    Session& session = found->second;
    if (session.owed.empty()) {
      return Reject(id, absl::InvalidArgumentError("moves, where no turns wait for an answer"));
    }
    const OwedMoves owed = std::move(session.owed.front());
    session.owed.pop_front();
    if (absl::Status fit = CheckMoves(moves, owed, engine->seats()); !fit.ok()) {
      return Reject(id, std::move(fit));
    }
    if (owed.skipped) return;
    for (v1::AgentMoves& agent : *moves.mutable_agents()) {
      const AgentId mover = engine->market().FindAgent(agent.agent());
      if (agent.failure().empty()) {
        engine->SetMoves(mover, agent.mutable_messages());
      } else {
        Fail(mover, agent.failure());
      }
    }
    if (!engine->waiting()) Advance();
  }

  // --- Deadlines ---

  void ExpireDeadline(uint64_t turn) {
    if (phase != Phase::kAsking || turn != deadline_turn) return;
    const std::vector<AgentId> late = engine->waiting_for();
    effects.push_back(ReportLate{Names(late)});
    switch (options.at_deadline) {
      case AtDeadline::kWait:
        effects.push_back(StartDeadline{++deadline_turn});
        return;
      case AtDeadline::kSkip:
        for (AgentId agent : late) Skip(agent);
        return Advance();
      case AtDeadline::kStop: {
        const std::string reason =
            absl::StrCat("no moves in time from ", absl::StrJoin(Names(late), ", "));
        return EndStopped(reason, absl::DeadlineExceededError(reason));
      }
    }
  }

  void Skip(AgentId agent) {
    engine->SetPass(agent);
    // What it owes last is this round: it has been asked, and is late with it.
    if (Session* session = session_of[Index(agent)]) session->owed.back().skipped = true;
  }

  std::vector<std::string> Names(const std::vector<AgentId>& agents) const {
    std::vector<std::string> names;
    names.reserve(agents.size());
    for (AgentId agent : agents) names.push_back(name_of(agent));
    return names;
  }

  // --- The end ---

  void Complete() {
    completed = true;
    for (const auto& [id, session] : sessions) SendRunOver(id);
    Finish({v1::RunEnded::REASON_COMPLETED, absl::OkStatus(), durable_digest});
  }

  void EndStopped(absl::string_view reason, absl::Status status) {
    end_status =
        absl::AbortedError(absl::StrCat("the run was stopped", reason.empty() ? "" : ": ", reason));
    for (const auto& [id, session] : sessions) End(id, end_status);
    Finish({v1::RunEnded::REASON_STOPPED, std::move(status), durable_digest});
  }

  void Fail(absl::Status status) {
    end_status = absl::AbortedError(absl::StrCat("the run failed: ", status.message()));
    for (const auto& [id, session] : sessions) End(id, end_status);
    Finish({v1::RunEnded::REASON_UNSPECIFIED, std::move(status), durable_digest});
  }

  void SendRunOver(SessionId id) {
    v1::ToAgent message;
    message.mutable_run_over()->set_digest(HexDigest(durable_digest));
    message.mutable_run_over()->set_reason(v1::RunEnded::REASON_COMPLETED);
    effects.push_back(SendToAgent{id, std::move(message)});
    End(id, absl::OkStatus());
  }

  void Finish(RunFinished finished) {
    if (phase == Phase::kAsking) effects.push_back(CancelDeadline{});
    phase = Phase::kOver;
    sessions.clear();
    session_of.assign(session_of.size(), nullptr);
    effects.push_back(std::move(finished));
  }

  // Somebody calls after the end.
  void TurnAway(SessionId id) {
    if (completed) {
      SendRunOver(id);
    } else {
      End(id, end_status);
    }
  }

  const ProtocolOptions options;
  const std::unique_ptr<RoundEngine> engine;

  Phase phase = Phase::kGathering;
  bool paused = false;
  // A stop that waits for the commit in progress.
  std::optional<std::string> stop_reason;
  std::map<SessionId, Session> sessions;
  std::vector<Session*> session_of;  // by ordinal; null: nobody plays the agent
  // By ordinal: why nobody will play the agent any more; empty: somebody may.
  std::vector<std::string> given_up;
  bool some_given_up = false;
  uint64_t deadline_turn = 0;

  // Of what is committed.
  std::string durable_digest;
  uint64_t durable_position = 0;

  // Of a run that is over.
  bool completed = false;
  absl::Status end_status;

  Effects effects;
};

absl::StatusOr<std::unique_ptr<RoundProtocol>> RoundProtocol::Start(const v1::Scenario& scenario,
                                                                    uint64_t seed,
                                                                    std::vector<AgentSeat> seats,
                                                                    ProtocolOptions options) {
  absl::StatusOr<std::unique_ptr<RoundEngine>> engine =
      RoundEngine::Create(scenario, seed, std::move(seats), {.keep_turns = true});
  if (!engine.ok()) return engine.status();
  return std::unique_ptr<RoundProtocol>(
      new RoundProtocol(std::make_unique<State>(*std::move(engine), std::move(options))));
}

absl::StatusOr<std::unique_ptr<RoundProtocol>> RoundProtocol::Resume(
    absl::Span<const v1::LogRecord* const> records, ProtocolOptions options) {
  absl::StatusOr<RunIdentity> run = ReadRunIdentity(records);
  if (!run.ok()) return run.status();
  absl::StatusOr<std::unique_ptr<RoundEngine>> engine =
      RoundEngine::Create(run->scenario, run->seed, std::move(run->seats), {.keep_turns = true});
  if (!engine.ok()) return engine.status();
  if (absl::Status replayed = ReplayLog(records, **engine); !replayed.ok()) return replayed;
  return std::unique_ptr<RoundProtocol>(
      new RoundProtocol(std::make_unique<State>(*std::move(engine), std::move(options))));
}

RoundProtocol::RoundProtocol(std::unique_ptr<State> state) : state_(std::move(state)) {}
RoundProtocol::~RoundProtocol() = default;

Effects RoundProtocol::OnJoin(SessionId session, const v1::Join& join) {
  state_->Join(session, join);
  return state_->TakeEffects();
}

Effects RoundProtocol::OnMoves(SessionId session, v1::Moves moves) {
  state_->Move(session, std::move(moves));
  return state_->TakeEffects();
}

Effects RoundProtocol::OnSessionLost(SessionId session) {
  state_->Forget(session);
  return state_->TakeEffects();
}

Effects RoundProtocol::OnGivenUp(absl::Span<const std::string> agents, absl::string_view why) {
  state_->GiveUp(agents, why);
  return state_->TakeEffects();
}

Effects RoundProtocol::OnDeadline(uint64_t turn) {
  state_->ExpireDeadline(turn);
  return state_->TakeEffects();
}

Effects RoundProtocol::OnCommitted(const absl::Status& status) {
  state_->Committed(status);
  return state_->TakeEffects();
}

Effects RoundProtocol::OnPause() {
  state_->paused = true;
  return state_->TakeEffects();
}

Effects RoundProtocol::OnResume() {
  state_->paused = false;
  if (state_->phase == Phase::kHeld) state_->Advance();
  return state_->TakeEffects();
}

Effects RoundProtocol::OnStop(absl::string_view reason) {
  if (state_->phase == Phase::kCommitting) {
    state_->stop_reason = std::string(reason);
  } else if (state_->phase != Phase::kOver) {
    state_->EndStopped(reason, absl::OkStatus());
  }
  return state_->TakeEffects();
}

v1::GetRunResponse RoundProtocol::Describe() const {
  const State& state = *state_;
  const Market& market = state.engine->market();
  v1::GetRunResponse run;
  run.set_run(state.options.run);
  run.set_scenario(state.engine->scenario_name());
  run.set_seed(state.engine->seed());
  run.set_quarter(market.quarter().index());
  run.set_first_quarter(market.first_quarter().index());
  run.set_end_quarter(market.end_quarter().index());
  run.set_digest(HexDigest(state.durable_digest));
  run.set_last_position(state.durable_position);

  run.set_state(state.paused ? v1::GetRunResponse::STATE_PAUSED
                             : v1::GetRunResponse::STATE_RUNNING);
  std::vector<AgentId> waiting_for;
  switch (state.phase) {
    case Phase::kGathering:
      run.set_state(v1::GetRunResponse::STATE_GATHERING);
      waiting_for = state.Missing();
      break;
    case Phase::kAsking:
      run.set_round(state.engine->round());
      waiting_for = state.engine->waiting_for();
      break;
    case Phase::kHeld:
      run.set_round(state.engine->round());
      break;
    case Phase::kCommitting:
      break;
    case Phase::kOver:
      run.set_state(v1::GetRunResponse::STATE_OVER);
      break;
  }
  for (std::string& name : state.Names(waiting_for)) run.add_waiting_for(std::move(name));
  return run;
}

const RoundEngine& RoundProtocol::engine() const { return *state_->engine; }

}  // namespace tranche
