#include "agents/strategies/lab_partners.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

using Names = std::vector<absl::string_view>;

class LabPartnersTest : public testing::Test {
 protected:
  TurnView View() const { return {market_, own_, {}, kTestQuarter, 1}; }

  v1::PublicView market_ = HandMarket();
  v1::AgentView own_ = HandLab();
};

TEST_F(LabPartnersTest, ShowsItsBooksToThoseWhoHoldShares) {
  EXPECT_TRUE(InvestorsOf(View()).empty());
  own_.mutable_lab()->add_cap_table()->set_holder("harbor");
  EXPECT_EQ(InvestorsOf(View()), Names{"harbor"});
  own_.mutable_books()->set_cash_cents(20 * kBillion);
  const std::vector<v1::Message> moves =
      HandSeat("alpha", "balanced-lab").Turn(market_, own_, 1, {});
  const v1::Message* report = FirstOf(moves, v1::Message::kInformationReport);
  ASSERT_NE(report, nullptr);
  EXPECT_EQ(report->information_report().revenue_cents(), own_.books().revenue_cents());
  EXPECT_EQ(report->information_report().cash_cents(), own_.books().cash_cents());
}

TEST_F(LabPartnersTest, ShowsAModelToThoseWithTheRightOnceItIsBetter) {
  v1::DealView& deal = *own_.add_deals();
  deal.set_lab("alpha");
  deal.set_investor("harbor");
  deal.set_state(v1::DealDisclosure::STATE_CLOSED);
  deal.mutable_terms()->set_early_access(true);
  v1::ContractView& licence = *own_.add_contracts();
  licence.set_provider("alpha");
  licence.set_customer("nimbus");
  licence.mutable_licence()->set_early_access(true);
  EXPECT_EQ(EarlyAccessPartners(View()), (Names{"harbor", "nimbus"}));
  own_.mutable_books()->set_cash_cents(20 * kBillion);
  HandSeat seat("alpha", "balanced-lab");
  const auto grants = [&](int32_t quarter) {
    market_.set_quarter(quarter);
    int count = 0;
    for (const v1::Message& move : seat.Turn(market_, own_, 1, {})) {
      count += move.early_access_grant().run() == own_.lab().run() ? 1 : 0;
    }
    return count;
  };
  EXPECT_EQ(grants(kTestQuarter), 2);
  // A run is shown once.
  EXPECT_EQ(grants(kTestQuarter + 1), 0);
}

TEST_F(LabPartnersTest, APendingDealGivesNoLook) {
  v1::DealView& deal = *own_.add_deals();
  deal.set_lab("alpha");
  deal.set_investor("harbor");
  deal.set_state(v1::DealDisclosure::STATE_UNDER_REVIEW);
  deal.mutable_terms()->set_early_access(true);
  EXPECT_TRUE(EarlyAccessPartners(View()).empty());
}

TEST_F(LabPartnersTest, LicensesToTheCloudOfAGroupAndNotToOwnersOfALab) {
  // nimbus-ventures' group speaks through its cloud.
  EXPECT_EQ(PossibleLicensees(View()), (Names{"harbor", "nimbus", "stratus"}));
  AddAgent(market_, "stratus-lab", v1::ROLE_LAB, "stratus");
  EXPECT_EQ(PossibleLicensees(View()), (Names{"harbor", "nimbus"}));
}

TEST_F(LabPartnersTest, APlatformOffersLicencesAndABalancedLabSeldom) {
  own_.mutable_books()->set_cash_cents(20 * kBillion);
  const auto offers = [&](absl::string_view strategy) {
    int count = 0;
    for (uint64_t seed = 1; seed <= 30; ++seed) {
      const std::vector<v1::Message> moves =
          HandSeat("alpha", strategy, seed).Turn(market_, own_, 1, {});
      count += FirstOf(moves, v1::Message::kLicenceOffer) != nullptr ? 1 : 0;
    }
    return count;
  };
  EXPECT_GT(offers("platform-lab"), 10);
  EXPECT_LT(offers("conserving-lab"), 6);
}

}  // namespace
}  // namespace tranche
