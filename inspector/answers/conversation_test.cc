#include "inspector/answers/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "broker/log/log_file.h"
#include "broker/log/sample_run_testing.h"

namespace tranche {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class ConversationTest : public ::testing::Test {
 protected:
  TestFolder folder_;
  const SampleRun run_;
  SqliteDatabase database_ = *[this] {
    WriteSampleLog(folder_.File("run.tranche"), run_);
    return OpenLogFileToRead(folder_.File("run.tranche"));
  }();
};

TEST_F(ConversationTest, AnswersFollowWhatTheyAnswer) {
  const absl::StatusOr<Talk> talk = ReadTalk(database_, "openai/round-2026Q1");
  ASSERT_TRUE(talk.ok()) << talk.status();
  std::string order;
  for (const size_t place : talk->ReadingOrder()) {
    const TalkMessage& message = talk->messages[place];
    absl::StrAppend(&order, message.record.position(), ":", message.depth, " ");
  }
  EXPECT_EQ(order, "9:0 10:1 11:2 12:0 13:0 14:0 15:0 16:0 17:0 ");
}

TEST_F(ConversationTest, ThreadsAreReadInPages) {
  const absl::StatusOr<Talk> page = ReadTalk(database_, "openai/round-2026Q1", 10, 2);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_THAT(page->messages, SizeIs(2));
  EXPECT_EQ(page->messages[0].record.position(), 10u);
  EXPECT_EQ(page->messages[1].record.position(), 11u);
  EXPECT_TRUE(page->more);
  EXPECT_FALSE(ReadTalk(database_, "openai/round-2026Q1", 16, 2)->more);
}

TEST_F(ConversationTest, AThreadIsFoundByAnyOfItsMessages) {
  const uint64_t position = run_.Find(v1::Message::kAcceptance, 1);
  EXPECT_EQ(*FindThread(database_, absl::StrCat("#", position)), "openai/round-2026Q2");
  EXPECT_EQ(*FindThread(database_, absl::StrCat(position)), "openai/round-2026Q2");
  EXPECT_EQ(*FindThread(database_, "openai/round-2026Q3"), "openai/round-2026Q3");
  for (const char* none : {"1", "99999", "openai/round", ""}) {
    EXPECT_EQ(FindThread(database_, none).status().code(), absl::StatusCode::kNotFound) << none;
  }
}

TEST_F(ConversationTest, SignedTermsAreComparedWithThoseOffered) {
  const absl::StatusOr<Talk> talk = ReadTalk(database_, "openai/round-2026Q1");
  ASSERT_TRUE(talk.ok()) << talk.status();
  const TalkMessage& offer = talk->messages[1];
  EXPECT_EQ(offer.changed_from, 0u) << "the first terms: an ask is none of its versions";
  const TalkMessage& signed_deal = talk->messages[3];
  EXPECT_EQ(signed_deal.changed_from, offer.record.position());
  EXPECT_THAT(signed_deal.changes, IsEmpty()) << "signed as offered";
}

v1::LogRecord Proposal(uint64_t position, uint64_t in_reply_to, const std::string& sender,
                       const std::string& recipient, int64_t amount_cents, bool firewall) {
  v1::LogRecord record;
  record.set_position(position);
  v1::Message& message = *record.mutable_message();
  message.set_sender(sender);
  message.add_recipients(recipient);
  message.set_in_reply_to(in_reply_to);
  v1::FundingTerms& terms = *message.mutable_counter_offer()->mutable_funding();
  terms.set_amount_cents(amount_cents);
  terms.set_firewall(firewall);
  return record;
}

TEST(TermsHistoryTest, TellsWhatEachVersionChanges) {
  TermsHistory history;
  TalkMessage first = {Proposal(1, 0, "amazon", "openai", 100'00, false)};
  TalkMessage others = {Proposal(2, 0, "softbank", "openai", 900'00, false)};
  TalkMessage answer = {Proposal(3, 1, "openai", "amazon", 250'00, true)};
  TalkMessage later = {Proposal(4, 0, "amazon", "openai", 250'00, false)};
  for (TalkMessage* message : {&first, &others, &answer, &later}) history.Add(*message);
  EXPECT_EQ(others.changed_from, 0u) << "between two others";
  EXPECT_EQ(answer.changed_from, 1u);
  ASSERT_THAT(answer.changes, SizeIs(2));
  EXPECT_EQ(answer.changes[0].label, "amount");
  EXPECT_EQ(answer.changes[0].before, "$100.00");
  EXPECT_EQ(answer.changes[0].after, "$250.00");
  EXPECT_EQ(answer.changes[1].label, "firewall");
  EXPECT_EQ(answer.changes[1].before, "");
  EXPECT_EQ(later.changed_from, 3u) << "the last between the two, as it answers nothing";
  ASSERT_THAT(later.changes, SizeIs(1));
  EXPECT_EQ(later.changes[0].after, "") << "the firewall is gone";
}

}  // namespace
}  // namespace tranche
