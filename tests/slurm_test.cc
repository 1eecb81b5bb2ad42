// Runs on a real Slurm: munged, slurmctld and three slurmd of the test's own on this machine, see
// tests/slurm/cluster.sh. The longer ones (lost nodes, time limits: tens of seconds of Slurm's own
// patience) take TRANCHE_SLOW_TESTS=1.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/built_files.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

const std::string kDuopoly = SourcePath("deploy/scenarios/duopoly.textproto");
const std::string kFlagship = SourcePath("deploy/scenarios/amazon-openai.textproto");
const std::string kCluster = SourcePath("tests/slurm/cluster.sh");

bool SlowTestsAreOn() { return std::getenv("TRANCHE_SLOW_TESTS") != nullptr; }

std::string DigestOf(const ProgramEnd& end) {
  std::smatch match;
  static const std::regex kDigest("\"digest\":\"([0-9a-f]{64})\"");
  return std::regex_search(end.out, match, kDigest) ? match[1].str() : "none: " + end.err;
}

// One cluster for all tests, from the first that isn't skipped.
class SlurmTest : public ::testing::Test {
 protected:
  void SetUp() override { StartCluster(); }
  static void StartCluster() {
    if (cluster_ != nullptr) return;
    cluster_ = new TestDirectory();
    ASSERT_EQ(geteuid(), 0U) << "Slurm's daemons have to be started as root";
    const ProgramEnd started = Cluster({"start"});
    ASSERT_EQ(started.code, 0) << started.err;
    setenv("SLURM_CONF", cluster_->File("slurm.conf").c_str(), 1);
  }
  static void TearDownTestSuite() {
    if (cluster_ == nullptr) return;
    Cluster({"stop"});
    unsetenv("SLURM_CONF");
    delete cluster_;
    cluster_ = nullptr;
  }
  static ProgramEnd Cluster(const std::vector<std::string>& what) {
    std::vector<std::string> arguments = {kCluster, what[0], cluster_->path()};
    arguments.insert(arguments.end(), what.begin() + 1, what.end());
    // The daemons keep what they inherit open for as long as they run.
    return Program::Run(arguments, {.path = "/bin/bash", .in_child = [] {
                                      const int nowhere = open("/dev/null", O_WRONLY);
                                      dup2(nowhere, STDOUT_FILENO);
                                      dup2(nowhere, STDERR_FILENO);
                                    }});
  }

  std::vector<std::string> LaunchArguments(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"launch", "slurm", "--log", log_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  ProgramEnd Launch(const std::vector<std::string>& more) const {
    return Program::Run(LaunchArguments(more));
  }
  static std::string InlineDigest(const std::string& scenario) {
    const TestDirectory directory;
    return DigestOf(Program::Run(
        {"run", scenario, "--inline", "--json", "--log", directory.File("inline.tranche")}));
  }
  std::string Output() const {
    std::ifstream in(directory_.File("run.slurm/output.txt"));
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  static TestDirectory* cluster_;
  const TestDirectory directory_;
  const std::string log_ = directory_.File("run.tranche");
};

TestDirectory* SlurmTest::cluster_ = nullptr;

// Those that take tens of seconds.
class SlowSlurmTest : public SlurmTest {
 protected:
  void SetUp() override {
    if (!SlowTestsAreOn()) GTEST_SKIP() << "TRANCHE_SLOW_TESTS=1 runs it";
    StartCluster();
  }
};

TEST_F(SlurmTest, ARunOverThreeNodesEndsInTheDigestOfAnInlineOne) {
  const ProgramEnd end = Launch({kDuopoly, "--nodes", "3", "--json"});
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_EQ(DigestOf(end), InlineDigest(kDuopoly));
  EXPECT_THAT(end.err, HasSubstr("n[1-3]"));
  EXPECT_FALSE(fs::exists(directory_.File("run.slurm/certificates")));
}

TEST_F(SlurmTest, APlugInPlaysOnItsNodes) {
  const std::vector<std::string> plays = {"--plugin", CookbookPath(), "--strategy",
                                          "borealis=undercutting-lab"};
  std::vector<std::string> launched = {kDuopoly, "--nodes", "2", "--json"};
  launched.insert(launched.end(), plays.begin(), plays.end());
  const ProgramEnd end = Launch(launched);
  EXPECT_EQ(end.code, kExitOk) << end.err;
  const std::string inline_log = directory_.File("inline.tranche");
  std::vector<std::string> inline_run = {"run",    kDuopoly, "--inline",
                                         "--json", "--log",  inline_log};
  inline_run.insert(inline_run.end(), plays.begin(), plays.end());
  EXPECT_EQ(DigestOf(end), DigestOf(Program::Run(inline_run)));
  EXPECT_NE(DigestOf(end), InlineDigest(kDuopoly));
}

TEST_F(SlowSlurmTest, TheFlagshipOverThreeNodesEndsInTheDigestOfAnInlineOne) {
  const ProgramEnd end = Launch({kFlagship, "--nodes", "3", "--json"});
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_EQ(DigestOf(end), InlineDigest(kFlagship));
}

TEST_F(SlurmTest, ADryRunPrintsAScriptThatBashUnderstands) {
  const ProgramEnd dry = Launch({kDuopoly, "--nodes", "2", "--dry-run"});
  EXPECT_EQ(dry.code, kExitOk) << dry.err;
  EXPECT_FALSE(fs::exists(directory_.File("run.slurm")));
  std::ofstream(directory_.File("job.sh")) << dry.out;
  EXPECT_EQ(Program::Run({"-n", directory_.File("job.sh")}, {.path = "/bin/bash"}).code, 0);
}

TEST_F(SlurmTest, WhatSlurmRefusesIsExplained) {
  const ProgramEnd partition = Launch({kDuopoly, "--partition", "none"});
  EXPECT_EQ(partition.code, kExitUsage);
  EXPECT_THAT(partition.err, AllOf(HasSubstr("invalid partition"), HasSubstr("sinfo")));
  const ProgramEnd nodes = Launch({kDuopoly, "--nodes", "7"});
  EXPECT_EQ(nodes.code, kExitUsage);
  EXPECT_THAT(nodes.err, AllOf(HasSubstr("never start"), HasSubstr("--nodes")));
  EXPECT_FALSE(fs::exists(directory_.File("run.slurm/certificates")));
}

TEST_F(SlurmTest, WithoutMungeItIsSaidWhatIsMissing) {
  const std::string socket = cluster_->File("munge/munge.sock");
  fs::rename(socket, socket + ".away");
  const ProgramEnd end = Launch({kDuopoly});
  fs::rename(socket + ".away", socket);
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("munged runs on this machine"));
}

TEST_F(SlurmTest, WithoutSlurmItIsSaidWhatIsMissing) {
  const ProgramEnd end = Program::Run(LaunchArguments({kDuopoly}),
                                      {.in_child = [] { setenv("PATH", "/nowhere", 1); }});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("Slurm's commands"));
}

