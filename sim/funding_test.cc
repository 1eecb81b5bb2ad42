#include "sim/funding.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class FundingTest : public NegotiationTest {
 protected:
  FundingTest() { SetRegulatorsAside(); }
};

TEST_F(FundingTest, SignedRoundBecomesOneDealForEachInvestor) {
  ASSERT_EQ(
      Ask("aurora", "aurora/c", 2 * kBillion, 25 * kBillion, {"nimbus-ventures", "harbor-fund"}),
      "");
  ASSERT_EQ(Offer("nimbus-ventures", "aurora", "aurora/c", Terms(kBillion, 24 * kBillion)), "");
  const uint64_t nimbus = last_id;
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 25 * kBillion)), "");
  const uint64_t harbor = last_id;
  ASSERT_EQ(Accept("aurora", "nimbus-ventures", "aurora/c", nimbus), "");
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", harbor), "");
  EXPECT_EQ(SignRound("aurora", "aurora/c", 24 * kBillion, {"nimbus-ventures", "harbor-fund"},
                      {nimbus, harbor}),
            "");
  const Deal& deal = TheDeal("aurora/c/harbor-fund");
  EXPECT_EQ(deal.pre_money, Cents(24 * kBillion));
  // 100 million shares at $24B: $240 each, for both.
  EXPECT_EQ(deal.price_micros_per_share, 240'000'000);
  EXPECT_EQ(TheDeal("aurora/c/nimbus-ventures").price_micros_per_share, 240'000'000);
  EXPECT_EQ(Sent(v1::Message::kDealSigned).size(), 2u);
}

TEST_F(FundingTest, PreMoneyAboveAnAgreedOneIsRefused) {
  ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "");
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 20 * kBillion)), "");
  const uint64_t offer = last_id;
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "");
  EXPECT_EQ(SignRound("aurora", "aurora/c", 20 * kBillion + 1, {"harbor-fund"}, {offer}),
            "one-price");
  EXPECT_EQ(FindDeal(world(), "aurora/c/harbor-fund"), nullptr);
}

TEST_F(FundingTest, RoundBelowItsMinimumIsNotSigned) {
  ASSERT_EQ(Ask("aurora", "aurora/c", 2 * kBillion, 25 * kBillion, {"harbor-fund"}, kBillion + 1),
            "");
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 25 * kBillion)), "");
  const uint64_t offer = last_id;
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "");
  EXPECT_EQ(SignRound("aurora", "aurora/c", 25 * kBillion, {"harbor-fund"}, {offer}),
            "round-minimum");
}

TEST_F(FundingTest, UnacceptedTermSheetIsNotSigned) {
  ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "");
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 25 * kBillion)), "");
  EXPECT_EQ(SignRound("aurora", "aurora/c", 25 * kBillion, {"harbor-fund"}, {last_id}), "proposal");
}

TEST_F(FundingTest, TermSheetBeyondUncommittedCashIsRefused) {
  ASSERT_EQ(Ask("aurora", "aurora/c", 9 * kBillion, 25 * kBillion, {"harbor-fund"}), "");
  // $600M of cash and $2.4B of promised capital.
  EXPECT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(3 * kBillion + 1, 25 * kBillion)),
            "cash");
  EXPECT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(3 * kBillion, 25 * kBillion)), "");
}

TEST_F(FundingTest, AgreedAmountIsCommitted) {
  ASSERT_EQ(Ask("aurora", "aurora/c", 2 * kBillion, 25 * kBillion, {"harbor-fund"}), "");
  ASSERT_EQ(Ask("borealis", "borealis/c", 2 * kBillion, 9 * kBillion, {"harbor-fund"}), "");
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(2 * kBillion, 25 * kBillion)), "");
  const uint64_t first = last_id;
  ASSERT_EQ(Offer("harbor-fund", "borealis", "borealis/c", Terms(2 * kBillion, 9 * kBillion)), "");
  const uint64_t second = last_id;
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/c", first), "");
  EXPECT_EQ(Accept("borealis", "harbor-fund", "borealis/c", second), "cash");
}

TEST_F(FundingTest, InvestorThatIsntInvitedIsRefused) {
  ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"nimbus-ventures"}), "");
  EXPECT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 25 * kBillion)), "round");
}

TEST_F(FundingTest, CounterOfferRefusesWhatItAnswers) {
  ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "");
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 15 * kBillion)), "");
  const uint64_t offer = last_id;
  v1::Message counter;
  *counter.mutable_counter_offer()->mutable_funding() = Terms(kBillion, 22 * kBillion);
  ASSERT_EQ(Move("aurora", {"harbor-fund"}, "aurora/c", counter, offer), "");
  const uint64_t countered = last_id;
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "proposal");
  ASSERT_EQ(Accept("harbor-fund", "aurora", "aurora/c", countered), "");
  EXPECT_EQ(SignRound("aurora", "aurora/c", 22 * kBillion, {"harbor-fund"}, {countered}), "");
}

TEST_F(FundingTest, TranchesMustAddUpToTheAmount) {
  ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "");
  v1::FundingTerms terms = Terms(kBillion, 25 * kBillion);
  terms.mutable_tranches(0)->set_amount_cents(kBillion - 1);
  EXPECT_EQ(Offer("harbor-fund", "aurora", "aurora/c", terms), "terms");
}

