// A strategy in Python plays as its twin in C++ does: the same run, to the digest.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/built_files.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

const char kTwin[] = "harbor-fund=external:patient-investor:patience_quarters=1";

std::string Duopoly() { return SourcePath("deploy/scenarios/duopoly.textproto"); }

// The Python package of this build.
std::string PythonPath() {
  return absl::StrCat(
      "PYTHONPATH=",
      (std::filesystem::path(ProgramPath()).parent_path().parent_path() / "python").string());
}

// Has Debian's Python, with its packages alone, run `arguments`.
ProgramEnd RunPython(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {PythonPath(), "/usr/bin/python3", "-s"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return Program::Run(all, {.path = "/usr/bin/env"});
}

// As --agent-command has it.
std::string Command(const std::string& agents, const std::string& program) {
  return absl::StrCat(agents, "=", PythonPath(), " /usr/bin/python3 -s ",
                      SourcePath(absl::StrCat("tests/python/", program)));
}

// What stands in the JSON of a run's end.
std::string DigestIn(const ProgramEnd& end) {
  const size_t begin = end.out.find("\"digest\":\"");
  return begin == std::string::npos ? end.out + end.err : end.out.substr(begin, 10 + 64);
}

TEST(PythonSdkTest, ATwinInPythonEndsInTheSameDigest) {
  const TestDirectory directory;
  const ProgramEnd in_cpp = Program::Run({"run", Duopoly(), "--inline", "--json", "--strategy",
                                          kTwin, "--log", directory.File("inline.tranche")});
  ASSERT_EQ(in_cpp.code, 0) << in_cpp.err;
  const ProgramEnd in_python =
      Program::Run({"run", Duopoly(), "--json", "--strategy", kTwin, "--agents-per-process", "10",
                    "--agent-command", Command("harbor-fund", "patient_investor.py"), "--log",
                    directory.File("served.tranche")});
  EXPECT_EQ(in_python.code, 0) << in_python.err;
  EXPECT_EQ(DigestIn(in_python), DigestIn(in_cpp));
}

TEST(PythonSdkTest, AStrategyThatOnlyItsProgramKnowsPlaysAndIsReplayed) {
  const TestDirectory directory;
  const std::string log = directory.File("run.tranche");
  const ProgramEnd run = Program::Run(
      {"run", Duopoly(), "--json", "--strategy", "aurora=external:undercutter:discount_percent=5",
       "--strategy", "borealis=external:undercutter", "--agents-per-process", "10",
       "--agent-command", Command("aurora,borealis", "undercutter.py"), "--log", log});
  ASSERT_EQ(run.code, 0) << run.err;
  // Its moves are in the log: it isn't needed to derive it again.
  const ProgramEnd replayed = Program::Run({"replay", log});
  EXPECT_EQ(replayed.code, 0) << replayed.out << replayed.err;
  const ProgramEnd by_strategies = Program::Run({"replay", log, "--strategies"});
  EXPECT_EQ(by_strategies.code, 0) << by_strategies.out << by_strategies.err;
  EXPECT_THAT(by_strategies.out,
              HasSubstr("moves taken from the log, as their strategy is a program of its own: "
                        "aurora, borealis"));
  const ProgramEnd moves = Program::Run({"log", log, "--sender", "aurora", "--kind", "price_list"});
  EXPECT_THAT(moves.out, HasSubstr("aurora"));
}

TEST(PythonSdkTest, AScenarioMayNameSuchAStrategy) {
  const TestDirectory directory;
  const std::string scenario = directory.File("bold.textproto");
  std::ofstream(scenario) << "extends: \"" << Duopoly() << "\"\nname: \"bold\"\n"
                          << "agents { name: \"aurora\" strategy: \"external:undercutter\" "
                          << "parameters { name: \"discount_percent\" value: 3 } }\n";
  EXPECT_EQ(Program::Run({"validate", scenario}).code, 0);
  const ProgramEnd run =
      Program::Run({"run", scenario, "--json", "--agents-per-process", "10", "--agent-command",
                    Command("aurora", "undercutter.py"), "--log", directory.File("run.tranche")});
  EXPECT_EQ(run.code, 0) << run.err;
  const ProgramEnd swept = Program::Run(
      {"sweep", scenario, "--seeds", "1", "-o", directory.File("results.db"), "--quiet"});
  EXPECT_EQ(swept.code, kExitUsage);
  EXPECT_THAT(swept.err, HasSubstr("agent aurora is played by \"external:undercutter\""));
}

TEST(PythonSdkTest, ARunThatIsKilledGoesOnWithTheStrategyBroughtUpToDate) {
  const TestDirectory directory;
  const std::string whole = directory.File("whole.tranche");
  const std::string cut = directory.File("cut.tranche");
  const std::string mine = Command("harbor-fund", "patient_investor.py");
  const ProgramEnd undisturbed =
      Program::Run({"run", Duopoly(), "--inline", "--json", "--strategy", kTwin, "--log", whole});
  ASSERT_EQ(undisturbed.code, 0) << undisturbed.err;
  const auto killed = Program::Start({"run", Duopoly(), "--strategy", kTwin, "--agents-per-process",
                                      "10", "--agent-command", mine, "--log", cut});
  ASSERT_TRUE(Eventually([&] {
    return killed->ended() ||
           Program::Run({"log", cut, "--kind", "quarter_closed"}).out.find("2026Q1") !=
               std::string::npos;
  }));
  killed->Signal(SIGKILL);
  killed->Wait();
  const ProgramEnd resumed = Program::Run({"run", "--resume", "--json", "--agents-per-process",
                                           "10", "--agent-command", mine, "--log", cut});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(DigestIn(resumed), DigestIn(undisturbed));
}

TEST(PythonSdkTest, AnInlineRunRefusesAStrategyThatIsNotInTheProgram) {
  const TestDirectory directory;
  const std::string log = directory.File("run.tranche");
  const ProgramEnd run = Program::Run(
      {"run", Duopoly(), "--inline", "--strategy", "aurora=external:undercutter", "--log", log});
  EXPECT_EQ(run.code, kExitUsage);
  EXPECT_THAT(run.err, HasSubstr("agent aurora is played by \"external:undercutter\""));
  EXPECT_THAT(run.err, HasSubstr("--agent-command"));
  EXPECT_FALSE(std::filesystem::exists(log));
}

TEST(PythonSdkTest, ACommandThatMakesNoSenseIsSaidBeforeAnythingIsPlayed) {
  for (const auto& [command, what] : std::vector<std::pair<std::string, std::string>>{
           {"aurora", "isn't AGENT[,AGENT...]=COMMAND"},
           {"=true", "isn't AGENT[,AGENT...]=COMMAND"},
           {"aurora= ", "isn't AGENT[,AGENT...]=COMMAND"},
           {"aurorra=true", "aurorra, who is not in the scenario"},
           {"aurora,aurora=true", "aurora was given a command before"}}) {
    const ProgramEnd run = Program::Run({"run", Duopoly(), "--agent-command", command});
    EXPECT_EQ(run.code, kExitUsage) << command;
    EXPECT_THAT(run.err, HasSubstr(what));
  }
}

TEST(PythonSdkTest, ACommandThatCanNotBeStartedEndsTheRun) {
  const TestDirectory directory;
  const ProgramEnd run =
      Program::Run({"run", Duopoly(), "--agent-command", "aurora=no-such-program",
                    "--agents-per-process", "10", "--log", directory.File("run.tranche")});
  EXPECT_EQ(run.code, kExitRunFailed);
  EXPECT_THAT(run.err, HasSubstr("the process of aurora exited with code 127"));
}

TEST(PythonSdkTest, AWrongStrategyOrRoleIsSaidByTheProgram) {
  const TestDirectory directory;
  const auto play = [&](const std::string& strategy) {
    return Program::Run({"run", Duopoly(), "--strategy", strategy, "--agents-per-process", "10",
                         "--agent-command", Command("aurora", "undercutter.py"), "--log",
                         directory.File(absl::StrCat(strategy, ".tranche"))});
  };
  const ProgramEnd unknown = play("aurora=external:overcutter");
  EXPECT_EQ(unknown.code, kExitRunFailed);
  EXPECT_THAT(unknown.err, HasSubstr("which this program doesn't register; it has: undercutter"));
  const ProgramEnd parameter = play("aurora=external:undercutter:discount=1");
  EXPECT_THAT(parameter.err, HasSubstr("has no parameter \"discount\"; it has: discount_percent"));
}

TEST(PythonSdkTest, CertificatesSayWhoPlays) {
  const TestDirectory directory;
  const std::string certificates = directory.File("certificates");
  ASSERT_EQ(Program::Run({"cert", Duopoly(), "--out", certificates}).code, 0);
  const auto broker =
      Program::Start({"run", Duopoly(), "--json", "--strategy", kTwin, "--serve", "127.0.0.1:0",
                      "--address-file", directory.File("address"), "--identity",
                      certificates + "/broker", "--log", directory.File("run.tranche")});
  ASSERT_TRUE(broker->WaitForError("agents join")) << broker->err();
  std::ifstream file(directory.File("address"));
  std::string address;
  ASSERT_TRUE(std::getline(file, address));
  const auto join = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = {SourcePath("tests/python/patient_investor.py"), "--connect",
                                    address, "--patience", "60"};
    all.insert(all.end(), more.begin(), more.end());
    return RunPython(all);
  };
  const std::string own = certificates + "/agents/harbor-fund";

  EXPECT_THAT(join({"harbor-fund"}).err, HasSubstr("--identity FOLDER"));
  EXPECT_THAT(join({"--identity", certificates + "/agents/nobody"}).err,
              HasSubstr("as tranche cert makes it"));
  EXPECT_THAT(join({"--identity", own, "aurora"}).err,
              HasSubstr("is that of harbor-fund: it can't play aurora"));
  EXPECT_THAT(join({"--identity", certificates + "/broker"}).err,
              HasSubstr("isn't an agent's certificate"));
  const std::string other = directory.File("other");
  ASSERT_EQ(Program::Run({"cert", Duopoly(), "--out", other}).code, 0);
  const ProgramEnd stranger = join({"--identity", other + "/agents/harbor-fund"});
  EXPECT_EQ(stranger.code, kExitUsage);
  EXPECT_THAT(stranger.err, HasSubstr("isn't the broker of the run that"));

  std::vector<std::unique_ptr<Program>> others;
  for (const char* agent : {"aurora", "borealis", "european-commission", "nimbus",
                            "nimbus-ventures", "stratus", "us-antitrust"}) {
    others.push_back(Program::Start({"agent", "--connect", address, "--identity",
                                     absl::StrCat(certificates, "/agents/", agent)}));
  }
  const ProgramEnd twin = join({"--identity", own});
  EXPECT_EQ(twin.code, 0) << twin.err;
  const ProgramEnd end = broker->Wait();
  EXPECT_EQ(end.code, 0) << end.err;
  const ProgramEnd expected = Program::Run({"run", Duopoly(), "--inline", "--json", "--strategy",
                                            kTwin, "--log", directory.File("inline.tranche")});
  EXPECT_EQ(DigestIn(end), DigestIn(expected));
}

