#include "sim/review.h"

#include "sim/calendar.h"
#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

using Phase = v1::ReviewView;

// Nimbus's investor buys into Borealis, Aurora's rival, of which its group holds 15%.
class ReviewTest : public NegotiationTest {
 protected:
  void SetUp() override { Sign(DealTerms()); }

  v1::FundingTerms DealTerms() {
    v1::FundingTerms terms = Terms(kBillion, 10 * kBillion);
    terms.set_board_right(v1::BOARD_RIGHT_SEAT);
    terms.set_early_access(true);
    terms.mutable_cloud_commitment()->set_cloud("nimbus");
    terms.mutable_cloud_commitment()->set_amount_cents(500 * kMillion);
    terms.mutable_cloud_commitment()->set_term_quarters(8);
    terms.mutable_cloud_commitment()->set_exclusive(true);
    terms.set_outside_quarter(world().quarter.index() + 6);
    return terms;
  }
  void Sign(const v1::FundingTerms& terms) {
    deal = SignWith("nimbus-ventures", terms, "borealis", "c");
  }
  v1::RegimeSpec& Regime(v1::Jurisdiction jurisdiction) {
    return world().regimes[static_cast<size_t>(jurisdiction)];
  }
  Review& TheReview() { return TheDeal(deal).reviews.at(0); }
  std::string RequestMore() {
    v1::Message move;
    move.mutable_second_request()->set_deal(deal);
    return Move("us-antitrust", {"nimbus-ventures", "borealis"}, deal, move);
  }
  std::string Comply() {
    v1::Message move;
    move.mutable_information_response()->set_deal(deal);
    move.mutable_information_response()->set_substantial_compliance(true);
    return Move("nimbus-ventures", {"us-antitrust"}, deal, move);
  }
  std::string Litigate(absl::string_view regulator = "us-antitrust") {
    v1::Message move;
    move.mutable_litigation()->set_deal(deal);
    return Move("nimbus-ventures", {regulator}, deal, move);
  }
  bool Closed() { return TheDeal(deal).state == v1::DealDisclosure::STATE_CLOSED; }

  std::string deal;
};

TEST_F(ReviewTest, FilingIsRequiredWithAFileForTheRegulator) {
  const auto filings = Sent(v1::Message::kFilingRequired);
  ASSERT_EQ(filings.size(), 2u);
  EXPECT_FALSE(filings[0].filing_required().has_file());
  ASSERT_EQ(filings[1].recipients_size(), 1);
  EXPECT_EQ(filings[1].recipients(0), "us-antitrust");
  const v1::ReviewFile& file = filings[1].filing_required().file();
  EXPECT_EQ(file.stake_after_bp(), 909u);
  EXPECT_EQ(file.terms().amount_cents(), kBillion);
  ASSERT_EQ(file.rivals_held_size(), 1);
  EXPECT_EQ(file.rivals_held(0), "aurora");
  EXPECT_TRUE(file.exclusive_terms());
  EXPECT_EQ(TheDeal(deal).state, v1::DealDisclosure::STATE_UNDER_REVIEW);
}

TEST_F(ReviewTest, DealThatIsntNotifiedDoesntClose) {
  const Cents cash = CashOf("borealis");
  CloseQuarter();
  EXPECT_TRUE(TheDeal(deal).pending());
  EXPECT_EQ(CashOf("borealis"), cash);
}

TEST_F(ReviewTest, WaitingPeriodThatEndsInTheQuarterClearsTheDealAtItsClose) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  // The first business day of 2026, a Friday; day 30 is Sunday, 1 February.
  EXPECT_EQ(TheReview().notified, absl::CivilDay(2026, 1, 2));
  EXPECT_EQ(TheReview().phase_ends, absl::CivilDay(2026, 2, 2));
  CloseQuarter();
  EXPECT_TRUE(Closed());
  ASSERT_EQ(Sent(v1::Message::kWaitingPeriodExpired).size(), 1u);
  EXPECT_EQ(Sent(v1::Message::kClosing).size(), 1u);
}

