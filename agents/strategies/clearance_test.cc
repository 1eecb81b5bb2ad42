#include "agents/strategies/clearance.h"

#include <gtest/gtest.h>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

constexpr char kDeal[] = "alpha/round/harbor";

class ClearanceTest : public testing::Test {
 protected:
  std::vector<v1::Message> Mail(ClearanceDesk& desk, const v1::Message& message) {
    google::protobuf::RepeatedPtrField<v1::Message> moves;
    Actions actions("harbor", random_, &moves);
    EXPECT_TRUE(desk.OnMail({market_, own_, {}, kTestQuarter, 2}, message, actions));
    return {moves.begin(), moves.end()};
  }

  static v1::Message Decision(v1::Decision::Outcome outcome, v1::Remedy::Kind condition) {
    v1::Message message;
    message.set_id(30);
    message.set_sender("ftc");
    message.set_thread(kDeal);
    v1::Decision& decision = *message.mutable_decision();
    decision.set_deal(kDeal);
    decision.set_outcome(outcome);
    if (condition != v1::Remedy::KIND_UNSPECIFIED) {
      v1::Remedy& remedy = *decision.add_conditions();
      remedy.set_kind(condition);
      remedy.set_subject("beta");
    }
    return message;
  }

  v1::PublicView market_ = HandMarket();
  v1::AgentView own_ = HandInvestor();
  RandomStream random_{1, StreamKey("test"), Quarter::FromIndex(kTestQuarter), Round(2)};
};

TEST_F(ClearanceTest, AcceptsConditionsItCanBear) {
  ClearanceDesk desk({});
  const std::vector<v1::Message> moves =
      Mail(desk, Decision(v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS, v1::Remedy::KIND_FIREWALL));
  ASSERT_EQ(moves.size(), 1);
  EXPECT_TRUE(moves[0].has_acceptance());
  EXPECT_EQ(moves[0].in_reply_to(), 30);
}

TEST_F(ClearanceTest, DoesNotSellALargeStakeForASmallDeal) {
  v1::DealView& deal = *own_.add_deals();
  deal.set_deal(kDeal);
  deal.mutable_terms()->set_amount_cents(kBillion);
  v1::HoldingView& holding = *own_.add_holdings();
  holding.set_lab("beta");
  holding.set_mark_cents(3 * kBillion);
  ClearanceDesk desk({});
  const v1::Message decision =
      Decision(v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS, v1::Remedy::KIND_DIVESTITURE);
  EXPECT_TRUE(Mail(desk, decision)[0].has_refusal());
  own_.mutable_holdings(0)->set_mark_cents(kBillion / 4);
  EXPECT_TRUE(Mail(desk, decision)[0].has_acceptance());
}

TEST_F(ClearanceTest, AProhibitionIsFoughtOrGivenInTo) {
  const v1::Message decision =
      Decision(v1::Decision::OUTCOME_PROHIBIT, v1::Remedy::KIND_UNSPECIFIED);
  ClearanceDesk fighter({.litigiousness = 1});
  EXPECT_TRUE(Mail(fighter, decision)[0].has_litigation());
  ClearanceDesk yielding({.litigiousness = 0});
  EXPECT_TRUE(Mail(yielding, decision)[0].has_withdrawal());
  ClearanceDesk lab({.files = false, .litigiousness = 0});
  EXPECT_TRUE(Mail(lab, decision).empty());
}

TEST_F(ClearanceTest, CertifiesComplianceWhenItIsDue) {
  v1::DealView& deal = *own_.add_deals();
  deal.set_deal(kDeal);
  deal.set_investor("harbor");
  v1::ReviewView& review = *deal.add_reviews();
  review.set_regulator("ftc");
  review.set_phase(v1::ReviewView::PHASE_COMPLIANCE);
  *review.mutable_phase_ends() = market_.last_day();
  ClearanceDesk desk({.prompt_compliance = 1});
  google::protobuf::RepeatedPtrField<v1::Message> moves;
  Actions actions("harbor", random_, &moves);
  desk.OnQuarter({market_, own_, {}, kTestQuarter, 1}, actions);
  EXPECT_TRUE(moves.empty());
  *own_.mutable_deals(0)->mutable_reviews(0)->mutable_phase_ends() = market_.first_day();
  desk.OnQuarter({market_, own_, {}, kTestQuarter, 1}, actions);
  ASSERT_EQ(moves.size(), 1);
  EXPECT_TRUE(moves[0].information_response().substantial_compliance());
}

}  // namespace
}  // namespace tranche
