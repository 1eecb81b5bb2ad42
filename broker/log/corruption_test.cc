// What happens to a log that has been damaged on disk: it is never read wrongly in silence.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/log/run_log.h"
#include "broker/log/sample_run_testing.h"
#include "broker/log/sqlite.h"

namespace tranche {
namespace {

using ::testing::AnyOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

class CorruptionTest : public ::testing::Test {
 protected:
  CorruptionTest() {
    WriteSampleLog(path_, run_);
    content_ = ReadFile(path_);
  }

  // Runs statements on the log, as an editor of the file would.
  void Edit(const std::string& sql) {
    absl::StatusOr<SqliteDatabase> database =
        SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadWrite);
    ASSERT_TRUE(database.ok());
    ASSERT_EQ(database->Execute(sql), absl::OkStatus());
  }

  std::unique_ptr<RunLog> Open() {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(path_);
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }
  void ExpectDataLoss(const absl::Status& status, absl::string_view what) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(status.message(), HasSubstr(path_));
    EXPECT_THAT(status.message(), HasSubstr(std::string(what)));
  }

  // Reads a log with `bytes` for content. Whatever is read without an error must be the truth.
  // Returns whether the damage is told by opening, reading or verifying.
  bool TellsDamage(const std::string& bytes) {
    WriteFile(path_, bytes);
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(path_);
    if (!log.ok()) {
      EXPECT_THAT(log.status().code(),
                  AnyOf(absl::StatusCode::kDataLoss, absl::StatusCode::kInvalidArgument,
                        absl::StatusCode::kFailedPrecondition))
          << log.status();
      return true;
    }
    const ReadResult read = ReadAll(**log);
    for (size_t i = 0; i < read.records.size(); ++i) {
      EXPECT_EQ(read.records[i], run_.records()[i].bytes) << "record " << i + 1;
    }
    if (read.status.ok()) {
      EXPECT_THAT(read.records, SizeIs(run_.records().size()));
    } else {
      EXPECT_EQ(read.status.code(), absl::StatusCode::kDataLoss) << read.status;
      EXPECT_THAT(std::string(read.status.message()), ContainsRegex("record [0-9]+"));
    }
    const absl::Status verified = (*log)->Verify();
    if (!verified.ok()) {
      EXPECT_EQ(verified.code(), absl::StatusCode::kDataLoss) << verified;
    } else {
      EXPECT_TRUE(read.status.ok()) << read.status;
    }
    return !verified.ok();
  }

  TestFolder folder_;
  const std::string path_ = folder_.File("run.tranche");
  const SampleRun run_;
  std::string content_;
};

TEST_F(CorruptionTest, AFlippedBitIsNeverReadAsTruth) {
  int told = 0;
  int flips = 0;
  // A stride coprime to the page size visits every part of a page, and of the file.
  for (size_t at = 0; at < content_.size(); at += 509) {
    if (content_[at] == '\0') continue;  // mostly free space
    std::string damaged = content_;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at / 509) % 8));
    told += TellsDamage(damaged);
    ++flips;
    if (HasFailure()) FAIL() << "byte " << at;
  }
  // The rest hit what pages keep of cells that have moved on.
  EXPECT_GT(flips, 100);
  EXPECT_GT(told * 10, flips * 9) << told << " of " << flips;
}

TEST_F(CorruptionTest, EveryByteOfEveryPayloadCounts) {
  // Each record's bytes stand in the file in one piece, as the pages are larger.
  for (const StoredRecord& stored : run_.records()) {
    const size_t at = content_.find(stored.bytes);
    if (at == std::string::npos) continue;  // continued on an overflow page
    std::string damaged = content_;
    damaged[at + stored.bytes.size() / 2] ^= 1;
    WriteFile(path_, damaged);
    const ReadResult read = ReadAll(*Open());
    ExpectDataLoss(read.status, absl::StrCat("record ", stored.record->position(), " "));
    EXPECT_THAT(read.records, SizeIs(stored.record->position() - 1));
    EXPECT_EQ(Open()->Verify(), read.status);
  }
}