TEST_F(ReviewTest, LateFilingClearsAQuarterLater) {
  world().round = 10;  // of twelve
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  EXPECT_EQ(TheReview().notified, absl::CivilDay(2026, 3, 9));
  CloseQuarter();
  EXPECT_FALSE(Closed());
  CloseQuarter();
  EXPECT_TRUE(Closed());
}

TEST_F(ReviewTest, AcquirerPaysTheFilingFee) {
  const Cents funds = SpendableCash(world(), Agent("nimbus-ventures"));
  ASSERT_EQ(Notify("borealis", deal), "");
  // $500M to $1.11B.
  EXPECT_EQ(SpendableCash(world(), Agent("nimbus-ventures")), funds - FromDollars(265'000));
}

TEST_F(ReviewTest, SecondRequestStopsTheClockUntilCompliance) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(RequestMore(), "");
  EXPECT_EQ(TheReview().phase, Phase::PHASE_COMPLIANCE);
  EXPECT_EQ(Comply(), "compliance");  // the regime says one quarter
  CloseQuarter();
  EXPECT_FALSE(Closed());
  EXPECT_EQ(Comply(), "");
  EXPECT_EQ(TheReview().phase_ends, HsrSecondRequestWaitingPeriodEnd(absl::CivilDay(2026, 4, 1)));
  CloseQuarter();
  EXPECT_TRUE(Closed());
}

TEST_F(ReviewTest, RegulatorActsWithinItsPhaseOnly) {
  EXPECT_EQ(RequestMore(), "phase");
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  world().round = 6;  // 7 February: the phase ended on the 2nd
  EXPECT_EQ(RequestMore(), "clock");
  EXPECT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_PROHIBIT), "clock");
}

TEST_F(ReviewTest, EarlyClearanceEndsTheReview) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_CLEAR), "");
  EXPECT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_PROHIBIT), "phase");
  CloseQuarter();
  EXPECT_TRUE(Closed());
}

TEST_F(ReviewTest, ConditionsRewriteTheTermsOnceBothAccept) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(
      Decide("us-antitrust", deal, v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS,
             {Condition(v1::Remedy::KIND_NO_BOARD_SEAT), Condition(v1::Remedy::KIND_NO_EXCLUSIVITY),
              Condition(v1::Remedy::KIND_FIREWALL), Condition(v1::Remedy::KIND_NO_EARLY_ACCESS),
              Condition(v1::Remedy::KIND_STAKE_CAP, 500)}),
      "");
  const uint64_t decision = last_id;
  ASSERT_EQ(Accept("nimbus-ventures", "us-antitrust", deal, decision), "");
  EXPECT_EQ(TheDeal(deal).terms.board_right(), v1::BOARD_RIGHT_SEAT);
  CloseQuarter();
  EXPECT_FALSE(Closed());
  ASSERT_EQ(Accept("borealis", "us-antitrust", deal, decision), "");
  const v1::FundingTerms& terms = TheDeal(deal).terms;
  EXPECT_EQ(terms.board_right(), v1::BOARD_RIGHT_NONE);
  EXPECT_FALSE(terms.cloud_commitment().exclusive());
  EXPECT_EQ(terms.cloud_commitment().amount_cents(), 500 * kMillion);
  EXPECT_TRUE(terms.firewall());
  EXPECT_FALSE(terms.early_access());
  EXPECT_LT(terms.amount_cents(), kBillion);
  CloseQuarter();
  EXPECT_TRUE(Closed());
  const Stake* stake = FindStake(world(), LabNamed("borealis"), GroupOf("nimbus-ventures"));
  ASSERT_NE(stake, nullptr);
  EXPECT_EQ(stake->board_right, v1::BOARD_RIGHT_NONE);
  EXPECT_TRUE(stake->firewall);
  // 5% of the lab, to a share.
  EXPECT_NEAR(StakePpm(world(), LabNamed("borealis"), GroupOf("nimbus-ventures")), 50'000, 1);
  EXPECT_FALSE(ExclusiveCloud(world(), LabNamed("borealis")).valid());
}

