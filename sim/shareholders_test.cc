#include "sim/shareholders.h"

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class ShareholdersTest : public NegotiationTest {
 protected:
  // A rule for `company`, with the given meetings of 2026.
  static v1::Scenario WithRule(const std::string& company, double deal_usd_millions,
                               double issue_percent, double approval_percent,
                               std::vector<std::pair<int, int>> meetings,
                               uint32_t special_meeting_quarters = 0) {
    v1::Scenario scenario = DuopolyScenario();
    scenario.clear_events();
    v1::ShareholderVoteSpec& rule = *scenario.add_shareholder_votes();
    rule.set_company(company);
    rule.set_deal_usd_millions(deal_usd_millions);
    rule.set_issue_percent(issue_percent);
    rule.set_approval_percent(approval_percent);
    rule.set_special_meeting_quarters(special_meeting_quarters);
    for (const auto& [month, day] : meetings) {
      v1::EventSpec& event = *scenario.add_events();
      event.set_name(absl::StrCat("meeting-", month, "-", day));
      event.mutable_date()->set_year(2026);
      event.mutable_date()->set_month(month);
      event.mutable_date()->set_day(day);
      event.set_shareholder_meeting(company);
    }
    return scenario;
  }
  void OpenWith(const v1::Scenario& scenario) {
    Open(scenario);
    SetRegulatorsAside();
  }
  bool Closed(absl::string_view deal) {
    return TheDeal(deal).state == v1::DealDisclosure::STATE_CLOSED;
  }
};

TEST_F(ShareholdersTest, ALargeDealWaitsForTheMeeting) {
  OpenWith(WithRule("nimbus-group", 1'000, 0, 100, {{5, 20}}));
  const std::string deal = SignWith("nimbus-ventures", Terms(kBillion, 10 * kBillion));
  EXPECT_EQ(TheDeal(deal).state, v1::DealDisclosure::STATE_UNDER_REVIEW);
  CloseQuarter();
  EXPECT_TRUE(TheDeal(deal).pending());
  EXPECT_TRUE(Sent(v1::Message::kShareholderVote).empty());
  CloseQuarter();
  EXPECT_TRUE(Closed(deal));
  ASSERT_EQ(Sent(v1::Message::kShareholderVote).size(), 1u);
  const v1::ShareholderVote vote = Sent(v1::Message::kShareholderVote)[0].shareholder_vote();
  EXPECT_EQ(vote.company(), "nimbus-group");
  EXPECT_TRUE(vote.approved());
  EXPECT_EQ(vote.meeting().month(), 5);
  EXPECT_EQ(vote.meeting().day(), 20);
}

TEST_F(ShareholdersTest, ASmallerDealNeedsNobody) {
  OpenWith(WithRule("nimbus-group", 1'000, 0, 100, {{5, 20}}));
  const std::string deal = SignWith("nimbus-ventures", Terms(kBillion - 1, 10 * kBillion));
  CloseQuarter();
  EXPECT_TRUE(Closed(deal));
}

TEST_F(ShareholdersTest, OthersDealsNeedNobody) {
  OpenWith(WithRule("nimbus-group", 1'000, 0, 100, {{5, 20}}));
  const std::string deal = SignWith("harbor-fund", Terms(kBillion, 10 * kBillion));
  CloseQuarter();
  EXPECT_TRUE(Closed(deal));
}

TEST_F(ShareholdersTest, ADealVotedDownEndsAndMovesNoCash) {
  OpenWith(WithRule("nimbus-group", 1'000, 0, 1e-9, {{3, 30}}));
  const Cents cash = CashOf("aurora");
  const std::string deal = SignWith("nimbus-ventures", Terms(kBillion, 10 * kBillion));
  CloseQuarter();
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_VOTED_DOWN);
  EXPECT_EQ(TheDeal(deal).state, v1::DealDisclosure::STATE_ENDED);
  EXPECT_EQ(CashOf("aurora"), cash);
  ASSERT_EQ(Sent(v1::Message::kDealEnded).size(), 1u);
}

// Signed on 1 January: the meeting of 20 January is too soon for a notice of 20 days, that of the
// 21st isn't.
TEST_F(ShareholdersTest, AMeetingNeedsTwentyDaysOfNotice) {
  for (const int day : {20, 21}) {
    OpenWith(WithRule("nimbus-group", 1'000, 0, 100, {{1, day}}));
    const std::string deal = SignWith("nimbus-ventures", Terms(kBillion, 10 * kBillion));
    CloseQuarter();
    EXPECT_EQ(Closed(deal), day == 21);
  }
}

TEST_F(ShareholdersTest, WithoutAMeetingTheDealLapsesAtItsOutsideDate) {
  OpenWith(WithRule("nimbus-group", 1'000, 0, 100, {}));
  const std::string deal = SignWith("nimbus-ventures", Terms(kBillion, 10 * kBillion));
  for (int i = 0; i < 4; ++i) CloseQuarter();
  EXPECT_EQ(TheDeal(deal).outcome, v1::DealEnded::OUTCOME_LAPSED);
}

TEST_F(ShareholdersTest, ASpecialMeetingIsHeldWhereNoneIsScheduledBefore) {
  OpenWith(WithRule("nimbus-group", 1'000, 0, 100, {{11, 1}}, 1));
  const std::string deal = SignWith("nimbus-ventures", Terms(kBillion, 10 * kBillion));
  CloseQuarter();
  EXPECT_TRUE(TheDeal(deal).pending());
  CloseQuarter();
  EXPECT_TRUE(Closed(deal));
}

// 20% of the shares, in two deals of one round.
TEST_F(ShareholdersTest, AListedLabsHoldersVoteOnAFifthOfItsShares) {
  for (const bool listed : {false, true}) {
    OpenWith(WithRule("aurora", 0, 20, 100, {{4, 30}}));
    TheLab("aurora").listed = listed;
    ASSERT_EQ(
        Ask("aurora", "aurora/r", 2 * kBillion, 10 * kBillion, {"harbor-fund", "nimbus-ventures"}),
        "");
    ASSERT_EQ(Offer("harbor-fund", "aurora", "aurora/r", Terms(kBillion, 10 * kBillion)), "");
    const uint64_t first = last_id;
    ASSERT_EQ(Offer("nimbus-ventures", "aurora", "aurora/r", Terms(kBillion, 10 * kBillion)), "");
    const uint64_t second = last_id;
    ASSERT_EQ(Accept("aurora", "harbor-fund", "aurora/r", first), "");
    ASSERT_EQ(Accept("aurora", "nimbus-ventures", "aurora/r", second), "");
    ASSERT_EQ(SignRound("aurora", "aurora/r", 10 * kBillion, {"harbor-fund", "nimbus-ventures"},
                        {first, second}),
              "");
    CloseQuarter();
    EXPECT_TRUE(Closed("aurora/r/harbor-fund")) << "a tenth by itself needs no consent";
    EXPECT_EQ(Closed("aurora/r/nimbus-ventures"), !listed);
    CloseQuarter();
    EXPECT_TRUE(Closed("aurora/r/nimbus-ventures"));
  }
}

TEST_F(ShareholdersTest, SwitchedOffNobodyVotes) {
  v1::Scenario scenario = WithRule("nimbus-group", 1'000, 0, 1e-9, {{3, 30}});
  scenario.mutable_switches()->set_no_shareholder_votes(true);
  OpenWith(scenario);
  const std::string deal = SignWith("nimbus-ventures", Terms(kBillion, 10 * kBillion));
  CloseQuarter();
  EXPECT_TRUE(Closed(deal));
}

}  // namespace
}  // namespace tranche
