#include "sim/supply.h"

#include "sim/terms.h"
#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class SupplyTest : public NegotiationTest {
 protected:
  v1::CapacityTerms Capacity(int64_t accelerators) {
    v1::CapacityTerms terms;
    terms.set_accelerators_h100e(accelerators);
    terms.set_start_quarter(world().quarter.index() + 1);
    terms.set_term_quarters(4);
    terms.set_price_micros_per_gpu_hour(2'000'000);
    terms.set_take_or_pay_bp(5'000);
    return terms;
  }
  std::string Quote(absl::string_view cloud, absl::string_view lab, absl::string_view thread,
                    const v1::CapacityTerms& terms) {
    v1::Message move;
    *move.mutable_capacity_quote()->mutable_terms() = terms;
    return Move(cloud, {lab}, thread, move);
  }
  // Borealis has no right of first refusal to respect.
  std::string Buy(absl::string_view cloud, absl::string_view thread,
                  const v1::CapacityTerms& terms) {
    EXPECT_EQ(Quote(cloud, "borealis", thread, terms), "");
    return Accept("borealis", cloud, thread, last_id);
  }
  std::string Terminate(absl::string_view agent, absl::string_view contract) {
    v1::Message move;
    move.mutable_contract_termination();
    return Move(agent, {}, contract, move);
  }
  std::string Sell(absl::string_view cloud, absl::string_view thread,
                   const v1::MarketplaceTerms& terms) {
    v1::Message move;
    *move.mutable_marketplace_offer()->mutable_terms() = terms;
    EXPECT_EQ(Move(cloud, {"borealis"}, thread, move), "");
    return Accept("borealis", cloud, thread, last_id);
  }
  CloudId CloudNamed(absl::string_view name) { return world().cloud_of(Agent(name)); }
};

