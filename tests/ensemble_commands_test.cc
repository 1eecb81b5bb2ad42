// `tranche sweep`, `compare` and `sensitivity` as a user types them, and a sweep that is killed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "broker/command/exit_codes.h"
#include "broker/ensemble/stored_results.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kDuopoly = SourcePath("deploy/scenarios/duopoly.textproto");

class EnsembleCommandsTest : public ::testing::Test {
 protected:
  // A sweep of `seeds` in two settings.
  std::vector<std::string> Sweep(const std::string& seeds, const std::string& output,
                                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"sweep",   kDuopoly,
                                          "--seeds", seeds,
                                          "--set",   "technology.compatibility_closing=0.5,1",
                                          "-o",      directory_.File(output)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  ProgramEnd Tranche(const std::vector<std::string>& arguments, int code) const {
    ProgramEnd end = Program::Run(arguments);
    EXPECT_EQ(end.code, code) << end.err;
    return end;
  }
  std::string Read(const std::string& file) const {
    std::ifstream in(directory_.File(file), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  int64_t RunsIn(const std::string& file) const {
    const auto results = StoredResults::Open(directory_.File(file));
    if (!results.ok()) return 0;
    int64_t runs = 0;
    const absl::Status visited =
        results->VisitRuns([&](int64_t, const RunOutcome&, const std::vector<MetricKey>&) {
          ++runs;
          return absl::OkStatus();
        });
    return visited.ok() ? runs : 0;
  }
  static google::protobuf::Struct Json(const std::string& text) {
    google::protobuf::Struct object;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text, &object).ok()) << text;
    return object;
  }

  TestDirectory directory_;
};

TEST_F(EnsembleCommandsTest, ASweepThatIsKilledGoesOnAndEndsInTheSameBytes) {
  Tranche(Sweep("1..20", "whole.db", {"--quiet"}), kExitOk);
  EXPECT_EQ(RunsIn("whole.db"), 40);
  for (const int64_t least : {1, 15}) {
    const std::unique_ptr<Program> sweep = Program::Start(Sweep("1..20", "killed.db", {"--quiet"}));
    EXPECT_TRUE(Eventually([&] { return RunsIn("killed.db") >= least || sweep->ended(); }));
    sweep->Signal(SIGKILL);
    sweep->Wait();
  }
  EXPECT_GE(RunsIn("killed.db"), 15);
  const ProgramEnd end = Tranche(Sweep("1..20", "killed.db"), kExitOk);
  EXPECT_THAT(end.err, HasSubstr("of it already"));
  EXPECT_EQ(Read("killed.db"), Read("whole.db"));
}

TEST_F(EnsembleCommandsTest, ASweepThatIsStoppedSaysHowToGoOn) {
  const std::unique_ptr<Program> sweep = Program::Start(Sweep("1..100000", "long.db"));
  EXPECT_TRUE(Eventually([&] { return RunsIn("long.db") >= 1 || sweep->ended(); }));
  sweep->Signal(SIGTERM);
  const ProgramEnd end = sweep->Wait();
  EXPECT_EQ(end.code, kExitStopped);
  EXPECT_THAT(end.err, HasSubstr("stopped with"));
  EXPECT_THAT(end.err, HasSubstr("the same command goes on with it"));
  EXPECT_GE(RunsIn("long.db"), 1);
}

TEST_F(EnsembleCommandsTest, AFileThatMayGrowNoMoreKeepsItsRuns) {
  Program::Options options;
  options.in_child = [] {
    const rlimit limit = {600'000, 600'000};
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  const ProgramEnd end = Program::Run(Sweep("1..1000", "full.db", {"--quiet"}), options);
  EXPECT_EQ(end.code, kExitIo) << end.err;
  EXPECT_THAT(end.err, HasSubstr("free some space"));
  EXPECT_THAT(end.err, HasSubstr("the same command goes on with it"));
  EXPECT_GE(RunsIn("full.db"), 1);
}

TEST_F(EnsembleCommandsTest, WrongRequestsSayWhatIsRight) {
  const auto error = [&](std::vector<std::string> arguments, int code) {
    return Tranche(arguments, code).err;
  };
  EXPECT_THAT(error(Sweep("1..2", "a.db", {"--set", "compute.pu=1"}), kExitUsage),
              HasSubstr("did you mean \"pue\"?"));
  EXPECT_THAT(error(Sweep("2..1", "a.db"), kExitUsage), HasSubstr("counts down"));
  EXPECT_THAT(error(Sweep("1..2", "a.db", {"--shard", "3/2"}), kExitUsage),
              HasSubstr("is no shard"));
  EXPECT_THAT(error({"sweep", "gone.textproto", "-o", directory_.File("a.db")}, kExitBadScenario),
              HasSubstr("gone.textproto"));
  EXPECT_THAT(error({"sweep", kDuopoly}, kExitUsage), HasSubstr("--output"));
  EXPECT_THAT(error({"compare", kDuopoly}, kExitUsage), HasSubstr("one setting only"));
  Tranche(Sweep("1", "a.db", {"--quiet", "--quarters", "1"}), kExitOk);
  EXPECT_THAT(error(Sweep("1..2", "a.db", {"--quarters", "1"}), kExitBadLog),
              HasSubstr("there: seeds 1; wanted: seeds 1..2"));
  EXPECT_THAT(error(Sweep("1", "no/such/a.db"), kExitBadLog), HasSubstr("no/such"));
}

TEST_F(EnsembleCommandsTest, CompareGivesPairedDifferencesInEveryForm) {
  Tranche(Sweep("1..6", "grid.db", {"--quiet"}), kExitOk);
  const std::string grid = directory_.File("grid.db");
  const ProgramEnd table =
      Tranche({"compare", grid, "--at", "mean", "--bootstrap", "200"}, kExitOk);
  EXPECT_THAT(table.out, HasSubstr("compatibility_closing=1 against duopoly with"));
  EXPECT_THAT(table.out, HasSubstr("6 pairs of runs under the same seeds, mean over"));
  EXPECT_THAT(table.out, HasSubstr("lock-in of"));
  EXPECT_THAT(table.out, HasSubstr("paired t over seeds; bootstrap of the pairs (200 resamples"));
  EXPECT_THAT(table.out, Not(HasSubstr("\033")));
  const google::protobuf::Struct json = Json(
      Tranche({"compare", grid, "--at", "mean", "--metrics", "lock-in", "--json"}, kExitOk).out);
  const auto& alternative =
      json.fields().at("alternatives").list_value().values(0).struct_value().fields();
  ASSERT_EQ(alternative.at("metrics").list_value().values_size(), 4);
  for (const auto& metric : alternative.at("metrics").list_value().values()) {
    const auto& fields = metric.struct_value().fields();
    EXPECT_EQ(fields.at("pairs").number_value(), 6);
    EXPECT_LT(fields.at("difference").number_value(), 0) << fields.at("subject").string_value();
  }
  Tranche({"compare", grid, "--quiet", "--html", directory_.File("page.html")}, kExitOk);
  const std::string page = Read("page.html");
  EXPECT_THAT(page, HasSubstr("<svg"));
  EXPECT_THAT(page, HasSubstr("Over the quarters"));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("nan,")));
}

TEST_F(EnsembleCommandsTest, SensitivityNamesTheParameterThatMatters) {
  const ProgramEnd end =
      Tranche({"sensitivity", kDuopoly, "--morris", "3", "--seeds", "1..2", "--quiet", "--json",
               "--vary", "technology.compatibility_closing=0.5..1", "--vary",
               "regions[west].scarcity_price_percent=0..1", "--metrics", "lock-in:enterprises"},
              kExitOk);
  const google::protobuf::Struct json = Json(end.out);
  const auto& factors = json.fields()
                            .at("metrics")
                            .list_value()
                            .values(0)
                            .struct_value()
                            .fields()
                            .at("factors")
                            .list_value();
  const auto effect = [&](int i) {
    return factors.values(i).struct_value().fields().at("mean_absolute").number_value();
  };
  ASSERT_EQ(factors.values_size(), 2);
  EXPECT_GT(effect(0), 10 * effect(1));
}

}  // namespace
}  // namespace tranche
