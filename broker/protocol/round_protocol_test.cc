#include "broker/protocol/round_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/testing/noise.h"
#include "broker/protocol/testing/scripted_run.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const std::vector<std::string>& AllAgents() {
  static const auto* names = new std::vector<std::string>{
      "aurora",          "borealis", "european-commission", "harbor-fund", "nimbus",
      "nimbus-ventures", "stratus",  "us-antitrust"};
  return *names;
}

v1::Join JoinOf(const std::vector<std::string>& names) {
  v1::Join join;
  join.set_protocol("tranche.v1");
  for (const std::string& name : names) join.add_agents()->set_agent(name);
  return join;
}

// Moves that answer `turns` with nothing.
v1::Moves Passing(const v1::Turns& turns) {
  v1::Moves moves;
  moves.set_quarter(turns.quarter());
  moves.set_round(turns.round());
  for (const v1::Turn& turn : turns.turns()) moves.add_agents()->set_agent(turn.agent());
  return moves;
}

// The broker's shell as far as the protocol can tell: keeps what the effects bring about.
class RoundProtocolTest : public ::testing::Test {
 protected:
  explicit RoundProtocolTest(AtDeadline at_deadline = AtDeadline::kWait,
                             const v1::Scenario& scenario = DuopolyScenario())
      : options_{"test-run", at_deadline} {
    auto protocol = RoundProtocol::Start(scenario, 1, ScriptedSeats(scenario), options_);
    EXPECT_EQ(protocol.status(), absl::OkStatus());
    protocol_ = *std::move(protocol);
  }

  void CarryOut(Effects effects) {
    for (Effect& effect : effects) {
      if (auto* send = std::get_if<SendToAgent>(&effect)) {
        sent_[send->session].push_back(std::move(send->message));
      } else if (auto* end = std::get_if<EndSession>(&effect)) {
        ended_[end->session] = end->status;
      } else if (auto* start = std::get_if<StartDeadline>(&effect)) {
        deadline_ = start->turn;
      } else if (std::holds_alternative<CancelDeadline>(effect)) {
        deadline_.reset();
      } else if (auto* commit = std::get_if<CommitRecords>(&effect)) {
        ASSERT_FALSE(commit_.has_value());
        commit_ = std::move(*commit);
      } else if (auto* late = std::get_if<ReportLate>(&effect)) {
        late_ = late->agents;
      } else if (auto* finished = std::get_if<RunFinished>(&effect)) {
        ASSERT_FALSE(finished_.has_value());
        finished_ = *finished;
      }
    }
  }

  void Join(SessionId session, const std::vector<std::string>& names) {
    CarryOut(protocol_->OnJoin(session, JoinOf(names)));
  }

  // Every agent on one session of its own: agent i on session i + 1.
  void JoinAll() {
    for (size_t i = 0; i < AllAgents().size(); ++i) Join(i + 1, {AllAgents()[i]});
  }
  static SessionId SessionOf(absl::string_view agent) {
    for (size_t i = 0; i < AllAgents().size(); ++i) {
      if (AllAgents()[i] == agent) return i + 1;
    }
    return 0;
  }

  // What was sent since the last look.
  std::vector<v1::ToAgent> Take(SessionId session) { return std::exchange(sent_[session], {}); }
  // The turns among it.
  std::vector<v1::Turns> TakeTurns(SessionId session) {
    std::vector<v1::Turns> turns;
    for (v1::ToAgent& message : Take(session)) {
      if (message.has_turns()) turns.push_back(std::move(*message.mutable_turns()));
    }
    return turns;
  }

  void Answer(SessionId session, v1::Moves moves) {
    CarryOut(protocol_->OnMoves(session, std::move(moves)));
  }

  // Everybody with open turns passes, but for those that `moves` names.
  void PlayRound(const std::map<std::string, v1::Message>& moves = {}) {
    std::vector<std::pair<SessionId, v1::Moves>> answers;
    for (auto& [session, sent] : sent_) {
      for (const v1::ToAgent& message : sent) {
        if (!message.has_turns() || message.turns().replay()) continue;
        v1::Moves answer = Passing(message.turns());
        for (v1::AgentMoves& agent : *answer.mutable_agents()) {
          if (auto move = moves.find(agent.agent()); move != moves.end()) {
            *agent.add_messages() = move->second;
          }
        }
        answers.emplace_back(session, std::move(answer));
      }
      sent.clear();
    }
    ASSERT_FALSE(answers.empty());
    for (auto& [session, answer] : answers) Answer(session, std::move(answer));
  }

  void Commit(const absl::Status& status = absl::OkStatus()) {
    ASSERT_TRUE(commit_.has_value());
    const CommitRecords commit = *std::exchange(commit_, std::nullopt);
    if (status.ok()) log_.Add(commit.records);
    CarryOut(protocol_->OnCommitted(status));
  }

  // Chatter of everybody until the run is over, or until `quarters` more are committed.
  void PlayChatter(int quarters = 1000) {
    while (!finished_.has_value() && quarters > 0) {
      if (commit_.has_value()) {
        Commit();
        --quarters;
        continue;
      }
      std::vector<std::pair<SessionId, v1::Moves>> answers;
      for (auto& [session, sent] : sent_) {
        for (const v1::ToAgent& message : sent) {
          if (message.has_turns() && !message.turns().replay()) {
            answers.emplace_back(session, ChatterTo(message.turns()));
          }
        }
        sent.clear();
      }
      ASSERT_FALSE(answers.empty());
      for (auto& [session, answer] : answers) Answer(session, std::move(answer));
    }
  }

