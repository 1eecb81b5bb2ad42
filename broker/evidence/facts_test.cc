#include "broker/evidence/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

constexpr char kHeader[] = "as_of,entity,quantity,value,unit,confidence,source\n";

std::string ErrorsOf(absl::string_view rows) {
  const absl::StatusOr<Facts> facts = Facts::Parse(absl::StrCat(kHeader, rows), "facts.csv");
  return facts.ok() ? "" : std::string(facts.status().message());
}

TEST(FactsTest, ShippedOnesAreRead) {
  const absl::StatusOr<Facts> facts =
      Facts::Parse(ReadSourceFile("deploy/facts/history.csv"), "history.csv");
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_GT(facts->rows().size(), 90u);
  const absl::StatusOr<const Fact*> fact = facts->Find("OpenAI", "run_rate", "2025-12-31");
  ASSERT_TRUE(fact.ok()) << fact.status();
  EXPECT_EQ((*fact)->Number(), 20);
  EXPECT_EQ((*fact)->confidence, "company");
  EXPECT_EQ(facts->Find("OpenAI", "run_rate", "2019-12-31").status().message(),
            "the facts have no row OpenAI run_rate 2019-12-31");
}

TEST(FactsTest, QuotedFieldsMayHoldCommasAndQuotationMarks) {
  const absl::StatusOr<Facts> facts = Facts::Parse(
      absl::StrCat("# heading\n", kHeader,
                   "2025-12-31,\"A, \"\"B\"\"\",run_rate,1.5,USD_bn,press,\"said, once\"\n"),
      "facts.csv");
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->rows()[0].entity, "A, \"B\"");
  EXPECT_EQ(facts->rows()[0].source, "said, once");
  EXPECT_EQ(facts->rows()[0].line, 3);
}

TEST(FactsTest, ListPricesAreBlendedThreeToOne) {
  const absl::StatusOr<Facts> facts = Facts::Parse(
      absl::StrCat(kHeader, "2025-08-07,OpenAI GPT-5,price_input_output,1.25/10,USD_per_Mtok,",
                   "company,\n"),
      "facts.csv");
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->rows()[0].Number(), 3.4375);
}

TEST(FactsTest, ErrorsHaveTheirPlace) {
  EXPECT_EQ(ErrorsOf("2025-02-29,OpenAI,run_rate,1,USD_bn,press,\n"),
            "facts.csv:2:1: \"2025-02-29\" is no day; write it like 2025-12-31");
  EXPECT_EQ(ErrorsOf("2025-12-31,OpenAI,run_rate,much,USD_bn,press,\n"),
            "facts.csv:2:28: \"much\" is no number, nor two as in 1.25/10");
  EXPECT_EQ(ErrorsOf("2025-12-31,OpenAI,,1,USD_bn,press,\n"), "facts.csv:2:19: quantity is empty");
  EXPECT_THAT(ErrorsOf("2025-12-31,OpenAI,run_rate,1,EUR,press,\n"),
              HasSubstr("facts.csv:2:30: \"EUR\" must be one of USD_bn"));
  EXPECT_THAT(ErrorsOf("2025-12-31,OpenAI,run_rate,1,USD_bn,rumour,\n"),
              HasSubstr("facts.csv:2:37: \"rumour\" must be one of"));
  EXPECT_THAT(ErrorsOf("2025-12-31,OpenAI,run_rate,1/2,USD_bn,press,\n"),
              HasSubstr("only prices a million tokens are two numbers"));
  EXPECT_THAT(ErrorsOf("2025-12-31,OpenAI,run_rate\n"), HasSubstr("has 3 fields, not 7"));
  EXPECT_THAT(ErrorsOf("2025-12-31,\"OpenAI,run_rate,1,USD_bn,press,\n"),
              HasSubstr("a quotation isn't closed"));
}

TEST(FactsTest, AllErrorsAreReported) {
  const std::string errors = ErrorsOf("x,OpenAI,run_rate,1,USD_bn,press,\nonly\n");
  EXPECT_THAT(errors, HasSubstr("facts.csv:2:1:"));
  EXPECT_THAT(errors, HasSubstr("facts.csv:3:1:"));
}

TEST(FactsTest, ARowSaidTwiceIsAnError) {
  EXPECT_EQ(ErrorsOf("2025-12-31,OpenAI,run_rate,1,USD_bn,press,\n"
                     "2025-12-31,OpenAI,run_rate,2,USD_bn,press,\n"),
            "facts.csv:3:1: line 2 has OpenAI run_rate 2025-12-31 already");
}

TEST(FactsTest, AFileWithoutItsHeaderIsNone) {
  EXPECT_THAT(std::string(Facts::Parse("", "facts.csv").status().message()), HasSubstr("header"));
  EXPECT_THAT(std::string(Facts::Parse("a,b\n", "facts.csv").status().message()),
              HasSubstr("facts.csv:1:1: the header must be as_of,"));
}

}  // namespace
}  // namespace tranche