// A test for each class of tests/python/environment_test.py, which says what holds.
class PythonEnvironmentTest : public ::testing::TestWithParam<const char*> {};

TEST_P(PythonEnvironmentTest, Holds) {
  const ProgramEnd end =
      Program::Run({PythonPath(), absl::StrCat("TRANCHE=", ProgramPath()), "/usr/bin/python3", "-s",
                    SourcePath("tests/python/environment_test.py"), Duopoly(), GetParam()},
                   {.path = "/usr/bin/env"});
  EXPECT_EQ(end.code, 0) << end.out << end.err;
}

INSTANTIATE_TEST_SUITE_P(Classes, PythonEnvironmentTest,
                         ::testing::Values("BatchTest", "StreamTest", "MarketTest", "LearningTest"),
                         [](const auto& info) { return std::string(info.param); });

TEST(PythonSdkTest, ItsRandomNumbersAreThoseOfTheCore) {
  // sim/philox_test.cc has the same known answers, of Random123.
  const ProgramEnd end =
      RunPython({"-c",
                 "from tranche.randomness import philox_4x32, stream_key\n"
                 "print(*(f'{word:x}' for word in philox_4x32((0, 0, 0, 0), (0, 0))), "
                 "f'{stream_key(\"a\"):x}')"});
  EXPECT_EQ(end.out, "6627e8d5 e169c58d bc57ac4c 9b00dbd8 2c0bdbf481420f8\n") << end.err;
}

TEST(PythonSdkTest, ABrokerThatIsNotThereIsSaid) {
  const ProgramEnd end = RunPython({SourcePath("tests/python/patient_investor.py"), "--connect",
                                    "unix:/nowhere/t.sock", "--patience", "0", "harbor-fund"});
  EXPECT_EQ(end.code, 1);
  EXPECT_THAT(end.err, HasSubstr("no broker answered at unix:/nowhere/t.sock"));
}

}  // namespace
}  // namespace tranche
