#include "broker/protocol/log_replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "broker/protocol/testing/scripted_run.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

class LogReplayTest : public ::testing::Test {
 protected:
  LogReplayTest() : played_(DuopolyEngine()), run_(PlayChatter(*played_)) {}

  // Replays the log as it stands now.
  absl::Status Replay() {
    replayed_ = DuopolyEngine();
    return ReplayLog(run_.Pointers(), *replayed_);
  }

  template <typename Wanted>
  size_t Find(Wanted wanted) {
    for (size_t i = 0; i < run_.records().size(); ++i) {
      if (wanted(run_.records()[i])) return i;
    }
    ADD_FAILURE() << "no such record";
    return 0;
  }

  std::unique_ptr<RoundEngine> played_;
  RecordedRun run_;
  std::unique_ptr<RoundEngine> replayed_;
};

TEST_F(LogReplayTest, TheLogsOwnMovesGiveTheSameRun) {
  EXPECT_EQ(Replay(), absl::OkStatus());
  EXPECT_EQ(replayed_->digest(), played_->digest());
  EXPECT_TRUE(replayed_->over());
}

TEST_F(LogReplayTest, ALogThatEndsInMidRunIsReplayedUpToThere) {
  const size_t closed =
      Find([](const v1::LogRecord& record) { return record.has_quarter_closed(); });
  run_.records().resize(closed + 1);
  EXPECT_EQ(Replay(), absl::OkStatus());
  EXPECT_FALSE(replayed_->over());
  EXPECT_EQ(replayed_->digest(), run_.records().back().quarter_closed().digest());
}

TEST_F(LogReplayTest, AMoveThatWasChangedIsFound) {
  const size_t note = Find([](const v1::LogRecord& record) {
    return record.message().has_note() && record.quarter() > Quarter(2026, 2).index();
  });
  run_.records()[note].mutable_message()->mutable_note()->set_text("I never said so");
  // The chain is what gives it away: the move itself could have been made.
  EXPECT_EQ(Replay().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LogReplayTest, AViewThatWasChangedIsFoundAndNamed) {
  const size_t view = Find([](const v1::LogRecord& record) { return record.has_agent_view(); });
  run_.records()[view].mutable_agent_view()->set_agent("somebody");
  EXPECT_THAT(Replay().message(), HasSubstr(absl::StrCat("record ", view + 1, " ")));
}

TEST_F(LogReplayTest, AMissingRecordIsFound) {
  const size_t rejected =
      Find([](const v1::LogRecord& record) { return record.message().has_rejected(); });
  run_.records().erase(run_.records().begin() + static_cast<std::ptrdiff_t>(rejected));
  EXPECT_EQ(Replay().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LogReplayTest, AMissingEndIsFound) {
  run_.records().pop_back();
  EXPECT_THAT(Replay().message(), HasSubstr("is missing in the log"));
}

TEST_F(LogReplayTest, HalfAQuarterIsFound) {
  run_.records().resize(run_.records().size() - 2);
  EXPECT_THAT(Replay().message(), HasSubstr("belong to no closed quarter"));
}

TEST_F(LogReplayTest, AnyRandomDamageIsAnError) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    RandomStream random(seed, StreamKey("damage"), Quarter(2026, 1), Round(1));
    RecordedRun damaged;
    for (const v1::LogRecord& record : run_.records()) damaged.records().push_back(record);
    std::deque<v1::LogRecord>& records = damaged.records();
    const size_t at = 9 + random.UniformInt(records.size() - 9);
    const auto place = records.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random.UniformInt(4)) {
      case 0:
        records.erase(place);
        break;
      case 1:
        place->set_round(place->round() + 1);
        break;
      case 2:
        records.insert(place, records[random.UniformInt(records.size())]);
        break;
      case 3:
        place->mutable_message()->set_sender("nobody");
        break;
    }
    auto engine = DuopolyEngine();
    EXPECT_EQ(ReplayLog(damaged.Pointers(), *engine).code(), absl::StatusCode::kDataLoss) << seed;
  }
}

TEST_F(LogReplayTest, PassesAndSurplusMovesAreReplayed) {
  auto engine = DuopolyEngine({.max_moves_per_round = 2});
  RecordedRun run;
  engine->OpenQuarter();
  for (AgentId agent : engine->waiting_for()) {
    if (agent == AgentId(3)) {
      engine->SetPass(agent);
      continue;
    }
    MoveList moves;
    const int count = agent == AgentId(0) ? 5 : 1;
    for (int i = 0; i < count; ++i) *moves.Add() = NoteTo({"harbor-fund"}, "hello");
    engine->SetMoves(agent, &moves);
  }
  while (engine->FinishRound()) {
    for (AgentId agent : engine->waiting_for()) engine->SetPass(agent);
  }
  ASSERT_EQ(engine->CloseQuarter(), absl::OkStatus());
  run.Add(engine->records());

  auto again = DuopolyEngine({.max_moves_per_round = 2});
  EXPECT_EQ(ReplayLog(run.Pointers(), *again), absl::OkStatus());
  EXPECT_EQ(again->digest(), engine->digest());
}

TEST_F(LogReplayTest, TheIdentityOfARunIsInItsFirstRecords) {
  const absl::StatusOr<RunIdentity> identity = ReadRunIdentity(run_.Pointers());
  ASSERT_EQ(identity.status(), absl::OkStatus());
  EXPECT_EQ(identity->scenario.name(), "duopoly");
  EXPECT_EQ(identity->seed, 1);
  ASSERT_EQ(identity->seats.size(), 8);
  EXPECT_EQ(identity->seats[3].name, "harbor-fund");
  EXPECT_EQ(identity->seats[3].role, v1::ROLE_INVESTOR);
  EXPECT_EQ(identity->seats[3].strategy, "scripted");
}

TEST_F(LogReplayTest, AnEmptyLogHasNoIdentity) {
  EXPECT_EQ(ReadRunIdentity({}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LogReplayTest, ALogOfAnotherProtocolIsRefused) {
  run_.records()[0].mutable_header()->set_protocol("tranche.v9");
  EXPECT_EQ(ReadRunIdentity(run_.Pointers()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(LogReplayTest, ADamagedScenarioIsFound) {
  run_.records()[0].mutable_header()->mutable_scenario()->append("x");
  EXPECT_EQ(ReadRunIdentity(run_.Pointers()).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace tranche
