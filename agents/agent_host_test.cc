#include "agents/agent_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "sim/philox.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

// Says what it sees in a note to its first sender, or to "nobody".
class Echo : public Strategy {
 public:
  explicit Echo(StrategyContext context)
      : greeting_(static_cast<int>(context.parameters.Get("greeting"))) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    ++turns_;
    const std::string to = view.inbox.empty() ? "nobody" : view.inbox[0]->sender();
    actions.Send(to, "").mutable_note()->set_text(
        absl::StrCat("greeting ", greeting_, ", turn ", turns_, ", ", view.own.agent(), " in ",
                     view.market.quarter(), "/", view.round, ", ", view.inbox.size(), " mails, ",
                     "draw ", actions.random().NextU32()));
  }

 private:
  int greeting_;
  int turns_ = 0;
};
TRANCHE_REGISTER_STRATEGY(Echo, "echo-for-agent-host-test", v1::ROLE_LAB, "Echoes.",
                          {{"greeting", 1}});

constexpr Quarter kQuarter(2026, 1);

v1::Welcome WelcomeOf(std::initializer_list<absl::string_view> names) {
  v1::Welcome welcome;
  welcome.set_seed(42);
  for (absl::string_view name : names) {
    v1::WelcomeAgent& agent = *welcome.add_agents();
    agent.set_agent(std::string(name));
    agent.set_strategy("echo-for-agent-host-test");
  }
  return welcome;
}

v1::Turns FirstRound(Quarter quarter, std::initializer_list<absl::string_view> names) {
  v1::Turns turns;
  turns.set_quarter(quarter.index());
  turns.set_round(1);
  turns.mutable_public_view()->set_quarter(quarter.index());
  for (absl::string_view name : names) {
    v1::Turn& turn = *turns.add_turns();
    turn.set_agent(std::string(name));
    turn.mutable_view()->set_agent(std::string(name));
  }
  return turns;
}

v1::Turns LaterRound(Quarter quarter, uint32_t round, absl::string_view name) {
  v1::Turns turns;
  turns.set_quarter(quarter.index());
  turns.set_round(round);
  v1::Turn& turn = *turns.add_turns();
  turn.set_agent(std::string(name));
  turn.add_inbox()->set_sender("nimbus");
  return turns;
}

std::unique_ptr<AgentHost> Host(const v1::Welcome& welcome) {
  auto host = AgentHost::Create(welcome);
  EXPECT_EQ(host.status(), absl::OkStatus());
  return *std::move(host);
}

std::string Said(const v1::AgentMoves& moves) { return moves.messages(0).note().text(); }

uint32_t Draw(absl::string_view agent, Quarter quarter, int32_t round) {
  return RandomStream(42, StreamKey(absl::StrCat("agent/", agent)), quarter, Round(round))
      .NextU32();
}

TEST(AgentHostTest, PlaysEveryAgentOfABatch) {
  auto host = Host(WelcomeOf({"aurora", "borealis"}));
  const auto moves = host->Play(FirstRound(kQuarter, {"aurora", "borealis"}));
  ASSERT_EQ(moves.status(), absl::OkStatus());
  ASSERT_TRUE(moves->has_value());
  const v1::Moves& answer = **moves;
  EXPECT_EQ(answer.quarter(), kQuarter.index());
  EXPECT_EQ(answer.round(), 1);
  ASSERT_EQ(answer.agents_size(), 2);
  EXPECT_EQ(answer.agents(0).agent(), "aurora");
  EXPECT_EQ(Said(answer.agents(0)),
            absl::StrCat("greeting 1, turn 1, aurora in 8104/1, 0 mails, draw ",
                         Draw("aurora", kQuarter, 1)));
  EXPECT_EQ(answer.agents(1).agent(), "borealis");
  EXPECT_THAT(Said(answer.agents(1)),
              HasSubstr(absl::StrCat("draw ", Draw("borealis", kQuarter, 1))));
}

TEST(AgentHostTest, SharedMailIsReadInTheOrderThatTheTurnGives) {
  auto host = Host(WelcomeOf({"aurora", "borealis"}));
  v1::Turns turns = FirstRound(kQuarter, {"aurora", "borealis"});
  turns.add_shared()->set_sender("stratus");
  turns.mutable_turns(0)->add_inbox()->set_sender("nimbus");
  for (const uint32_t place : {1, 0}) turns.mutable_turns(0)->add_mail(place);
  turns.mutable_turns(1)->add_mail(1);
  const auto moves = host->Play(turns);
  ASSERT_EQ(moves.status(), absl::OkStatus());
  // The strategy of this test answers whoever wrote first.
  const v1::Moves& answer = **moves;
  EXPECT_EQ(answer.agents(0).messages(0).recipients(0), "stratus");
  EXPECT_THAT(Said(answer.agents(0)), HasSubstr("2 mails"));
  EXPECT_EQ(answer.agents(1).messages(0).recipients(0), "stratus");
  EXPECT_THAT(Said(answer.agents(1)), HasSubstr("1 mails"));
}

