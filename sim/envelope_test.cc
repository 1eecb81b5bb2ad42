#include "sim/envelope.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class EnvelopeTest : public NegotiationTest {
 protected:
  v1::Message Word(absl::string_view text = "hello") {
    v1::Message move;
    move.mutable_note()->set_text(std::string(text));
    return move;
  }
  std::string Say(std::initializer_list<absl::string_view> recipients,
                  absl::string_view thread = "") {
    return Move("aurora", recipients, thread, Word());
  }
};

TEST_F(EnvelopeTest, RecipientsAreOtherAgentsInTheMarketEachOnce) {
  EXPECT_EQ(Say({"borealis", "nimbus"}), "");
  EXPECT_EQ(Say({"nobody"}), "recipients");
  EXPECT_EQ(Say({"aurora"}), "recipients");
  EXPECT_EQ(Say({"nimbus", "borealis", "nimbus"}), "recipients");
  world().agents[Agent("borealis")].active = false;
  EXPECT_EQ(Say({"borealis"}), "recipients");
}

TEST_F(EnvelopeTest, ThreadNamesItsOpenerOrADealOrContract) {
  EXPECT_EQ(Say({"nimbus"}, "aurora/talks"), "");
  EXPECT_EQ(Say({"nimbus"}, "nimbus/talks"), "");
  EXPECT_EQ(Say({"nimbus"}, "nobody/talks"), "thread");
  EXPECT_EQ(Say({"nimbus"}, "talks"), "thread");
  EXPECT_EQ(Say({"nimbus"}, "aurora/"), "thread");
  EXPECT_EQ(Say({"nimbus"}, "aurora/two words"), "thread");
  EXPECT_EQ(Say({"nimbus"}, absl::StrCat("aurora/", std::string(121, 'x'))), "");
  EXPECT_EQ(Say({"nimbus"}, absl::StrCat("aurora/", std::string(122, 'x'))), "thread");
  Contract contract;
  contract.name = absl::StrCat("aurora/", std::string(122, 'x'));
  world().contracts.Add(contract);
  EXPECT_EQ(Say({"nimbus"}, contract.name), "");
}

TEST_F(EnvelopeTest, EmptyOrOversizedMessagesAreRefused) {
  EXPECT_EQ(Move("aurora", {"nimbus"}, "", v1::Message()), "body");
  EXPECT_EQ(Move("aurora", {"nimbus"}, "", Word(std::string(kMostMessageBytes, 'x'))), "size");
}

TEST_F(EnvelopeTest, AnswersNameAnEarlierMessage) {
  v1::Message answer;
  answer.mutable_acceptance();
  EXPECT_EQ(Move("aurora", {"nimbus"}, "aurora/c", answer), "in-reply-to");
  EXPECT_EQ(Move("aurora", {"nimbus"}, "aurora/c", answer, last_id + 1), "in-reply-to");
}

TEST_F(EnvelopeTest, FloodIsStoppedUntilTheNextRound) {
  for (int i = 0; i < kMostMovesPerRound; ++i) ASSERT_EQ(Say({"nimbus"}), "");
  EXPECT_EQ(Say({"nimbus"}), "flood");
  EXPECT_EQ(Move("borealis", {"nimbus"}, "", Word()), "");
  world().moves_this_round.assign(world().moves_this_round.size(), 0);
  EXPECT_EQ(Say({"nimbus"}), "");
}

}  // namespace
}  // namespace tranche
