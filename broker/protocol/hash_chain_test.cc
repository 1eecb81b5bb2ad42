#include "broker/protocol/hash_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "broker/protocol/sha256.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

// A log of two quarters with a note each, and its end.
class LogBuilder {
 public:
  LogBuilder() {
    v1::LogRecord& header = Add(Quarter(2026, 1));
    header.mutable_header()->set_seed(7);
    header.mutable_header()->set_first_quarter(Quarter(2026, 1).index());
    header.mutable_header()->set_end_quarter(Quarter(2026, 3).index());
    chain_.Add(CanonicalBytes(header));
    AddQuarter(Quarter(2026, 1));
    AddQuarter(Quarter(2026, 2));
    Add(Quarter(2026, 2)).mutable_run_ended()->set_reason(v1::RunEnded::REASON_COMPLETED);
  }

  absl::Status Verify() const {
    std::vector<const v1::LogRecord*> records;
    for (const v1::LogRecord& record : records_) records.push_back(&record);
    return VerifyChain(records);
  }

  std::vector<v1::LogRecord>& records() { return records_; }
  const std::string& digest() const { return chain_.digest(); }

 private:
  v1::LogRecord& Add(Quarter quarter) {
    v1::LogRecord& record = records_.emplace_back();
    record.set_position(records_.size());
    record.set_quarter(quarter.index());
    return record;
  }

  void AddQuarter(Quarter quarter) {
    v1::LogRecord& note = Add(quarter);
    note.mutable_message()->set_sender("openai");
    note.mutable_message()->mutable_note()->set_text("hello");
    chain_.Add(CanonicalBytes(note));
    v1::LogRecord& closed = Add(quarter);
    closed.mutable_quarter_closed()->set_rounds(3);
    chain_.CloseQuarter(&closed);
  }

  std::vector<v1::LogRecord> records_;
  HashChain chain_;
};

std::string LittleEndian64(uint64_t value) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

TEST(HashChainTest, DigestIsTheHashOfTheDigestBeforeAndTheFramedRecords) {
  HashChain chain;
  std::string before;
  for (int quarter = 0; quarter < 2; ++quarter) {
    v1::LogRecord closed;
    closed.set_position(3);
    closed.mutable_quarter_closed()->set_rounds(2);
    const std::string last = CanonicalBytes(closed);

    chain.Add("first");
    chain.Add("");
    const std::string stored = chain.CloseQuarter(&closed);

    const std::string expected = Sha256Of(before + LittleEndian64(5) + "first" + LittleEndian64(0) +
                                          LittleEndian64(last.size()) + last);
    EXPECT_EQ(chain.digest(), expected);
    EXPECT_EQ(closed.quarter_closed().digest(), expected);
    EXPECT_EQ(stored, CanonicalBytes(closed));
    before = expected;
  }
}

TEST(HashChainTest, RecordBoundariesMatter) {
  v1::LogRecord closed;
  HashChain one;
  one.Add("ab");
  one.Add("c");
  one.CloseQuarter(&closed);
  HashChain other;
  other.Add("a");
  other.Add("bc");
  other.CloseQuarter(&closed);
  EXPECT_NE(one.digest(), other.digest());
}

TEST(HashChainTest, HexDigestIsLowerCase) { EXPECT_EQ(HexDigest("\x01\xab\xff"), "01abff"); }

TEST(ChainVerifierTest, AcceptsAWholeLog) {
  LogBuilder log;
  EXPECT_EQ(log.Verify(), absl::OkStatus());
}

TEST(ChainVerifierTest, AcceptsALogThatEndsAtAnyClosedQuarter) {
  LogBuilder log;
  log.records().resize(3);
  EXPECT_EQ(log.Verify(), absl::OkStatus());
}

TEST(ChainVerifierTest, EveryChangedRecordBreaksTheChain) {
  const size_t size = LogBuilder().records().size();
  for (size_t i = 0; i + 1 < size; ++i) {
    LogBuilder log;
    log.records()[i].set_round(9);
    EXPECT_EQ(log.Verify().code(), absl::StatusCode::kDataLoss) << i;
  }
}

TEST(ChainVerifierTest, NamesTheRecordsWhereTheChainBreaks) {
  LogBuilder log;
  log.records()[3].mutable_message()->mutable_note()->set_text("bye");
  const std::string message(log.Verify().message());
  EXPECT_THAT(message, HasSubstr("2026Q2"));
  EXPECT_THAT(message, HasSubstr("records 4 to 5"));
}

TEST(ChainVerifierTest, AMissingRecordIsAGap) {
  LogBuilder log;
  log.records().erase(log.records().begin() + 1);
  EXPECT_THAT(log.Verify().message(), HasSubstr("should be at position 2"));
}

TEST(ChainVerifierTest, RecordsAfterTheLastClosedQuarterBelongNowhere) {
  LogBuilder log;
  log.records().resize(4);
  EXPECT_THAT(log.Verify().message(), HasSubstr("records 4 to 4 belong to no closed quarter"));
}

TEST(ChainVerifierTest, ARunEndsOnlyAfterItsLastQuarter) {
  LogBuilder log;
  log.records().resize(4);
  log.records()[3].mutable_run_ended();
  EXPECT_THAT(log.Verify().message(), HasSubstr("ends before its last quarter"));
}

TEST(ChainVerifierTest, NothingFollowsTheEnd) {
  LogBuilder log;
  v1::LogRecord& more = log.records().emplace_back();
  more.set_position(log.records().size());
  more.mutable_pass();
  EXPECT_THAT(log.Verify().message(), HasSubstr("follows the end"));
}

TEST(ChainVerifierTest, ALogBeginsWithItsHeader) {
  LogBuilder log;
  log.records()[0].mutable_pass();
  EXPECT_THAT(log.Verify().message(), HasSubstr("isn't a header"));
}

}  // namespace
}  // namespace tranche
