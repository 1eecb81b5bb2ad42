#include "broker/protocol/round_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "broker/protocol/hash_chain.h"
#include "broker/protocol/testing/scripted_run.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A quarter of the duopoly in which agents that a test doesn't move pass.
class RoundEngineTest : public ::testing::Test {
 protected:
  explicit RoundEngineTest(RoundEngine::Options options = {}) : engine_(DuopolyEngine(options)) {
    engine_->OpenQuarter();
  }

  AgentId Agent(absl::string_view name) const { return engine_->market().FindAgent(name); }

  // Moves those that `moves` names; the others pass.
  bool PlayRound(std::map<std::string, std::vector<v1::Message>> moves) {
    for (AgentId agent : engine_->asked()) {
      const std::vector<v1::Message>& mine = moves[NameOf(agent)];
      MoveList list(mine.begin(), mine.end());
      engine_->SetMoves(agent, &list);
    }
    return engine_->FinishRound();
  }

  const std::string& NameOf(AgentId agent) const {
    return engine_->seats()[static_cast<size_t>(agent.value())].name;
  }

  std::vector<std::string> Asked() const {
    std::vector<std::string> names;
    for (AgentId agent : engine_->asked()) names.push_back(NameOf(agent));
    return names;
  }

  std::vector<std::string> NotesOf(absl::string_view agent) const {
    return Notes(engine_->inbox(Agent(agent)));
  }

  // The closed quarter's records for which `wanted` holds.
  template <typename Wanted>
  std::vector<const v1::LogRecord*> Records(Wanted wanted) const {
    std::vector<const v1::LogRecord*> found;
    for (const StoredRecord& stored : engine_->records()) {
      if (wanted(*stored.record)) found.push_back(stored.record);
    }
    return found;
  }

  std::unique_ptr<RoundEngine> engine_;
};

TEST_F(RoundEngineTest, FirstRoundAsksEverybodyByOrdinal) {
  EXPECT_THAT(Asked(), ElementsAre("aurora", "borealis", "european-commission", "harbor-fund",
                                   "nimbus", "nimbus-ventures", "stratus", "us-antitrust"));
  EXPECT_EQ(engine_->round(), 1);
  EXPECT_TRUE(engine_->waiting());
}

TEST_F(RoundEngineTest, EveryAgentSeesItsOwnView) {
  for (AgentId agent : engine_->asked()) {
    EXPECT_EQ(engine_->view(agent)->agent(), NameOf(agent));
  }
  EXPECT_EQ(engine_->public_view().quarter(), engine_->quarter().index());
}

TEST_F(RoundEngineTest, LaterRoundsAskOnlyThoseWithMail) {
  EXPECT_TRUE(PlayRound({{"aurora", {NoteTo({"stratus", "borealis"}, "hello")}}}));
  EXPECT_EQ(engine_->round(), 2);
  EXPECT_THAT(Asked(), ElementsAre("borealis", "stratus"));
}

TEST_F(RoundEngineTest, MessagesAreReadInTheNextRound) {
  MoveList hello;
  *hello.Add() = NoteTo({"stratus"}, "hello");
  engine_->SetMoves(Agent("aurora"), &hello);
  EXPECT_THAT(NotesOf("stratus"), IsEmpty());
  for (AgentId agent : engine_->waiting_for()) {
    MoveList none;
    engine_->SetMoves(agent, &none);
  }
  ASSERT_TRUE(engine_->FinishRound());
  EXPECT_THAT(NotesOf("stratus"), ElementsAre("aurora: hello"));
}

TEST_F(RoundEngineTest, MailIsReadOnce) {
  PlayRound({{"aurora", {NoteTo({"stratus"}, "hello")}}});
  PlayRound({{"stratus", {NoteTo({"aurora"}, "good day")}}});
  PlayRound({{"aurora", {NoteTo({"stratus"}, "bye")}}});
  EXPECT_THAT(NotesOf("stratus"), ElementsAre("aurora: bye"));
  EXPECT_THAT(NotesOf("aurora"), IsEmpty());
}

