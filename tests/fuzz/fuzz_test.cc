// A million random moves break no invariant. TRANCHE_SOAK_MOVES asks for more.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agents/agent_host.h"
#include "broker/inline/inline_run.h"
#include "broker/protocol/round_engine.h"
#include "sim/testing/small_market.h"
#include "sim/world.h"
#include "tests/fuzz/fuzzing_strategy.h"
#include "tests/fuzz/invariants.h"

namespace tranche {
namespace {

constexpr int64_t kMoves = 1'000'000;
constexpr int kRandomMovesPerTurn = 40;

// Counts that a test can look at, to see that the fuzzing agent gets somewhere.
struct Tally {
  int64_t moves = 0;
  std::map<std::string, int64_t> refused;  // by rule
  int64_t accepted() const {
    int64_t all = 0;
    for (const auto& [rule, times] : refused) all += times;
    return moves - all;
  }
};

// Plays a run in which every agent fuzzes; returns its digest.
std::string PlayFuzzed(const v1::Scenario& scenario, uint64_t seed, Tally& tally) {
  std::vector<AgentSeat> seats = *ResolveSeats(scenario);
  std::vector<AgentPlayer> players;
  for (const AgentSeat& seat : seats) {
    players.emplace_back(
        seat.name, seed,
        std::make_unique<FuzzingStrategy>(*MakeStrategy(seat), kRandomMovesPerTurn));
  }
  auto engine = *RoundEngine::Create(scenario, seed, seats, {});
  google::protobuf::RepeatedPtrField<v1::Message> moves;
  while (!engine->over()) {
    engine->OpenQuarter();
    do {
      for (AgentId agent : engine->asked()) {
        AgentPlayer& player = players[static_cast<size_t>(agent.value())];
        if (engine->round() == 1) {
          player.OpenQuarter(engine->quarter(), engine->public_view(), *engine->view(agent));
        }
        moves.Clear();
        player.Play(engine->round(), engine->inbox(agent), &moves);
        tally.moves += moves.size();
        engine->SetMoves(agent, &moves);
      }
    } while (engine->FinishRound());
    // Broken books are an error here.
    const absl::Status closed = engine->CloseQuarter();
    EXPECT_TRUE(closed.ok()) << "seed " << seed << ", " << engine->quarter().ToString() << ": "
                             << closed;
    if (!closed.ok()) return "";
    ExpectInvariants(engine->market().world());
    for (const StoredRecord& record : engine->records()) {
      // Agents say "rejected" too, here; only the market's counts.
      const v1::Message& message = record.record->message();
      if (message.sender() == "market" && message.has_rejected()) {
        ++tally.refused[message.rejected().rule()];
      }
    }
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "seed " << seed << ", " << engine->quarter().ToString();
      return "";
    }
  }
  return engine->digest();
}

TEST(FuzzTest, AMillionRandomMovesBreakNoInvariant) {
  int64_t wanted = kMoves;
  if (const char* soak = std::getenv("TRANCHE_SOAK_MOVES")) {
    ASSERT_TRUE(absl::SimpleAtoi(soak, &wanted));
  }
  v1::Scenario scenario = DuopolyScenario();
  scenario.set_round_limit(6);
  Tally tally;
  for (uint64_t seed = 1; tally.moves < wanted && !HasFailure(); ++seed) {
    PlayFuzzed(scenario, seed, tally);
  }
  std::string rules;
  for (const auto& [rule, times] : tally.refused) absl::StrAppend(&rules, " ", rule, " ", times);
  RecordProperty("refused", rules);
  std::cout << tally.moves << " moves, " << tally.accepted() << " accepted, refused by" << rules
            << "\n";
  // It must get past the envelope, into the rules.
  EXPECT_GT(tally.accepted(), tally.moves / 200);
  EXPECT_GT(tally.refused.size(), 20u);
}

TEST(FuzzTest, AFuzzedRunIsAFunctionOfItsSeed) {
  Tally tally;
  v1::Scenario scenario = DuopolyScenario();
  scenario.set_quarters(2);
  const std::string once = PlayFuzzed(scenario, 7, tally);
  EXPECT_EQ(PlayFuzzed(scenario, 7, tally), once);
  EXPECT_NE(PlayFuzzed(scenario, 8, tally), once);
}

}  // namespace
}  // namespace tranche
