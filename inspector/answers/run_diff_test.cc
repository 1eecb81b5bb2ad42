#include "inspector/answers/run_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "broker/log/log_file.h"
#include "broker/log/sample_run_testing.h"

namespace tranche {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RunDiffTest : public ::testing::Test {
 protected:
  // A log of `quarters` whole quarters of `run`, with `change` made to the records first.
  template <typename Change>
  SqliteDatabase Log(const std::string& name, const SampleRun& run, int quarters, Change change) {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(folder_.File(name));
    EXPECT_TRUE(log.ok()) << log.status();
    for (int i = 0; i < quarters; ++i) {
      std::vector<v1::LogRecord> records;
      for (const StoredRecord& stored : run.quarter(i)) records.push_back(*stored.record);
      std::vector<StoredRecord> stored;
      for (v1::LogRecord& record : records) {
        change(record);
        stored.push_back({&record, CanonicalBytes(record)});
      }
      EXPECT_EQ((*log)->Append(stored), absl::OkStatus());
    }
    return *OpenLogFileToRead(folder_.File(name));
  }
  SqliteDatabase Log(const std::string& name, const SampleRun& run, int quarters) {
    return Log(name, run, quarters, [](v1::LogRecord&) {});
  }

  TestFolder folder_;
};

TEST_F(RunDiffTest, ARunIsTheSameAsItself) {
  const SampleRun run;
  const auto diff = CompareRuns(Log("a", run, 3), Log("b", run, 3), 5);
  ASSERT_TRUE(diff.ok()) << diff.status();
  EXPECT_TRUE(diff->same());
  EXPECT_EQ(diff->a.records, run.records().size());
  EXPECT_EQ(diff->a.quarters_closed, 3);
  EXPECT_THAT(diff->gaps, IsEmpty());
}

TEST_F(RunDiffTest, NamesTheFirstRecordThatDiffersAndItsFields) {
  const SampleRun run;
  const uint64_t changed = run.Find(v1::Message::kTermSheet, 1);
  const auto diff = CompareRuns(
      Log("a", run, 3),
      Log("b", run, 3,
          [&](v1::LogRecord& record) {
            if (record.position() == changed) {
              record.mutable_message()->mutable_term_sheet()->mutable_terms()->set_amount_cents(7);
            }
            if (record.position() > changed && record.has_metric()) {
              v1::Metric& metric = *record.mutable_metric();
              if (metric.name() == "metric-7") metric.set_value(metric.value() * 1.5);
              if (metric.name() == "metric-9") metric.set_value(-metric.value());
              if (metric.name() == "metric-11") metric.set_value(metric.value() * 1.01);
            }
          }),
      2);
  ASSERT_TRUE(diff.ok()) << diff.status();
  EXPECT_FALSE(diff->same());
  EXPECT_THAT(diff->inputs, IsEmpty());
  ASSERT_TRUE(diff->parting.has_value());
  EXPECT_EQ(diff->parting->a->position(), changed);
  EXPECT_EQ(diff->parting->b->position(), changed);
  EXPECT_THAT(diff->parting->fields,
              ElementsAre("modified: message.term_sheet.terms.amount_cents: 5000000000000 -> 7"));
  ASSERT_TRUE(diff->message.has_value()) << "which is the first message that differs, too";
  EXPECT_EQ(diff->message->a->position(), changed);
  // Two a quarter, widest first, in the quarters since.
  ASSERT_THAT(diff->gaps, SizeIs(4));
  EXPECT_EQ(diff->gaps[0].quarter, Quarter(2026, 2).index());
  EXPECT_EQ(diff->gaps[0].name, "metric-9");
  EXPECT_DOUBLE_EQ(diff->gaps[0].relative, 2);
  EXPECT_EQ(diff->gaps[1].name, "metric-7");
  EXPECT_DOUBLE_EQ(diff->gaps[1].b, diff->gaps[1].a * 1.5);
  EXPECT_EQ(diff->gaps[2].quarter, Quarter(2026, 3).index());
}

TEST_F(RunDiffTest, AnotherSeedIsAnInput) {
  const auto diff = CompareRuns(Log("a", SampleRun(3, 7), 3), Log("b", SampleRun(3, 8), 3), 5);
  ASSERT_TRUE(diff.ok()) << diff.status();
  EXPECT_THAT(diff->inputs, ElementsAre("seed: 7, 8"));
  EXPECT_FALSE(diff->same());
  ASSERT_TRUE(diff->parting.has_value()) << "the digests differ";
  EXPECT_TRUE(diff->parting->a->has_quarter_closed());
  EXPECT_FALSE(diff->message.has_value()) << "everybody says the same";
}

TEST_F(RunDiffTest, AnotherStrategyIsAnInput) {
  const SampleRun run;
  const auto diff = CompareRuns(Log("a", run, 3),
                                Log("b", run, 3,
                                    [](v1::LogRecord& record) {
                                      if (record.seat().agent() == "aws")
                                        record.mutable_seat()->set_strategy("other");
                                    }),
                                5);
  ASSERT_TRUE(diff.ok()) << diff.status();
  EXPECT_THAT(diff->inputs, Contains(HasSubstr("aws (cloud) plays other")));
}

TEST_F(RunDiffTest, AShorterLogEndsWhereTheOtherGoesOn) {
  const SampleRun run;
  const auto diff = CompareRuns(Log("a", run, 2), Log("b", run, 3), 5);
  ASSERT_TRUE(diff.ok()) << diff.status();
  ASSERT_TRUE(diff->parting.has_value());
  EXPECT_FALSE(diff->parting->a.has_value());
  EXPECT_EQ(diff->parting->b->quarter(), Quarter(2026, 3).index());
  EXPECT_EQ(diff->a.quarters_closed, 2);
  EXPECT_EQ(diff->b.quarters_closed, 3);
}

}  // namespace
}  // namespace tranche
