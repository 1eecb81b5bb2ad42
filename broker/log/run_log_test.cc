#include "broker/log/run_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/log/record_kind.h"
#include "broker/log/sample_run_testing.h"
#include "broker/log/schema.h"
#include "broker/log/sqlite.h"
#include "google/protobuf/descriptor.pb.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Row = std::map<std::string, std::string>;

std::string CellText(const TableCell& cell) {
  switch (cell.type) {
    case TableCell::Type::kNull:
      return "NULL";
    case TableCell::Type::kInteger:
      return absl::StrCat(cell.integer);
    case TableCell::Type::kReal:
      return absl::StrCat(cell.real);
    default:
      return std::string(cell.bytes);
  }
}

std::vector<Row> Table(const RunLog& log, absl::string_view name) {
  std::vector<Row> rows;
  absl::Status read = log.ReadTable(
      name, [&](absl::Span<const std::string> columns, absl::Span<const TableCell> cells) {
        Row& row = rows.emplace_back();
        for (size_t i = 0; i < columns.size(); ++i) row[columns[i]] = CellText(cells[i]);
        return true;
      });
  EXPECT_EQ(read, absl::OkStatus());
  return rows;
}

std::vector<uint64_t> Positions(const RunLog& log, const RecordFilter& filter) {
  std::vector<uint64_t> positions;
  EXPECT_EQ(log.Select(filter,
                       [&](const v1::LogRecord& record) {
                         positions.push_back(record.position());
                         return true;
                       }),
            absl::OkStatus());
  return positions;
}

class RunLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<RunLog> Finished() {
    WriteSampleLog(path_, run_);
    return Reader();
  }
  std::unique_ptr<RunLog> Reader() {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(path_);
    EXPECT_TRUE(log.ok()) << log.status();
    return log.ok() ? *std::move(log) : nullptr;
  }
  std::unique_ptr<RunLog> New() {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path_);
    EXPECT_TRUE(log.ok()) << log.status();
    return log.ok() ? *std::move(log) : nullptr;
  }
  void WriteFile(absl::string_view content) { std::ofstream(path_, std::ios::binary) << content; }

  TestFolder folder_;
  const std::string path_ = folder_.File("run.tranche");
  const SampleRun run_;
};

TEST_F(RunLogTest, ReadsBackWhatWasAppended) {
  std::unique_ptr<RunLog> log = Finished();
  const ReadResult read = ReadAll(*log);
  ASSERT_EQ(read.status, absl::OkStatus());
  ASSERT_THAT(read.records, SizeIs(run_.records().size()));
  for (size_t i = 0; i < read.records.size(); ++i) {
    EXPECT_EQ(read.records[i], run_.records()[i].bytes) << i;
  }
  EXPECT_EQ(*log->LastPosition(), run_.records().size());
  EXPECT_EQ(log->Verify(), absl::OkStatus());
}

TEST_F(RunLogTest, ReadsFromAPositionUntilTheVisitorHasEnough) {
  std::unique_ptr<RunLog> log = Finished();
  std::vector<uint64_t> positions;
  ASSERT_EQ(log->Read(5,
                      [&](const v1::LogRecord& record) {
                        positions.push_back(record.position());
                        return positions.size() < 3;
                      }),
            absl::OkStatus());
  EXPECT_THAT(positions, ElementsAre(5, 6, 7));
}

TEST_F(RunLogTest, GoesOnWhereItsRunStood) {
  {
    std::unique_ptr<RunLog> log = New();
    ASSERT_EQ(log->Append(run_.quarter(0)), absl::OkStatus());
  }
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToAppend(path_);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(*(*log)->LastPosition(), run_.quarter(0).size());
  ASSERT_EQ((*log)->Append(run_.quarter(1)), absl::OkStatus());
  ASSERT_EQ((*log)->Append(run_.quarter(2)), absl::OkStatus());
  ASSERT_EQ((*log)->Finish(), absl::OkStatus());
  EXPECT_EQ((*log)->Verify(), absl::OkStatus());
  EXPECT_THAT(Table(**log, "quarters"), SizeIs(3));
}

