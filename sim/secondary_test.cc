#include "sim/secondary.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class SecondaryTest : public NegotiationTest {
 protected:
  SecondaryTest() { SetRegulatorsAside(); }

  // Harbor holds 6 million shares of Borealis, for which it paid $400M.
  std::string OfferShares(int64_t shares, int64_t price_micros, absl::string_view topic = "sale") {
    v1::Message move;
    v1::SecondaryTerms& terms = *move.mutable_secondary_offer()->mutable_terms();
    terms.set_lab("borealis");
    terms.set_shares(shares);
    terms.set_price_micros_per_share(price_micros);
    return Move("harbor-fund", {"nimbus-ventures"}, absl::StrCat("harbor-fund/", topic), move);
  }
  std::string Take(absl::string_view topic = "sale") {
    return Accept("nimbus-ventures", "harbor-fund", absl::StrCat("harbor-fund/", topic), last_id);
  }
};

TEST_F(SecondaryTest, SharesAndCashChangeHandsAndTheLabGetsNothing) {
  const Cents seller = CashOf("harbor-fund");
  const Cents lab = CashOf("borealis");
  ASSERT_EQ(OfferShares(3'000'000, 200'000'000), "");
  ASSERT_EQ(Take(), "");
  CloseQuarter();
  EXPECT_EQ(CashOf("harbor-fund"), seller + Cents(600 * kMillion));
  EXPECT_EQ(CashOf("borealis"), lab);
  EXPECT_EQ(SharesOf(world(), LabNamed("borealis"), GroupOf("nimbus")), 3'000'000);
  EXPECT_EQ(FindStake(world(), LabNamed("borealis"), GroupOf("harbor-fund"))->cost,
            Cents(200 * kMillion));
  EXPECT_EQ(FindStake(world(), LabNamed("borealis"), GroupOf("nimbus"))->cost,
            Cents(600 * kMillion));
  // 6% set the mark: 50 million shares at $200.
  EXPECT_EQ(TheLab("borealis").last_valuation, Cents(10 * kBillion));
}

TEST_F(SecondaryTest, GainIsRealisedInTheSellersBooks) {
  ASSERT_EQ(OfferShares(3'000'000, 200'000'000), "");
  ASSERT_EQ(Take(), "");
  CloseQuarter();
  EXPECT_EQ(world().ledger.ClosedBalance(Books("harbor-fund"), Account::kGainOnInvestments),
            Cents(400 * kMillion));
}

TEST_F(SecondaryTest, SmallSaleSetsNoMark) {
  const Cents before = TheLab("borealis").last_valuation;
  ASSERT_EQ(OfferShares(1'000, 900'000'000), "");
  ASSERT_EQ(Take(), "");
  CloseQuarter();
  EXPECT_EQ(TheLab("borealis").last_valuation, before);
}

TEST_F(SecondaryTest, NobodySellsMoreThanItHas) {
  EXPECT_EQ(OfferShares(6'000'001, 100'000'000), "holdings");
  ASSERT_EQ(OfferShares(4'000'000, 100'000'000, "a"), "");
  ASSERT_EQ(Take("a"), "");
  EXPECT_EQ(OfferShares(2'000'001, 100'000'000, "b"), "holdings");
  EXPECT_EQ(OfferShares(2'000'000, 100'000'000, "b"), "");
}

TEST_F(SecondaryTest, BuyerNeedsTheCash) {
  ASSERT_EQ(OfferShares(6'000'000, 900'000'000), "");
  EXPECT_EQ(Take(), "cash");
}

TEST_F(SecondaryTest, BuyerMayCounterThePrice) {
  ASSERT_EQ(OfferShares(3'000'000, 200'000'000), "");
  v1::Message counter;
  v1::SecondaryTerms& terms = *counter.mutable_counter_offer()->mutable_secondary();
  terms.set_lab("borealis");
  terms.set_shares(3'000'000);
  terms.set_price_micros_per_share(150'000'000);
  ASSERT_EQ(Move("nimbus-ventures", {"harbor-fund"}, "harbor-fund/sale", counter, last_id), "");
  ASSERT_EQ(Accept("harbor-fund", "nimbus-ventures", "harbor-fund/sale", last_id), "");
  const Cents seller = CashOf("harbor-fund");
  CloseQuarter();
  EXPECT_EQ(CashOf("harbor-fund"), seller + Cents(450 * kMillion));
}

TEST_F(SecondaryTest, LargePurchaseIsReviewed) {
  Open(DuopolyScenario());
  ASSERT_EQ(OfferShares(3'000'000, 200'000'000), "");
  ASSERT_EQ(Take(), "");
  const std::string deal = "harbor-fund/sale/nimbus-ventures";
  ASSERT_EQ(TheDeal(deal).reviews.size(), 1u);
  CloseQuarter();
  EXPECT_TRUE(TheDeal(deal).pending());
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  CloseQuarter();
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_COMPLETED);
}

}  // namespace
}  // namespace tranche