  // As an agent reads it.
  static std::vector<const v1::Message*> InboxOf(const v1::Turns& turns, const v1::Turn& turn) {
    std::vector<const v1::Message*> inbox;
    if (turn.mail().empty()) {
      inbox.assign(turn.inbox().pointer_begin(), turn.inbox().pointer_end());
    }
    int next = 0;
    for (const uint32_t place : turn.mail()) {
      inbox.push_back(place == 0 ? &turn.inbox(next++)
                                 : &turns.shared(static_cast<int>(place) - 1));
    }
    return inbox;
  }

  v1::Moves ChatterTo(const v1::Turns& turns) const {
    v1::Moves moves = Passing(turns);
    for (int i = 0; i < turns.turns_size(); ++i) {
      const v1::Turn& turn = turns.turns(i);
      const std::vector<const v1::Message*> inbox = InboxOf(turns, turn);
      MoveList chatter =
          Chatter(protocol_->engine().seats(), protocol_->engine().market().FindAgent(turn.agent()),
                  Quarter::FromIndex(turns.quarter()), turns.round(), inbox);
      moves.mutable_agents(i)->mutable_messages()->Swap(&chatter);
    }
    return moves;
  }

  // A broker started anew from what was committed.
  void Restart() {
    sent_.clear();
    ended_.clear();
    commit_.reset();
    finished_.reset();
    deadline_.reset();
    auto resumed = RoundProtocol::Resume(log_.Pointers(), options_);
    ASSERT_EQ(resumed.status(), absl::OkStatus());
    protocol_ = *std::move(resumed);
  }

  absl::Status EndOf(SessionId session) const {
    const auto found = ended_.find(session);
    return found == ended_.end() ? absl::UnknownError("not ended") : found->second;
  }

  std::vector<std::string> WaitingFor() const {
    const v1::GetRunResponse run = protocol_->Describe();
    return {run.waiting_for().begin(), run.waiting_for().end()};
  }

  ProtocolOptions options_;
  std::unique_ptr<RoundProtocol> protocol_;
  std::map<SessionId, std::vector<v1::ToAgent>> sent_;
  std::map<SessionId, absl::Status> ended_;
  std::optional<uint64_t> deadline_;
  std::optional<CommitRecords> commit_;
  std::vector<std::string> late_;
  std::optional<RunFinished> finished_;
  RecordedRun log_;
};

// The digest of a run of chatter that nothing disturbs.
std::string UndisturbedDigest() {
  static const auto* digest = [] {
    auto engine = DuopolyEngine();
    PlayChatter(*engine);
    return new std::string(engine->digest());
  }();
  return *digest;
}

// --- Joining ---

TEST_F(RoundProtocolTest, TheRunStartsWhenEveryAgentHasJoined) {
  for (size_t i = 0; i + 1 < AllAgents().size(); ++i) Join(i + 1, {AllAgents()[i]});
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_GATHERING);
  EXPECT_THAT(WaitingFor(), ElementsAre("us-antitrust"));
  EXPECT_THAT(TakeTurns(1), IsEmpty());

  Join(8, {"us-antitrust"});
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_RUNNING);
  EXPECT_EQ(protocol_->Describe().round(), 1);
  for (SessionId session = 1; session <= 8; ++session) EXPECT_THAT(TakeTurns(session), SizeIs(1));
}

TEST_F(RoundProtocolTest, AWelcomeSaysWhatTheAgentNeedsToKnow) {
  Join(5, {"stratus", "nimbus"});
  const std::vector<v1::ToAgent> sent = Take(5);
  ASSERT_THAT(sent, SizeIs(1));
  const v1::Welcome& welcome = sent[0].welcome();
  EXPECT_EQ(welcome.run(), "test-run");
  EXPECT_EQ(welcome.seed(), 1);
  EXPECT_EQ(welcome.scenario_digest(), protocol_->engine().scenario_digest());
  EXPECT_EQ(welcome.quarter(), Quarter(2026, 1).index());
  EXPECT_EQ(welcome.first_quarter(), Quarter(2026, 1).index());
  ASSERT_EQ(welcome.agents_size(), 2);
  EXPECT_EQ(welcome.agents(0).agent(), "nimbus");
  EXPECT_EQ(welcome.agents(0).ordinal(), 4);
  EXPECT_EQ(welcome.agents(0).strategy(), "scripted");
  EXPECT_EQ(welcome.agents(0).parameters(0).value(), 2);
  EXPECT_EQ(welcome.agents(1).agent(), "stratus");
}

TEST_F(RoundProtocolTest, ASessionOfManyAgentsGetsOneBatch) {
  Join(1, {"aurora", "borealis", "nimbus"});
  Join(2, {"european-commission", "harbor-fund", "nimbus-ventures", "stratus", "us-antitrust"});
  const std::vector<v1::Turns> turns = TakeTurns(1);
  ASSERT_THAT(turns, SizeIs(1));
  ASSERT_EQ(turns[0].turns_size(), 3);
  EXPECT_EQ(turns[0].turns(2).agent(), "nimbus");
  EXPECT_EQ(turns[0].turns(2).view().agent(), "nimbus");
  EXPECT_EQ(turns[0].public_view().quarter(), Quarter(2026, 1).index());
  EXPECT_FALSE(turns[0].replay());
}

