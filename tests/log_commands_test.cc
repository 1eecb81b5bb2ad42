// `tranche log`, `diff`, `replay` and `validate` on a run of the duopoly, as a user types them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/command/exit_codes.h"
#include "broker/log/record_text.h"
#include "broker/log/run_log.h"
#include "broker/protocol/hash_chain.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/built_files.h"
#include "tests/testing/duopoly_runs.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string kDuopoly = SourcePath("deploy/scenarios/duopoly.textproto");

class LogCommandsTest : public DuopolyRunsTest {
 protected:
  static std::vector<std::string> Lines(const std::string& text) {
    return absl::StrSplit(text, '\n', absl::SkipEmpty());
  }
  // Runs `tranche` and expects that it does well.
  static std::vector<std::string> Tranche(const std::vector<std::string>& arguments) {
    const ProgramEnd end = Program::Run(arguments);
    EXPECT_EQ(end.code, kExitOk) << end.err;
    EXPECT_THAT(end.err, IsEmpty());
    EXPECT_THAT(end.out, Not(HasSubstr("\033"))) << "no colours but on a terminal";
    return Lines(end.out);
  }
  static google::protobuf::Struct Json(const std::string& text) {
    google::protobuf::Struct object;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text, &object).ok()) << text;
    return object;
  }
  static uint64_t Records() { return *(*RunLog::OpenToRead(Log("1")))->LastPosition(); }
};

TEST_F(LogCommandsTest, LogShowsWhatWasSaidLineByLine) {
  const std::vector<std::string> lines = Tranche({"log", Log("1")});
  EXPECT_THAT(lines, Each(MatchesRegex("#[0-9]+ [0-9]{4}Q[1-4] r[0-9]+  .+")));
  EXPECT_THAT(lines.front(), HasSubstr("header  scenario duopoly, seed 1"));
  EXPECT_THAT(lines.back(), HasSubstr("the run is completed"));
  EXPECT_THAT(lines, Each(Not(HasSubstr("  metric  "))));
  EXPECT_THAT(Tranche({"log", Log("1"), "--all"}), SizeIs(Records()));
}

TEST_F(LogCommandsTest, FiltersNarrow) {
  const std::vector<std::string> quarter =
      Tranche({"log", Log("1"), "--kind", "quarter_closed", "--quarter", "2026Q2"});
  EXPECT_THAT(quarter, SizeIs(1));
  EXPECT_THAT(Tranche({"log", Log("1"), "--sender", "market", "--limit", "5"}),
              AllOf(SizeIs(5), Each(HasSubstr("  market"))));
  EXPECT_THAT(Tranche({"log", Log("1"), "--kind", "seat", "--text", "(LAB)"}),
              AllOf(Not(IsEmpty()), Each(HasSubstr("(lab)"))));
  EXPECT_THAT(Tranche({"log", Log("1"), "--sender", "nobody"}), IsEmpty());
}

TEST_F(LogCommandsTest, JsonLinesAreTheRecords) {
  const std::vector<std::string> lines = Tranche({"log", Log("1"), "--json"});
  ASSERT_THAT(lines, SizeIs(Records()));
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(Log("1"));
  ASSERT_TRUE(log.ok());
  size_t line = 0;
  ASSERT_EQ((*log)->Read(1,
                         [&](const v1::LogRecord& record) {
                           v1::LogRecord back;
                           EXPECT_EQ(ParseRecordJson(lines[line++], &back), absl::OkStatus());
                           EXPECT_EQ(CanonicalBytes(back), CanonicalBytes(record));
                           return true;
                         }),
            absl::OkStatus());
}

TEST_F(LogCommandsTest, CsvHasALineForEachRecord) {
  const std::vector<std::string> lines = Tranche({"log", Log("1"), "--csv"});
  EXPECT_THAT(lines, SizeIs(Records() + 1));
  EXPECT_EQ(lines[0], "position,quarter,round,kind,sender,recipients,thread,in_reply_to,text");
  EXPECT_THAT(lines[1], StartsWith("1,2026Q1,0,header,,,,,\"scenario duopoly"));
}