TEST_F(ReviewTest, EarlyAccessIsForbiddenWhereARegulatorStruckItOut) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS,
                   {Condition(v1::Remedy::KIND_NO_EARLY_ACCESS)}),
            "");
  const uint64_t decision = last_id;
  ASSERT_EQ(Accept("nimbus-ventures", "us-antitrust", deal, decision), "");
  ASSERT_EQ(Accept("borealis", "us-antitrust", deal, decision), "");
  CloseQuarter();
  v1::Message grant;
  grant.mutable_early_access_grant()->set_run(TheLab("borealis").runs.at(0).name);
  EXPECT_EQ(Move("borealis", {"harbor-fund"}, "", grant), "");
  EXPECT_EQ(Move("borealis", {"nimbus"}, "", grant), "condition");
}

TEST_F(ReviewTest, DivestitureSellsTheRivalsSharesAtTheClosing) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS,
                   {Condition(v1::Remedy::KIND_DIVESTITURE, 400, "aurora")}),
            "");
  const uint64_t decision = last_id;
  ASSERT_EQ(Accept("nimbus-ventures", "us-antitrust", deal, decision), "");
  ASSERT_EQ(Accept("borealis", "us-antitrust", deal, decision), "");
  const Cents funds = SpendableCash(world(), Agent("nimbus-ventures"));
  CloseQuarter();
  EXPECT_EQ(StakePpm(world(), LabNamed("aurora"), GroupOf("nimbus-ventures")), 40'000u);
  // 11 million shares at $200, less the billion invested.
  EXPECT_EQ(SpendableCash(world(), Agent("nimbus-ventures")),
            funds + Cents(2'200 * kMillion) - Cents(kBillion));
}

TEST_F(ReviewTest, RemediesThatFitNoDealAreRefused) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  const auto with = [&](const v1::Remedy& remedy) {
    return Decide("us-antitrust", deal, v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS, {remedy});
  };
  EXPECT_EQ(with(Condition(v1::Remedy::KIND_UNSPECIFIED)), "remedy");
  EXPECT_EQ(with(Condition(v1::Remedy::KIND_STAKE_CAP, 0)), "remedy");
  EXPECT_EQ(with(Condition(v1::Remedy::KIND_DIVESTITURE, 0, "borealis")), "remedy");
  EXPECT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS), "remedy");
  EXPECT_EQ(TheReview().phase, Phase::PHASE_FIRST);
}

TEST_F(ReviewTest, BlockedDealMovesNoCash) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_PROHIBIT), "");
  const Cents cash = CashOf("borealis");
  CloseQuarter();
  EXPECT_TRUE(TheDeal(deal).pending());  // the parties have this quarter to go to court
  CloseQuarter();
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_PROHIBITED);
  EXPECT_EQ(CashOf("borealis"), cash);
  EXPECT_EQ(SharesOf(world(), LabNamed("borealis"), GroupOf("nimbus-ventures")), 0);
  EXPECT_EQ(CommittedCash(world(), Agent("nimbus-ventures")),
            CommittedCash(world(), Agent("nimbus")));
}

TEST_F(ReviewTest, RefusedConditionsAreAProhibition) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS,
                   {Condition(v1::Remedy::KIND_FIREWALL)}),
            "");
  ASSERT_EQ(Refuse("borealis", "us-antitrust", deal, last_id), "");
  EXPECT_EQ(TheReview().phase, Phase::PHASE_PROHIBITED);
}

TEST_F(ReviewTest, BetterRemediesCanTurnAProhibition) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_PROHIBIT), "");
  v1::Message offer;
  offer.mutable_remedy_offer()->set_deal(deal);
  *offer.mutable_remedy_offer()->add_remedies() = Condition(v1::Remedy::KIND_NO_BOARD_SEAT);
  ASSERT_EQ(Move("borealis", {"us-antitrust"}, deal, offer), "");
  ASSERT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS,
                   {TheReview().remedies_offered.at(0)}),
            "");
  EXPECT_EQ(TheReview().phase, Phase::PHASE_CONDITIONS);
}

