#include "agents/strategies/offer_worth.h"

#include <gtest/gtest.h>

#include <vector>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

v1::FundingTerms Terms(int64_t amount, int64_t pre_money) {
  v1::FundingTerms terms;
  terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  terms.set_amount_cents(amount);
  terms.set_pre_money_cents(pre_money);
  v1::Tranche& tranche = *terms.add_tranches();
  tranche.set_amount_cents(amount);
  tranche.mutable_condition()->set_clearance(true);
  terms.set_liquidation_preference_bp(10'000);
  return terms;
}

double Worth(const v1::PublicView& market, const v1::FundingTerms& terms,
             absl::string_view investor = "harbor") {
  return WorthOfOffer(market, HandLab(), terms, investor, 20.0 * kBillion);
}

// harbor with a fifth of beta.
v1::PublicView MarketWithARivalsOwner() {
  v1::PublicView market = HandMarket();
  v1::HoldingDisclosure& holding = *market.add_holdings();
  holding.set_holder_group("harbor");
  holding.set_lab("beta");
  holding.set_stake_ppm(200'000);
  return market;
}

TEST(OfferWorthTest, APlainOfferIsWorthItsPrice) {
  EXPECT_DOUBLE_EQ(Worth(HandMarket(), Terms(kBillion, 20 * kBillion)), 20.0 * kBillion);
}

TEST(OfferWorthTest, EachBurdenLowersIt) {
  const v1::PublicView market = HandMarket();
  const v1::FundingTerms plain = Terms(kBillion, 20 * kBillion);
  const double worth = Worth(market, plain);
  std::vector<v1::FundingTerms> burdened(7, plain);
  burdened[0].set_board_right(v1::BOARD_RIGHT_SEAT);
  burdened[1].set_early_access(true);
  burdened[2].add_excluded_investors("nimbus-group");
  burdened[3].set_liquidation_preference_bp(20'000);
  burdened[4].set_cloud_credits_bp(5'000);
  burdened[5].set_embed_licence_bp(2'000);
  burdened[6].mutable_tranches(0)->mutable_condition()->set_capability_millis(28'000);
  for (const v1::FundingTerms& terms : burdened) {
    EXPECT_LT(Worth(market, terms), worth) << terms.ShortDebugString();
  }
  // A royalty as marketplaces leave it is no burden.
  burdened[5].set_embed_licence_bp(7'500);
  EXPECT_EQ(Worth(market, burdened[5]), worth);
}

TEST(OfferWorthTest, ASeatForARivalsOwnerIsDearUnlessItIsWalledOff) {
  v1::FundingTerms terms = Terms(kBillion, 20 * kBillion);
  terms.set_board_right(v1::BOARD_RIGHT_SEAT);
  EXPECT_EQ(RivalStakePpm(MarketWithARivalsOwner(), "harbor", "alpha"), 200'000);
  EXPECT_EQ(RivalStakePpm(MarketWithARivalsOwner(), "harbor", "beta"), 0);
  v1::PublicView market = MarketWithARivalsOwner();
  AddAgent(market, "kin", v1::ROLE_LAB, "nimbus-group");
  EXPECT_EQ(RivalStakesPpm(market, {"nimbus-ventures", "harbor", "nimbus-ventures"}, "alpha"),
            (std::vector<uint32_t>{1'000'000, 200'000, 1'000'000}));
  EXPECT_EQ(RivalStakePpm(market, "nimbus-ventures", "kin"), 0);
  EXPECT_LT(Worth(MarketWithARivalsOwner(), terms), Worth(HandMarket(), terms));
  terms.set_firewall(true);
  EXPECT_EQ(Worth(MarketWithARivalsOwner(), terms), Worth(HandMarket(), terms));
}

TEST(OfferWorthTest, ShareholdersAreAgentsAndMembersOfGroupsInTheCapTable) {
  v1::PublicView market = HandMarket();
  AddAgent(market, "harbor-twin", v1::ROLE_INVESTOR);
  v1::AgentView own = HandLab();
  EXPECT_TRUE(Shareholders(own, market).empty());
  for (const char* holder : {"nimbus-group", "somebody-else", "harbor"}) {
    own.mutable_lab()->add_cap_table()->set_holder(holder);
  }
  EXPECT_EQ(Shareholders(own, market),
            (std::vector<absl::string_view>{"harbor", "nimbus", "nimbus-ventures"}));
}

TEST(OfferWorthTest, ExclusiveComputeCostsMoreWhoBuysElsewhere) {
  v1::FundingTerms terms = Terms(kBillion, 20 * kBillion);
  v1::CloudCommitment& commitment = *terms.mutable_cloud_commitment();
  commitment.set_amount_cents(kBillion);
  commitment.set_term_quarters(20);
  commitment.set_exclusive(true);
  commitment.set_cloud("nimbus");
  const double where_it_buys = Worth(HandMarket(), terms);
  commitment.set_cloud("stratus");
  EXPECT_LT(Worth(HandMarket(), terms), where_it_buys);
}

TEST(OfferWorthTest, AnImprovedOfferKeepsThePlansFromRivalsAndTheLabFree) {
  v1::FundingTerms offer = Terms(2 * kBillion, 15 * kBillion);
  offer.set_board_right(v1::BOARD_RIGHT_SEAT);
  offer.mutable_cloud_commitment()->set_exclusive(true);
  offer.add_excluded_investors("nimbus-group");
  offer.set_embed_licence_bp(2'000);
  const v1::FundingTerms ours = ImprovedOffer(MarketWithARivalsOwner(), "alpha", offer, "harbor",
                                              18.0 * kBillion, 1.0 * kBillion);
  EXPECT_EQ(ours.pre_money_cents(), 18 * kBillion);
  EXPECT_EQ(ours.amount_cents(), kBillion);
  EXPECT_EQ(ours.board_right(), v1::BOARD_RIGHT_OBSERVER);
  EXPECT_TRUE(ours.firewall());
  EXPECT_FALSE(ours.cloud_commitment().exclusive());
  EXPECT_TRUE(ours.excluded_investors().empty());
  EXPECT_EQ(ours.embed_licence_bp(), 7'500);
}

TEST(OfferWorthTest, TheCombinationWeighsMoneyAgainstTheLowestPrice) {
  const v1::PublicView market = HandMarket();
  const v1::FundingTerms high = Terms(kBillion, 20 * kBillion);
  const v1::FundingTerms near = Terms(kBillion, 19 * kBillion);
  const v1::FundingTerms low = Terms(kBillion / 10, 10 * kBillion);
  EXPECT_EQ(BestCombination(market, {{"harbor", &low}, {"bay", &high}, {"nimbus-ventures", &near}},
                            2.0 * kBillion),
            (std::vector<size_t>{1, 2}));
  v1::FundingTerms excluding = high;
  excluding.add_excluded_investors("nimbus-group");
  EXPECT_EQ(
      BestCombination(market, {{"bay", &excluding}, {"nimbus-ventures", &near}}, 2.0 * kBillion),
      std::vector<size_t>{0});
  EXPECT_TRUE(BestCombination(market, {}, 2.0 * kBillion).empty());
}

}  // namespace
}  // namespace tranche