TEST_F(RoundProtocolTest, AnotherProtocolVersionIsRefused) {
  v1::Join join = JoinOf({"aurora"});
  join.set_protocol("tranche.v2");
  CarryOut(protocol_->OnJoin(1, join));
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(EndOf(1).message(), HasSubstr("tranche.v1"));
}

TEST_F(RoundProtocolTest, AnUnknownAgentIsToldWhichThereAre) {
  Join(1, {"openai"});
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(EndOf(1).message(),
              HasSubstr("aurora, borealis, european-commission, harbor-fund, nimbus, "
                        "nimbus-ventures, stratus, us-antitrust"));
}

TEST_F(RoundProtocolTest, AWrongRoleIsRefused) {
  v1::Join join = JoinOf({"aurora"});
  join.mutable_agents(0)->set_role(v1::ROLE_CLOUD);
  CarryOut(protocol_->OnJoin(1, join));
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(EndOf(1).message(), HasSubstr("aurora is a lab"));
}

TEST_F(RoundProtocolTest, AJoinWithoutAgentsIsRefused) {
  Join(1, {});
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RoundProtocolTest, AJoinThatNamesAnAgentTwiceIsRefused) {
  Join(1, {"aurora", "nimbus", "aurora"});
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(EndOf(1).message(), HasSubstr("aurora twice"));
}

TEST_F(RoundProtocolTest, ALiveAgentCannotBeJoinedAgain) {
  Join(1, {"aurora"});
  Join(2, {"aurora", "borealis"});
  EXPECT_EQ(EndOf(2).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(EndOf(2).message(), HasSubstr("aurora"));
  EXPECT_FALSE(ended_.contains(1));
  // Nothing of the refused join is kept.
  Join(3, {"borealis"});
  EXPECT_FALSE(ended_.contains(3));
}

TEST_F(RoundProtocolTest, ASecondJoinEndsTheSession) {
  Join(1, {"aurora"});
  Join(1, {"borealis"});
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kInvalidArgument);
  Join(2, {"aurora"});
  EXPECT_FALSE(ended_.contains(2));
}

TEST_F(RoundProtocolTest, AStrategyOtherThanTheRunsIsRefused) {
  v1::Join join = JoinOf({"aurora"});
  join.mutable_agents(0)->set_strategy("bold-lab");
  CarryOut(protocol_->OnJoin(1, join));
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(EndOf(1).message(), HasSubstr("\"scripted\""));
}

TEST_F(RoundProtocolTest, AParameterOtherThanTheRunsIsRefused) {
  v1::Join join = JoinOf({"aurora"});
  v1::Parameter& patience = *join.mutable_agents(0)->add_parameters();
  patience.set_name("patience");
  patience.set_value(3);
  CarryOut(protocol_->OnJoin(1, join));
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(EndOf(1).message(), HasSubstr("patience"));
}

TEST_F(RoundProtocolTest, AJoinMaySayWhatTheRunSays) {
  v1::Join join = JoinOf({"aurora"});
  join.mutable_agents(0)->set_role(v1::ROLE_LAB);
  join.mutable_agents(0)->set_strategy("scripted");
  v1::Parameter& patience = *join.mutable_agents(0)->add_parameters();
  patience.set_name("patience");
  patience.set_value(2);
  CarryOut(protocol_->OnJoin(1, join));
  EXPECT_FALSE(ended_.contains(1));
  EXPECT_THAT(sent_[1], SizeIs(1));
}

TEST_F(RoundProtocolTest, AnAgentThatLeavesWhileOthersGatherIsWaitedFor) {
  for (size_t i = 0; i + 1 < AllAgents().size(); ++i) Join(i + 1, {AllAgents()[i]});
  CarryOut(protocol_->OnSessionLost(1));
  Join(8, {"us-antitrust"});
  EXPECT_THAT(WaitingFor(), ElementsAre("aurora"));
  Join(9, {"aurora"});
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_RUNNING);
}

// --- Rounds ---

TEST_F(RoundProtocolTest, NobodyIsAskedBeforeAllHaveMoved) {
  JoinAll();
  for (SessionId session = 1; session < 8; ++session) {
    Answer(session, Passing(TakeTurns(session)[0]));
    EXPECT_FALSE(commit_.has_value());
  }
  EXPECT_THAT(WaitingFor(), ElementsAre("us-antitrust"));
  Answer(8, Passing(TakeTurns(8)[0]));
  EXPECT_TRUE(commit_.has_value());
}

TEST_F(RoundProtocolTest, LaterRoundsGoOnlyToSessionsWithMail) {
  JoinAll();
  PlayRound({{"aurora", NoteTo({"stratus", "nimbus"}, "hello")}});
  EXPECT_THAT(WaitingFor(), ElementsAre("nimbus", "stratus"));
  const std::vector<v1::Turns> turns = TakeTurns(SessionOf("stratus"));
  ASSERT_THAT(turns, SizeIs(1));
  EXPECT_EQ(turns[0].round(), 2);
  EXPECT_FALSE(turns[0].has_public_view());
  ASSERT_EQ(turns[0].turns_size(), 1);
  EXPECT_FALSE(turns[0].turns(0).has_view());
  ASSERT_EQ(turns[0].turns(0).inbox_size(), 1);
  EXPECT_EQ(turns[0].turns(0).inbox(0).note().text(), "hello");
  EXPECT_THAT(Take(SessionOf("aurora")), IsEmpty());
}

