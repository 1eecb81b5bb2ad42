#include "sim/closing.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class ClosingTest : public NegotiationTest {
 protected:
  ClosingTest() { SetRegulatorsAside(); }
  const CapTable& Table() { return TheLab("aurora").cap_table; }
};

TEST_F(ClosingTest, ClosedRoundMovesCashAndIssuesShares) {
  const Cents lab_cash = CashOf("aurora");
  const Cents fund_cash = SpendableCash(world(), Agent("harbor-fund"));
  v1::FundingTerms terms = Terms(2 * kBillion, 20 * kBillion);
  terms.set_board_right(v1::BOARD_RIGHT_SEAT);
  terms.set_information_right(true);
  SignWith("harbor-fund", terms);
  EXPECT_EQ(CashOf("aurora"), lab_cash);
  CloseQuarter();
  EXPECT_EQ(CashOf("aurora"), lab_cash + Cents(2 * kBillion));
  EXPECT_EQ(SpendableCash(world(), Agent("harbor-fund")), fund_cash - Cents(2 * kBillion));
  // $200 a share: 10 million on top of 100 million.
  EXPECT_EQ(Table().FullyDiluted(), 110'000'000);
  EXPECT_EQ(SharesOf(world(), LabNamed("aurora"), GroupOf("harbor-fund")), 10'000'000);
  EXPECT_EQ(TheLab("aurora").last_valuation, Cents(22 * kBillion));
  const Stake* stake = FindStake(world(), LabNamed("aurora"), GroupOf("harbor-fund"));
  ASSERT_NE(stake, nullptr);
  EXPECT_EQ(stake->cost, Cents(2 * kBillion));
  EXPECT_EQ(stake->board_right, v1::BOARD_RIGHT_SEAT);
  EXPECT_TRUE(stake->information_right);
  ASSERT_EQ(Sent(v1::Message::kClosing).size(), 1u);
  const v1::Closing closing = Sent(v1::Message::kClosing)[0].closing();
  EXPECT_EQ(closing.shares_issued(), 10'000'000);
  EXPECT_EQ(closing.post_money_cents(), 22 * kBillion);
  EXPECT_EQ(closing.holding_ppm(), 90'909u);
}

TEST_F(ClosingTest, LaterTrancheWaitsForItsConditionAtTheRoundsPrice) {
  v1::FundingTerms terms = Terms(2 * kBillion, 20 * kBillion);
  terms.mutable_tranches(0)->set_amount_cents(kBillion);
  v1::Tranche& later = *terms.add_tranches();
  later.set_amount_cents(kBillion);
  later.mutable_condition()->set_quarter(world().quarter.index() + 2);
  later.set_expires_quarter(world().quarter.index() + 3);
  const std::string deal = SignWith("harbor-fund", terms);
  CloseQuarter();
  EXPECT_EQ(SharesOf(world(), LabNamed("aurora"), GroupOf("harbor-fund")), 5'000'000);
  EXPECT_EQ(CommittedCash(world(), Agent("harbor-fund")), Cents(kBillion));
  CloseQuarter();
  EXPECT_EQ(SharesOf(world(), LabNamed("aurora"), GroupOf("harbor-fund")), 5'000'000);
  CloseQuarter();
  EXPECT_EQ(SharesOf(world(), LabNamed("aurora"), GroupOf("harbor-fund")), 10'000'000);
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_COMPLETED);
  EXPECT_EQ(TheDeal(deal).state, v1::DealDisclosure::STATE_CLOSED);
}

