#include "broker/evidence/audit.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "sim/scenario.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

absl::StatusOr<Audit> AuditOf(absl::string_view name, const std::string& text) {
  const absl::StatusOr<v1::Scenario> scenario = ParseScenario(text, name);
  if (!scenario.ok()) return scenario.status();
  const absl::StatusOr<Facts> facts =
      Facts::Parse(ReadSourceFile("deploy/facts/history.csv"), "history.csv");
  if (!facts.ok()) return facts.status();
  return AuditScenario(text, name, *scenario, *facts, ReadSourceFile("deploy/facts/rules.md"));
}

std::string Shipped(absl::string_view name) {
  return ReadSourceFile(absl::StrCat("deploy/scenarios/", name, ".textproto"));
}

class ShippedScenarioTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedScenarioTest, PassesItsAudit) {
  const absl::StatusOr<Audit> audit = AuditOf(GetParam(), Shipped(GetParam()));
  ASSERT_TRUE(audit.ok()) << audit.status();
  EXPECT_TRUE(audit->passed());
  EXPECT_FALSE(audit->claims.empty());
  for (const Claim& claim : audit->claims) {
    EXPECT_TRUE(claim.holds()) << claim.what << ": " << claim.figure << ", not " << claim.low
                               << " to " << claim.high << " (" << claim.fact << ")";
    bool used = false;
    for (const AuditedFigure& figure : audit->figures) used |= claim.Covers(figure.figure.path);
    EXPECT_TRUE(used) << claim.what << " vouches for no figure of the file";
  }
  for (const AuditedFigure& figure : audit->figures) {
    EXPECT_FALSE(figure.unexplained()) << GetParam() << ":" << figure.figure.line << ": "
                                       << figure.figure.path << ": " << figure.figure.comment;
  }
}

INSTANTIATE_TEST_SUITE_P(Audit, ShippedScenarioTest,
                         ::testing::Values("amazon-openai", "history-2023"), [](const auto& name) {
                           return absl::StrReplaceAll(name.param, {{"-", "_"}});
                         });

TEST(AuditTest, AFigureThatHasDriftedFromItsFactIsFound) {
  const absl::StatusOr<Audit> audit = AuditOf(
      "drifted",
      absl::StrReplaceAll(Shipped("amazon-openai"), {{"last_valuation_usd_millions: 500000",
                                                      "last_valuation_usd_millions: 510000"}}));
  ASSERT_TRUE(audit.ok()) << audit.status();
  EXPECT_FALSE(audit->passed());
  int differing = 0;
  for (const Claim& claim : audit->claims) {
    if (claim.holds()) continue;
    ++differing;
    EXPECT_EQ(claim.fact, "OpenAI valuation 2025-10-02");
    EXPECT_NEAR(claim.Difference(), 0.02, 1e-9);
  }
  EXPECT_EQ(differing, 1);
}

TEST(AuditTest, ASourceThatNothingIsComparedWithIsUnexplained) {
  const absl::StatusOr<Audit> audit =
      AuditOf("claimed",
              absl::StrReplaceAll(Shipped("amazon-openai"), {{"pay_weight: 1.5",
                                                              "# source: history.csv, somewhere\n  "
                                                              "pay_weight: 1.5"}}));
  ASSERT_TRUE(audit.ok()) << audit.status();
  EXPECT_FALSE(audit->passed());
}

// The duopoly is invented: nothing to compare, nothing left open.
TEST(AuditTest, AnInventedMarketPasses) {
  const absl::StatusOr<Audit> audit = AuditOf("duopoly", Shipped("duopoly"));
  ASSERT_TRUE(audit.ok()) << audit.status();
  EXPECT_TRUE(audit->passed());
  EXPECT_TRUE(audit->claims.empty());
}

}  // namespace
}  // namespace tranche