TEST_F(RoundProtocolTest, WhatSeveralAgentsOfASessionReadIsSentOnce) {
  constexpr SessionId kClouds = 2;
  Join(1, {"aurora", "borealis", "european-commission", "harbor-fund", "nimbus-ventures",
           "us-antitrust"});
  Join(kClouds, {"nimbus", "stratus"});
  PlayRound({{"aurora", NoteTo({"stratus", "nimbus"}, "hello")},
             {"borealis", NoteTo({"stratus"}, "you alone")}});
  const std::vector<v1::Turns> turns = TakeTurns(kClouds);
  ASSERT_THAT(turns, SizeIs(1));
  ASSERT_EQ(turns[0].shared_size(), 1);
  EXPECT_EQ(turns[0].shared(0).note().text(), "hello");
  ASSERT_EQ(turns[0].turns_size(), 2);
  const v1::Turn& nimbus = turns[0].turns(0);
  const v1::Turn& stratus = turns[0].turns(1);
  EXPECT_THAT(nimbus.inbox(), IsEmpty());
  EXPECT_THAT(nimbus.mail(), ElementsAre(1));
  ASSERT_THAT(stratus.inbox(), SizeIs(1));
  EXPECT_EQ(stratus.inbox(0).note().text(), "you alone");
  EXPECT_THAT(stratus.mail(), ElementsAre(1, 0));
}

TEST_F(RoundProtocolTest, MovesThatDoNotFitEndTheSessionAndAreNotMade) {
  JoinAll();
  Join(9, {});  // a session that is turned away
  const v1::Turns turns = TakeTurns(1)[0];

  v1::Moves wrong_round = Passing(turns);
  wrong_round.set_round(2);
  v1::Moves wrong_quarter = Passing(turns);
  wrong_quarter.set_quarter(-5);
  v1::Moves missing = Passing(turns);
  missing.clear_agents();
  v1::Moves stranger = Passing(turns);
  stranger.mutable_agents(0)->set_agent("borealis");
  v1::Moves nobody = Passing(turns);
  nobody.mutable_agents(0)->set_agent("no such agent");
  v1::Moves twice = Passing(turns);
  *twice.add_agents() = twice.agents(0);

  SessionId session = 1;
  for (v1::Moves* moves : {&wrong_round, &wrong_quarter, &missing, &stranger, &nobody, &twice}) {
    for (v1::AgentMoves& agent : *moves->mutable_agents()) {
      *agent.add_messages() = NoteTo({"nimbus"}, "should not be said");
    }
    Answer(session, *moves);
    EXPECT_EQ(EndOf(session).code(), absl::StatusCode::kInvalidArgument)
        << moves->ShortDebugString();
    EXPECT_THAT(EndOf(session).message(), HasSubstr("moves"));
    // The agent may come back, and still owes its moves.
    session += 100;
    Join(session, {"aurora"});
    EXPECT_THAT(TakeTurns(session), SizeIs(1));
  }
  EXPECT_EQ(WaitingFor().size(), 8);
  Answer(session, Passing(turns));
  PlayRound();
  EXPECT_TRUE(commit_.has_value());
}

TEST_F(RoundProtocolTest, MovesBeforeAJoinEndTheSession) {
  Answer(1, {});
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(EndOf(1).message(), HasSubstr("begins with a join"));
}

TEST_F(RoundProtocolTest, MovesWithoutTurnsEndTheSession) {
  JoinAll();
  const v1::Turns turns = TakeTurns(1)[0];
  Answer(1, Passing(turns));
  Answer(1, Passing(turns));
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(EndOf(1).message(), HasSubstr("no turns wait"));
}

TEST_F(RoundProtocolTest, ARunOverSessionsEndsInTheDigestOfTheEngineAlone) {
  JoinAll();
  PlayChatter();
  ASSERT_TRUE(finished_.has_value());
  EXPECT_EQ(finished_->reason, v1::RunEnded::REASON_COMPLETED);
  EXPECT_EQ(finished_->status, absl::OkStatus());
  EXPECT_EQ(finished_->digest, UndisturbedDigest());
  EXPECT_EQ(VerifyChain(log_.Pointers()), absl::OkStatus());
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_OVER);
  EXPECT_EQ(protocol_->Describe().digest(), HexDigest(UndisturbedDigest()));
  EXPECT_EQ(protocol_->Describe().last_position(), log_.records().size());
}

TEST_F(RoundProtocolTest, WhenTheRunIsOverSessionsAreToldAndEndWell) {
  JoinAll();
  PlayChatter();
  for (SessionId session = 1; session <= 8; ++session) {
    const std::vector<v1::ToAgent> sent = Take(session);
    ASSERT_FALSE(sent.empty());
    EXPECT_EQ(sent.back().run_over().reason(), v1::RunEnded::REASON_COMPLETED);
    EXPECT_EQ(sent.back().run_over().digest(), HexDigest(UndisturbedDigest()));
    EXPECT_EQ(EndOf(session), absl::OkStatus());
  }
  EXPECT_FALSE(deadline_.has_value());
}

// --- Commits ---