TEST_F(SupplyTest, AcceptedQuoteIsAContractWithTheThreadsName) {
  v1::Message request;
  *request.mutable_capacity_request()->mutable_terms() = Capacity(5'000);
  ASSERT_EQ(Move("borealis", {"nimbus", "stratus"}, "borealis/compute", request), "");
  ASSERT_EQ(Buy("stratus", "borealis/compute", Capacity(5'000)), "");
  const Contract* contract = FindContract(world(), "borealis/compute/stratus");
  ASSERT_NE(contract, nullptr);
  EXPECT_EQ(contract->ReservedIn(world().quarter), 0);
  EXPECT_EQ(contract->ReservedIn(world().quarter + 1), 5'000);
  EXPECT_EQ(contract->ReservedIn(world().quarter + 5), 0);
  EXPECT_EQ(Sent(v1::Message::kContractSigned).size(), 1u);
}

TEST_F(SupplyTest, NothingIsReservedBeyondWhatTheCloudHasOrOrdered) {
  int64_t least = UncommittedCapacity(world(), CloudNamed("nimbus"), world().quarter + 1);
  for (int q = 2; q <= 4; ++q) {
    least =
        std::min(least, UncommittedCapacity(world(), CloudNamed("nimbus"), world().quarter + q));
  }
  ASSERT_GT(least, 0);
  EXPECT_EQ(Buy("nimbus", "borealis/a", Capacity(least + 1)), "capacity");
  EXPECT_EQ(Buy("nimbus", "borealis/b", Capacity(least)), "");
  EXPECT_EQ(Buy("nimbus", "borealis/c", Capacity(1)), "capacity");
}

TEST_F(SupplyTest, NamedChipsAreCountedApart) {
  v1::CapacityTerms terms = Capacity(1'000);
  terms.set_chip_maker("stratus-silicon");
  EXPECT_EQ(Buy("nimbus", "borealis/a", terms), "capacity");  // it has merchant ones only
  EXPECT_EQ(Buy("stratus", "borealis/b", terms), "");
  terms.set_chip_maker("nobody");
  EXPECT_EQ(Quote("stratus", "borealis", "borealis/c", terms), "terms");
}

TEST_F(SupplyTest, ExclusiveContractBindsPurchasesElsewhere) {
  v1::CapacityTerms terms = Capacity(1'000);
  terms.set_exclusive(true);
  ASSERT_EQ(Buy("nimbus", "borealis/a", terms), "");
  EXPECT_EQ(Buy("stratus", "borealis/b", Capacity(1'000)), "exclusivity");
  EXPECT_EQ(Buy("nimbus", "borealis/c", Capacity(1'000)), "");
  // Contracts the lab already had stay.
  EXPECT_TRUE(FindContract(world(), "borealis/borealis-stratus")->active);
}

TEST_F(SupplyTest, PrepaymentIsPaidAtSigning) {
  v1::CapacityTerms terms = Capacity(1'000);
  terms.set_prepayment_bp(2'500);
  const Cents cash = CashOf("borealis");
  ASSERT_EQ(Buy("stratus", "borealis/a", terms), "");
  // One of four quarters of 1,000 accelerators at $2 for 2,190 hours.
  EXPECT_EQ(CashOf("borealis"), cash - FromDollars(4'380'000));
  EXPECT_EQ(FindContract(world(), "borealis/a/stratus")->prepaid, FromDollars(4'380'000));
}

TEST_F(SupplyTest, PrepaymentBeyondItsCashIsRefused) {
  v1::CapacityTerms terms = Capacity(5'000);
  terms.set_price_micros_per_gpu_hour(100'000'000);
  terms.set_prepayment_bp(10'000);
  EXPECT_EQ(Buy("stratus", "borealis/a", terms), "cash");
  EXPECT_EQ(FindContract(world(), "borealis/a/stratus"), nullptr);
}

// Nimbus may match any quote that Aurora accepts.
TEST_F(SupplyTest, HolderOfAFirstRefusalMayTakeTheContract) {
  const v1::CapacityTerms terms = Capacity(1'000);
  ASSERT_EQ(Quote("stratus", "aurora", "aurora/a", terms), "");
  const uint64_t quote = last_id;
  ASSERT_EQ(Accept("aurora", "stratus", "aurora/a", quote), "first-refusal");
  v1::Message notice;
  *notice.mutable_first_refusal_notice()->mutable_terms() = terms;
  ASSERT_EQ(Move("aurora", {"nimbus"}, "aurora/a", notice), "");
  const uint64_t noticed = last_id;
  EXPECT_EQ(Accept("aurora", "stratus", "aurora/a", quote), "first-refusal");
  v1::Message exercise;
  exercise.mutable_first_refusal_exercise()->set_exercised(true);
  EXPECT_EQ(Move("stratus", {"aurora"}, "aurora/a", exercise, noticed), "first-refusal");
  ASSERT_EQ(Move("nimbus", {"aurora"}, "aurora/a", exercise, noticed), "");
  EXPECT_NE(FindContract(world(), "aurora/a/nimbus"), nullptr);
}

TEST_F(SupplyTest, DeclinedFirstRefusalFreesTheQuote) {
  const v1::CapacityTerms terms = Capacity(1'000);
  ASSERT_EQ(Quote("stratus", "aurora", "aurora/a", terms), "");
  const uint64_t quote = last_id;
  v1::Message notice;
  *notice.mutable_first_refusal_notice()->mutable_terms() = terms;
  ASSERT_EQ(Move("aurora", {"nimbus"}, "aurora/a", notice), "");
  ASSERT_EQ(Refuse("nimbus", "aurora", "aurora/a", last_id), "");
  EXPECT_EQ(Accept("aurora", "stratus", "aurora/a", quote), "");
}

TEST_F(SupplyTest, SilenceOverAQuarterIsARefusal) {
  v1::CapacityTerms terms = Capacity(1'000);
  terms.set_start_quarter(world().quarter.index() + 3);
  v1::Message notice;
  *notice.mutable_first_refusal_notice()->mutable_terms() = terms;
  ASSERT_EQ(Move("aurora", {"nimbus"}, "aurora/a", notice), "");
  CloseQuarter();
  ASSERT_EQ(Quote("stratus", "aurora", "aurora/a", terms), "");
  EXPECT_EQ(Accept("aurora", "stratus", "aurora/a", last_id), "");
}

TEST_F(SupplyTest, LeavingAReservationCostsItsTakeOrPay) {
  ASSERT_EQ(Buy("stratus", "borealis/a", Capacity(1'000)), "");
  const Cents lab = CashOf("borealis");
  const Cents cloud = CashOf("stratus");
  ASSERT_EQ(Terminate("aurora", "borealis/a/stratus"), "contract");
  ASSERT_EQ(Terminate("borealis", "borealis/a/stratus"), "");
  // Half of four quarters of 1,000 accelerators at $2.
  EXPECT_EQ(CashOf("borealis"), lab - FromDollars(8'760'000));
  EXPECT_EQ(CashOf("stratus"), cloud + FromDollars(8'760'000));
  EXPECT_FALSE(FindContract(world(), "borealis/a/stratus")->active);
  EXPECT_EQ(Terminate("borealis", "borealis/a/stratus"), "contract");
}

TEST_F(SupplyTest, CloudThatLeavesReturnsThePrepayment) {
  v1::CapacityTerms terms = Capacity(1'000);
  terms.set_prepayment_bp(2'500);
  ASSERT_EQ(Buy("stratus", "borealis/a", terms), "");
  const Cents lab = CashOf("borealis");
  ASSERT_EQ(Terminate("stratus", "borealis/a/stratus"), "");
  EXPECT_EQ(CashOf("borealis"), lab + FromDollars(4'380'000) + FromDollars(8'760'000));
  EXPECT_EQ(world().ledger.Balance(Books("stratus"), Account::kPrepaymentsReceived), Cents(0));
}

TEST_F(SupplyTest, ContractEndsAfterItsLastQuarterAndForfeitsWhatIsUnused) {
  v1::CapacityTerms terms = Capacity(1'000);
  terms.set_term_quarters(1);
  terms.set_prepayment_bp(10'000);
  ASSERT_EQ(Buy("stratus", "borealis/a", terms), "");
  CloseQuarter();
  CloseQuarter();
  EXPECT_TRUE(FindContract(world(), "borealis/a/stratus")->active);
  CloseQuarter();
  EXPECT_FALSE(FindContract(world(), "borealis/a/stratus")->active);
  EXPECT_EQ(world().ledger.Balance(Books("borealis"), Account::kPrepaidCompute), Cents(0));
  EXPECT_EQ(Sent(v1::Message::kContractEnded).size(), 1u);
}

TEST_F(SupplyTest, ExclusiveMarketplaceNeedsTheOthersGone) {
  v1::MarketplaceTerms terms;
  terms.set_revenue_share_bp(1'500);
  terms.set_term_quarters(8);
  terms.set_exclusive(true);
  EXPECT_EQ(Sell("nimbus", "borealis/a", terms), "exclusivity");  // Stratus sells Borealis
  ASSERT_EQ(Terminate("borealis", "borealis/borealis-stratus-marketplace"), "");
  EXPECT_EQ(Sell("nimbus", "borealis/b", terms), "");
  terms.set_exclusive(false);
  EXPECT_EQ(Sell("stratus", "borealis/c", terms), "exclusivity");
}

TEST_F(SupplyTest, NewMarketplaceContractReplacesTheOldOne) {
  v1::MarketplaceTerms terms;
  terms.set_revenue_share_bp(1'000);
  terms.set_term_quarters(8);
  ASSERT_EQ(Sell("stratus", "borealis/a", terms), "");
  EXPECT_FALSE(FindContract(world(), "borealis/borealis-stratus-marketplace")->active);
  EXPECT_TRUE(FindContract(world(), "borealis/a/stratus")->active);
}

TEST_F(SupplyTest, LicenceIsTheLabsToGive) {
  v1::Message move;
  move.mutable_licence_offer()->mutable_terms()->set_royalty_bp(3'000);
  move.mutable_licence_offer()->mutable_terms()->set_term_quarters(8);
  EXPECT_EQ(Move("nimbus", {"stratus"}, "nimbus/licence", move), "parties");
  ASSERT_EQ(Move("nimbus-ventures", {"borealis"}, "nimbus-ventures/licence", move), "");
  ASSERT_EQ(Accept("borealis", "nimbus-ventures", "nimbus-ventures/licence", last_id), "");
  const Contract* licence = FindContract(world(), "nimbus-ventures/licence/borealis");
  ASSERT_NE(licence, nullptr);
  EXPECT_EQ(licence->provider, Agent("borealis"));
  EXPECT_EQ(licence->customer, Agent("nimbus-ventures"));
}

TEST_F(SupplyTest, NonDiscriminationCapsWhatRivalsAreQuoted) {
  Stake& stake = StakeOf(world(), LabNamed("aurora"), Agent("nimbus-ventures"));
  stake.conditions.push_back(Condition(v1::Remedy::KIND_NON_DISCRIMINATION));
  v1::CapacityTerms terms = Capacity(1'000);
  terms.set_price_micros_per_gpu_hour(2'000'001);  // Aurora pays $2.00
  EXPECT_EQ(Quote("nimbus", "borealis", "borealis/a", terms), "condition");
  EXPECT_EQ(Quote("stratus", "borealis", "borealis/b", terms), "");
  terms.set_price_micros_per_gpu_hour(2'000'000);
  EXPECT_EQ(Quote("nimbus", "borealis", "borealis/c", terms), "");
}

TEST_F(SupplyTest, TotalPriceFollowsTheRamp) {
  v1::CapacityTerms terms = Capacity(1'000);
  terms.set_ramp_quarters(4);
  // A quarter, a half, three quarters and the whole.
  EXPECT_EQ(TotalPrice(world(), terms), FromDollars(10'950'000));
}

}  // namespace
}  // namespace tranche
