#include "broker/inline/stepped_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/inline/inline_run.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

v1::Scenario ShortDuopoly() {
  v1::Scenario scenario = DuopolyScenario();
  scenario.set_quarters(3);
  return scenario;
}

absl::StatusOr<std::unique_ptr<SteppedRun>> Make(const SteppedOptions& options,
                                                 const std::string& aurora = "") {
  const v1::Scenario scenario = ShortDuopoly();
  std::vector<AgentSeat> seats = *ResolveSeats(scenario);
  if (!aurora.empty()) {
    seats[0].strategy = aurora;
    seats[0].parameters.clear();
  }
  return SteppedRun::Create(*OpenedScenario::Open(scenario), 1, std::move(seats), options);
}

std::unique_ptr<SteppedRun> Start(const SteppedOptions& options) {
  auto run = Make(options);
  EXPECT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE((*run)->Advance().ok());
  return *std::move(run);
}

std::string DigestOfInlineRun() {
  const v1::Scenario scenario = ShortDuopoly();
  auto run = InlineRun::Create(scenario, 1, *ResolveSeats(scenario));
  EXPECT_TRUE(run.ok()) << run.status();
  return (*run)->Play()->digest;
}

TEST(SteppedRunTest, WithTheAdviceTakenItIsTheInlineRun) {
  for (const bool every_round : {false, true}) {
    const auto run = Start(
        {.agents = {"harbor-fund", "aurora"}, .every_round = every_round, .keep_records = true});
    int steps = 0;
    while (!run->over()) {
      EXPECT_TRUE(every_round || run->turns().round() == 1);
      ASSERT_TRUE(run->Step(run->advice()).ok());
      ++steps;
    }
    EXPECT_EQ(run->engine().digest(), DigestOfInlineRun()) << every_round;
    if (every_round) {
      EXPECT_GT(steps, 3);
    } else {
      EXPECT_EQ(steps, 3);
    }
  }
}

TEST(SteppedRunTest, OtherMovesMakeAnotherRun) {
  const auto run = Start({.agents = {"aurora"}, .keep_records = true});
  while (!run->over()) ASSERT_TRUE(run->Step({}).ok());
  EXPECT_NE(run->engine().digest(), DigestOfInlineRun());
}

TEST(SteppedRunTest, TurnsAreThoseOfTheWire) {
  const auto run = Start({.agents = {"aurora"}});
  ASSERT_THAT(run->turns().turns(), SizeIs(1));
  EXPECT_EQ(run->turns().round(), 1U);
  EXPECT_TRUE(run->turns().has_public_view());
  EXPECT_EQ(run->turns().turns(0).view().agent(), "aurora");
  EXPECT_EQ(run->advice().agents(0).agent(), "aurora");
  EXPECT_GT(run->advice().agents(0).messages_size(), 0);
}

TEST(SteppedRunTest, AStrategyFromElsewhereIsGivenNoAdvice) {
  auto run = Make({.agents = {"aurora"}, .every_round = true}, "external:mine");
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_TRUE((*run)->Advance().ok());
  EXPECT_EQ((*run)->advice().agents(0).messages_size(), 0);
  while (!(*run)->over()) ASSERT_TRUE((*run)->Step({}).ok());
  // Played from inside there is nobody to play it.
  EXPECT_TRUE(absl::IsFailedPrecondition(Make({.agents = {"borealis"}}, "external:mine").status()));
}

TEST(SteppedRunTest, WrongMovesAreSaidAndChangeNothing) {
  const auto run = Start({.agents = {"aurora"}, .keep_records = true});
  v1::Moves others;
  others.add_agents()->set_agent("borealis");
  EXPECT_THAT(std::string(run->Step(others).message()), HasSubstr("borealis, which isn't asked"));
  v1::Moves twice;
  twice.add_agents()->set_agent("aurora");
  twice.add_agents()->set_agent("aurora");
  EXPECT_THAT(std::string(run->Step(twice).message()), HasSubstr("aurora twice"));
  while (!run->over()) ASSERT_TRUE(run->Step(run->advice()).ok());
  EXPECT_EQ(run->engine().digest(), DigestOfInlineRun());
  EXPECT_TRUE(absl::IsFailedPrecondition(run->Step({})));
}

TEST(SteppedRunTest, WhoIsPlayedFromOutsideMustBeThere) {
  EXPECT_TRUE(absl::IsInvalidArgument(Make({.agents = {}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Make({.agents = {"aurora", "aurora"}}).status()));
  const absl::Status status = Make({.agents = {"aurorra"}}).status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("aurora, borealis"));
}

}  // namespace
}  // namespace tranche