TEST_F(SlurmTest, ACancelledJobCanBeGoneOnWith) {
  const auto launch =
      Program::Start(LaunchArguments({kFlagship, "--nodes", "3", "--agents-per-process", "3"}));
  ASSERT_TRUE(launch->WaitForError("closed (1 of")) << launch->err();
  launch->Signal(SIGINT);
  const ProgramEnd cancelled = launch->Wait();
  EXPECT_EQ(cancelled.code, kExitStopped) << cancelled.err;
  EXPECT_THAT(cancelled.err, AllOf(HasSubstr("was cancelled"), HasSubstr("--resume --log")));
  EXPECT_FALSE(fs::exists(directory_.File("run.slurm/certificates")));

  const ProgramEnd resumed =
      Program::Run({"launch", "slurm", "--resume", "--log", log_, "--nodes", "2", "--json"});
  EXPECT_EQ(resumed.code, kExitOk) << resumed.err << Output();
  EXPECT_EQ(DigestOf(resumed), InlineDigest(kFlagship));
}

TEST_F(SlurmTest, ADiskThatIsFullIsSaidToBe) {
  // A quota on the size of files, which the job inherits from whoever submits it.
  const ProgramEnd end = Program::Run(
      {"-c", absl::StrCat("ulimit -f 300; exec '", ProgramPath(), "' launch slurm --log '", log_,
                          "' '", kFlagship, "' --nodes 3")},
      {.path = "/bin/bash"});
  EXPECT_EQ(end.code, kExitIo) << end.err;
  EXPECT_THAT(end.err, AllOf(HasSubstr("quota"), HasSubstr("make room")));
}

TEST_F(SlowSlurmTest, ALostNodeCostsNoClosedQuarter) {
  // So that the run isn't over before the node is lost, its agents stand still after a quarter.
  const std::string program = directory_.File("halting");
  std::ofstream(program) << "#!/bin/bash\n"
                            "if [[ \"$1\" == agent && \"$SLURMD_NODENAME\" == n3 ]]; then\n  '"
                         << ProgramPath() << "' \"$@\" &\n  until grep -q 'closed (1 of' '"
                         << directory_.File("run.slurm/output.txt")
                         << "'; do sleep 0.05; done\n"
                            "  kill -STOP $!\n  wait\nfi\nexec '"
                         << ProgramPath() << "' \"$@\"\n";
  fs::permissions(program, fs::perms::owner_all);
  const auto launch = Program::Start(LaunchArguments(
      {kFlagship, "--nodes", "2", "--json", "--program", program, "--sbatch=--exclude=n1"}));
  ASSERT_TRUE(launch->WaitForError("closed (1 of")) << launch->err();
  ASSERT_EQ(Cluster({"kill", "n3"}).code, 0);
  // Slurm takes the job back and starts it again on what is left, two minutes later: n1 has to be
  // let in, and the two minutes are spared.
  ASSERT_TRUE(launch->WaitForError("PENDING (BeginTime), started again")) << launch->err();
  const std::string said = launch->err();
  std::smatch job;
  ASSERT_TRUE(std::regex_search(said, job, std::regex("job ([0-9]+) ")));
  const ProgramEnd let_in = Program::Run(
      {"update", absl::StrCat("JobId=", job[1].str()), "ExcNodeList=", "StartTime=now"},
      {.path = "/usr/bin/scontrol"});
  EXPECT_EQ(let_in.code, 0) << let_in.err << said;
  const ProgramEnd end = launch->Wait();
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_EQ(DigestOf(end), InlineDigest(kFlagship));
  Cluster({"stop"});
  ASSERT_EQ(Cluster({"start"}).code, 0);
}

