#include "sim/mergers.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class MergersTest : public NegotiationTest {
 protected:
  MergersTest() { SetRegulatorsAside(); }

  std::string Propose(absl::string_view buyer, absl::string_view lab, int64_t price,
                      int64_t break_fee = 0) {
    v1::Message move;
    v1::MergerTerms& terms = *move.mutable_merger_proposal()->mutable_terms();
    terms.set_price_cents(price);
    terms.set_break_fee_cents(break_fee);
    terms.set_outside_quarter(world().quarter.index() + 2);
    return Move(buyer, {lab}, absl::StrCat(buyer, "/purchase"), move);
  }
  // Nimbus's group has $4B.
  std::string Buy(int64_t price, int64_t break_fee = 0) {
    EXPECT_EQ(Propose("nimbus", "borealis", price, break_fee), "");
    EXPECT_EQ(Accept("borealis", "nimbus", "nimbus/purchase", last_id), "");
    return "nimbus/purchase/borealis";
  }
};

TEST_F(MergersTest, PriceIsSharedOutAndTheLabJoinsTheGroup) {
  const Cents funds = SpendableCash(world(), Agent("nimbus"));
  const Cents harbor = CashOf("harbor-fund");
  const std::string deal = Buy(2 * kBillion);
  CloseQuarter();
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_COMPLETED);
  EXPECT_EQ(SpendableCash(world(), Agent("nimbus")), funds - Cents(2 * kBillion));
  // Harbor's 12% are worth $240M, its preference is the $400M it paid.
  EXPECT_EQ(CashOf("harbor-fund"), harbor + Cents(400 * kMillion));
  EXPECT_TRUE(TheLab("borealis").division);
  EXPECT_EQ(GroupOf("borealis"), GroupOf("nimbus"));
  EXPECT_EQ(StakePpm(world(), LabNamed("borealis"), GroupOf("nimbus")), 1'000'000u);
  EXPECT_EQ(FindStake(world(), LabNamed("borealis"), GroupOf("harbor-fund")), nullptr);
  EXPECT_EQ(Ask("borealis", "borealis/c", kBillion, kBillion, {"harbor-fund"}), "division");
}

TEST_F(MergersTest, BuyerNeedsTheCash) {
  EXPECT_EQ(Propose("nimbus", "borealis", 40 * kBillion), "cash");
}

TEST_F(MergersTest, DivisionsAreNotForSale) {
  TheLab("borealis").division = true;
  EXPECT_EQ(Propose("nimbus", "borealis", kBillion), "division");
}

TEST_F(MergersTest, SideThatWalksAwayPaysTheBreakFee) {
  const std::string deal = Buy(2 * kBillion, 100 * kMillion);
  const Cents lab = CashOf("borealis");
  ASSERT_EQ(Withdraw("nimbus", "borealis", deal), "");
  EXPECT_EQ(CashOf("borealis"), lab + Cents(100 * kMillion));
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_WITHDRAWN);
}

TEST_F(MergersTest, NotesAreRepaidOutOfThePrice) {
  SignWith("harbor-fund", Note(500 * kMillion), "borealis", "bridge");
  CloseQuarter();
  const Cents harbor = CashOf("harbor-fund");
  Buy(2 * kBillion);
  CloseQuarter();
  EXPECT_TRUE(TheLab("borealis").cap_table.notes().empty());
  EXPECT_EQ(world().ledger.Balance(Books("borealis"), Account::kNotesPayable), Cents(0));
  // $500M with a quarter's interest at 8%, and the preference of $400M.
  EXPECT_EQ(CashOf("harbor-fund"), harbor + Cents(510 * kMillion) + Cents(400 * kMillion));
}

TEST_F(MergersTest, PurchaseEndsWhatElseWasUnderWay) {
  Open(DuopolyScenario());
  const std::string round =
      SignWith("nimbus-ventures", Terms(200 * kMillion, 9 * kBillion), "borealis", "c");
  ASSERT_TRUE(TheDeal(round).pending());
  SetRegulatorsAside();
  Buy(2 * kBillion);
  CloseQuarter();
  EXPECT_EQ(TheDeal(round).outcome, v1::DealEnded::OUTCOME_WITHDRAWN);
}

TEST_F(MergersTest, OneBuyerAtATime) {
  Open(DuopolyScenario());
  Buy(kBillion);
  ASSERT_EQ(Propose("harbor-fund", "borealis", kBillion), "");
  EXPECT_EQ(Accept("borealis", "harbor-fund", "harbor-fund/purchase", last_id), "sale");
}

TEST_F(MergersTest, LabOffersItselfInASale) {
  v1::Message ask;
  ask.mutable_funding_ask()->set_kind(v1::FundingAsk::KIND_SALE);
  ask.mutable_funding_ask()->set_amount_sought_cents(kBillion);
  ask.mutable_funding_ask()->set_target_close_quarter(world().quarter.index());
  ASSERT_EQ(Move("borealis", {"aurora", "nimbus"}, "borealis/sale", ask), "");
  v1::Message move;
  v1::MergerTerms& terms = *move.mutable_merger_proposal()->mutable_terms();
  terms.set_price_cents(300 * kMillion);
  terms.set_outside_quarter(world().quarter.index() + 2);
  ASSERT_EQ(Move("aurora", {"borealis"}, "borealis/sale", move, last_id), "");
  ASSERT_EQ(Accept("borealis", "aurora", "borealis/sale", last_id), "");
  CloseQuarter();
  EXPECT_EQ(ControllerOf(world(), LabNamed("borealis")), GroupOf("aurora"));
}

}  // namespace
}  // namespace tranche