TEST_F(ClosingTest, TrancheWhoseConditionFailsStaysUndrawn) {
  v1::FundingTerms terms = Terms(2 * kBillion, 20 * kBillion);
  terms.mutable_tranches(0)->set_amount_cents(kBillion);
  v1::Tranche& later = *terms.add_tranches();
  later.set_amount_cents(kBillion);
  later.mutable_condition()->set_listing(true);
  later.set_expires_quarter(world().quarter.index() + 1);
  SignWith("harbor-fund", terms);
  const Cents cash = CashOf("aurora");
  CloseQuarter();
  CloseQuarter();
  EXPECT_EQ(CashOf("aurora"), cash + Cents(kBillion));
  ASSERT_EQ(Sent(v1::Message::kTrancheLapsed).size(), 1u);
  EXPECT_EQ(Sent(v1::Message::kTrancheLapsed)[0].tranche_lapsed().tranche(), 1u);
  EXPECT_EQ(CommittedCash(world(), Agent("harbor-fund")), Cents(0));
}

TEST_F(ClosingTest, RevenueAndCapabilityConditionsReadTheLab) {
  v1::FundingTerms terms = Terms(3 * kMillion, 20 * kBillion);
  terms.mutable_tranches(0)->set_amount_cents(kMillion);
  v1::Tranche& revenue = *terms.add_tranches();
  revenue.set_amount_cents(kMillion);
  revenue.mutable_condition()->set_annualised_revenue_cents(
      4 * TheLab("aurora").revenue_history.back().value() + 4);
  revenue.set_expires_quarter(world().quarter.index() + 4);
  v1::Tranche& capability = *terms.add_tranches();
  capability.set_amount_cents(kMillion);
  capability.mutable_condition()->set_capability_millis(27'500);
  capability.set_expires_quarter(world().quarter.index() + 4);
  const std::string deal = SignWith("harbor-fund", terms);
  CloseQuarter();
  EXPECT_EQ(Sent(v1::Message::kClosing).size(), 1u);
  TheLab("aurora").revenue_history.back() += Cents(1);
  CloseQuarter();
  ASSERT_EQ(Sent(v1::Message::kClosing).size(), 2u);
  EXPECT_EQ(Sent(v1::Message::kClosing)[1].closing().tranche(), 1u);
  TheLab("aurora").capability = 27.5;
  CloseQuarter();
  EXPECT_EQ(Sent(v1::Message::kClosing).size(), 3u);
}

TEST_F(ClosingTest, InvestorsOfARoundPayOnePriceEvenIfTheyCloseAQuarterApart) {
  ASSERT_EQ(
      Ask("aurora", "aurora/c", 2 * kBillion, 20 * kBillion, {"nimbus-ventures", "harbor-fund"}),
      "");
  ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/c", Terms(kBillion, 20 * kBillion)), "");
  const uint64_t harbor = last_id;
  v1::FundingTerms late = Terms(kBillion, 20 * kBillion);
  late.mutable_tranches(0)->mutable_condition()->set_quarter(world().quarter.index() + 1);
  late.mutable_tranches(0)->set_expires_quarter(world().quarter.index() + 1);
  late.set_liquidation_preference_bp(20'000);
  ASSERT_EQ(Offer("nimbus-ventures", "aurora", "aurora/c", late), "");
  const uint64_t nimbus = last_id;
  ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/c", harbor), "");
  ASSERT_EQ(Accept("aurora", "nimbus-ventures", "aurora/c", nimbus), "");
  ASSERT_EQ(SignRound("aurora", "aurora/c", 20 * kBillion, {"harbor-fund", "nimbus-ventures"},
                      {harbor, nimbus}),
            "");
  CloseQuarter();
  CloseQuarter();
  const auto closings = Sent(v1::Message::kClosing);
  ASSERT_EQ(closings.size(), 2u);
  EXPECT_EQ(closings[0].closing().shares_issued(), closings[1].closing().shares_issued());
  // Another preference is another series.
  EXPECT_NE(TheDeal("aurora/c/harbor-fund").series, TheDeal("aurora/c/nimbus-ventures").series);
}

TEST_F(ClosingTest, NoteConvertsAtTheDiscountInTheNextPricedRound) {
  const std::string note = SignWith("harbor-fund", Note(kBillion), "aurora", "bridge");
  CloseQuarter();
  EXPECT_EQ(world().ledger.Balance(Books("aurora"), Account::kNotesPayable), Cents(kBillion));
  EXPECT_EQ(SharesOf(world(), LabNamed("aurora"), GroupOf("harbor-fund")), 0);
  ASSERT_EQ(Withdraw("aurora", "harbor-fund", "aurora/bridge"), "proposal");  // it's all raised
  SignWith("nimbus-ventures", Terms(kBillion, 20 * kBillion), "aurora", "c");
  CloseQuarter();
  const auto conversions = Sent(v1::Message::kNoteConversion);
  ASSERT_EQ(conversions.size(), 1u);
  const v1::NoteConversion& conversion = conversions[0].note_conversion();
  EXPECT_EQ(conversion.deal(), note);
  EXPECT_EQ(conversion.principal_cents(), kBillion);
  EXPECT_EQ(conversion.interest_cents(), kBillion / 50);  // a quarter at 8%
  const int64_t shares = SharesOf(world(), LabNamed("aurora"), GroupOf("harbor-fund"));
  EXPECT_EQ(shares, conversion.shares_issued());
  // 20% below the round's price, to the rounding of a share.
  const int64_t price = TheDeal("aurora/c/nimbus-ventures").price_micros_per_share;
  EXPECT_NEAR(static_cast<double>(conversion.price_micros_per_share()), 0.8 * price, 100);
  EXPECT_EQ(world().ledger.Balance(Books("aurora"), Account::kNotesPayable), Cents(0));
  EXPECT_EQ(FindStake(world(), LabNamed("aurora"), GroupOf("harbor-fund"))->cost,
            Cents(kBillion + kBillion / 50));
}

TEST_F(ClosingTest, NoteIsRepaidWhenItIsDue) {
  v1::FundingTerms terms = Note(kMillion);
  terms.mutable_note()->set_maturity_quarter(world().quarter.index() + 1);
  SignWith("harbor-fund", terms, "aurora", "bridge");
  CloseQuarter();
  const Cents cash = CashOf("aurora");
  CloseQuarter();
  EXPECT_EQ(CashOf("aurora"), cash - Cents(kMillion));
  EXPECT_TRUE(Table().notes().empty());
  EXPECT_EQ(world().ledger.Balance(Books("aurora"), Account::kNotesPayable), Cents(0));
}

TEST_F(ClosingTest, CreditsArePrepaidComputeAtTheInvestorsCloud) {
  v1::FundingTerms terms = Terms(kBillion, 20 * kBillion);
  terms.set_cloud_credits_bp(4'000);
  const std::string deal = SignWith("nimbus-ventures", terms);
  const Cents cash = CashOf("aurora");
  CloseQuarter();
  EXPECT_EQ(CashOf("aurora"), cash + Cents(600 * kMillion));
  EXPECT_EQ(world().ledger.Balance(Books("aurora"), Account::kPrepaidCompute),
            Cents(400 * kMillion));
  EXPECT_EQ(world().ledger.Balance(Books("nimbus"), Account::kPrepaymentsReceived),
            Cents(400 * kMillion));
  const Contract* contract = FindContract(world(), deal);
  ASSERT_NE(contract, nullptr);
  EXPECT_EQ(contract->prepaid, Cents(400 * kMillion));
  EXPECT_EQ(contract->commitment.amount_cents(), 0);
  // Shares are for cash and credits alike.
  EXPECT_EQ(SharesOf(world(), LabNamed("aurora"), GroupOf("nimbus-ventures")),
            15'000'000 + 5'000'000);
}

TEST_F(ClosingTest, ExclusiveCommitmentBindsTheLabFromTheClosing) {
  v1::FundingTerms terms = Terms(kBillion, 20 * kBillion);
  terms.mutable_cloud_commitment()->set_cloud("nimbus");
  terms.mutable_cloud_commitment()->set_amount_cents(kBillion);
  terms.mutable_cloud_commitment()->set_term_quarters(8);
  terms.mutable_cloud_commitment()->set_exclusive(true);
  const std::string deal = SignWith("nimbus-ventures", terms);
  EXPECT_FALSE(ExclusiveCloud(world(), LabNamed("aurora")).valid());
  CloseQuarter();
  EXPECT_EQ(ExclusiveCloud(world(), LabNamed("aurora")), world().cloud_of(Agent("nimbus")));
  EXPECT_EQ(FindContract(world(), deal)->commitment.amount_cents(), kBillion);
  v1::Message order;
  order.mutable_capacity_order()->set_cloud("stratus");
  order.mutable_capacity_order()->set_gpu_hours(1);
  order.mutable_capacity_order()->set_limit_price_micros_per_gpu_hour(10'000'000);
  EXPECT_EQ(Move("aurora", {"stratus"}, "", order), "exclusivity");
}

TEST_F(ClosingTest, EmbedLicenceAndEarlyAccessComeWithTheShares) {
  v1::FundingTerms terms = Terms(kBillion, 20 * kBillion);
  terms.set_embed_licence_bp(2'500);
  terms.set_early_access(true);
  const std::string deal = SignWith("nimbus-ventures", terms);
  CloseQuarter();
  const Contract* licence = FindContract(world(), absl::StrCat(deal, "/licence"));
  ASSERT_NE(licence, nullptr);
  EXPECT_EQ(licence->provider, Agent("aurora"));
  EXPECT_EQ(licence->licence.royalty_bp(), 2'500u);
  EXPECT_TRUE(FindStake(world(), LabNamed("aurora"), GroupOf("nimbus-ventures"))->early_access);
}

TEST_F(ClosingTest, InvestorThatCannotPayEndsTheDealAndGetsNothing) {
  const std::string deal = SignWith("harbor-fund", Terms(3 * kBillion, 20 * kBillion));
  const Cents cash = CashOf("aurora");
  world().investors[world().investor_of(Agent("harbor-fund"))].uncalled = Cents(0);
  CloseQuarter();
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_FAILED_TO_FUND);
  EXPECT_EQ(CashOf("aurora"), cash);
  EXPECT_EQ(Table().FullyDiluted(), 100'000'000);
}

TEST_F(ClosingTest, FailedLabsDealsEnd) {
  const std::string deal = SignWith("harbor-fund", Terms(kBillion, 20 * kBillion));
  world().agents[Agent("aurora")].active = false;
  CloseQuarter();
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_TARGET_INSOLVENT);
}

TEST_F(ClosingTest, PartyMayWalkAwayUntilTheClosing) {
  const std::string deal = SignWith("harbor-fund", Terms(kBillion, 20 * kBillion));
  EXPECT_EQ(Withdraw("nimbus-ventures", "aurora", deal), "deal");
  EXPECT_EQ(Withdraw("harbor-fund", "aurora", deal), "");
  const Cents cash = CashOf("aurora");
  CloseQuarter();
  EXPECT_EQ(CashOf("aurora"), cash);
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_WITHDRAWN);
}

TEST_F(ClosingTest, SharesIssuedSinceTheSigningDontChangeTheSignedPrice) {
  // Borealis's first round waits for a clearance; a second closes before it.
  Open(DuopolyScenario());
  v1::FundingTerms slow = Terms(kBillion, 10 * kBillion);
  slow.set_board_right(v1::BOARD_RIGHT_SEAT);
  const std::string deal = SignWith("nimbus-ventures", slow, "borealis", "c");
  const int64_t price = TheDeal(deal).price_micros_per_share;
  ASSERT_FALSE(TheDeal(deal).reviews.empty());
  SetRegulatorsAside();
  SignWith("harbor-fund", Terms(kBillion, 12 * kBillion), "borealis", "d");
  CloseQuarter();
  TheDeal(deal).reviews.clear();
  CloseQuarter();
  EXPECT_EQ(TheDeal(deal).price_micros_per_share, price);
}

}  // namespace
}  // namespace tranche