TEST_F(RoundProtocolTest, TheNextQuarterWaitsForTheCommit) {
  JoinAll();
  PlayRound();
  ASSERT_TRUE(commit_.has_value());
  EXPECT_FALSE(deadline_.has_value());
  EXPECT_EQ(protocol_->Describe().last_position(), 0);
  EXPECT_THAT(TakeTurns(1), IsEmpty());
  Commit();
  const std::vector<v1::Turns> turns = TakeTurns(1);
  ASSERT_THAT(turns, SizeIs(1));
  EXPECT_EQ(turns[0].quarter(), Quarter(2026, 2).index());
  EXPECT_EQ(protocol_->Describe().last_position(), log_.records().size());
}

TEST_F(RoundProtocolTest, AFailedCommitEndsTheRunWithItsStatus) {
  JoinAll();
  PlayChatter(1);
  const std::string digest = log_.records().back().quarter_closed().digest();
  while (!commit_.has_value()) PlayRound();
  Commit(absl::ResourceExhaustedError("disk full"));
  ASSERT_TRUE(finished_.has_value());
  EXPECT_EQ(finished_->reason, v1::RunEnded::REASON_UNSPECIFIED);
  EXPECT_EQ(finished_->status, absl::ResourceExhaustedError("disk full"));
  EXPECT_EQ(finished_->digest, digest);
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kAborted);
  EXPECT_THAT(EndOf(1).message(), HasSubstr("disk full"));
}

// --- Deadlines ---

TEST_F(RoundProtocolTest, AtTheDeadlineALateAgentIsReportedAndWaitedFor) {
  JoinAll();
  for (SessionId session = 3; session <= 8; ++session) {
    Answer(session, Passing(TakeTurns(session)[0]));
  }
  const uint64_t turn = *deadline_;
  CarryOut(protocol_->OnDeadline(turn));
  EXPECT_THAT(late_, ElementsAre("aurora", "borealis"));
  EXPECT_THAT(WaitingFor(), ElementsAre("aurora", "borealis"));
  ASSERT_TRUE(deadline_.has_value());
  EXPECT_NE(*deadline_, turn);
  PlayRound();
  EXPECT_TRUE(commit_.has_value());
}

TEST_F(RoundProtocolTest, ADeadlineOfTheRoundBeforeMeansNothing) {
  JoinAll();
  const uint64_t before = *deadline_;
  PlayRound({{"aurora", NoteTo({"stratus"}, "hello")}});
  CarryOut(protocol_->OnDeadline(before));
  EXPECT_THAT(late_, IsEmpty());
}

class SkippingProtocolTest : public RoundProtocolTest {
 protected:
  SkippingProtocolTest() : RoundProtocolTest(AtDeadline::kSkip) {}
};

TEST_F(SkippingProtocolTest, ALateAgentPassesAndItsLateMovesAreDropped) {
  JoinAll();
  v1::Moves late = Passing(TakeTurns(1)[0]);
  *late.mutable_agents(0)->add_messages() = NoteTo({"nimbus"}, "too late");
  for (SessionId session = 2; session <= 8; ++session) {
    Answer(session, Passing(TakeTurns(session)[0]));
  }
  CarryOut(protocol_->OnDeadline(*deadline_));
  EXPECT_THAT(late_, ElementsAre("aurora"));
  Commit();
  EXPECT_EQ(
      std::count_if(log_.records().begin(), log_.records().end(),
                    [](const v1::LogRecord& record) { return record.pass().agent() == "aurora"; }),
      1);

  // The late moves come in when the next turn is out already; both are answered in order.
  const v1::Turns next = TakeTurns(1)[0];
  Answer(1, late);
  EXPECT_FALSE(ended_.contains(1));
  EXPECT_EQ(WaitingFor().size(), 8);
  Answer(1, Passing(next));
  EXPECT_EQ(WaitingFor().size(), 7);
  PlayRound();
  Commit();
  for (const v1::LogRecord& record : log_.records()) EXPECT_FALSE(record.message().has_note());
}

TEST_F(SkippingProtocolTest, AnAgentThatIsGoneIsSkippedToo) {
  JoinAll();
  CarryOut(protocol_->OnSessionLost(1));
  TakeTurns(1);
  PlayRound();
  EXPECT_THAT(WaitingFor(), ElementsAre("aurora"));
  CarryOut(protocol_->OnDeadline(*deadline_));
  EXPECT_TRUE(commit_.has_value());
}

TEST_F(SkippingProtocolTest, ARunWithSkipsIsResumedFromItsLog) {
  JoinAll();
  while (!finished_.has_value()) {
    if (commit_.has_value()) {
      Commit();
      continue;
    }
    // borealis never answers.
    sent_[SessionOf("borealis")].clear();
    bool answered = false;
    for (SessionId session = 1; session <= 8; ++session) {
      for (const v1::Turns& turns : TakeTurns(session)) {
        Answer(session, ChatterTo(turns));
        answered = true;
      }
    }
    if (!answered) CarryOut(protocol_->OnDeadline(*deadline_));
  }
  const std::string digest = finished_->digest;
  Restart();
  EXPECT_EQ(protocol_->engine().digest(), digest);
}

class StoppingProtocolTest : public RoundProtocolTest {
 protected:
  StoppingProtocolTest() : RoundProtocolTest(AtDeadline::kStop) {}
};