TEST_F(RunLogTest, RefusesRecordsThatDontFollowTheLast) {
  std::unique_ptr<RunLog> log = New();
  EXPECT_EQ(log->Append(run_.quarter(1)).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(*log->LastPosition(), 0u);
  EXPECT_EQ(log->Append(run_.quarter(0)), absl::OkStatus());
}

TEST_F(RunLogTest, AFinishedLogIsOneFile) {
  Finished();
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    files.push_back(entry.path().filename());
  }
  EXPECT_THAT(files, ElementsAre("run.tranche"));
}

TEST_F(RunLogTest, FinishedLogsCanOnlyBeRead) {
  std::unique_ptr<RunLog> log = New();
  ASSERT_EQ(log->Append(run_.quarter(0)), absl::OkStatus());
  ASSERT_EQ(log->Finish(), absl::OkStatus());
  EXPECT_EQ(log->Append(run_.quarter(1)).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(log->NoteOperation("pause", "", "").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(ReadAll(*log).records, SizeIs(run_.quarter(0).size()));
  EXPECT_EQ(Reader()->Append(run_.quarter(1)).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RunLogTest, FinishGivesWayToAReader) {
  std::unique_ptr<RunLog> log = New();
  ASSERT_EQ(log->Append(run_.quarter(0)), absl::OkStatus());
  std::unique_ptr<RunLog> reader = Reader();
  std::vector<std::string> seen;
  ASSERT_EQ(reader->Read(1,
                         [&](const v1::LogRecord& record) {
                           if (seen.empty()) {
                             EXPECT_EQ(log->Finish(), absl::OkStatus());
                           }
                           seen.push_back(CanonicalBytes(record));
                           return true;
                         }),
            absl::OkStatus());
  EXPECT_THAT(seen, SizeIs(run_.quarter(0).size()));
  EXPECT_EQ(Reader()->Verify(), absl::OkStatus());
}

// --- Tables --------------------------------------------------------------------------------------

TEST_F(RunLogTest, EveryTableIsNamedInTheSchema) {
  std::unique_ptr<RunLog> log = Finished();
  for (absl::string_view table : TableNames()) Table(*log, table);
  for (absl::string_view view : ViewNames()) {
    EXPECT_THAT(Table(*log, view), Not(IsEmpty())) << view;
  }
  absl::Status unknown =
      log->ReadTable("sqlite_master; DROP TABLE records", [](auto, auto) { return true; });
  EXPECT_EQ(unknown.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(unknown.message(), HasSubstr("cap_table"));
}

TEST_F(RunLogTest, MetaHoldsTheDescriptorsThatDecodeThePayloads) {
  std::unique_ptr<RunLog> log = Finished();
  std::map<std::string, std::string> meta;
  for (const Row& row : Table(*log, "meta")) meta[row.at("key")] = row.at("value");
  EXPECT_EQ(meta["schema_version"], "1");
  EXPECT_THAT(meta["created_by"], HasSubstr("tranche "));
  google::protobuf::FileDescriptorSet descriptors;
  ASSERT_TRUE(descriptors.ParseFromString(meta["descriptor_set"]));
  google::protobuf::DescriptorPool pool;
  for (const auto& file : descriptors.file()) ASSERT_NE(pool.BuildFile(file), nullptr);
  const google::protobuf::Descriptor* record = pool.FindMessageTypeByName("tranche.v1.LogRecord");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->field_count(), v1::LogRecord::descriptor()->field_count());
}

TEST_F(RunLogTest, RunAndSeatsAreWhatTheHeaderSays) {
  std::unique_ptr<RunLog> log = Finished();
  const Row run = Table(*log, "run").at(0);
  EXPECT_EQ(run.at("seed"), "7");
  EXPECT_EQ(run.at("first_quarter"), "2026Q1");
  EXPECT_EQ(run.at("last_quarter"), "2026Q3");
  EXPECT_EQ(run.at("ended"), "completed");
  const std::vector<Row> agents = Table(*log, "agents");
  ASSERT_THAT(agents, SizeIs(4));
  EXPECT_EQ(agents[1].at("name"), "aws");
  EXPECT_EQ(agents[1].at("role"), "cloud");
  EXPECT_EQ(agents[1].at("corporate_group"), "amazon");
  EXPECT_EQ(agents[1].at("parameters"), "{\"patience_quarters\":0.1}");
  EXPECT_EQ(agents[1].at("jurisdiction"), "NULL");
  EXPECT_EQ(agents[2].at("jurisdiction"), "us-antitrust");
}

TEST_F(RunLogTest, QuartersCountTheirRecordsAndMessages) {
  std::unique_ptr<RunLog> log = Finished();
  const std::vector<Row> quarters = Table(*log, "quarters");
  ASSERT_THAT(quarters, SizeIs(3));
  uint64_t next = 1;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(quarters[i].at("quarter"), (Quarter(2026, 1) + i).ToString());
    EXPECT_EQ(quarters[i].at("first_position"), absl::StrCat(next));
    EXPECT_EQ(quarters[i].at("messages"), "15");
    EXPECT_THAT(quarters[i].at("digest"), SizeIs(64));
    next += run_.quarter(i).size();
  }
}

TEST_F(RunLogTest, ADealIsFollowedFromSignatureToClosing) {
  std::unique_ptr<RunLog> log = Finished();
  const std::vector<Row> deals = Table(*log, "deals");
  ASSERT_THAT(deals, SizeIs(3));
  EXPECT_EQ(deals[0].at("deal"), "openai/round-2026Q1/amazon");
  EXPECT_EQ(deals[0].at("kind"), "funding");
  EXPECT_EQ(deals[0].at("amount_cents"), "5000000000000");
  EXPECT_EQ(deals[0].at("pre_money_cents"), "83000000000000");
  EXPECT_EQ(deals[0].at("tranches"), "2");
  EXPECT_EQ(deals[0].at("board_right"), "observer");
  EXPECT_EQ(deals[0].at("cloud"), "aws");
  EXPECT_EQ(deals[0].at("outside_quarter"), "2026Q4");
  EXPECT_EQ(deals[0].at("state"), "closed");
  EXPECT_EQ(deals[0].at("drawn_cents"), "3000000000000");
  const Row closing = Table(*log, "closings").at(0);
  EXPECT_EQ(closing.at("post_money_cents"), "86000000000000");
  const std::vector<Row> reviews = Table(*log, "reviews");
  ASSERT_THAT(reviews, SizeIs(3)) << "one review, though party and regulator have a copy each";
  EXPECT_EQ(reviews[0].at("regulator"), "ftc");
  EXPECT_EQ(reviews[0].at("notified"), "2026-01-09");
  EXPECT_EQ(reviews[0].at("outcome"), "clear-with-conditions");
  EXPECT_EQ(reviews[0].at("conditions"), "firewall, stake-cap 900bp");
}

TEST_F(RunLogTest, ContractsBuildsAndBooksHaveTheirRows) {
  std::unique_ptr<RunLog> log = Finished();
  const Row contract = Table(*log, "contracts").at(0);
  EXPECT_EQ(contract.at("kind"), "capacity");
  EXPECT_EQ(contract.at("start_quarter"), "2026Q2");
  EXPECT_EQ(contract.at("price_micros_per_gpu_hour"), "2100000");
  const Row build = Table(*log, "builds").at(0);
  EXPECT_EQ(build.at("cloud"), "aws");
  EXPECT_EQ(build.at("state"), "completed");
  EXPECT_EQ(build.at("accelerators_h100e"), "160000");
  EXPECT_EQ(Table(*log, "ledger").at(0).at("thread"), "openai/round-2026Q1/amazon");
  EXPECT_EQ(Table(*log, "metrics").at(6).at("value"), absl::StrCat(6 / 7.0));
  EXPECT_EQ(Table(*log, "cap_table").at(2).at("quarter"), "2026Q3");
  EXPECT_THAT(Table(*log, "statements"), SizeIs(6));
  EXPECT_EQ(Table(*log, "relations").at(0).at("kind"), "equity");
}

TEST_F(RunLogTest, ASiteUnderWayAtTheOpeningHasARowWhenItIsReady) {
  v1::LogRecord record;
  record.set_position(run_.quarter(0).size() + 1);
  record.set_quarter(Quarter(2026, 2).index());
  v1::Message& message = *record.mutable_message();
  message.set_sender("market");
  message.add_recipients("aws");
  message.mutable_build_completed()->set_build(INT64_MAX);
  message.mutable_build_completed()->set_region("ohio");
  message.mutable_build_completed()->set_accelerators_h100e(5'000);
  std::unique_ptr<RunLog> log = New();
  ASSERT_EQ(log->Append(run_.quarter(0)), absl::OkStatus());
  ASSERT_EQ(log->Append({{&record, CanonicalBytes(record)}}), absl::OkStatus());
  const std::vector<Row> builds = Table(*log, "builds");
  ASSERT_THAT(builds, SizeIs(2));
  EXPECT_EQ(builds[1].at("cloud"), "aws");
  EXPECT_EQ(builds[1].at("ordered_quarter"), "NULL");
  EXPECT_EQ(builds[1].at("state"), "completed");
  EXPECT_EQ(builds[1].at("ended_quarter"), "2026Q2");
}

TEST_F(RunLogTest, RefusedMovesHaveNoEffectOnTheTables) {
  std::unique_ptr<RunLog> log = Finished();
  const uint64_t refused = run_.Find(v1::Message::kPriceList, 1);
  std::vector<std::string> prices;
  for (const Row& row : Table(*log, "prices")) {
    EXPECT_NE(row.at("position"), absl::StrCat(refused));
    prices.push_back(absl::StrCat(row.at("seller"), " ", row.at("product"), " ", row.at("segment"),
                                  " ", row.at("price_micros")));
  }
  EXPECT_THAT(prices, ElementsAre("openai tokens developers 2500000", "aws gpu-hours  3900000",
                                  "openai tokens small-businesses 1900000",
                                  "openai tokens small-businesses 1900000",
                                  "openai tokens small-businesses 1900000"));
  for (const Row& row : Table(*log, "records")) {
    if (row.at("position") == absl::StrCat(refused)) {
      EXPECT_EQ(row.at("refused_by"), "authority");
      EXPECT_EQ(row.at("kind"), "price_list");
    }
  }
}

TEST_F(RunLogTest, OperationsAreDurableWithTheNextAppend) {
  std::unique_ptr<RunLog> log = New();
  ASSERT_EQ(log->NoteOperation("join", "openai", "pid 12"), absl::OkStatus());
  EXPECT_THAT(Table(*Reader(), "operations"), IsEmpty());
  ASSERT_EQ(log->Append(run_.quarter(0)), absl::OkStatus());
  ASSERT_EQ(log->NoteOperation("late", "amazon", ""), absl::OkStatus());
  EXPECT_THAT(Table(*Reader(), "operations"), SizeIs(1));
  ASSERT_EQ(log->Finish(), absl::OkStatus());
  const std::vector<Row> operations = Table(*Reader(), "operations");
  ASSERT_THAT(operations, SizeIs(2));
  EXPECT_EQ(operations[0].at("detail"), "pid 12");
  EXPECT_EQ(operations[0].at("after_position"), "0");
  EXPECT_EQ(operations[1].at("after_position"), absl::StrCat(run_.quarter(0).size()));
  EXPECT_EQ(Reader()->Verify(), absl::OkStatus()) << "operations are beside the truth";
}

// --- Filters -------------------------------------------------------------------------------------

TEST_F(RunLogTest, FiltersFindWhatAScanFinds) {
  std::unique_ptr<RunLog> log = Finished();
  const auto scan = [&](auto wanted) {
    std::vector<uint64_t> positions;
    for (const StoredRecord& stored : run_.records()) {
      if (wanted(*stored.record)) positions.push_back(stored.record->position());
    }
    EXPECT_THAT(positions, Not(IsEmpty()));
    return positions;
  };
  const uint64_t refused_each_quarter = 3;
  EXPECT_EQ(Positions(*log, {}), scan([](const auto&) { return true; }));
  EXPECT_EQ(Positions(*log, {.from = 40}), scan([](const auto& r) { return r.position() >= 40; }));
  EXPECT_EQ(Positions(*log, {.first_quarter = Quarter(2026, 2), .last_quarter = Quarter(2026, 2)}),
            scan([](const auto& r) { return r.quarter() == Quarter(2026, 2).index(); }));
  EXPECT_EQ(Positions(*log, {.round = 2}), scan([](const auto& r) { return r.round() == 2; }));
  EXPECT_EQ(Positions(*log, {.sender = "market"}),
            scan([](const auto& r) { return r.message().sender() == "market"; }));
  EXPECT_EQ(Positions(*log, {.recipient = "amazon"}), scan([](const auto& r) {
              const auto& to = r.message().recipients();
              return std::count(to.begin(), to.end(), "amazon") > 0 ||
                     r.agent_view().agent() == "amazon";
            }));
  EXPECT_EQ(Positions(*log, {.kinds = {"price_list"}}).size(), 2 * refused_each_quarter);
  EXPECT_EQ(Positions(*log, {.kinds = {"metric", "term_sheet"}}),
            scan([](const auto& r) { return r.has_metric() || r.message().has_term_sheet(); }));
  EXPECT_EQ(
      Positions(*log,
                {.first_quarter = Quarter(2026, 3), .sender = "openai", .kinds = {"acceptance"}}),
      scan([](const auto& r) {
        return r.quarter() == Quarter(2026, 3).index() && r.message().has_acceptance();
      }));
}

TEST_F(RunLogTest, AThreadIncludesThoseBelowIt) {
  std::unique_ptr<RunLog> log = Finished();
  const std::vector<uint64_t> whole = Positions(*log, {.thread = "openai/round-2026Q1"});
  const std::vector<uint64_t> deal = Positions(*log, {.thread = "openai/round-2026Q1/amazon"});
  EXPECT_THAT(whole, SizeIs(10));
  EXPECT_THAT(deal, SizeIs(7));
  EXPECT_THAT(Positions(*log, {.thread = "openai/round-2026"}), IsEmpty());
}

// --- What isn't a log ----------------------------------------------------------------------------

TEST_F(RunLogTest, NeverOverwritesAFile) {
  WriteFile("precious");
  EXPECT_EQ(RunLog::Create(path_).status().code(), absl::StatusCode::kAlreadyExists);
  std::ifstream in(path_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "precious");
}

TEST_F(RunLogTest, WhatIsntThereIsNotFound) {
  EXPECT_EQ(RunLog::OpenToRead(path_).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(RunLog::OpenToAppend(path_).status().code(), absl::StatusCode::kNotFound);
  const std::string nowhere = folder_.File("no/such/folder.tranche");
  EXPECT_EQ(RunLog::Create(nowhere).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

class ForeignFileTest : public RunLogTest {
 protected:
  void ExpectNotALog(absl::string_view why) {
    for (const auto& opened : {RunLog::OpenToRead(path_), RunLog::OpenToAppend(path_)}) {
      EXPECT_EQ(opened.status().code(), absl::StatusCode::kInvalidArgument) << opened.status();
      EXPECT_THAT(opened.status().message(), HasSubstr(path_));
      EXPECT_THAT(opened.status().message(), HasSubstr("not a Tranche log"));
      EXPECT_THAT(opened.status().message(), HasSubstr(why));
    }
    EXPECT_FALSE(std::filesystem::exists(path_ + "-lock"));
    EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
  }
};

TEST_F(ForeignFileTest, AnEmptyFileIsNotALog) {
  WriteFile("");
  ExpectNotALog("empty");
}

TEST_F(ForeignFileTest, ATextIsNotALog) {
  WriteFile("name: \"duopoly\"\n");
  ExpectNotALog("isn't a SQLite database");
}

TEST_F(ForeignFileTest, ALongTextIsNotALog) {
  WriteFile(std::string(100'000, 'x'));
  ExpectNotALog("isn't a SQLite database");
}

TEST_F(ForeignFileTest, AFolderIsNotALog) {
  std::filesystem::create_directory(path_);
  ExpectNotALog("folder");
}

TEST_F(ForeignFileTest, AnotherProgramsDatabaseIsNotALog) {
  WriteFile("");
  {
    absl::StatusOr<SqliteDatabase> other =
        SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadWrite);
    ASSERT_TRUE(other.ok());
    ASSERT_EQ(other->Execute("CREATE TABLE t (x)"), absl::OkStatus());
  }
  ExpectNotALog("another program");
}

TEST_F(RunLogTest, ANewerSchemaIsRefusedWithItsMaker) {
  Finished();
  {
    absl::StatusOr<SqliteDatabase> database =
        SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadWrite);
    ASSERT_TRUE(database.ok());
    ASSERT_EQ(database->Execute("PRAGMA user_version = 2; UPDATE meta SET value = 'tranche 9.1' "
                                "WHERE key = 'created_by'"),
              absl::OkStatus());
  }
  for (const auto& opened : {RunLog::OpenToRead(path_), RunLog::OpenToAppend(path_)}) {
    EXPECT_EQ(opened.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(opened.status().message(), HasSubstr("newer Tranche (tranche 9.1)"));
    EXPECT_THAT(opened.status().message(), HasSubstr("schema 2"));
  }
}

TEST_F(RunLogTest, ACompletedRunHasNothingToGoOnWith) {
  Finished();
  absl::Status opened = RunLog::OpenToAppend(path_).status();
  EXPECT_EQ(opened.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(opened.message(), HasSubstr("has ended (completed)"));
}

// --- Together ------------------------------------------------------------------------------------

TEST_F(RunLogTest, OnlyOneMayWrite) {
  std::unique_ptr<RunLog> log = New();
  absl::Status second = RunLog::OpenToAppend(path_).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(second.message(), HasSubstr(absl::StrCat("process ", getpid())));
  EXPECT_EQ(RunLog::Create(path_).status().code(), absl::StatusCode::kAlreadyExists);
  ASSERT_EQ(log->Append(run_.quarter(0)), absl::OkStatus());
  log.reset();
  EXPECT_TRUE(RunLog::OpenToAppend(path_).ok());
}

TEST_F(RunLogTest, AReaderSeesWholeQuartersWhileARunWrites) {
  const SampleRun run(40);
  std::vector<size_t> ends = {0};
  for (int i = 0; i < run.quarters(); ++i) ends.push_back(ends.back() + run.quarter(i).size());

  std::unique_ptr<RunLog> log = New();
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    for (int i = 0; i < run.quarters(); ++i) {
      EXPECT_EQ(log->Append(run.quarter(i)), absl::OkStatus());
    }
    done = true;
  });
  size_t seen = 0;
  while (!done || seen < run.records().size()) {
    absl::StatusOr<std::unique_ptr<RunLog>> reader = RunLog::OpenToRead(path_);
    ASSERT_TRUE(reader.ok()) << reader.status();
    const ReadResult read = ReadAll(**reader);
    ASSERT_EQ(read.status, absl::OkStatus());
    ASSERT_THAT(ends, ::testing::Contains(read.records.size()));
    ASSERT_GE(read.records.size(), seen);
    seen = read.records.size();
    ASSERT_EQ((*reader)->Verify(), absl::OkStatus());
  }
  writer.join();
  EXPECT_EQ(seen, run.records().size());
}

TEST(RecordKindTest, NamesEveryKindOnce) {
  const std::vector<absl::string_view> kinds = RecordKinds();
  EXPECT_THAT(std::set<absl::string_view>(kinds.begin(), kinds.end()), SizeIs(kinds.size()));
  EXPECT_THAT(kinds, ::testing::IsSupersetOf({"header", "metric", "term_sheet", "rejected"}));
  EXPECT_EQ(RecordKind(v1::LogRecord()), "unknown");
}

TEST(RecordKindTest, EnumsReadAsWords) {
  EXPECT_EQ(EnumWord(v1::ROLE_LAB), "lab");
  EXPECT_EQ(EnumWord(v1::JURISDICTION_EUROPEAN_UNION), "european-union");
  EXPECT_EQ(EnumWord(v1::BOARD_RIGHT_SEAT), "seat");
  EXPECT_EQ(EnumWord(v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS), "clear-with-conditions");
  EXPECT_EQ(EnumWord(static_cast<v1::Role>(77)), "77");
}

}  // namespace
}  // namespace tranche
