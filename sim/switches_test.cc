// Each switch turns its mechanism off, and nothing else. Switches of mechanisms with tests of their
// own for it are there: shareholders, data flows, interlocks, down-round protection, shared
// investors.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "sim/capability.h"
#include "sim/demand.h"
#include "sim/events.h"
#include "sim/frameworks.h"
#include "sim/marks.h"
#include "sim/testing/hand_made_economy.h"
#include "sim/testing/negotiation.h"
#include "sim/views.h"

namespace tranche {
namespace {

class SwitchesTest : public NegotiationTest {
 protected:
  v1::Switches& On(v1::Scenario& scenario) { return *scenario.mutable_switches(); }
  std::string Request() {
    v1::Message move;
    v1::CapacityTerms& terms = *move.mutable_capacity_request()->mutable_terms();
    terms.set_accelerators_h100e(1);
    return Move("borealis", {"stratus"}, "borealis/c", move);
  }
  std::string OfferMarketplace() {
    v1::Message move;
    move.mutable_marketplace_offer()->mutable_terms()->set_term_quarters(4);
    return Move("stratus", {"borealis"}, "stratus/m", move);
  }
  std::string OfferLicence() {
    v1::Message move;
    move.mutable_licence_offer()->mutable_terms()->set_term_quarters(4);
    return Move("stratus", {"borealis"}, "stratus/l", move);
  }
  int Contracts(Contract::Kind kind) {
    int count = 0;
    for (const Contract& contract : world().contracts) count += contract.kind == kind ? 1 : 0;
    return count;
  }
};

TEST_F(SwitchesTest, WithoutAnyEverythingIsThere) {
  EXPECT_EQ(Request(), "");
  EXPECT_EQ(OfferMarketplace(), "");
  EXPECT_EQ(OfferLicence(), "");
  EXPECT_GT(Contracts(Contract::Kind::kCapacity), 0);
  EXPECT_GT(Contracts(Contract::Kind::kMarketplace), 0);
}

TEST_F(SwitchesTest, WithoutSupplyContractsNothingIsReservedAndWhatIsGoesOn) {
  const int reserved = Contracts(Contract::Kind::kCapacity);
  v1::Scenario scenario = DuopolyScenario();
  On(scenario).set_no_supply_contracts(true);
  Open(scenario);
  EXPECT_EQ(Request(), "switched-off");
  EXPECT_EQ(Contracts(Contract::Kind::kCapacity), reserved);
  EXPECT_EQ(OfferMarketplace(), "");
  EXPECT_EQ(OfferLicence(), "");
}

TEST_F(SwitchesTest, WithoutMarketplacesCloudsResellNothing) {
  const int reserved = Contracts(Contract::Kind::kCapacity);
  v1::Scenario scenario = DuopolyScenario();
  On(scenario).set_no_marketplaces(true);
  Open(scenario);
  EXPECT_EQ(OfferMarketplace(), "switched-off");
  EXPECT_EQ(Contracts(Contract::Kind::kMarketplace), 0);
  for (const Segment& segment : world().segments) {
    for (const Offering& offering : segment.offerings) EXPECT_FALSE(offering.marketplace.valid());
  }
  EXPECT_EQ(OfferLicence(), "");
  EXPECT_EQ(Request(), "");
  EXPECT_EQ(Contracts(Contract::Kind::kCapacity), reserved);
}

TEST_F(SwitchesTest, WithoutLicencesNobodyEmbedsOthersModels) {
  v1::Scenario scenario = DuopolyScenario();
  v1::ContractSpec& contract = *scenario.add_contracts();
  contract.set_name("embedding");
  contract.set_provider("borealis");
  contract.set_customer("nimbus");
  contract.set_signed_("2025Q4");
  contract.mutable_licence()->set_term_quarters(8);
  Open(scenario);
  EXPECT_EQ(Contracts(Contract::Kind::kLicence), 1);
  On(scenario).set_no_licences(true);
  On(scenario).set_no_review(true);
  Open(scenario);
  EXPECT_EQ(Contracts(Contract::Kind::kLicence), 0);
  EXPECT_EQ(OfferLicence(), "switched-off");
  EXPECT_EQ(OfferMarketplace(), "");
  v1::FundingTerms terms = Terms(kBillion, 10 * kBillion);
  terms.set_embed_licence_bp(1'000);
  SignWith("nimbus-ventures", terms);
  CloseQuarter();
  EXPECT_EQ(Contracts(Contract::Kind::kLicence), 0) << "nor with an investment";
}

TEST_F(SwitchesTest, WithoutScheduledEventsOnlyLawChanges) {
  v1::Scenario scenario = DuopolyScenario();
  scenario.clear_events();
  v1::EventSpec& listing = *scenario.add_events();
  listing.set_name("listing");
  listing.mutable_date()->set_year(2026);
  listing.mutable_date()->set_month(1);
  listing.mutable_date()->set_day(5);
  listing.set_listing_of("aurora");
  v1::EventSpec& window = *scenario.add_events();
  window.set_name("window");
  *window.mutable_date() = listing.date();
  window.mutable_date()->set_month(7);
  window.mutable_release_window()->set_lab("aurora");
  window.mutable_release_window()->set_through("2026Q3");
  v1::FrameworkSpec& act = *scenario.add_frameworks();
  act.set_name("act");
  act.set_in_force("2026Q2");
  On(scenario).set_no_scheduled_events(true);
  Open(scenario);
  ApplyScheduledEvents(world(), mail);
  BuildPublicView(world());
  EXPECT_FALSE(TheLab("aurora").listed);
  EXPECT_TRUE(world().release_windows.empty());
  EXPECT_EQ(world().public_view.events_size(), 0);
  EXPECT_TRUE(mail.messages.empty());
  ++world().quarter;
  ApplyScheduledEvents(world(), mail);
  ASSERT_EQ(mail.messages.size(), 1u);
  EXPECT_EQ(mail.messages[0].rule_in_force().name(), "act");
}

TEST_F(SwitchesTest, WithoutFrameworksNoneEntersIntoForce) {
  v1::Scenario scenario = DuopolyScenario();
  v1::FrameworkSpec& act = *scenario.add_frameworks();
  act.set_name("act");
  act.set_cost_usd_millions_per_quarter(10);
  On(scenario).set_no_frameworks(true);
  Open(scenario);
  EXPECT_TRUE(world().frameworks.empty());
  EXPECT_FALSE(world().has_regime.empty());
  EXPECT_TRUE(world().has_regime[v1::JURISDICTION_US_ANTITRUST]) << "merger review goes on";
}

TEST_F(SwitchesTest, WithoutMarksStakesAreCarriedAtCost) {
  v1::Scenario scenario = DuopolyScenario();
  On(scenario).set_no_marks(true);
  Open(scenario);
  MarkHoldings(world());
  for (const Stake& stake : world().stakes) {
    EXPECT_EQ(stake.marked, Cents(0));
    EXPECT_EQ(world().ledger.Balance(world().agents[stake.holder_agent].entity,
                                     Account::kInvestmentMarks),
              Cents(0));
  }
}

TEST_F(SwitchesTest, WithoutALagTheQuarterJustClosedIsPublic) {
  for (const bool lag : {true, false}) {
    v1::Scenario scenario = DuopolyScenario();
    On(scenario).set_no_disclosure_lag(!lag);
    Open(scenario);
    Lab& aurora = TheLab("aurora");
    const Cents opening = aurora.revenue_history[0];
    aurora.revenue_history.push_back(Cents(77));
    ++world().quarter;
    BuildPublicView(world());
    const Cents disclosed(world().public_view.labs(0).disclosed_revenue_cents());
    EXPECT_EQ(disclosed, lag ? aurora.revenue_history[1] : Cents(77));
    EXPECT_NE(disclosed, opening);
  }
}

TEST(EconomySwitchesTest, WithoutStandardsCustomersBearTheWholeSwitchingCost) {
  double lock_in[2];
  for (const bool off : {false, true}) {
    HandMadeEconomy economy;
    economy.world.compatibility = 0.9;
    economy.world.scenario.mutable_switches()->set_no_standards(off);
    CalibrateAppeal(economy.world);
    PlanDemand(economy.world);
    EXPECT_EQ(Compatibility(economy.world), off ? 0 : 0.9);
    lock_in[off ? 1 : 0] = economy.segment(0).lock_in;
  }
  EXPECT_GT(lock_in[1], lock_in[0]);
}

TEST(EconomySwitchesTest, WithoutPortingLossEveryMakerTrainsAlike) {
  double flop[2];
  for (const bool off : {false, true}) {
    HandMadeEconomy economy;
    economy.world.scenario.mutable_switches()->set_no_porting_loss(off);
    economy.lab(0).training_run = "next";
    ComputeLot lot;
    lot.lab = LabId(0);
    lot.cloud = CloudId(0);
    lot.maker = ChipMakerId(1);
    lot.gpu_hours = lot.training_gpu_hours = 1'000'000;
    economy.world.compute_lots = {lot};
    RunTraining(economy.world, economy.out);
    flop[off ? 1 : 0] = economy.lab(0).runs.at(0).effective_flop;
  }
  EXPECT_NEAR(flop[0], 0.75 * flop[1], 1e-6 * flop[1]);
}

}  // namespace
}  // namespace tranche