TEST_F(StoppingProtocolTest, ALateAgentStopsTheRun) {
  JoinAll();
  PlayChatter(2);
  CarryOut(protocol_->OnDeadline(*deadline_));
  ASSERT_TRUE(finished_.has_value());
  EXPECT_EQ(finished_->reason, v1::RunEnded::REASON_STOPPED);
  EXPECT_EQ(finished_->status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(finished_->status.message(), HasSubstr("aurora, borealis"));
  EXPECT_EQ(finished_->digest, log_.records().back().quarter_closed().digest());
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kAborted);
}

// --- Pause, resume, stop ---

TEST_F(RoundProtocolTest, PauseHoldsBeforeTheNextRound) {
  JoinAll();
  CarryOut(protocol_->OnPause());
  PlayRound({{"aurora", NoteTo({"stratus"}, "hello")}});
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_PAUSED);
  EXPECT_FALSE(deadline_.has_value());
  EXPECT_THAT(TakeTurns(SessionOf("stratus")), IsEmpty());

  CarryOut(protocol_->OnResume());
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_RUNNING);
  EXPECT_TRUE(deadline_.has_value());
  EXPECT_THAT(TakeTurns(SessionOf("stratus")), SizeIs(1));
}

TEST_F(RoundProtocolTest, PauseAndResumeAreIdempotent) {
  JoinAll();
  CarryOut(protocol_->OnResume());
  CarryOut(protocol_->OnPause());
  CarryOut(protocol_->OnPause());
  CarryOut(protocol_->OnResume());
  CarryOut(protocol_->OnResume());
  for (SessionId session = 1; session <= 8; ++session) EXPECT_THAT(TakeTurns(session), SizeIs(1));
}

TEST_F(RoundProtocolTest, ARunPausedWhileGatheringStartsWhenItIsResumed) {
  CarryOut(protocol_->OnPause());
  JoinAll();
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_PAUSED);
  EXPECT_THAT(TakeTurns(1), IsEmpty());
  CarryOut(protocol_->OnResume());
  EXPECT_THAT(TakeTurns(1), SizeIs(1));
}

TEST_F(RoundProtocolTest, WhoJoinsDuringAPauseIsAskedOnceItIsOver) {
  JoinAll();
  CarryOut(protocol_->OnPause());
  PlayRound({{"aurora", NoteTo({"stratus"}, "hello")}});
  CarryOut(protocol_->OnSessionLost(SessionOf("stratus")));
  Join(20, {"stratus"});
  std::vector<v1::Turns> turns = TakeTurns(20);
  ASSERT_THAT(turns, SizeIs(1));
  EXPECT_TRUE(turns[0].replay());
  CarryOut(protocol_->OnResume());
  turns = TakeTurns(20);
  ASSERT_THAT(turns, SizeIs(1));
  EXPECT_FALSE(turns[0].replay());
  EXPECT_EQ(turns[0].round(), 2);
}

TEST_F(RoundProtocolTest, StopDropsTheQuarterInPlayAndTheRunCanBeResumed) {
  JoinAll();
  PlayChatter(2);
  PlayRound({{"aurora", NoteTo({"stratus"}, "never mind")}});
  CarryOut(protocol_->OnStop("lunch"));
  ASSERT_TRUE(finished_.has_value());
  EXPECT_EQ(finished_->reason, v1::RunEnded::REASON_STOPPED);
  EXPECT_EQ(finished_->status, absl::OkStatus());
  EXPECT_EQ(EndOf(1), absl::AbortedError("the run was stopped: lunch"));
  EXPECT_FALSE(log_.records().back().has_run_ended());

  Restart();
  JoinAll();
  PlayChatter();
  EXPECT_EQ(finished_->digest, UndisturbedDigest());
}

TEST_F(RoundProtocolTest, AStopDuringACommitKeepsTheQuarter) {
  JoinAll();
  PlayRound();
  ASSERT_TRUE(commit_.has_value());
  CarryOut(protocol_->OnStop(""));
  EXPECT_FALSE(finished_.has_value());
  Commit();
  ASSERT_TRUE(finished_.has_value());
  EXPECT_EQ(finished_->reason, v1::RunEnded::REASON_STOPPED);
  EXPECT_EQ(finished_->digest, log_.records().back().quarter_closed().digest());
}

TEST_F(RoundProtocolTest, AStopWhileAgentsGatherEndsTheRun) {
  Join(1, {"aurora"});
  CarryOut(protocol_->OnStop(""));
  ASSERT_TRUE(finished_.has_value());
  EXPECT_EQ(finished_->digest, "");
  Join(2, {"borealis"});
  EXPECT_EQ(EndOf(2).code(), absl::StatusCode::kAborted);
  CarryOut(protocol_->OnStop(""));  // means nothing any more
}

// --- Coming back ---

TEST_F(RoundProtocolTest, AnAgentThatComesBackSeesItsTurnsAgainAndThenWhatItOwes) {
  JoinAll();
  std::vector<v1::Turns> seen;
  for (int quarters = 0; quarters < 3;) {
    if (commit_.has_value()) {
      Commit();
      ++quarters;
      continue;
    }
    for (SessionId session = 1; session <= 8; ++session) {
      for (const v1::Turns& turns : TakeTurns(session)) {
        if (session == SessionOf("nimbus")) seen.push_back(turns);
        Answer(session, ChatterTo(turns));
      }
    }
  }
  const v1::Turns open = TakeTurns(SessionOf("nimbus"))[0];

  CarryOut(protocol_->OnSessionLost(SessionOf("nimbus")));
  Join(20, {"nimbus"});
  const std::vector<v1::ToAgent> sent = Take(20);
  ASSERT_EQ(sent.size(), 1 + seen.size() + 1);
  EXPECT_EQ(sent[0].welcome().quarter(), Quarter(2026, 4).index());
  for (size_t i = 0; i < seen.size(); ++i) {
    v1::Turns expected = seen[i];
    expected.set_replay(true);
    EXPECT_EQ(sent[1 + i].turns().SerializeAsString(), expected.SerializeAsString());
  }
  EXPECT_EQ(sent.back().turns().SerializeAsString(), open.SerializeAsString());
  Answer(20, ChatterTo(open));
  EXPECT_EQ(WaitingFor().size(), 7);
}