TEST_F(RoundEngineTest, DeliveryIsByOrdinalAndSequenceWhateverTheOrderOfArrival) {
  const std::vector<AgentId> asked(engine_->asked().begin(), engine_->asked().end());
  for (auto agent = asked.rbegin(); agent != asked.rend(); ++agent) {
    MoveList moves;
    if (NameOf(*agent) != "nimbus") {
      *moves.Add() = NoteTo({"nimbus"}, "one");
      *moves.Add() = NoteTo({"nimbus"}, "two");
    }
    engine_->SetMoves(*agent, &moves);
  }
  ASSERT_TRUE(engine_->FinishRound());
  EXPECT_THAT(
      NotesOf("nimbus"),
      ElementsAre("aurora: one", "aurora: two", "borealis: one", "borealis: two",
                  "european-commission: one", "european-commission: two", "harbor-fund: one",
                  "harbor-fund: two", "nimbus-ventures: one", "nimbus-ventures: two",
                  "stratus: one", "stratus: two", "us-antitrust: one", "us-antitrust: two"));
}

TEST_F(RoundEngineTest, WhoSentAMessageAndWhenIsTheBrokersToSay) {
  v1::Message note = NoteTo({"stratus"}, "hello");
  note.set_sender("us-antitrust");
  note.set_id(77);
  note.set_quarter(3);
  note.set_round(9);
  PlayRound({{"aurora", {note}}});
  const v1::Message& read = *engine_->inbox(Agent("stratus")).front();
  EXPECT_EQ(read.sender(), "aurora");
  EXPECT_EQ(read.id(), engine_->last_position());
  EXPECT_EQ(read.quarter(), engine_->quarter().index());
  EXPECT_EQ(read.round(), 1);
}

TEST_F(RoundEngineTest, ARefusedMoveReachesItsSenderAlone) {
  ASSERT_TRUE(PlayRound({{"aurora", {ForgedRuling("stratus")}}}));
  EXPECT_THAT(Asked(), ElementsAre("aurora"));
  const v1::Message& answer = *engine_->inbox(Agent("aurora")).front();
  EXPECT_TRUE(answer.has_rejected());
  EXPECT_EQ(answer.sender(), "market");

  PlayRound({});
  ASSERT_EQ(engine_->CloseQuarter(), absl::OkStatus());
  const auto rulings =
      Records([](const v1::LogRecord& r) { return r.message().has_court_ruling(); });
  ASSERT_THAT(rulings, SizeIs(1));
  EXPECT_EQ(rulings[0]->message().sender(), "aurora");
  EXPECT_EQ(rulings[0]->position(), answer.in_reply_to());
}

TEST_F(RoundEngineTest, AQuietRoundEndsNegotiation) {
  EXPECT_TRUE(PlayRound({{"aurora", {NoteTo({"stratus"}, "hello")}}}));
  EXPECT_FALSE(PlayRound({}));
  ASSERT_EQ(engine_->CloseQuarter(), absl::OkStatus());
  const auto closed = Records([](const v1::LogRecord& r) { return r.has_quarter_closed(); });
  ASSERT_THAT(closed, SizeIs(1));
  EXPECT_EQ(closed[0]->quarter_closed().rounds(), 2);
  EXPECT_FALSE(closed[0]->quarter_closed().round_limit_reached());
}

