#include "agents/strategies/licence_desk.h"

#include <gtest/gtest.h>

#include <vector>

#include "agents/strategies/testing/hand_view.h"

namespace tranche {
namespace {

class LicenceDeskTest : public testing::Test {
 protected:
  TurnView View() const { return {market_, own_, {}, kTestQuarter, 1}; }

  v1::PublicView market_ = HandMarket();
  v1::AgentView own_ = HandInvestor("harbor");
};

TEST_F(LicenceDeskTest, WantsTheBestModelsUnlessItHoldsAnother) {
  EXPECT_EQ(LabToLicense(View()), "alpha");
  own_.add_holdings()->set_lab("beta");
  EXPECT_EQ(LabToLicense(View()), "beta");
}

TEST_F(LicenceDeskTest, WantsWhatItLacksOnly) {
  v1::ContractView& contract = *own_.add_contracts();
  contract.set_provider("alpha");
  contract.set_customer("harbor");
  contract.mutable_licence()->set_royalty_bp(8'000);
  EXPECT_EQ(LabToLicense(View()), "beta");
}

TEST_F(LicenceDeskTest, AGroupWithALabEmbedsItsOwn) {
  AddAgent(market_, "harbor-lab", v1::ROLE_LAB, "harbor");
  EXPECT_EQ(LabToLicense(View()), "");
  v1::Message offer;
  offer.set_id(5);
  offer.set_sender("alpha");
  offer.set_thread("alpha/licence");
  offer.mutable_licence_offer()->mutable_terms()->set_royalty_bp(1'000);
  HandSeat seat("harbor", "strategic-investor");
  seat.Turn(market_, own_, 1, {});
  const std::vector<v1::Message> moves = seat.Turn(market_, own_, 2, {offer});
  const v1::Message* refusal = FirstOf(moves, v1::Message::kRefusal);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(refusal->refusal().reason(), v1::Refusal::REASON_CONFLICT_OF_INTEREST);
}

TEST_F(LicenceDeskTest, EndsALicenceOfModelsThatHaveFallenFarBehind) {
  v1::ContractView& contract = *own_.add_contracts();
  contract.set_contract("beta/licence/harbor");
  contract.set_provider("beta");
  contract.set_customer("harbor");
  contract.mutable_licence()->set_royalty_bp(8'000);
  EXPECT_EQ(FirstOf(HandSeat("harbor", "value-investor").Turn(market_, own_, 1, {}),
                    v1::Message::kContractTermination),
            nullptr);
  market_.mutable_labs(1)->set_capability_millis(26'300);
  ASSERT_TRUE(FarBehind(market_, "beta"));
  const std::vector<v1::Message> moves =
      HandSeat("harbor", "value-investor").Turn(market_, own_, 1, {});
  const v1::Message* end = FirstOf(moves, v1::Message::kContractTermination);
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(end->thread(), "beta/licence/harbor");
  EXPECT_EQ(end->recipients(0), "beta");
}

}  // namespace
}  // namespace tranche
