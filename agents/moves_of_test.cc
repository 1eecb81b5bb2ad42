#include "agents/moves_of.h"

#include <gtest/gtest.h>

#include <vector>

#include "agents/strategies/testing/hand_view.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

// Passes on what patient-investor does, or keeps it to itself.
class Passing : public Strategy {
 public:
  explicit Passing(const StrategyContext& context)
      : base_(StrategyNamed("patient-investor", context, {{"ticket_percent", 10}})),
        passes_(context.parameters.Get("passes") > 0) {}
  void OnTurn(const TurnView& view, Actions& actions) override {
    for (v1::Message& move : MovesOf(*base_, view, actions)) {
      if (passes_) actions.Tell() = std::move(move);
    }
    actions.Tell().mutable_note()->set_text(std::to_string(actions.random().NextU32()));
  }

 private:
  std::unique_ptr<Strategy> base_;
  bool passes_;
};

TRANCHE_REGISTER_STRATEGY(Passing, "passing-investor", v1::ROLE_INVESTOR, "For a test.",
                          {{"passes", 1}});

v1::Message Ask() {
  v1::Message ask;
  ask.set_id(1);
  ask.set_sender("alpha");
  ask.set_thread("alpha/round");
  ask.mutable_funding_ask()->set_amount_sought_cents(1'000'000'000);
  ask.mutable_funding_ask()->set_pre_money_cents(10'000'000'000);
  return ask;
}

std::vector<v1::Message> Moves(const char* strategy, const std::vector<v1::Parameter>& parameters) {
  auto played = MakeStrategy({"harbor", v1::ROLE_INVESTOR, strategy, parameters});
  EXPECT_TRUE(played.ok()) << played.status();
  const v1::PublicView market = HandMarket();
  const v1::AgentView own = HandInvestor("harbor");
  const v1::Message ask = Ask();
  const std::vector<const v1::Message*> inbox = {&ask};
  google::protobuf::RepeatedPtrField<v1::Message> moves;
  Actions actions(
      "harbor",
      RandomStream(1, StreamKey("agent/harbor"), Quarter::FromIndex(kTestQuarter), Round(1)),
      &moves);
  (*played)->OnTurn({market, own, inbox, kTestQuarter, 1}, actions);
  return {moves.begin(), moves.end()};
}

TEST(MovesOfTest, PassedOnTheyAreThoseOfTheStrategyItself) {
  const auto itself = Moves("patient-investor", MakeParameters({{"ticket_percent", 10}}));
  const auto passed = Moves("passing-investor", {});
  ASSERT_EQ(itself.size(), 1U);
  ASSERT_EQ(passed.size(), 2U);
  EXPECT_EQ(passed.front().SerializeAsString(), itself.front().SerializeAsString());
}

TEST(MovesOfTest, NothingIsSentThatIsNotPassedOn) {
  const auto kept = Moves("passing-investor", MakeParameters({{"passes", 0}}));
  ASSERT_EQ(kept.size(), 1U);
  // Its draws count: who draws after it goes on where it stopped.
  EXPECT_EQ(kept.front().note().text(), Moves("passing-investor", {}).back().note().text());
  RandomStream fresh(1, StreamKey("agent/harbor"), Quarter::FromIndex(kTestQuarter), Round(1));
  EXPECT_NE(kept.front().note().text(), std::to_string(fresh.NextU32()));
}

TEST(MovesOfDeathTest, AStrategyThatIsNotThereIsTheAuthorsMistake) {
  const StrategyContext context = {"harbor", v1::ROLE_INVESTOR, Parameters({})};
  EXPECT_DEATH(StrategyNamed("no-such-investor", context), "no-such-investor");
}

}  // namespace
}  // namespace tranche