TEST_F(FundingTest, CommitmentToAnotherGroupsCloudIsRefused) {
  ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"nimbus-ventures"}), "");
  v1::FundingTerms terms = Terms(kBillion, 25 * kBillion);
  terms.mutable_cloud_commitment()->set_cloud("stratus");
  terms.mutable_cloud_commitment()->set_amount_cents(kBillion);
  terms.mutable_cloud_commitment()->set_term_quarters(8);
  EXPECT_EQ(Offer("nimbus-ventures", "aurora", "aurora/c", terms), "terms");
  terms.mutable_cloud_commitment()->set_cloud("nimbus");
  EXPECT_EQ(Offer("nimbus-ventures", "aurora", "aurora/c", terms), "");
}

TEST_F(FundingTest, ExclusionKeepsAnInvestorOutOfTheRoundAndOfLaterOnes) {
  ASSERT_EQ(
      Ask("aurora", "aurora/c", 2 * kBillion, 25 * kBillion, {"nimbus-ventures", "harbor-fund"}),
      "");
  v1::FundingTerms jealous = Terms(kBillion, 25 * kBillion);
  jealous.add_excluded_investors("harbor-fund");
  ASSERT_EQ(Offer("nimbus-ventures", "aurora", "aurora/c", jealous), "");
  const uint64_t nimbus = last_id;
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 25 * kBillion)), "");
  const uint64_t harbor = last_id;
  ASSERT_EQ(Accept("aurora", "nimbus-ventures", "aurora/c", nimbus), "");
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", harbor), "");
  EXPECT_EQ(SignRound("aurora", "aurora/c", 25 * kBillion, {"nimbus-ventures", "harbor-fund"},
                      {nimbus, harbor}),
            "excluded-investor");
  ASSERT_EQ(SignRound("aurora", "aurora/c", 25 * kBillion, {"nimbus-ventures"}, {nimbus}), "");
  CloseQuarter();
  ASSERT_EQ(Withdraw("aurora", "harbor-fund", "aurora/c"), "");
  ASSERT_EQ(Ask("aurora", "aurora/d", kBillion, 30 * kBillion, {"harbor-fund"}), "");
  EXPECT_EQ(Offer("harbor-fund", "aurora", "aurora/d", Terms(kBillion, 30 * kBillion)),
            "excluded-investor");
}

TEST_F(FundingTest, DivisionRaisesNoMoney) {
  TheLab("aurora").division = true;
  EXPECT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "division");
}

TEST_F(FundingTest, LabHasOneOpenRoundOfAKind) {
  ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "");
  EXPECT_EQ(Ask("aurora", "aurora/d", kBillion, 25 * kBillion, {"harbor-fund"}), "round");
  ASSERT_EQ(Withdraw("aurora", "harbor-fund", "aurora/c"), "");
  EXPECT_EQ(Ask("aurora", "aurora/d", kBillion, 25 * kBillion, {"harbor-fund"}), "");
}

TEST_F(FundingTest, WithdrawnAskTakesItsProposalsAlong) {
  ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "");
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 25 * kBillion)), "");
  const uint64_t offer = last_id;
  ASSERT_EQ(Withdraw("aurora", "harbor-fund", "aurora/c"), "");
  EXPECT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "proposal");
}

TEST_F(FundingTest, SwitchedOffFundingHasNoRounds) {
  v1::Scenario scenario = DuopolyScenario();
  scenario.mutable_switches()->set_no_funding(true);
  Open(scenario);
  EXPECT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "switched-off");
}

TEST_F(FundingTest, ProRataHolderMayKeepItsShareAndNoMore) {
  ASSERT_EQ(Ask("aurora", "aurora/c", kBillion, 25 * kBillion, {"harbor-fund"}), "");
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 25 * kBillion)), "");
  const uint64_t offer = last_id;
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", offer), "");
  ASSERT_EQ(SignRound("aurora", "aurora/c", 25 * kBillion, {"harbor-fund"}, {offer}), "");
  v1::Message exercise;
  // A stake of 15% keeps itself with 15/85 of what others put in.
  const int64_t most = MulDivRounded(kBillion, 150'000, 850'000);
  exercise.mutable_pro_rata_exercise()->set_amount_cents(most + 1);
  EXPECT_EQ(Move("nimbus-ventures", {"aurora"}, "aurora/c", exercise), "pro-rata");
  exercise.mutable_pro_rata_exercise()->set_amount_cents(most);
  EXPECT_EQ(Move("nimbus-ventures", {"aurora"}, "aurora/c", exercise), "");
  CloseQuarter();
  EXPECT_NEAR(StakePpm(world(), LabNamed("aurora"), GroupOf("nimbus-ventures")), 150'000, 2);
}

TEST_F(FundingTest, InvestorWithoutTheRightHasNoProRata) {
  SignWith("nimbus-ventures", Terms(kBillion, 25 * kBillion));
  v1::Message exercise;
  exercise.mutable_pro_rata_exercise()->set_amount_cents(1);
  EXPECT_EQ(Move("harbor-fund", {"aurora"}, "aurora/round", exercise), "pro-rata");
}

TEST_F(FundingTest, ReportedFiguresMustBeThoseOfTheBooks) {
  v1::Message move;
  v1::InformationReport& report = *move.mutable_information_report();
  report.set_revenue_cents(TheLab("aurora").revenue_history.back().value());
  report.set_cash_cents(CashOf("aurora").value());
  EXPECT_EQ(Move("aurora", {"harbor-fund"}, "", move), "");
  report.set_cash_cents(CashOf("aurora").value() + 1);
  EXPECT_EQ(Move("aurora", {"harbor-fund"}, "", move), "books");
}

}  // namespace
}  // namespace tranche