TEST_F(CorruptionTest, AWipedPageIsDataLoss) {
  constexpr size_t kPage = 4096;
  int told = 0;
  for (size_t at = kPage; at + kPage <= content_.size(); at += kPage) {
    std::string damaged = content_;
    std::fill_n(damaged.begin() + static_cast<ptrdiff_t>(at), kPage, '\0');
    told += TellsDamage(damaged);
    if (HasFailure()) FAIL() << "page at " << at;
  }
  EXPECT_GT(told, 20);
}

TEST_F(CorruptionTest, ATruncatedFileIsDataLoss) {
  for (size_t size = 100; size < content_.size(); size += 3001) {
    WriteFile(path_, content_.substr(0, size));
    for (const auto& opened : {RunLog::OpenToRead(path_), RunLog::OpenToAppend(path_)}) {
      ExpectDataLoss(opened.status(), "truncated");
      EXPECT_THAT(opened.status().message(),
                  HasSubstr(absl::StrCat(size, " of ", content_.size())));
    }
  }
}

TEST_F(CorruptionTest, AnEditedRecordWithAMatchingChecksumBreaksTheChain) {
  const uint64_t position = run_.Find(v1::Message::kTermSheet, 1);
  v1::LogRecord forged = *run_.records()[position - 1].record;
  forged.mutable_message()->mutable_term_sheet()->mutable_terms()->set_board_right(
      v1::BOARD_RIGHT_SEAT);
  // As one who knows the schema would do it.
  std::vector<StoredRecord> records(run_.records().begin(), run_.records().end());
  records[position - 1] = {&forged, CanonicalBytes(forged)};
  std::filesystem::remove(path_);
  {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path_);
    ASSERT_TRUE(log.ok());
    ASSERT_EQ((*log)->Append(records), absl::OkStatus());
    ASSERT_EQ((*log)->Finish(), absl::OkStatus());
  }
  EXPECT_EQ(ReadAll(*Open()).status, absl::OkStatus());
  const absl::Status verified = Open()->Verify();
  ExpectDataLoss(verified, "the hash chain breaks");
  EXPECT_THAT(verified.message(), HasSubstr("2026Q2"));
}

TEST_F(CorruptionTest, AMissingRecordIsNamed) {
  Edit("DELETE FROM records WHERE position = 17");
  ExpectDataLoss(ReadAll(*Open()).status, "record 17 is missing");
  ExpectDataLoss(Open()->Verify(), "record 17 is missing");
}

TEST_F(CorruptionTest, AMissingTailIsNamed) {
  Edit("DELETE FROM records WHERE position > 60");
  ExpectDataLoss(ReadAll(*Open()).status, "record 61 is missing");
}

TEST_F(CorruptionTest, AnEditedTableIsNamed) {
  Edit("UPDATE metrics SET value = 1 WHERE name = 'metric-3' AND quarter = '2026Q2'");
  EXPECT_EQ(ReadAll(*Open()).status, absl::OkStatus());
  ExpectDataLoss(Open()->Verify(), "table metrics differs from the records in value");
}

TEST_F(CorruptionTest, ARowTooManyOrTooFewIsNamed) {
  Edit("DELETE FROM deals WHERE signed_quarter = '2026Q2'");
  ExpectDataLoss(
      Open()->Verify(),
      "table deals differs from the records in deal of the row deal openai/round-2026Q2/amazon");
  WriteFile(path_, content_);
  Edit("INSERT INTO deliveries VALUES ('zoe', 3)");
  ExpectDataLoss(Open()->Verify(), "table deliveries has the row recipient zoe");
}

TEST_F(CorruptionTest, AnEditedColumnOfARecordIsNamed) {
  Edit("UPDATE records SET sender = 'microsoft' WHERE sender = 'amazon' AND quarter = '2026Q3'");
  ExpectDataLoss(Open()->Verify(), "table records differs from the records in sender");
}

TEST_F(CorruptionTest, AnEditedHeaderFigureIsNamed) {
  Edit("UPDATE run SET seed = '8'");
  ExpectDataLoss(Open()->Verify(), "table run differs from the records in seed");
}

}  // namespace
}  // namespace tranche