TEST_F(RoundEngineTest, TheRoundLimitEndsNegotiationAndMailWaitsForTheNextQuarter) {
  const uint32_t limit = engine_->market().round_limit();
  for (uint32_t round = 1; round < limit; ++round) {
    ASSERT_TRUE(PlayRound({{"aurora", {NoteTo({"stratus"}, "and on")}},
                           {"stratus", {NoteTo({"aurora"}, "and on")}}}));
  }
  EXPECT_FALSE(PlayRound({{"aurora", {NoteTo({"stratus"}, "last word")}}}));
  ASSERT_EQ(engine_->CloseQuarter(), absl::OkStatus());
  const auto closed = Records([](const v1::LogRecord& r) { return r.has_quarter_closed(); });
  EXPECT_EQ(closed[0]->quarter_closed().rounds(), limit);
  EXPECT_TRUE(closed[0]->quarter_closed().round_limit_reached());

  engine_->OpenQuarter();
  EXPECT_THAT(NotesOf("stratus"), ElementsAre("aurora: last word"));
  EXPECT_THAT(Asked(), SizeIs(8));
}

class FewMovesTest : public RoundEngineTest {
 protected:
  FewMovesTest() : RoundEngineTest({.max_moves_per_round = 2}) {}
};

TEST_F(FewMovesTest, MovesBeyondTheLimitAreDroppedWithOneRejection) {
  const v1::Message note = NoteTo({"stratus"}, "hello");
  ASSERT_TRUE(PlayRound({{"aurora", {note, note, note, note}}}));
  EXPECT_THAT(NotesOf("stratus"), SizeIs(2));
  ASSERT_THAT(engine_->inbox(Agent("aurora")), SizeIs(1));
  EXPECT_EQ(engine_->inbox(Agent("aurora"))[0]->rejected().rule(), "moves-per-round");
  PlayRound({});
  ASSERT_EQ(engine_->CloseQuarter(), absl::OkStatus());
  EXPECT_THAT(Records([](const v1::LogRecord& r) { return r.message().has_note(); }), SizeIs(3));
}

TEST_F(RoundEngineTest, APassIsRecorded) {
  engine_->SetPass(Agent("nimbus"));
  for (AgentId agent : engine_->waiting_for()) {
    MoveList none;
    engine_->SetMoves(agent, &none);
  }
  engine_->FinishRound();
  ASSERT_EQ(engine_->CloseQuarter(), absl::OkStatus());
  const auto passes = Records([](const v1::LogRecord& r) { return r.has_pass(); });
  ASSERT_THAT(passes, SizeIs(1));
  EXPECT_EQ(passes[0]->pass().agent(), "nimbus");
  EXPECT_EQ(passes[0]->round(), 1);
}

TEST_F(RoundEngineTest, ALogBeginsWithHeaderSeatsAndViews) {
  PlayRound({});
  ASSERT_EQ(engine_->CloseQuarter(), absl::OkStatus());
  const v1::LogRecord& first = *engine_->records().front().record;
  EXPECT_EQ(first.position(), 1);
  EXPECT_EQ(first.header().seed(), 1);
  EXPECT_EQ(first.header().scenario_name(), "duopoly");
  EXPECT_EQ(first.header().scenario_digest(), engine_->scenario_digest());
  const auto seats = Records([](const v1::LogRecord& r) { return r.has_seat(); });
  ASSERT_THAT(seats, SizeIs(8));
  EXPECT_EQ(seats[4]->position(), 6);
  EXPECT_EQ(seats[4]->seat().agent(), "nimbus");
  EXPECT_EQ(seats[4]->seat().strategy(), "scripted");
  EXPECT_EQ(seats[4]->seat().parameters(0).value(), 2);
  EXPECT_THAT(Records([](const v1::LogRecord& r) { return r.has_public_view(); }), SizeIs(1));
  EXPECT_THAT(Records([](const v1::LogRecord& r) { return r.has_agent_view(); }), SizeIs(8));
}

TEST(RoundEngineRunTest, AWholeRunIsOneChainedLog) {
  auto engine = DuopolyEngine();
  const RecordedRun run = PlayChatter(*engine);
  const std::vector<const v1::LogRecord*> records = run.Pointers();
  EXPECT_EQ(VerifyChain(records), absl::OkStatus());
  EXPECT_EQ(records.back()->run_ended().reason(), v1::RunEnded::REASON_COMPLETED);
  EXPECT_EQ(records[records.size() - 2]->quarter_closed().digest(), engine->digest());
  EXPECT_THAT(engine->digest(), SizeIs(32));
}