TEST_F(SlowSlurmTest, ATimeLimitIsSaidToHaveBeenOne) {
  // A run that never ends by itself: its agents sleep.
  const std::string program = directory_.File("sleepy");
  std::ofstream(program) << "#!/bin/bash\n[[ \"$1\" != agent ]] || exec sleep 600\nexec '"
                         << ProgramPath() << "' \"$@\"\n";
  fs::permissions(program, fs::perms::owner_all);
  const ProgramEnd end = Launch({kDuopoly, "--time", "1", "--program", program});
  EXPECT_EQ(end.code, kExitStopped) << end.err;
  EXPECT_THAT(end.err, AllOf(HasSubstr("time limit of 00:01:00"), HasSubstr("--resume --log")));
}

TEST_F(SlurmTest, ASweepAsAnArrayEndsInTheFileOfALocalOne) {
  const std::vector<std::string> ensemble = {kDuopoly, "--seeds", "1..4"};
  const std::string array = directory_.File("array.db");
  const std::string local = directory_.File("local.db");
  std::vector<std::string> launch = {"launch", "slurm-sweep", "--tasks", "3", "-o", array, "--"};
  launch.insert(launch.end(), ensemble.begin(), ensemble.end());
  const ProgramEnd launched = Program::Run(launch);
  EXPECT_EQ(launched.code, kExitOk) << launched.err;
  std::vector<std::string> sweep = {"sweep", "--quiet", "-o", local};
  sweep.insert(sweep.end(), ensemble.begin(), ensemble.end());
  EXPECT_EQ(Program::Run(sweep).code, kExitOk);
  const auto bytes = [](const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_FALSE(bytes(local).empty());
  EXPECT_TRUE(bytes(array) == bytes(local));

  // It isn't written over.
  const ProgramEnd again = Program::Run(launch);
  EXPECT_EQ(again.code, kExitUsage);
  EXPECT_THAT(again.err, HasSubstr("there already"));
}

TEST_F(SlurmTest, AnArrayThatCanNeverStartIsWithdrawn) {
  const ProgramEnd end =
      Program::Run({"launch", "slurm-sweep", "--tasks", "2", "-o", directory_.File("array.db"),
                    "--time", "2:00:00", "--", kDuopoly, "--seeds", "1..4"});
  EXPECT_EQ(end.code, kExitUsage) << end.err;
  EXPECT_THAT(end.err, AllOf(HasSubstr("--time"), HasSubstr("sinfo")));
}

TEST_F(SlurmTest, AnArrayWhoseTaskFailsKeepsWhatIsThereAndGoesOn) {
  // A program whose second task has no room for its results, as long as `full` is there.
  const std::string program = directory_.File("second-full");
  const std::string full = directory_.File("full");
  std::ofstream(full) << "full";
  std::ofstream(program) << "#!/bin/bash\n[[ \"$SLURM_ARRAY_TASK_ID\" != 2 || ! -e '" << full
                         << "' ]] || ulimit -f 8\nexec '" << ProgramPath() << "' \"$@\"\n";
  fs::permissions(program, fs::perms::owner_all);
  const std::string array = directory_.File("array.db");
  const std::vector<std::string> launch = {"launch",  "slurm-sweep", "--program", program,
                                           "--tasks", "2",           "-o",        array,
                                           "--",      kDuopoly,      "--seeds",   "1..4"};
  const ProgramEnd failed = Program::Run(launch);
  EXPECT_EQ(failed.code, kExitRunFailed) << failed.err;
  EXPECT_THAT(failed.err, AllOf(HasSubstr("2 of 4 runs"), HasSubstr("quota"),
                                HasSubstr("same command goes on")));
  EXPECT_FALSE(fs::exists(array));
  EXPECT_TRUE(fs::exists(directory_.File("array.slurm/merged.db")));

  fs::remove(full);
  const ProgramEnd completed = Program::Run(launch);
  EXPECT_EQ(completed.code, kExitOk) << completed.err;
  EXPECT_THAT(completed.out, HasSubstr("4 of 4 runs"));
}

}  // namespace
}  // namespace tranche