TEST_F(ReviewTest, CourtThatNeverUpholdsClearsTheDeal) {
  Regime(v1::JURISDICTION_US_ANTITRUST).set_court_upholds_percent(0);
  Regime(v1::JURISDICTION_US_ANTITRUST).set_litigation_quarters(2);
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  EXPECT_EQ(Litigate(), "phase");
  ASSERT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_PROHIBIT), "");
  ASSERT_EQ(Litigate(), "");
  CloseQuarter();
  CloseQuarter();
  EXPECT_TRUE(Sent(v1::Message::kCourtRuling).empty());
  CloseQuarter();
  ASSERT_EQ(Sent(v1::Message::kCourtRuling).size(), 1u);
  EXPECT_FALSE(Sent(v1::Message::kCourtRuling)[0].court_ruling().prohibition_upheld());
  EXPECT_TRUE(Closed());
}

TEST_F(ReviewTest, CourtThatAlwaysUpholdsEndsIt) {
  Regime(v1::JURISDICTION_US_ANTITRUST).set_court_upholds_percent(100);
  Regime(v1::JURISDICTION_US_ANTITRUST).set_litigation_quarters(0);
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(Decide("us-antitrust", deal, v1::Decision::OUTCOME_PROHIBIT), "");
  ASSERT_EQ(Litigate(), "");
  CloseQuarter();
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_PROHIBITED);
}

TEST_F(ReviewTest, DealLapsesAtItsOutsideDate) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  ASSERT_EQ(RequestMore(), "");
  const Cents cash = CashOf("borealis");
  for (int quarter = 0; quarter < 6; ++quarter) CloseQuarter();
  EXPECT_TRUE(TheDeal(deal).pending());
  CloseQuarter();
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_LAPSED);
  EXPECT_EQ(CashOf("borealis"), cash);
}

TEST_F(ReviewTest, NotificationIsPulledAndRefiledOnce) {
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  EXPECT_EQ(Notify("nimbus-ventures", deal), "phase");  // the same day
  world().round = 4;
  EXPECT_EQ(Notify("borealis", deal), "phase");
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  EXPECT_EQ(TheReview().notified, ReceivingDay(world(), v1::JURISDICTION_US_ANTITRUST));
  world().round = 6;
  EXPECT_EQ(Notify("nimbus-ventures", deal), "phase");
}

TEST_F(ReviewTest, OnlyPartiesAndTheRegulatorSpeakInAReview) {
  EXPECT_EQ(Notify("harbor-fund", deal), "deal");
  EXPECT_EQ(Notify("nimbus-ventures", deal, "european-commission"), "deal");
  ASSERT_EQ(Notify("nimbus-ventures", deal), "");
  EXPECT_EQ(Decide("european-commission", deal, v1::Decision::OUTCOME_PROHIBIT), "deal");
}

TEST_F(ReviewTest, EuropeanPhasesFollowTheMergerRegulation) {
  Open(DuopolyScenario());
  v1::FundingTerms control = Terms(3 * kBillion, 8 * kBillion);  // 27%
  control.set_outside_quarter(world().quarter.index() + 8);
  Sign(control);
  ASSERT_EQ(TheDeal(deal).reviews.size(), 2u);
  ASSERT_EQ(Notify("nimbus-ventures", deal, "european-commission", v1::JURISDICTION_EUROPEAN_UNION),
            "");
  Review& review = TheDeal(deal).reviews[0].jurisdiction == v1::JURISDICTION_EUROPEAN_UNION
                       ? TheDeal(deal).reviews[0]
                       : TheDeal(deal).reviews[1];
  EXPECT_EQ(review.phase_ends, EuPhaseOneEnd(review.notified, EuPhaseOne::kPlain));
  v1::Message offer;
  offer.mutable_remedy_offer()->set_deal(deal);
  *offer.mutable_remedy_offer()->add_remedies() = Condition(v1::Remedy::KIND_FIREWALL);
  ASSERT_EQ(Move("borealis", {"european-commission"}, deal, offer), "");
  EXPECT_EQ(review.phase_ends, EuPhaseOneEnd(review.notified, EuPhaseOne::kCommitmentsOffered));
  EXPECT_EQ(Decide("european-commission", deal, v1::Decision::OUTCOME_PROHIBIT), "phase");
  v1::Message open;
  open.mutable_second_request()->set_deal(deal);
  world().round = 3;
  ASSERT_EQ(Move("european-commission", {"borealis"}, deal, open), "");
  const absl::CivilDay opened = ReceivingDay(world(), v1::JURISDICTION_EUROPEAN_UNION);
  EXPECT_EQ(review.phase_ends, EuPhaseTwoEnd(opened, EuPhaseTwo::kPlain, 0));
  ASSERT_EQ(Move("borealis", {"european-commission"}, deal, offer), "");
  EXPECT_EQ(review.phase_ends, EuPhaseTwoEnd(opened, EuPhaseTwo::kLateCommitments, 0));
}