TEST(RoundEngineRunTest, TheSameRunEndsInTheSameDigest) {
  auto one = DuopolyEngine();
  auto other = DuopolyEngine({.keep_turns = true});
  PlayChatter(*one);
  PlayChatter(*other);
  EXPECT_EQ(one->digest(), other->digest());
}

TEST(RoundEngineRunTest, AnotherSeedEndsInAnotherDigest) {
  auto one = DuopolyEngine({}, 1);
  auto other = DuopolyEngine({}, 2);
  PlayChatter(*one);
  PlayChatter(*other);
  EXPECT_NE(one->digest(), other->digest());
}

// What an agent reads, but for the messages' ids.
std::vector<std::string> EverythingRead(RoundEngine& engine) {
  std::vector<std::string> read;
  while (!engine.over()) {
    PlayQuarter(engine, [&](AgentId agent) {
      read.push_back(absl::StrCat(agent.value(), " in ", engine.quarter().ToString(), "/",
                                  engine.round(), " ", engine.view(agent)->ShortDebugString()));
      for (const v1::Message* message : engine.inbox(agent)) {
        v1::Message anonymous = *message;
        anonymous.clear_id();
        anonymous.clear_in_reply_to();
        read.push_back(anonymous.ShortDebugString());
      }
      // Chatter tells what it read by id, so it is given nothing to read.
      return Chatter(engine.seats(), agent, engine.quarter(), engine.round(), {});
    });
  }
  return read;
}

TEST(RoundEngineRunTest, WithoutRecordsAgentsReadTheSame) {
  auto with = DuopolyEngine();
  auto without = DuopolyEngine({.keep_records = false});
  EXPECT_EQ(EverythingRead(*with), EverythingRead(*without));
  EXPECT_THAT(without->records(), IsEmpty());
  EXPECT_THAT(without->digest(), IsEmpty());
}

TEST(RoundEngineRunTest, TurnsAreKeptAsTheyWereAsked) {
  auto engine = DuopolyEngine({.keep_turns = true});
  std::vector<std::string> asked;
  while (!engine->over()) {
    PlayQuarter(*engine, [&](AgentId agent) {
      asked.push_back(absl::StrCat(engine->quarter().ToString(), "/", engine->round(), " ",
                                   agent.value(), " ",
                                   absl::StrJoin(Notes(engine->inbox(agent)), "; ")));
      return Chatter(engine->seats(), agent, engine->quarter(), engine->round(),
                     engine->inbox(agent));
    });
  }
  std::vector<std::string> kept;
  for (const AskedQuarter& quarter : engine->turns()) {
    EXPECT_EQ(quarter.public_view->quarter(), quarter.quarter.index());
    for (const AskedRound& round : quarter.rounds) {
      for (const AskedTurn& turn : round.turns) {
        kept.push_back(absl::StrCat(quarter.quarter.ToString(), "/", round.round, " ",
                                    turn.agent.value(), " ",
                                    absl::StrJoin(Notes(turn.inbox), "; ")));
      }
    }
  }
  EXPECT_EQ(kept, asked);
}

TEST(RoundEngineCreateTest, SeatsMustBeThoseOfTheScenario) {
  const v1::Scenario scenario = DuopolyScenario();
  std::vector<AgentSeat> seats = ScriptedSeats(scenario);
  std::swap(seats[0], seats[1]);
  EXPECT_THAT(RoundEngine::Create(scenario, 1, seats, {}).status().message(),
              HasSubstr("seat 0 is aurora's"));
  seats.pop_back();
  EXPECT_THAT(RoundEngine::Create(scenario, 1, seats, {}).status().message(),
              HasSubstr("has 8 agents"));
}

}  // namespace
}  // namespace tranche