TEST_F(RoundProtocolTest, AnAgentThatHadMovedOwesNothingWhenItComesBack) {
  JoinAll();
  Answer(1, Passing(TakeTurns(1)[0]));
  CarryOut(protocol_->OnSessionLost(1));
  Join(20, {"aurora"});
  const std::vector<v1::Turns> turns = TakeTurns(20);
  ASSERT_THAT(turns, SizeIs(1));
  EXPECT_TRUE(turns[0].replay());
  EXPECT_EQ(WaitingFor().size(), 7);
}

TEST_F(RoundProtocolTest, AgentsMayComeBackOnOneSessionWhereOneHadMovedAndOneHadNot) {
  JoinAll();
  Answer(1, Passing(TakeTurns(1)[0]));
  CarryOut(protocol_->OnSessionLost(1));
  CarryOut(protocol_->OnSessionLost(2));
  TakeTurns(2);
  Join(20, {"borealis", "aurora"});
  const std::vector<v1::Turns> turns = TakeTurns(20);
  ASSERT_THAT(turns, SizeIs(2));
  EXPECT_TRUE(turns[0].replay());
  EXPECT_EQ(turns[0].turns(0).agent(), "aurora");
  EXPECT_FALSE(turns[1].replay());
  EXPECT_EQ(turns[1].turns(0).agent(), "borealis");
  EXPECT_TRUE(turns[1].has_public_view());
  Answer(20, Passing(turns[1]));
  EXPECT_EQ(WaitingFor().size(), 6);
}

TEST_F(RoundProtocolTest, TheRunGoesOnForOthersWhileAnAgentIsAway) {
  JoinAll();
  CarryOut(protocol_->OnSessionLost(1));
  TakeTurns(1);
  PlayRound();
  EXPECT_THAT(WaitingFor(), ElementsAre("aurora"));
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_RUNNING);
  Join(20, {"aurora"});
  PlayRound();
  EXPECT_TRUE(commit_.has_value());
}

TEST_F(RoundProtocolTest, WhoJoinsDuringACommitIsAskedInTheNextQuarter) {
  JoinAll();
  PlayRound();
  CarryOut(protocol_->OnSessionLost(1));
  Join(20, {"aurora"});
  std::vector<v1::Turns> turns = TakeTurns(20);
  ASSERT_THAT(turns, SizeIs(1));
  EXPECT_TRUE(turns[0].replay());
  Commit();
  turns = TakeTurns(20);
  ASSERT_THAT(turns, SizeIs(1));
  EXPECT_EQ(turns[0].quarter(), Quarter(2026, 2).index());
}

TEST_F(RoundProtocolTest, WhatArrivesFromALostSessionIsTurnedAway) {
  JoinAll();
  const v1::Turns turns = TakeTurns(1)[0];
  CarryOut(protocol_->OnSessionLost(1));
  CarryOut(protocol_->OnSessionLost(1));
  Answer(1, Passing(turns));
  EXPECT_EQ(EndOf(1).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(WaitingFor().size(), 8);
}

// --- Resuming from the log ---

TEST_F(RoundProtocolTest, ABrokerKilledAfterAnyQuarterGoesOnToTheSameDigest) {
  for (int killed_after = 1; killed_after < 8; ++killed_after) {
    log_ = {};
    const v1::Scenario scenario = DuopolyScenario();
    protocol_ = *RoundProtocol::Start(scenario, 1, ScriptedSeats(scenario), options_);
    JoinAll();
    PlayChatter(killed_after);
    PlayRound({{"aurora", NoteTo({"stratus"}, "lost with the broker")}});
    Restart();
    EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_GATHERING);
    JoinAll();
    PlayChatter();
    EXPECT_EQ(finished_->digest, UndisturbedDigest()) << killed_after;
    EXPECT_EQ(VerifyChain(log_.Pointers()), absl::OkStatus());
    finished_.reset();
    sent_.clear();
  }
}

TEST_F(RoundProtocolTest, AfterARestartAgentsSeeTheWholePastAgain) {
  JoinAll();
  PlayChatter(2);
  Restart();
  Join(1, {"aurora"});
  const std::vector<v1::ToAgent> sent = Take(1);
  EXPECT_EQ(sent[0].welcome().quarter(), Quarter(2026, 3).index());
  std::vector<int32_t> first_rounds;
  for (const v1::ToAgent& message : sent) {
    if (!message.has_turns()) continue;
    EXPECT_TRUE(message.turns().replay());
    if (message.turns().round() == 1) first_rounds.push_back(message.turns().quarter());
  }
  EXPECT_THAT(first_rounds, ElementsAre(Quarter(2026, 1).index(), Quarter(2026, 2).index()));
}

