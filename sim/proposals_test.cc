#include "sim/proposals.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class ProposalsTest : public NegotiationTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "");
  }
  std::string OfferUntil(int32_t valid_through) {
    v1::Message move;
    *move.mutable_term_sheet()->mutable_terms() = Terms(kBillion, 25 * kBillion);
    move.mutable_term_sheet()->set_valid_through_quarter(valid_through);
    return Move("harbor-fund", {"aurora"}, "aurora/c", move, 1);
  }
};

TEST_F(ProposalsTest, LaterProposalReplacesTheSendersOwn) {
  ASSERT_EQ(OfferUntil(0), "");
  const uint64_t first = last_id;
  ASSERT_EQ(OfferUntil(0), "");
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/c", first), "proposal");
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/c", last_id - 1), "");
}

TEST_F(ProposalsTest, OnlyTheRecipientAnswers) {
  ASSERT_EQ(OfferUntil(0), "");
  EXPECT_EQ(Accept("harbor-fund", "aurora", "aurora/c", last_id), "proposal");
  EXPECT_EQ(Accept("borealis", "harbor-fund", "aurora/c", 2), "proposal");
}

TEST_F(ProposalsTest, AnswerGoesToTheProposerInTheThread) {
  ASSERT_EQ(OfferUntil(0), "");
  const uint64_t offer = last_id;
  EXPECT_EQ(Accept("aurora", "nimbus-ventures", "aurora/c", offer), "recipients");
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/d", offer), "thread");
}

TEST_F(ProposalsTest, WithdrawnProposalCannotBeAccepted) {
  ASSERT_EQ(OfferUntil(0), "");
  const uint64_t offer = last_id;
  EXPECT_EQ(Withdraw("aurora", "harbor-fund", "aurora/c", offer), "proposal");
  ASSERT_EQ(Withdraw("harbor-fund", "aurora", "aurora/c", offer), "");
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "proposal");
}

TEST_F(ProposalsTest, EitherSideMayLeaveAnAgreedProposal) {
  ASSERT_EQ(OfferUntil(0), "");
  const uint64_t offer = last_id;
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "");
  EXPECT_EQ(OfferUntil(0), "agreed");
  ASSERT_EQ(Withdraw("aurora", "harbor-fund", "aurora/c", offer), "");
  EXPECT_EQ(SignRound("aurora", "aurora/c", 25 * kBillion, {"harbor-fund"}, {offer}), "proposal");
}

TEST_F(ProposalsTest, RefusedProposalCannotBeAccepted) {
  ASSERT_EQ(OfferUntil(0), "");
  const uint64_t offer = last_id;
  ASSERT_EQ(Refuse("aurora", "harbor-fund", "aurora/c", offer), "");
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "proposal");
}

TEST_F(ProposalsTest, AskIsRefusedInAWord) {
  EXPECT_EQ(Refuse("harbor-fund", "aurora", "aurora/c", 1), "");
}

TEST_F(ProposalsTest, StandingProposalExpiresAtTheClose) {
  ASSERT_EQ(OfferUntil(0), "");
  const uint64_t offer = last_id;
  CloseQuarter();
  ASSERT_EQ(Sent(v1::Message::kProposalExpired).size(), 1u);
  EXPECT_EQ(Sent(v1::Message::kProposalExpired)[0].proposal_expired().proposal(), offer);
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "proposal");
}

TEST_F(ProposalsTest, ProposalStandsThroughTheQuarterItNames) {
  ASSERT_EQ(OfferUntil(world().quarter.index() + 1), "");
  const uint64_t offer = last_id;
  CloseQuarter();
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "");
}

TEST_F(ProposalsTest, AgreedProposalLastsAQuarterLonger) {
  SetRegulatorsAside();
  ASSERT_EQ(OfferUntil(0), "");
  const uint64_t offer = last_id;
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "");
  CloseQuarter();
  EXPECT_EQ(SignRound("aurora", "aurora/c", 25 * kBillion, {"harbor-fund"}, {offer}), "");
}

TEST_F(ProposalsTest, AgreedProposalThatIsNeverSignedFreesTheMoney) {
  ASSERT_EQ(OfferUntil(0), "");
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", last_id), "");
  EXPECT_EQ(CommittedCash(world(), Agent("harbor-fund")), Cents(kBillion));
  CloseQuarter();
  CloseQuarter();
  EXPECT_EQ(CommittedCash(world(), Agent("harbor-fund")), Cents(0));
  EXPECT_TRUE(world().proposals.empty());
  EXPECT_TRUE(world().rounds.empty());
}

TEST_F(ProposalsTest, ValidityInThePastIsRefused) {
  EXPECT_EQ(OfferUntil(world().quarter.index() - 1), "validity");
  EXPECT_EQ(OfferUntil(world().quarter.index() + 9), "validity");
}

TEST_F(ProposalsTest, ThirdPartysThreadIsRefused) {
  v1::Message move;
  move.mutable_licence_offer()->mutable_terms()->set_term_quarters(4);
  EXPECT_EQ(Move("borealis", {"nimbus"}, "aurora/c", move), "thread");
}

TEST_F(ProposalsTest, CounterOfferIsAboutTheSameThing) {
  ASSERT_EQ(OfferUntil(0), "");
  v1::Message counter;
  counter.mutable_counter_offer()->mutable_licence()->set_term_quarters(4);
  EXPECT_EQ(Move("aurora", {"harbor-fund"}, "aurora/c", counter, last_id), "terms");
}

TEST_F(ProposalsTest, AcceptanceSettlesTheAcceptersOwnOffer) {
  ASSERT_EQ(OfferUntil(0), "");
  v1::Message counter;
  *counter.mutable_counter_offer()->mutable_funding() = Terms(kBillion, 30 * kBillion);
  ASSERT_EQ(Move("aurora", {"harbor-fund"}, "aurora/c", counter, last_id), "");
  const uint64_t countered = last_id;
  ASSERT_EQ(OfferUntil(0), "");
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", last_id), "");
  EXPECT_EQ(Accept("harbor-fund", "aurora", "aurora/c", countered), "proposal");
}

}  // namespace
}  // namespace tranche
