#include "broker/log/record_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "broker/log/figures.h"
#include "broker/log/record_kind.h"
#include "broker/log/sample_run_testing.h"
#include "broker/log/terms_text.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(FiguresTest, AreWrittenAsPeopleWriteThem) {
  EXPECT_EQ(DollarsText(50'000'000'000'00), "$50.0B");
  EXPECT_EQ(UnitPriceText(2'100'000), "$2.10");
  EXPECT_EQ(UnitPriceText(75'000), "$0.075");
  EXPECT_EQ(UnitPriceText(830'000'000), "$830.00");
  EXPECT_EQ(UnitPriceText(-2'500'000), "-$2.50");
  EXPECT_EQ(BasisPointsText(250), "2.5%");
  EXPECT_EQ(BasisPointsText(10'000), "100%");
  EXPECT_EQ(PpmText(34'884), "3.49%");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1'250'000), "1.25M");
  EXPECT_EQ(CountText(999'600), "1.00M");
  EXPECT_EQ(CountText(-12'340), "-12.3K");
  EXPECT_EQ(CountText(INT64_MAX), "9223372T");
  EXPECT_EQ(PowerText(250'000), "250 MW");
  EXPECT_EQ(PowerText(1'200'000), "1.2 GW");
  EXPECT_EQ(CapabilityText(26'500), "10^26.5 FLOP");
  EXPECT_EQ(NumberText(0.1), "0.1");
}

TEST(TermsTextTest, SaysFundingTermsInFull) {
  v1::FundingTerms terms;
  terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  terms.set_amount_cents(50'000'000'000'00);
  terms.set_pre_money_cents(830'000'000'000'00);
  v1::Tranche& first = *terms.add_tranches();
  first.set_amount_cents(15'000'000'000'00);
  first.mutable_condition()->set_clearance(true);
  v1::Tranche& second = *terms.add_tranches();
  second.set_amount_cents(35'000'000'000'00);
  second.mutable_condition()->set_annualised_revenue_cents(50'000'000'000'00);
  second.set_expires_quarter(Quarter(2027, 4).index());
  terms.set_board_right(v1::BOARD_RIGHT_SEAT);
  terms.set_pro_rata_right(true);
  terms.set_liquidation_preference_bp(10'000);
  v1::CloudCommitment& commitment = *terms.mutable_cloud_commitment();
  commitment.set_cloud("aws");
  commitment.set_amount_cents(38'000'000'000'00);
  commitment.set_term_quarters(28);
  commitment.set_exclusive(true);
  terms.add_excluded_investors("microsoft");
  terms.set_outside_quarter(Quarter(2026, 4).index());

  EXPECT_EQ(TermsText(terms),
            "$50.0B at $830B pre-money in preferred equity, 2 tranches, board seat, $38.0B to be "
            "spent at aws over 28 quarters, exclusive, excludes microsoft");
  EXPECT_THAT(TermsLines(terms),
              ElementsAre("$50.0B at $830B pre-money in preferred equity (5.68% of the lab)",
                          "tranche 1: $15.0B on clearance",
                          "tranche 2: $35.0B at $50.0B annualised revenue, until 2027Q4",
                          "board seat, pro-rata right, 1x liquidation preference",
                          "$38.0B to be spent at aws over 28 quarters, exclusive",
                          "no money from microsoft", "lapses unless closed by 2026Q4"));
}

TEST(TermsTextTest, SaysCapacityTerms) {
  v1::CapacityTerms terms;
  terms.set_accelerators_h100e(100'000);
  terms.set_start_quarter(Quarter(2026, 2).index());
  terms.set_term_quarters(12);
  terms.set_price_micros_per_gpu_hour(2'100'000);
  terms.set_take_or_pay_bp(8'000);
  EXPECT_EQ(TermsText(terms),
            "100K H100e from 2026Q2 for 12 quarters at $2.10 per GPU-hour, 80% take or pay");
}

TEST(RecordTextTest, EveryKindHasItsSentence) {
  // Even with nothing in it, a message reads as more than the name of its kind, on one line.
  const google::protobuf::OneofDescriptor* bodies =
      v1::Message::descriptor()->FindOneofByName("body");
  for (int i = 0; i < bodies->field_count(); ++i) {
    v1::Message message;
    v1::Message::GetReflection()->MutableMessage(&message, bodies->field(i));
    if (message.has_note()) message.mutable_note()->set_text("hello");
    const std::string text = MessageText(message);
    EXPECT_THAT(text, Not(IsEmpty()));
    EXPECT_NE(text, MessageKind(message));
    EXPECT_THAT(text, Not(HasSubstr("\n")));
  }
  const google::protobuf::OneofDescriptor* kinds =
      v1::LogRecord::descriptor()->FindOneofByName("record");
  for (int i = 0; i < kinds->field_count(); ++i) {
    v1::LogRecord record;
    v1::LogRecord::GetReflection()->MutableMessage(&record, kinds->field(i));
    if (record.has_message()) continue;
    EXPECT_NE(RecordText(record), RecordKind(record));
  }
}

TEST(RecordTextTest, ALineHoldsWhoWhenAndWhat) {
  const SampleRun run;
  const uint64_t position = run.Find(v1::Message::kTermSheet);
  EXPECT_EQ(RecordLine(*run.records()[position - 1].record),
            "#10 2026Q1 r2  amazon → openai  term_sheet  offers $50.0B at $830B pre-money in "
            "preferred equity, 2 tranches, board observer, $38.0B to be spent at aws over 28 "
            "quarters");
  EXPECT_EQ(RecordLine(*run.records()[0].record),
            "#1 2026Q1 r0  header  scenario sample, seed 7, 2026Q1 to 2026Q3");
}

TEST(RecordTextTest, ForeignWordsStayOnTheirLine) {
  v1::Message message;
  message.mutable_note()->set_text("first\nsecond\tthird");
  EXPECT_EQ(MessageText(message), "first second third");
}

TEST(RecordTextTest, JsonReadsBackAsTheSameRecord) {
  const SampleRun run;
  for (const StoredRecord& stored : run.records()) {
    const std::string json = RecordJson(*stored.record);
    EXPECT_THAT(json, Not(HasSubstr("\n")));
    v1::LogRecord back;
    ASSERT_EQ(ParseRecordJson(json, &back), absl::OkStatus()) << json;
    EXPECT_EQ(CanonicalBytes(back), stored.bytes) << json;
  }
  v1::LogRecord record;
  EXPECT_EQ(ParseRecordJson("{\"positron\": 1}", &record).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tranche
