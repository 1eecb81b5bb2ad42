#include "sim/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "sim/genesis.h"
#include "sim/market.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

namespace pb = v1;
using ::testing::ElementsAre;

constexpr int64_t kMillion = 100'000'000;  // cents

class SilentOutput : public MarketOutput {
 public:
  pb::Message* AddMessage() override {
    message_.Clear();
    return &message_;
  }
  pb::LogRecord* AddRecord() override { return nullptr; }

 private:
  pb::Message message_;
};

class ViewsTest : public ::testing::Test {
 protected:
  ViewsTest() { Play(DuopolyScenario()); }

  void Play(const pb::Scenario& scenario) {
    absl::StatusOr<std::unique_ptr<Market>> market = Market::Create(scenario, 1);
    TRANCHE_CHECK(market.ok(), std::string(market.status().message()));
    market_ = *std::move(market);
    market_->OpenQuarter(out_);
  }

  void NextQuarter() {
    market_->OpenRound(1);
    const absl::Status closed = market_->CloseQuarter(out_);
    TRANCHE_CHECK(closed.ok(), std::string(closed.message()));
    market_->OpenQuarter(out_);
  }

  bool Move(absl::string_view sender, pb::Message move) {
    const AgentId id = market_->FindAgent(sender);
    move.set_id(++last_message_);
    move.set_quarter(market_->quarter().index());
    move.set_round(1);
    move.set_sender(std::string(sender));
    return market_->Submit(id, move, out_);
  }

  const pb::PublicView& Seen() const { return market_->public_view(); }
  pb::AgentView Own(absl::string_view agent) const {
    pb::AgentView view;
    market_->BuildAgentView(market_->FindAgent(agent), &view);
    return view;
  }
  const World& world() const { return market_->world(); }
  const Lab& Aurora() const { return world().labs[world().lab_of(world().FindAgent("aurora"))]; }

  static int64_t RevenueOf(const Lab& lab) {
    Cents sum;
    for (const SegmentOutcome& outcome : lab.outcome) sum += outcome.revenue;
    return sum.value();
  }

  std::unique_ptr<Market> market_;
  SilentOutput out_;
  uint64_t last_message_ = 0;
};

TEST_F(ViewsTest, EverybodyIsListedWithGroupAndHome) {
  ASSERT_EQ(Seen().agents_size(), 8);
  const pb::AgentProfile& nimbus = Seen().agents(4);
  EXPECT_EQ(nimbus.name(), "nimbus");
  EXPECT_EQ(nimbus.role(), pb::ROLE_CLOUD);
  EXPECT_EQ(nimbus.group(), "nimbus-group");
  EXPECT_EQ(nimbus.home(), "US");
  EXPECT_TRUE(nimbus.active());
  EXPECT_EQ(Seen().agents(7).jurisdiction(), pb::JURISDICTION_US_ANTITRUST);
}

TEST_F(ViewsTest, RevenueIsDisclosedAQuarterLate) {
  EXPECT_EQ(Seen().labs(0).disclosed_revenue_cents(), 540 * kMillion);
  NextQuarter();
  EXPECT_EQ(Seen().labs(0).disclosed_revenue_cents(), 600 * kMillion);
  const int64_t closed = RevenueOf(Aurora());
  EXPECT_NE(closed, 600 * kMillion);
  EXPECT_EQ(Own("aurora").books().revenue_cents(), closed) << "its own books have no lag";
  NextQuarter();
  EXPECT_EQ(Seen().labs(0).disclosed_revenue_cents(), closed);
}

TEST_F(ViewsTest, SurveysAndConcentrationAreAQuarterOld) {
  const pb::SegmentSurvey opening = Seen().segments(0);
  ASSERT_EQ(opening.shares_size(), 2);
  EXPECT_NEAR(opening.shares(0).share_ppm(), 1e6 * 100 / 220, 1);
  EXPECT_EQ(opening.spend_cents(), 220 * kMillion);
  NextQuarter();
  const auto spent = world().segments[0].spend.value();
  EXPECT_EQ(Seen().segments(0).SerializeAsString(), opening.SerializeAsString());
  EXPECT_NE(spent, opening.spend_cents());
  NextQuarter();
  EXPECT_EQ(Seen().segments(0).spend_cents(), spent);
}