TEST_F(LogCommandsTest, TablesAreExported) {
  const std::vector<std::string> csv = Tranche({"log", Log("1"), "--table", "agents"});
  EXPECT_THAT(csv[0], StartsWith("ordinal,name,role"));
  const std::vector<std::string> json = Tranche({"log", Log("1"), "--table", "agents", "--json"});
  ASSERT_THAT(json, SizeIs(csv.size() - 1));
  EXPECT_EQ(Json(json[0]).fields().at("ordinal").number_value(), 0);
  const ProgramEnd unknown = Program::Run({"log", Log("1"), "--table", "agnets"});
  EXPECT_EQ(unknown.code, kExitBadLog);
  EXPECT_THAT(unknown.err, HasSubstr("cap_table"));
}

TEST_F(LogCommandsTest, ThreadsLeadToConversations) {
  const std::vector<std::string> threads = Tranche({"log", "threads", Log("1")});
  ASSERT_THAT(threads, Not(IsEmpty()));
  const std::string thread = threads[0].substr(0, threads[0].find(' '));
  const std::vector<std::string> talk = Tranche({"log", "thread", Log("1"), thread});
  EXPECT_EQ(talk[0], thread);
  EXPECT_THAT(talk, Contains(StartsWith("    #"))) << "somebody answers";
  EXPECT_THAT(talk, Contains(MatchesRegex(" +changes #[0-9]+"))) << "terms move";
  EXPECT_THAT(talk, Contains(MatchesRegex(" +pre money: \\$.+ → \\$.+")));
  const google::protobuf::Struct json =
      Json(Tranche({"log", "thread", Log("1"), thread, "--json"})[0]);
  EXPECT_GT(json.fields().at("messages").list_value().values_size(), 2);
  const ProgramEnd none = Program::Run({"log", "thread", Log("1"), "nobody/nothing"});
  EXPECT_EQ(none.code, kExitBadLog);
  EXPECT_THAT(none.err, HasSubstr("there is no thread \"nobody/nothing\""));
}

TEST_F(LogCommandsTest, WhyWalksFromEveryDealBackToItsAsk) {
  int deals = 0;
  for (const std::string& row : Tranche({"log", Log("1"), "--table", "deals", "--json"})) {
    const google::protobuf::Struct facts = Json(row);
    if (facts.fields().at("kind").string_value() != "funding") continue;
    const std::string deal = facts.fields().at("deal").string_value();
    const std::vector<std::string> why = Tranche({"log", "why", Log("1"), deal});
    EXPECT_EQ(why[0], deal);
    EXPECT_THAT(why, Contains(HasSubstr("signed: "))) << deal;
    EXPECT_THAT(why, Contains(HasSubstr(": seeks "))) << deal;
    ++deals;
  }
  EXPECT_GT(deals, 0);
}

TEST_F(LogCommandsTest, FollowingAFinishedRunEnds) {
  EXPECT_THAT(Tranche({"log", Log("1"), "--follow"}), SizeIs(Tranche({"log", Log("1")}).size()));
}

TEST_F(LogCommandsTest, FollowShowsWhatALiveRunAdds) {
  // The records of a finished run, handed to a new log a quarter at a time.
  std::vector<v1::LogRecord> records;
  absl::StatusOr<std::unique_ptr<RunLog>> source = RunLog::OpenToRead(Log("1"));
  ASSERT_TRUE(source.ok());
  ASSERT_EQ((*source)->Read(1,
                            [&](const v1::LogRecord& record) {
                              records.push_back(record);
                              return true;
                            }),
            absl::OkStatus());
  const std::string path = directory_->File("live.tranche");
  absl::StatusOr<std::unique_ptr<RunLog>> live = RunLog::Create(path);
  ASSERT_TRUE(live.ok()) << live.status();
  std::unique_ptr<Program> follower = Program::Start({"log", path, "--follow", "--json"});
  std::vector<StoredRecord> quarter;
  for (const v1::LogRecord& record : records) {
    quarter.push_back({&record, CanonicalBytes(record)});
    if (!record.has_quarter_closed() && !record.has_run_ended()) continue;
    ASSERT_EQ((*live)->Append(quarter), absl::OkStatus());
    quarter.clear();
  }
  const ProgramEnd end = follower->Wait();
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(Lines(end.out), SizeIs(records.size()));
  EXPECT_EQ((*live)->Finish(), absl::OkStatus());
}

