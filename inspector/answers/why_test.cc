#include "inspector/answers/why.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/log/log_file.h"
#include "broker/log/record_kind.h"
#include "broker/log/sample_run_testing.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kRound[] = "openai/round-1";
constexpr char kDeal[] = "openai/round-1/amazon";

// A log of messages that a test says.
class WhyTest : public ::testing::Test {
 protected:
  v1::Message& Say(const std::string& sender, const std::vector<std::string>& recipients,
                   const std::string& thread, uint64_t in_reply_to = 0) {
    v1::LogRecord& record = *records_.emplace_back(std::make_unique<v1::LogRecord>());
    record.set_position(records_.size());
    record.set_quarter(Quarter(2026, 1).index());
    record.set_round(1);
    v1::Message& message = *record.mutable_message();
    message.set_sender(sender);
    for (const std::string& recipient : recipients) message.add_recipients(recipient);
    message.set_thread(thread);
    message.set_in_reply_to(in_reply_to);
    return message;
  }
  uint64_t last() const { return records_.size(); }

  // An ask, an offer, an acceptance and a signature, and the filing it needs.
  void SignADeal() {
    Say("openai", {"amazon"}, kRound).mutable_funding_ask();
    Say("amazon", {"openai"}, kRound, 1).mutable_term_sheet();
    Say("openai", {"amazon"}, kRound, 2).mutable_acceptance();
    Say("openai", {"amazon"}, kRound).mutable_definitive_agreement()->add_proposals(2);
    v1::DealSigned& deal = *Say("market", {"amazon", "openai"}, kDeal).mutable_deal_signed();
    deal.set_deal(kDeal);
    deal.set_lab("openai");
    deal.set_investor("amazon");
    deal.mutable_funding();
    v1::FilingRequired& filing = *Say("market", {"amazon", "ftc"}, kDeal).mutable_filing_required();
    filing.set_deal(kDeal);
    filing.set_regulator("ftc");
    filing.set_jurisdiction(v1::JURISDICTION_US_ANTITRUST);
  }
  void End(v1::DealEnded::Outcome outcome) {
    v1::DealEnded& ended = *Say("market", {"amazon", "openai"}, kDeal).mutable_deal_ended();
    ended.set_deal(kDeal);
    ended.set_outcome(outcome);
    ended.set_reason("as the test says");
  }

  Why Explain(const std::string& name) {
    const std::string path = folder_.File(absl::StrCat(++logs_, ".tranche"));
    std::vector<StoredRecord> stored;
    for (const auto& record : records_) stored.push_back({record.get(), CanonicalBytes(*record)});
    {
      absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
      EXPECT_TRUE(log.ok()) << log.status();
      EXPECT_EQ((*log)->Append(stored), absl::OkStatus());
      EXPECT_EQ((*log)->Finish(), absl::OkStatus());
    }
    absl::StatusOr<Why> why = ExplainOutcome(*OpenLogFileToRead(path), name);
    EXPECT_TRUE(why.ok()) << why.status();
    return why.ok() ? *why : Why();
  }
  static std::vector<std::string> Kinds(const Why& why) {
    std::vector<std::string> kinds;
    for (const WhyStep& step : why.steps) kinds.emplace_back(RecordKind(step.record));
    return kinds;
  }

  TestFolder folder_;
  int logs_ = 0;
  std::vector<std::unique_ptr<v1::LogRecord>> records_;
};

TEST_F(WhyTest, AProhibitionLeadsThroughTheReviewToTheAsk) {
  SignADeal();
  Say("amazon", {"ftc"}, kDeal)
      .mutable_merger_notification()
      ->set_jurisdiction(v1::JURISDICTION_US_ANTITRUST);
  Say("ftc", {"amazon", "openai"}, kDeal).mutable_second_request();
  Say("amazon", {"ftc"}, kDeal).mutable_information_response();
  Say("ftc", {"amazon", "openai"}, kDeal)
      .mutable_decision()
      ->set_outcome(v1::Decision::OUTCOME_PROHIBIT);
  End(v1::DealEnded::OUTCOME_PROHIBITED);
  const Why why = Explain(kDeal);
  EXPECT_THAT(Kinds(why),
              ElementsAre("deal_ended", "decision", "information_response", "second_request",
                          "merger_notification", "filing_required", "deal_signed",
                          "definitive_agreement", "term_sheet", "funding_ask", "acceptance"));
  EXPECT_EQ(why.outcome, "ended: prohibited");
  EXPECT_THAT(why.summary, HasSubstr("amazon in openai: ended: prohibited in 2026Q1, as the test"));
  EXPECT_EQ(why.steps[0].explains, 0u);
  EXPECT_EQ(why.steps[1].explains, why.steps[0].record.position());
  EXPECT_EQ(why.steps.back().record.position(), 3u);
  EXPECT_EQ(why.steps.back().explains, 5u) << "the signature rests on the acceptance, too";
}

TEST_F(WhyTest, AnInsolventLabIsTheCause) {
  SignADeal();
  v1::Default& arrears = *Say("market", {"openai", "aws"}, "").mutable_default_notice();
  arrears.set_debtor("openai");
  Say("market", {"amazon"}, "").mutable_default_notice()->set_debtor("somebody-else");
  Say("market", {"amazon", "openai"}, "").mutable_insolvency()->set_agent("openai");
  End(v1::DealEnded::OUTCOME_TARGET_INSOLVENT);
  const Why why = Explain(kDeal);
  EXPECT_THAT(Kinds(why), ElementsAre("deal_ended", "insolvency", "default_notice"));
  EXPECT_EQ(why.steps[2].record.message().default_notice().debtor(), "openai");
}

TEST_F(WhyTest, ATalkThatCameToNothingEndsWithItsLastWord) {
  Say("openai", {"amazon"}, kRound).mutable_funding_ask();
  Say("amazon", {"openai"}, kRound, 1).mutable_term_sheet();
  Say("openai", {"amazon"}, kRound, 2).mutable_counter_offer()->mutable_funding();
  Say("amazon", {"openai"}, kRound, 3).mutable_refusal()->set_note("too dear");
  const Why why = Explain(kRound);
  EXPECT_THAT(Kinds(why), ElementsAre("refusal", "counter_offer", "term_sheet", "funding_ask"));
  EXPECT_EQ(why.outcome, "refusal");
  EXPECT_THAT(why.summary, HasSubstr("too dear"));
  EXPECT_THAT(Kinds(Explain("#3")), ElementsAre("counter_offer", "term_sheet", "funding_ask"));
}

TEST_F(WhyTest, WhatIsNotThereIsNotFound) {
  Say("openai", {"amazon"}, kRound).mutable_funding_ask();
  const std::string path = folder_.File("run.tranche");
  WriteSampleLog(path, SampleRun());
  const absl::Status status = ExplainOutcome(*OpenLogFileToRead(path), "nobody/nothing").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("nobody/nothing"));
}

}  // namespace
}  // namespace tranche