TEST(AgentHostTest, MailThatIsNotInTheBatchIsRefused) {
  for (const uint32_t place : {0, 2}) {
    auto host = Host(WelcomeOf({"aurora"}));
    v1::Turns turns = FirstRound(kQuarter, {"aurora"});
    turns.add_shared()->set_sender("stratus");
    turns.mutable_turns(0)->add_mail(place);
    EXPECT_TRUE(absl::IsInvalidArgument(host->Play(turns).status())) << place;
  }
}

TEST(AgentHostTest, ViewsHoldForTheWholeQuarter) {
  auto host = Host(WelcomeOf({"aurora"}));
  ASSERT_TRUE(host->Play(FirstRound(kQuarter, {"aurora"})).ok());
  const auto moves = host->Play(LaterRound(kQuarter, 3, "aurora"));
  ASSERT_EQ(moves.status(), absl::OkStatus());
  EXPECT_EQ(Said((*moves)->agents(0)),
            absl::StrCat("greeting 1, turn 2, aurora in 8104/3, 1 mails, draw ",
                         Draw("aurora", kQuarter, 3)));
  EXPECT_EQ((*moves)->agents(0).messages(0).recipients(0), "nimbus");
}

TEST(AgentHostTest, ReplayedTurnsArePlayedWithoutAnAnswer) {
  auto host = Host(WelcomeOf({"aurora"}));
  v1::Turns past = FirstRound(kQuarter, {"aurora"});
  past.set_replay(true);
  const auto replayed = host->Play(past);
  ASSERT_EQ(replayed.status(), absl::OkStatus());
  EXPECT_FALSE(replayed->has_value());
  const auto moves = host->Play(LaterRound(kQuarter, 2, "aurora"));
  EXPECT_THAT(Said((*moves)->agents(0)), HasSubstr("turn 2"));
}

TEST(AgentHostTest, AgentsOfOneSessionMayOpenTheQuarterInTwoBatches) {
  auto host = Host(WelcomeOf({"aurora", "borealis"}));
  v1::Turns past = FirstRound(kQuarter, {"aurora"});
  past.set_replay(true);
  ASSERT_TRUE(host->Play(past).ok());
  ASSERT_TRUE(host->Play(FirstRound(kQuarter, {"borealis"})).ok());
  const auto moves = host->Play(LaterRound(kQuarter, 2, "aurora"));
  EXPECT_THAT(Said((*moves)->agents(0)), HasSubstr("aurora in 8104/2"));
}

TEST(AgentHostTest, ParametersComeFromTheWelcome) {
  v1::Welcome welcome = WelcomeOf({"aurora"});
  v1::Parameter& greeting = *welcome.mutable_agents(0)->add_parameters();
  greeting.set_name("greeting");
  greeting.set_value(7);
  auto host = Host(welcome);
  const auto moves = host->Play(FirstRound(kQuarter, {"aurora"}));
  EXPECT_THAT(Said((*moves)->agents(0)), HasSubstr("greeting 7"));
}

TEST(AgentHostTest, AStrategyThatIsNotRegisteredIsNotFound) {
  v1::Welcome welcome = WelcomeOf({"aurora"});
  welcome.mutable_agents(0)->set_strategy("no-such-strategy");
  EXPECT_EQ(AgentHost::Create(welcome).status().code(), absl::StatusCode::kNotFound);
}

TEST(AgentHostTest, ABrokerThatBreaksTheContractIsAnErrorAndNoMore) {
  const auto played = [](const v1::Turns& turns) {
    auto host = Host(WelcomeOf({"aurora"}));
    EXPECT_TRUE(host->Play(FirstRound(kQuarter, {"aurora"})).ok());
    return host->Play(turns).status().code();
  };
  EXPECT_EQ(played(FirstRound(kQuarter + 1, {"aurora"})), absl::StatusCode::kOk);

  EXPECT_EQ(played(FirstRound(kQuarter + 1, {"nimbus"})), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(played(LaterRound(kQuarter + 1, 2, "aurora")), absl::StatusCode::kInvalidArgument);
  v1::Turns blind = FirstRound(kQuarter + 1, {"aurora"});
  blind.clear_public_view();
  EXPECT_EQ(played(blind), absl::StatusCode::kInvalidArgument);
  blind = FirstRound(kQuarter + 1, {"aurora"});
  blind.mutable_turns(0)->clear_view();
  EXPECT_EQ(played(blind), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(played(LaterRound(kQuarter, 0, "aurora")), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(played(LaterRound(kQuarter, 1 << 16, "aurora")), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(played(LaterRound(Quarter::FromIndex(-1), 2, "aurora")),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tranche
