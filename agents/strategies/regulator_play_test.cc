#include "agents/strategies/regulator_play.h"

#include <gtest/gtest.h>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

constexpr char kDeal[] = "alpha/round/nimbus-ventures";

v1::ReviewFile File() {
  v1::ReviewFile file;
  file.set_deal(kDeal);
  file.set_investor("nimbus-ventures");
  file.set_investor_group("nimbus-group");
  file.set_lab("alpha");
  file.set_stake_after_bp(600);
  file.set_hhi(4'000);
  file.mutable_terms()->set_amount_cents(kBillion);
  file.mutable_review()->set_jurisdiction(v1::JURISDICTION_US_ANTITRUST);
  file.mutable_review()->set_regulator("ftc");
  file.mutable_review()->set_phase(v1::ReviewView::PHASE_FIRST);
  return file;
}

// Directors in common and the lab's secrets: conditions cure it.
v1::ReviewFile CurableFile() {
  v1::ReviewFile file = File();
  file.set_interlock(true);
  file.add_rivals_held("beta");
  file.mutable_terms()->set_early_access(true);
  return file;
}

// A purchase that makes one firm of two: nothing cures it.
v1::ReviewFile HopelessFile() {
  v1::ReviewFile file = File();
  file.clear_terms();
  file.mutable_merger()->set_price_cents(20 * kBillion);
  file.set_has_control(true);
  file.set_hhi_change(1'500);
  file.set_combined_share_bp(7'000);
  return file;
}

v1::AgentView WithFile(const v1::ReviewFile& file, v1::ReviewView::Phase phase) {
  v1::AgentView own;
  own.set_agent("ftc");
  *own.mutable_regulator()->add_files() = file;
  own.mutable_regulator()->mutable_files(0)->mutable_review()->set_phase(phase);
  return own;
}

v1::Message Remedies(const std::vector<v1::Remedy>& remedies) {
  v1::Message offer;
  offer.set_id(70);
  offer.set_sender("nimbus-ventures");
  offer.set_thread(kDeal);
  offer.mutable_remedy_offer()->set_deal(kDeal);
  for (const v1::Remedy& remedy : remedies) *offer.mutable_remedy_offer()->add_remedies() = remedy;
  return offer;
}

TEST(RegulatorPlayTest, HarmlessDealsAreClearedOrLeftAlone) {
  int cleared = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    HandSeat seat("ftc", "guideline-regulator", seed);
    for (const v1::Message& move :
         seat.Turn(HandMarket(), WithFile(File(), v1::ReviewView::PHASE_FIRST), 1, {})) {
      ASSERT_TRUE(move.has_decision());
      EXPECT_EQ(move.decision().outcome(), v1::Decision::OUTCOME_CLEAR);
      ++cleared;
    }
  }
  EXPECT_GT(cleared, 5);
  EXPECT_LT(cleared, 20);
}

TEST(RegulatorPlayTest, LooksInDepthAndClearsWithTheConditionsThatCure) {
  HandSeat seat("ftc", "guideline-regulator");
  v1::PublicView market = HandMarket();
  std::vector<v1::Message> moves =
      seat.Turn(market, WithFile(CurableFile(), v1::ReviewView::PHASE_FIRST), 1, {});
  ASSERT_NE(FirstOf(moves, v1::Message::kSecondRequest), nullptr);
  EXPECT_EQ(moves[0].recipients_size(), 2);
  market.set_quarter(kTestQuarter + 1);
  const v1::AgentView own = WithFile(CurableFile(), v1::ReviewView::PHASE_SECOND);
  moves = seat.Turn(market, own, 1, {});
  const v1::Message* concerns = FirstOf(moves, v1::Message::kStatementOfConcerns);
  ASSERT_NE(concerns, nullptr);
  const auto sought = concerns->statement_of_concerns().remedies_sought();
  EXPECT_GE(sought.size(), 3);
  moves = seat.Turn(market, own, 3, {Remedies({sought.begin(), sought.end()})});
  const v1::Message* decision = FirstOf(moves, v1::Message::kDecision);
  ASSERT_NE(decision, nullptr);
  EXPECT_EQ(decision->decision().outcome(), v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS);
  EXPECT_EQ(decision->decision().conditions_size(), sought.size());
}

TEST(RegulatorPlayTest, DecidesOnceAQuarter) {
  HandSeat seat("ftc", "strict-regulator");
  const v1::PublicView market = HandMarket();
  const v1::AgentView own = WithFile(CurableFile(), v1::ReviewView::PHASE_SECOND);
  seat.Turn(market, own, 1, {});
  v1::Remedy firewall;
  firewall.set_kind(v1::Remedy::KIND_FIREWALL);
  EXPECT_EQ(seat.Turn(market, own, 3, {Remedies({firewall}), Remedies({firewall})}).size(), 1);
  EXPECT_TRUE(seat.Turn(market, own, 5, {Remedies({firewall})}).empty());
}

TEST(RegulatorPlayTest, ProhibitsWhatNothingCures) {
  HandSeat seat("ftc", "guideline-regulator");
  const std::vector<v1::Message> moves =
      seat.Turn(HandMarket(), WithFile(HopelessFile(), v1::ReviewView::PHASE_SECOND), 1, {});
  const v1::Message* decision = FirstOf(moves, v1::Message::kDecision);
  ASSERT_NE(decision, nullptr);
  EXPECT_EQ(decision->decision().outcome(), v1::Decision::OUTCOME_PROHIBIT);
  EXPECT_NE(decision->decision().reasons().find("70%"), std::string::npos);
}

TEST(RegulatorPlayTest, StricterRegulatorsActMoreOften) {
  v1::ReviewFile file = File();
  file.set_exclusive_terms(true);
  const auto acts = [&](absl::string_view strategy) {
    int count = 0;
    for (uint64_t seed = 1; seed <= 40; ++seed) {
      HandSeat seat("ftc", strategy, seed);
      for (const v1::Message& move :
           seat.Turn(HandMarket(), WithFile(file, v1::ReviewView::PHASE_FIRST), 1, {})) {
        count += move.has_decision() ? 0 : 1;
      }
    }
    return count;
  };
  EXPECT_LT(acts("lenient-regulator"), acts("guideline-regulator"));
  EXPECT_LT(acts("guideline-regulator"), acts("strict-regulator"));
}

TEST(RegulatorPlayTest, ActsOnTheFileThatComesWithTheFiling) {
  v1::Message required;
  required.set_sender("market");
  required.set_thread(kDeal);
  required.mutable_filing_required()->set_deal(kDeal);
  *required.mutable_filing_required()->mutable_file() = CurableFile();
  v1::Message notification;
  notification.set_id(50);
  notification.set_sender("nimbus-ventures");
  notification.set_thread(kDeal);
  notification.mutable_merger_notification()->set_deal(kDeal);
  v1::AgentView own;
  own.set_agent("ftc");
  HandSeat seat("ftc", "guideline-regulator");
  EXPECT_TRUE(seat.Turn(HandMarket(), own, 8, {required}).empty());
  const std::vector<v1::Message> moves = seat.Turn(HandMarket(), own, 9, {notification});
  EXPECT_NE(FirstOf(moves, v1::Message::kSecondRequest), nullptr);
}

}  // namespace
}  // namespace tranche
