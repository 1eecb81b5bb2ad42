#include "agents/strategies/licence_worth.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

v1::LicenceTerms Terms(uint32_t royalty_bp, bool early_access = false) {
  v1::LicenceTerms terms;
  terms.set_royalty_bp(royalty_bp);
  terms.set_term_quarters(12);
  terms.set_early_access(early_access);
  return terms;
}

constexpr LicenceTaste kLab{.opening_royalty = 0.85, .limit_royalty = 0.75, .proposals = 2};
constexpr LicenceTaste kPartner{.opening_royalty = 0.65, .limit_royalty = 0.8, .proposals = 2};

TEST(LicenceWorthTest, AFeeCountsAgainstTheRevenueExpected) {
  v1::LicenceTerms terms = Terms(5'000);
  terms.set_fee_cents_per_quarter(20);
  EXPECT_DOUBLE_EQ(LicenceYield(terms, 100), 0.7);
}

TEST(LicenceWorthTest, ALabComesDownToItsLimitAndNoFurther) {
  LicenceReply reply = LabOnLicence(kLab, Terms(6'500), 0, 1);
  ASSERT_EQ(reply.kind, LicenceReply::Kind::kCounter);
  EXPECT_EQ(reply.counter.royalty_bp(), 8'500);
  reply = LabOnLicence(kLab, Terms(6'500), 1, 1);
  EXPECT_EQ(reply.counter.royalty_bp(), 8'000);
  EXPECT_EQ(LabOnLicence(kLab, Terms(6'500), 2, 1).kind, LicenceReply::Kind::kRefuse);
  EXPECT_EQ(LabOnLicence(kLab, Terms(7'500), 2, 1).kind, LicenceReply::Kind::kAccept);
}

TEST(LicenceWorthTest, ALicenseeGoesUpToItsLimitAndNoFurther) {
  EXPECT_EQ(LicenseeOnLicence(kPartner, Terms(8'500), 1, 1).counter.royalty_bp(), 7'250);
  EXPECT_EQ(LicenseeOnLicence(kPartner, Terms(8'500), 2, 1).kind, LicenceReply::Kind::kRefuse);
  EXPECT_EQ(LicenseeOnLicence(kPartner, Terms(8'000), 2, 1).kind, LicenceReply::Kind::kAccept);
}

TEST(LicenceWorthTest, UnreleasedModelsAreShownByThoseWhoShowThemOnly) {
  const LicenceReply reply = LabOnLicence(kLab, Terms(9'000, true), 1, 1);
  ASSERT_EQ(reply.kind, LicenceReply::Kind::kCounter);
  EXPECT_FALSE(reply.counter.early_access());
  LicenceTaste open = kLab;
  open.early_access = true;
  EXPECT_EQ(LabOnLicence(open, Terms(9'000, true), 1, 1).kind, LicenceReply::Kind::kAccept);
}

}  // namespace
}  // namespace tranche