TEST_F(LogCommandsTest, AReaderThatHasEnoughIsNoFailure) {
  const ProgramEnd end = Program::Run(
      {"-c",
       absl::StrCat("set -o pipefail; '", ProgramPath(), "' log '", Log("1"), "' --all | head -1")},
      {.path = "/bin/bash"});
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_THAT(Lines(end.out), SizeIs(1));
  EXPECT_THAT(end.err, IsEmpty());
}

TEST_F(LogCommandsTest, AFullDiskIsSaid) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const ProgramEnd end =
      Program::Run({"-c", absl::StrCat("'", ProgramPath(), "' log '", Log("1"), "' > /dev/full")},
                   {.path = "/bin/bash"});
  EXPECT_EQ(end.code, kExitIo);
  EXPECT_THAT(end.err, HasSubstr("No space left"));
}

TEST_F(LogCommandsTest, DiffFindsWhereSeedsPart) {
  const ProgramEnd end = Program::Run({"diff", Log("1"), Log("2")});
  EXPECT_EQ(end.code, kExitDiffer) << end.err;
  EXPECT_THAT(end.out, HasSubstr("seed: 1, 2"));
  EXPECT_THAT(end.out, HasSubstr("They part at record "));
  EXPECT_THAT(end.out, HasSubstr("What followed"));

  const ProgramEnd json = Program::Run({"diff", Log("1"), Log("2"), "--json"});
  EXPECT_EQ(json.code, kExitDiffer);
  const google::protobuf::Struct object = Json(json.out);
  EXPECT_FALSE(object.fields().at("same").bool_value());
  EXPECT_GT(object.fields().at("metrics").list_value().values_size(), 0);
}

TEST_F(LogCommandsTest, ARunIsTheSameAsItself) {
  EXPECT_THAT(Tranche({"diff", Log("1"), Log("1")}), Contains(HasSubstr("They are the same")));
}

TEST_F(LogCommandsTest, ReplayDerivesTheRunAgain) {
  EXPECT_THAT(Tranche({"replay", Log("1")}), Contains(HasSubstr("every record follows again")));
  const std::vector<std::string> json = Tranche({"replay", Log("1"), "--strategies", "--json"});
  ASSERT_THAT(json, SizeIs(1));
  const google::protobuf::Struct object = Json(json[0]);
  EXPECT_TRUE(object.fields().at("same").bool_value());
  EXPECT_EQ(object.fields().at("records").number_value(), Records());
}

// A log that is sound in itself, chain and all, of a run that never was.
TEST_F(LogCommandsTest, ReplayFindsWhatTheMarketDoesNotDerive) {
  absl::StatusOr<std::unique_ptr<RunLog>> source = RunLog::OpenToRead(Log("1"));
  ASSERT_TRUE(source.ok());
  std::vector<v1::LogRecord> records;
  HashChain chain;
  uint64_t forged = 0;
  ASSERT_EQ((*source)->Read(1,
                            [&](const v1::LogRecord& record) {
                              v1::LogRecord& copy = records.emplace_back(record);
                              if (forged == 0 && copy.has_metric()) {
                                forged = copy.position();
                                copy.mutable_metric()->set_value(copy.metric().value() + 1);
                              }
                              if (copy.has_quarter_closed()) {
                                chain.CloseQuarter(&copy);
                              } else if (!copy.has_run_ended()) {
                                chain.Add(CanonicalBytes(copy));
                              }
                              return true;
                            }),
            absl::OkStatus());
  std::vector<StoredRecord> stored;
  for (const v1::LogRecord& record : records) stored.push_back({&record, CanonicalBytes(record)});
  const std::string path = directory_->File("forged.tranche");
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
  ASSERT_TRUE(log.ok());
  ASSERT_EQ((*log)->Append(stored), absl::OkStatus());
  ASSERT_EQ((*log)->Finish(), absl::OkStatus());
  EXPECT_EQ((*log)->Verify(), absl::OkStatus());

  const ProgramEnd end = Program::Run({"replay", path});
  EXPECT_EQ(end.code, kExitDiffer) << end.err;
  EXPECT_THAT(end.out, HasSubstr(absl::StrCat(forged)));
}