TEST_F(RoundProtocolTest, ALogWithoutAQuarterCannotBeResumed) {
  EXPECT_EQ(RoundProtocol::Resume({}, options_).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RoundProtocolTest, ADamagedLogIsNotResumed) {
  JoinAll();
  PlayChatter(2);
  log_.records()[20].set_round(7);
  const absl::Status status = RoundProtocol::Resume(log_.Pointers(), options_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("record "));
}

TEST_F(RoundProtocolTest, ACompletedRunIsOverWhenItIsResumed) {
  JoinAll();
  PlayChatter();
  Restart();
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_OVER);
  Join(1, {"aurora"});
  EXPECT_EQ(sent_[1].back().run_over().digest(), HexDigest(UndisturbedDigest()));
  EXPECT_EQ(EndOf(1), absl::OkStatus());
}

// A lab whose expenses are beyond all it has.
v1::Scenario WithBrokeLab() {
  v1::Scenario scenario = DuopolyScenario();
  for (v1::AgentSpec& agent : *scenario.mutable_agents()) {
    if (agent.name() != "aurora") continue;
    agent.set_cash_usd_millions(1);
    agent.mutable_lab()->set_other_operating_expense_usd_millions_per_quarter(5000);
  }
  return scenario;
}

class InsolvencyProtocolTest : public RoundProtocolTest {
 protected:
  InsolvencyProtocolTest() : RoundProtocolTest(AtDeadline::kWait, WithBrokeLab()) {}
};

TEST_F(InsolvencyProtocolTest, AnAgentThatHasLeftTheMarketIsNeitherAskedNorWaitedFor) {
  JoinAll();
  const Market& market = protocol_->engine().market();
  while (!finished_.has_value() && market.IsActive(market.FindAgent("aurora"))) PlayChatter(1);
  ASSERT_FALSE(finished_.has_value());
  EXPECT_THAT(TakeTurns(SessionOf("aurora")), IsEmpty());
  EXPECT_EQ(WaitingFor().size(), 7);

  Restart();
  for (size_t i = 1; i < AllAgents().size(); ++i) Join(i + 1, {AllAgents()[i]});
  EXPECT_EQ(protocol_->Describe().state(), v1::GetRunResponse::STATE_RUNNING);
  PlayChatter();
  EXPECT_EQ(finished_->reason, v1::RunEnded::REASON_COMPLETED);
}

// --- Garbage ---

Noise MakeNoise(absl::string_view name) {
  return Noise(RandomStream(5, StreamKey(name), Quarter(2026, 1), Round(1)), AllAgents());
}

TEST_F(RoundProtocolTest, GarbageDisturbsNobodyElse) {
  Noise noise = MakeNoise("garbage");
  JoinAll();
  SessionId next = 1000;
  SessionId aurora = SessionOf("aurora");
  int refused = 0;
  while (!finished_.has_value()) {
    if (commit_.has_value()) {
      Commit();
      continue;
    }
    // A stranger says anything at all.
    const SessionId stranger = next++;
    CarryOut(protocol_->OnJoin(stranger, noise.Make<v1::Join>(0.5)));
    Answer(stranger, noise.Make<v1::Moves>(0.5));
    EXPECT_FALSE(EndOf(stranger).ok());

    // aurora answers with garbage, is thrown out and comes back.
    std::vector<v1::Turns> turns = TakeTurns(aurora);
    if (!turns.empty() && !turns.back().replay()) {
      v1::Moves garbage = noise.Make<v1::Moves>(0.5);
      if (noise.random().Bernoulli(0.5)) {
        garbage.set_quarter(turns.back().quarter());
        garbage.set_round(turns.back().round());
        garbage.add_agents()->set_agent("borealis");
      }
      Answer(aurora, std::move(garbage));
      ASSERT_EQ(EndOf(aurora).code(), absl::StatusCode::kInvalidArgument);
      ++refused;
      aurora = next++;
      Join(aurora, {"aurora"});
      turns = TakeTurns(aurora);
      Answer(aurora, ChatterTo(turns.back()));
    }
    for (SessionId session = 2; session <= 8; ++session) {
      for (const v1::Turns& open : TakeTurns(session)) Answer(session, ChatterTo(open));
    }
  }
  EXPECT_GT(refused, 8);
  EXPECT_EQ(finished_->digest, UndisturbedDigest());
}

TEST_F(RoundProtocolTest, MovesFullOfNoiseAreAnsweredByTheMarket) {
  Noise noise = MakeNoise("noise");
  JoinAll();
  while (!finished_.has_value()) {
    if (commit_.has_value()) {
      Commit();
      continue;
    }
    for (SessionId session = 1; session <= 8; ++session) {
      for (const v1::Turns& turns : TakeTurns(session)) {
        v1::Moves moves = Passing(turns);
        const uint64_t count = turns.round() < 4 ? noise.random().UniformInt(20) : 0;
        for (uint64_t i = 0; i < count; ++i) {
          *moves.mutable_agents(0)->add_messages() = noise.Make<v1::Message>(0.5);
        }
        Answer(session, std::move(moves));
      }
    }
  }
  EXPECT_EQ(finished_->status, absl::OkStatus());
  const std::string digest = finished_->digest;
  Restart();
  EXPECT_EQ(protocol_->engine().digest(), digest);
}

}  // namespace
}  // namespace tranche