TEST_F(ReviewTest, ForeignInvestorsSeatFallsUnderCfius) {
  v1::Scenario scenario = DuopolyScenario();
  for (v1::AgentSpec& agent : *scenario.mutable_agents()) {
    if (agent.name() == "harbor-fund") agent.set_home("AE");
  }
  v1::AgentSpec& cfius = *scenario.add_agents();
  cfius.set_name("cfius");
  cfius.set_role(v1::ROLE_REGULATOR);
  cfius.set_home("US");
  cfius.mutable_regulator()->set_jurisdiction(v1::JURISDICTION_CFIUS);
  v1::RegimeSpec& regime = *scenario.add_regimes();
  regime.set_name("cfius");
  regime.set_jurisdiction(v1::JURISDICTION_CFIUS);
  regime.set_foreign_only(true);
  regime.set_stake_threshold_percent(10);
  Open(scenario);
  const auto reviewed = [&](const std::string& name) {
    for (const Review& review : TheDeal(name).reviews) {
      if (review.jurisdiction == v1::JURISDICTION_CFIUS) return true;
    }
    return false;
  };
  EXPECT_FALSE(
      reviewed(SignWith("harbor-fund", Terms(10 * kMillion, 20 * kBillion), "aurora", "c")));
  v1::FundingTerms seat = Terms(10 * kMillion, 8 * kBillion);
  seat.set_board_right(v1::BOARD_RIGHT_SEAT);
  deal = SignWith("harbor-fund", seat, "borealis", "c");
  ASSERT_TRUE(reviewed(deal));
  v1::FundingTerms home = seat;
  EXPECT_FALSE(reviewed(SignWith("nimbus-ventures", home, "borealis", "d")));

  ASSERT_EQ(Notify("harbor-fund", deal, "cfius", v1::JURISDICTION_CFIUS), "");
  Review& review = TheReview();  // "cfius" comes first
  EXPECT_EQ(review.phase_ends, CfiusReviewEnd(review.notified));
  const absl::CivilDay review_end = review.phase_ends;
  v1::Message investigate;
  investigate.mutable_second_request()->set_deal(deal);
  ASSERT_EQ(Move("cfius", {"harbor-fund"}, deal, investigate), "");
  EXPECT_EQ(review.phase_ends, CfiusInvestigationEnd(review_end));
  v1::Message concerns;
  concerns.mutable_statement_of_concerns()->set_deal(deal);
  ASSERT_EQ(Move("cfius", {"harbor-fund"}, deal, concerns), "");
  EXPECT_EQ(review.phase_ends, CfiusPresidentialEnd(CfiusInvestigationEnd(review_end)));
  ASSERT_EQ(Decide("cfius", deal, v1::Decision::OUTCOME_PROHIBIT), "");
  v1::Message sue;
  sue.mutable_litigation()->set_deal(deal);
  EXPECT_EQ(Move("harbor-fund", {"cfius"}, deal, sue), "appeal");
}

TEST_F(ReviewTest, SwitchedOffReviewClearsEverything) {
  v1::Scenario scenario = DuopolyScenario();
  scenario.mutable_switches()->set_no_review(true);
  Open(scenario);
  Sign(DealTerms());
  EXPECT_TRUE(TheDeal(deal).reviews.empty());
  CloseQuarter();
  EXPECT_TRUE(Closed());
}

}  // namespace
}  // namespace tranche