TEST_F(LogCommandsTest, WhatIsNoLogIsSaid) {
  const std::string text = directory_->File("notes.txt");
  std::ofstream(text) << "not a log\n";
  const std::string damaged = directory_->File("damaged.tranche");
  std::filesystem::copy_file(Log("1"), damaged);
  std::filesystem::resize_file(damaged, std::filesystem::file_size(damaged) / 2);
  for (const std::string& path : {text, damaged, directory_->File("absent.tranche")}) {
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"log", path},
             {"log", "threads", path},
             {"log", "why", path, "x"},
             {"inspect", path},
             {"report", path, "-o", directory_->File("report.html")},
             {"diff", path, Log("1")},
             {"replay", path}}) {
      const ProgramEnd end = Program::Run(command);
      EXPECT_EQ(end.code, kExitBadLog) << command[0] << " " << path;
      EXPECT_THAT(end.err, AllOf(StartsWith("tranche " + command[0]), HasSubstr(path)));
      EXPECT_THAT(end.out, IsEmpty());
    }
  }
}

TEST_F(LogCommandsTest, WrongOptionsAreUsageErrors) {
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--quarter", "2026Q5"},
                                             {"--kind", "termsheet"},
                                             {"--json", "--csv"},
                                             {"--limit", "0"},
                                             {"--table", "deals", "--follow"},
                                             {"--colour"}}) {
    std::vector<std::string> arguments = {"log", Log("1")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    EXPECT_EQ(Program::Run(arguments).code, kExitUsage) << options[0];
  }
  EXPECT_EQ(Program::Run({"diff", Log("1")}).code, kExitUsage);
}

TEST_F(LogCommandsTest, EveryHelpHasAnExample) {
  for (const char* command : {"run", "agent", "log", "inspect", "report", "diff", "replay",
                              "validate", "scenario", "audit", "hindcast", "calibrate"}) {
    const ProgramEnd end = Program::Run({command, "--help"});
    EXPECT_EQ(end.code, kExitOk);
    EXPECT_THAT(end.out, HasSubstr(absl::StrCat("tranche ", command, " "))) << command;
    EXPECT_THAT(end.out, HasSubstr("Exit codes:")) << command;
  }
}

class ValidateCommandTest : public ::testing::Test {
 protected:
  // The duopoly with `from` replaced by `to`, as a file.
  std::string Edited(const std::string& from, const std::string& to) {
    std::ifstream in(kDuopoly);
    std::string text(std::istreambuf_iterator<char>(in), {});
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const std::string path = directory_.File("edited.textproto");
    std::ofstream(path) << text;
    return path;
  }
  TestDirectory directory_;
};

TEST_F(ValidateCommandTest, ShippedScenariosAreValid) {
  std::vector<std::string> arguments = {"validate"};
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("deploy/scenarios"))) {
    if (entry.path().extension() == ".textproto") arguments.push_back(entry.path());
  }
  ASSERT_GT(arguments.size(), 2u);
  const ProgramEnd end = Program::Run(arguments);
  EXPECT_EQ(end.code, kExitOk) << end.out << end.err;
}

TEST_F(ValidateCommandTest, ErrorsHaveTheirPlace) {
  const std::string path = Edited("round_limit: 12", "rund_limit: 12");
  const ProgramEnd end = Program::Run({"validate", path});
  EXPECT_EQ(end.code, kExitBadScenario);
  EXPECT_THAT(end.out, StartsWith(path + ":"));
  EXPECT_THAT(end.out, HasSubstr("rund_limit"));

  const ProgramEnd json = Program::Run({"validate", "--json", path});
  EXPECT_EQ(json.code, kExitBadScenario);
  google::protobuf::Struct object;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json.out, &object).ok()) << json.out;
  EXPECT_FALSE(object.fields().at("valid").bool_value());
  const auto& errors = object.fields().at("errors").list_value();
  ASSERT_GT(errors.values_size(), 0);
  const auto& error = errors.values(0).struct_value().fields();
  EXPECT_EQ(error.at("file").string_value(), path);
  EXPECT_GT(error.at("line").number_value(), 1);
  EXPECT_GT(error.at("column").number_value(), 0);
}

TEST_F(ValidateCommandTest, OneBadFileOfManyIsEnough) {
  const ProgramEnd end = Program::Run({"validate", kDuopoly, directory_.File("absent.textproto")});
  EXPECT_EQ(end.code, kExitBadScenario);
  EXPECT_THAT(end.out, HasSubstr("valid: duopoly"));
  EXPECT_THAT(end.out, HasSubstr("No such file"));
}

}  // namespace
}  // namespace tranche
