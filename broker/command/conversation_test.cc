#include "broker/command/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "broker/log/sample_run_testing.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ConversationTest : public ::testing::Test {
 protected:
  ConversationTest() {
    WriteSampleLog(folder_.File("run.tranche"), run_);
    log_ = *RunLog::OpenToRead(folder_.File("run.tranche"));
  }
  TestFolder folder_;
  const SampleRun run_;
  std::unique_ptr<RunLog> log_;
};

TEST_F(ConversationTest, AnswersStandBelowWhatTheyAnswer) {
  std::ostringstream out;
  ASSERT_EQ(PrintConversation(*log_, "openai/round-2026Q1", out), absl::OkStatus());
  EXPECT_THAT(
      out.str(),
      StartsWith(
          "openai/round-2026Q1\n"
          "#9 2026Q1 r1  openai → amazon: seeks $100B at $830B pre-money (primary), to close in "
          "2026Q1: compute, and people\n"
          "    #10 2026Q1 r2  amazon → openai: offers $50.0B at $830B pre-money in preferred "
          "equity, 2 tranches, board observer, $38.0B to be spent at aws over 28 quarters\n"
          "          $50.0B at $830B pre-money in preferred equity (5.68% of the lab)\n"
          "          tranche 1: $30.0B on clearance\n"
          "          tranche 2: $20.0B from 2026Q3\n"
          "          board observer\n"
          "          $38.0B to be spent at aws over 28 quarters\n"
          "          lapses unless closed by 2026Q4\n"
          "        #11 2026Q1 r2  openai → amazon: accepts\n"
          "#12 2026Q1 r2  market → amazon, openai: signed: amazon in openai"));
  EXPECT_THAT(out.str(), HasSubstr("clear with conditions (firewall, stake cap at 9%)"));
  EXPECT_THAT(out.str(), HasSubstr("[amazon]\n")) << "the deal's own thread is named";
}

TEST_F(ConversationTest, AThreadIsFoundByAnyOfItsMessages) {
  const uint64_t position = run_.Find(v1::Message::kAcceptance, 1);
  EXPECT_EQ(*FindThread(*log_, absl::StrCat("#", position)), "openai/round-2026Q2");
  EXPECT_EQ(*FindThread(*log_, absl::StrCat(position)), "openai/round-2026Q2");
  EXPECT_EQ(*FindThread(*log_, "openai/round-2026Q3"), "openai/round-2026Q3");
  for (const char* none : {"1", "99999", "openai/round", ""}) {
    EXPECT_EQ(FindThread(*log_, none).status().code(), absl::StatusCode::kNotFound) << none;
  }
}

TEST_F(ConversationTest, ThreadsAreListedWithTheirParties) {
  std::ostringstream out;
  ASSERT_EQ(PrintThreads(*log_, out), absl::OkStatus());
  EXPECT_THAT(out.str(),
              StartsWith("openai/round-2026Q1  3 messages, 2026Q1: amazon, openai\n"
                         "openai/round-2026Q1/amazon  6 messages, 2026Q1: amazon, ftc, openai\n"
                         "openai/capacity-2026Q1  1 message, 2026Q1: aws, openai\n"));
}

}  // namespace
}  // namespace tranche