// Shares of all models are two thirds and a third: HHI 4,444 + 1,111.
TEST_F(ViewsTest, ConcentrationIsOverGroups) {
  for (const pb::Concentration& line : Seen().concentration()) {
    if (line.market() == "models") {
      EXPECT_EQ(line.hhi(), 5556);
      EXPECT_EQ(line.mhhi(), 5556) << "nobody holds parts of both labs";
    }
    if (line.market() == "compute") {
      EXPECT_EQ(line.hhi(), 5041) << "180 and 150 thousand";
    }
  }
  EXPECT_EQ(Seen().concentration_size(), 6);
}

TEST_F(ViewsTest, PricesModelsAndMarketplacesArePublicAtOnce) {
  pb::Message move;
  pb::PriceList::Item* item = move.mutable_price_list()->add_items();
  item->set_segment(pb::SEGMENT_DEVELOPERS);
  item->set_price_micros_per_mtok(1'990'000);
  market_->OpenRound(1);
  ASSERT_TRUE(Move("aurora", move));
  NextQuarter();
  const pb::LabDisclosure& aurora = Seen().labs(0);
  ASSERT_EQ(aurora.prices_size(), 4);
  EXPECT_EQ(aurora.prices(0).price_micros_per_mtok(), 1'990'000);
  EXPECT_EQ(aurora.model(), "aurora-3");
  EXPECT_EQ(aurora.capability_millis(), 27'000);
  EXPECT_THAT(aurora.marketplaces(), ElementsAre("nimbus"));
}

TEST_F(ViewsTest, StakesAboveFivePercentArePublic) {
  pb::Scenario scenario = DuopolyScenario();
  pb::HoldingSpec* small = scenario.mutable_agents(1)->mutable_lab()->add_holdings();
  small->set_holder("nimbus-group");
  small->set_stake_percent(4.9);
  Play(scenario);
  ASSERT_EQ(Seen().holdings_size(), 2);
  EXPECT_EQ(Seen().holdings(0).holder_group(), "nimbus-group");
  EXPECT_EQ(Seen().holdings(0).lab(), "aurora");
  EXPECT_EQ(Seen().holdings(0).stake_ppm(), 150'000);
  EXPECT_EQ(Seen().holdings(1).holder_group(), "harbor-fund");
}

TEST_F(ViewsTest, ARoundStaysInTheNewsUntilItsOutsideDate) {
  const auto names = [this] {
    std::vector<std::string> all;
    for (const pb::AnnouncedEvent& event : Seen().events()) all.push_back(event.name());
    return all;
  };
  EXPECT_THAT(names(), ElementsAre("aurora-round", "chip-conference"));
  EXPECT_EQ(Seen().events(0).round().amount_cents(), 2500 * kMillion);
  EXPECT_EQ(Seen().events(0).round().interest_size(), 2);
  NextQuarter();
  EXPECT_THAT(names(), ElementsAre("aurora-round", "chip-conference"));
  NextQuarter();
  EXPECT_THAT(names(), ElementsAre("aurora-round")) << "the conference is over";
  NextQuarter();
  NextQuarter();
  EXPECT_THAT(names(), ElementsAre());
}

TEST_F(ViewsTest, AnnouncementsAreInTheNextViewOnly) {
  pb::Message move;
  move.mutable_announcement()->set_text("We ship.");
  market_->OpenRound(1);
  ASSERT_TRUE(Move("aurora", move));
  NextQuarter();
  ASSERT_EQ(Seen().statements_size(), 1);
  EXPECT_EQ(Seen().statements(0).agent(), "aurora");
  NextQuarter();
  EXPECT_EQ(Seen().statements_size(), 0);
}

TEST_F(ViewsTest, TheFirstBooksAreThoseOfAQuarterAtTheOpening) {
  const pb::Books books = Own("aurora").books();
  EXPECT_EQ(books.cash_cents(), 550 * kMillion);
  EXPECT_EQ(books.revenue_cents(), 600 * kMillion);
  // 75 of pay, 120 of overheads, 60 of sales; 438 and 124.83 of compute.
  EXPECT_EQ(books.operating_expense_cents(), 817'830'000 * int64_t{100});
  EXPECT_EQ(books.operating_cash_flow_cents(), -217'830'000 * int64_t{100});
}

TEST_F(ViewsTest, BooksAreThoseOfTheQuarterThatHasClosed) {
  NextQuarter();
  const pb::Books books = Own("aurora").books();
  const EntityId aurora = world().agents[world().FindAgent("aurora")].entity;
  EXPECT_EQ(books.cash_cents(), world().ledger.Cash(aurora).value());
  EXPECT_EQ(books.net_income_cents(), world().ledger.IncomeStatementOf(aurora).net_income.value());
  EXPECT_EQ(books.operating_cash_flow_cents() + books.investing_cash_flow_cents() +
                books.financing_cash_flow_cents(),
            books.cash_cents() - 550 * kMillion);
}

TEST_F(ViewsTest, AGroupsAgentsSeeItsTreasury) {
  EXPECT_EQ(Own("nimbus").books().group_treasury_cents(), 4000 * kMillion);
  EXPECT_EQ(Own("nimbus-ventures").books().group_treasury_cents(), 4000 * kMillion);
  EXPECT_EQ(Own("stratus").books().group_treasury_cents(), 0);
  // 900 are promised to the builders of the group's site; operating cash flow pays all but 120.
  EXPECT_EQ(Own("nimbus-ventures").investor().investable_cents(), 3880 * kMillion);
  EXPECT_EQ(Own("harbor-fund").investor().investable_cents(), 3000 * kMillion);
}

TEST_F(ViewsTest, ContractsAreSeenByTheirPartiesAlone) {
  const auto names = [this](absl::string_view agent) {
    std::vector<std::string> all;
    const pb::AgentView own = Own(agent);
    for (const pb::ContractView& contract : own.contracts()) all.push_back(contract.contract());
    return all;
  };
  EXPECT_THAT(names("borealis"),
              ElementsAre("borealis/borealis-stratus", "borealis/borealis-stratus-marketplace"));
  EXPECT_THAT(names("nimbus"),
              ElementsAre("aurora/aurora-nimbus", "aurora/aurora-nimbus-marketplace"));
  EXPECT_THAT(names("harbor-fund"), ElementsAre());
  EXPECT_EQ(Own("nimbus").contracts(0).accelerators_now_h100e(), 100'000);
}

TEST_F(ViewsTest, HoldingsAreThoseOfTheGroup) {
  for (const char* agent : {"nimbus", "nimbus-ventures"}) {
    const pb::AgentView own = Own(agent);
    ASSERT_EQ(own.holdings_size(), 1) << agent;
    EXPECT_EQ(own.holdings(0).lab(), "aurora");
    EXPECT_EQ(own.holdings(0).shares(), 15'000'000);
    EXPECT_EQ(own.holdings(0).cost_cents(), 1000 * kMillion);
    EXPECT_EQ(own.holdings(0).mark_cents(), 3000 * kMillion);
    EXPECT_EQ(own.holdings(0).board_right(), pb::BOARD_RIGHT_OBSERVER);
  }
}

TEST_F(ViewsTest, OnlyOnesOwnRoleIsFilled) {
  const pb::AgentView lab = Own("aurora");
  EXPECT_TRUE(lab.has_lab());
  EXPECT_FALSE(lab.has_cloud() || lab.has_investor() || lab.has_regulator());
  EXPECT_EQ(lab.lab().reserved_h100e(), 130'000);
  EXPECT_EQ(lab.lab().run_capability_millis(), 26'800);
  ASSERT_EQ(lab.lab().cap_table_size(), 3);
  ASSERT_GE(lab.lab().commitments_size(), 8);
  // 80% of 130,000 accelerators for 2,190 hours, at $2 and $1.9.
  EXPECT_EQ(lab.lab().commitments(0).amount_cents(), 450'264'000 * int64_t{100});
  const pb::AgentView cloud = Own("nimbus");
  EXPECT_TRUE(cloud.has_cloud());
  ASSERT_EQ(cloud.cloud().builds_size(), 1);
  EXPECT_EQ(cloud.cloud().ahead_size(), kQuartersAhead);
  EXPECT_EQ(cloud.cloud().ahead(0).capacity_h100e(), 180'000);
  EXPECT_EQ(cloud.cloud().ahead(2).capacity_h100e(), 255'000) << "the site is ready";
  EXPECT_GT(cloud.cloud().cost_micros_per_gpu_hour(), 250'000);
  EXPECT_GT(cloud.cloud().build_cost_cents_per_kw(), 0);
}

TEST_F(ViewsTest, AnInvestorSeesWhatItHoldsInRivals) {
  const pb::InvestorView investor = Own("harbor-fund").investor();
  ASSERT_EQ(investor.conflicts_size(), 1);
  EXPECT_EQ(investor.conflicts(0).lab(), "aurora");
  EXPECT_EQ(investor.conflicts(0).overlap_bp(), 1200) << "12% of the only rival, with a seat";
}

// A world with one deal under review: nimbus-ventures puts $1.5B into aurora.
class DealViewsTest : public ::testing::Test {
 protected:
  DealViewsTest() {
    absl::StatusOr<std::unique_ptr<World>> world = BuildWorld(DuopolyScenario(), 1);
    TRANCHE_CHECK(world.ok(), std::string(world.status().message()));
    world_ = *std::move(world);
    Deal deal;
    deal.name = "aurora/round/nimbus-ventures";
    deal.lab = world_->lab_of(world_->FindAgent("aurora"));
    deal.investor = world_->FindAgent("nimbus-ventures");
    deal.state = pb::DealDisclosure::STATE_UNDER_REVIEW;
    deal.signed_quarter = world_->quarter;
    deal.pre_money = Cents(25'000 * kMillion);
    deal.price_micros_per_share = 250'000'000;
    deal.terms.set_instrument(pb::INSTRUMENT_PREFERRED_EQUITY);
    deal.terms.set_amount_cents(1500 * kMillion);
    deal.terms.set_pre_money_cents(25'000 * kMillion);
    for (const int64_t millions : {1000, 500}) {
      deal.terms.add_tranches()->set_amount_cents(millions * kMillion);
      deal.tranches.emplace_back();
    }
    deal.tranches[0].state = TrancheState::State::kDrawn;
    Review review;
    review.regulator = RegulatorId(world_->agents[world_->FindAgent("us-antitrust")].role_index);
    review.jurisdiction = pb::JURISDICTION_US_ANTITRUST;
    review.phase = pb::ReviewView::PHASE_FIRST;
    deal.reviews.push_back(review);
    world_->deals.Add(deal);
  }

  pb::AgentView Own(absl::string_view agent) const {
    pb::AgentView view;
    BuildAgentView(*world_, world_->FindAgent(agent), &view);
    return view;
  }

  std::unique_ptr<World> world_;
};

TEST_F(DealViewsTest, TermsAreSeenByPartiesAndReviewersAlone) {
  for (const char* party : {"aurora", "nimbus-ventures", "us-antitrust"}) {
    const pb::AgentView own = Own(party);
    ASSERT_EQ(own.deals_size(), 1) << party;
    EXPECT_EQ(own.deals(0).terms().tranches_size(), 2);
    EXPECT_EQ(own.deals(0).drawn_cents(), 1000 * kMillion);
    EXPECT_EQ(own.deals(0).reviews(0).phase(), pb::ReviewView::PHASE_FIRST);
  }
  for (const char* other : {"borealis", "harbor-fund", "nimbus", "european-commission"}) {
    EXPECT_EQ(Own(other).deals_size(), 0) << other;
  }
}

TEST_F(DealViewsTest, ThePublicSeesWhatIsAnnounced) {
  BuildPublicView(*world_);
  ASSERT_EQ(world_->public_view.deals_size(), 1);
  const pb::DealDisclosure& deal = world_->public_view.deals(0);
  EXPECT_EQ(deal.deal(), "aurora/round/nimbus-ventures");
  EXPECT_EQ(deal.amount_cents(), 1500 * kMillion);
  EXPECT_EQ(deal.post_money_cents(), 26'500 * kMillion);
  EXPECT_EQ(deal.state(), pb::DealDisclosure::STATE_UNDER_REVIEW);
}

TEST_F(DealViewsTest, TheReviewerHasAFileWithTheScreens) {
  const pb::AgentView own = Own("us-antitrust");
  ASSERT_EQ(own.regulator().files_size(), 1);
  const pb::ReviewFile& file = own.regulator().files(0);
  EXPECT_EQ(file.investor_group(), "nimbus-group");
  EXPECT_EQ(file.lab(), "aurora");
  EXPECT_EQ(file.hhi(), 5556);
  EXPECT_EQ(Own("european-commission").regulator().files_size(), 0);
}

TEST_F(DealViewsTest, AnEndedDealIsPublicButNoLongerInPlay) {
  world_->deals[DealId(0)].state = pb::DealDisclosure::STATE_ENDED;
  BuildPublicView(*world_);
  EXPECT_EQ(world_->public_view.deals(0).state(), pb::DealDisclosure::STATE_ENDED);
  EXPECT_EQ(Own("aurora").deals_size(), 0);
  EXPECT_EQ(Own("us-antitrust").regulator().files_size(), 0);
}

}  // namespace
}  // namespace tranche
