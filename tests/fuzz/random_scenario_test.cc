// Properties of the market on random scenarios: the default suite plays a slice of them,
// TRANCHE_RANDOM_SCENARIOS=10000 as many as asked. A failure names its scenario, by seed.

#include "tests/fuzz/random_scenario.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agents/agent_host.h"
#include "broker/inline/inline_run.h"
#include "broker/protocol/round_engine.h"
#include "sim/demand.h"
#include "sim/genesis.h"
#include "sim/philox.h"
#include "tests/fuzz/fuzzing_strategy.h"
#include "tests/fuzz/invariants.h"

namespace tranche {
namespace {

constexpr int kRandomMovesPerTurn = 3;
constexpr uint64_t kSlice = 100;

// Scenarios to play: the slice, or as many as the environment asks.
uint64_t ScenariosToPlay(uint64_t slice) {
  uint64_t asked = 0;
  const char* variable = std::getenv("TRANCHE_RANDOM_SCENARIOS");
  return variable != nullptr && absl::SimpleAtoi(variable, &asked) ? asked : slice;
}

// Runs the check on each scenario, until one fails.
template <typename Check>
void ForEachScenario(uint64_t slice, Check check) {
  const uint64_t scenarios = ScenariosToPlay(slice);
  for (uint64_t seed = 1; seed <= scenarios && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("random scenario ", seed));
    check(seed);
    if (seed % 1000 == 0) std::cout << seed << " scenarios" << std::endl;
  }
}

// The same market with its lists in another order.
template <typename T>
void Shuffle(RandomStream& random, google::protobuf::RepeatedPtrField<T>& list) {
  for (int i = list.size() - 1; i > 0; --i) {
    list.SwapElements(i, static_cast<int>(random.UniformInt(static_cast<uint64_t>(i) + 1)));
  }
}

v1::Scenario Shuffled(v1::Scenario scenario, uint64_t seed) {
  RandomStream random(seed, StreamKey("shuffle"), Quarter(2026, 1), Round(0));
  Shuffle(random, *scenario.mutable_agents());
  Shuffle(random, *scenario.mutable_groups());
  return scenario;
}

// How much was seen, so that the test knows that it looks at something.
struct Tally {
  size_t blocked_deals = 0;
  int64_t signed_deals = 0;
  int64_t messages = 0;
};

// Plays the scenario with its strategies, which also make random moves; returns the digest.
std::string PlayChecked(const v1::Scenario& scenario, uint64_t seed, Tally& tally) {
  absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(scenario);
  EXPECT_TRUE(seats.ok()) << seats.status();
  if (!seats.ok()) return "";
  std::vector<AgentPlayer> players;
  for (const AgentSeat& seat : *seats) {
    players.emplace_back(
        seat.name, seed,
        std::make_unique<FuzzingStrategy>(*MakeStrategy(seat), kRandomMovesPerTurn));
  }
  absl::StatusOr<std::unique_ptr<RoundEngine>> created =
      RoundEngine::Create(scenario, seed, *seats, {});
  EXPECT_TRUE(created.ok()) << created.status();
  if (!created.ok()) return "";
  RoundEngine& engine = **created;
  EndedDeals ended;
  google::protobuf::RepeatedPtrField<v1::Message> moves;
  while (!engine.over()) {
    engine.OpenQuarter();
    do {
      for (AgentId agent : engine.asked()) {
        AgentPlayer& player = players[static_cast<size_t>(agent.value())];
        if (engine.round() == 1) {
          player.OpenQuarter(engine.quarter(), engine.public_view(), *engine.view(agent));
        }
        moves.Clear();
        player.Play(engine.round(), engine.inbox(agent), &moves);
        engine.SetMoves(agent, &moves);
      }
    } while (engine.FinishRound());
    // Broken books are an error here.
    const absl::Status closed = engine.CloseQuarter();
    EXPECT_TRUE(closed.ok()) << engine.quarter().ToString() << ": " << closed;
    if (!closed.ok()) return "";
    ExpectInvariants(engine.market().world());
    ended.Expect(engine.records());
    for (const StoredRecord& record : engine.records()) {
      const v1::Message& message = record.record->message();
      if (message.body_case() != v1::Message::BODY_NOT_SET) ++tally.messages;
      if (message.sender() == "market" && message.has_deal_signed()) ++tally.signed_deals;
    }
    if (testing::Test::HasFailure()) return "";
  }
  tally.blocked_deals += ended.size();
  return engine.digest();
}

TEST(RandomScenarioTest, InvariantsHoldAndTheOrderOfAgentsDoesNotMatter) {
  Tally tally;
  ForEachScenario(kSlice, [&](uint64_t seed) {
    const v1::Scenario scenario = RandomScenario(seed);
    const std::string digest = PlayChecked(scenario, seed, tally);
    if (testing::Test::HasFailure()) return;
    EXPECT_EQ(PlayChecked(Shuffled(scenario, seed), seed, tally), digest);
  });
  std::cout << tally.messages << " messages, " << tally.signed_deals << " deals signed, "
            << tally.blocked_deals << " deals blocked\n";
  EXPECT_GT(tally.messages, 1000);
  // Few are: a review takes quarters.
  if (ScenariosToPlay(kSlice) >= kSlice) {
    EXPECT_GT(tally.blocked_deals, 0U);
  }
}

// Tokens that the lab's customers in the segment want, in a quarter planned at the opening.
double Wanted(const World& world, LabId lab, size_t segment) {
  double wanted = 0;
  for (const Offering& offering : world.segments[segment].offerings) {
    if (offering.lab == lab) wanted += offering.wanted_mtok;
  }
  return wanted;
}

TEST(RandomScenarioTest, DemandFallsInOwnPrice) {
  ForEachScenario(100, [](uint64_t seed) {
    v1::Scenario scenario = RandomScenario(seed);
    scenario.mutable_switches()->set_no_demand_response(false);
    absl::StatusOr<std::unique_ptr<World>> as_it_is = BuildWorld(scenario, seed);
    absl::StatusOr<std::unique_ptr<World>> dearer = BuildWorld(scenario, seed);
    ASSERT_TRUE(as_it_is.ok()) << as_it_is.status();
    const LabId lab(static_cast<int32_t>(seed % static_cast<uint64_t>((*dearer)->labs.size())));
    for (int64_t& price : (*dearer)->labs[lab].price_micros_per_mtok) price += price / 5;
    PlanDemand(**as_it_is);
    PlanDemand(**dearer);
    for (size_t s = 0; s < kSegments; ++s) {
      const double before = Wanted(**as_it_is, lab, s);
      if (before > 0) {
        EXPECT_LT(Wanted(**dearer, lab, s), before) << "segment " << s;
      }
    }
  });
}

}  // namespace
}  // namespace tranche
