// `tranche agent check --command`: what an external program does wrong is found by name, and a good
// one passes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::string PythonPath() {
  return (std::filesystem::path(ProgramPath()).parent_path().parent_path() / "python").string();
}

// A shell's command that runs a Python program with the package of this build.
std::string Python(const std::string& program) {
  return absl::StrCat("PYTHONPATH=", PythonPath(), " /usr/bin/python3 -s ", program);
}

std::string TestPython(const std::string& program) {
  return Python(SourcePath(absl::StrCat("tests/python/", program)));
}

// Checks an investor in one seat of the small scenario.
ProgramEnd Check(const std::string& strategy, const std::string& command,
                 std::vector<std::string> added = {}) {
  std::vector<std::string> arguments = {
      "agent",   "check",      strategy,
      "--role",  "investor",   "--command",
      command,   "--scenario", SourcePath("deploy/scenarios/duopoly.textproto"),
      "--seats", "1"};
  arguments.insert(arguments.end(), added.begin(), added.end());
  // On a busy machine only those are late that are to be.
  if (!absl::c_linear_search(added, "--deadline")) {
    arguments.insert(arguments.end(), {"--deadline", "60"});
  }
  return Program::Run(arguments);
}

ProgramEnd CheckWrong(const std::string& strategy, std::vector<std::string> added = {}) {
  return Check(strategy, TestPython("wrong_investors.py"), std::move(added));
}

ProgramEnd CheckWire(const std::string& way, std::vector<std::string> added = {}) {
  return Check("passing", TestPython(absl::StrCat("wire_agent.py ", way)), std::move(added));
}

TEST(ProgramCheckTest, AGoodStrategyInPythonPasses) {
  const ProgramEnd end =
      Check("patient-investor:patience_quarters=1", TestPython("patient_investor.py"));
  EXPECT_EQ(end.code, kExitOk) << end.out << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("external:patient-investor (investor): 1 seat, "),
                             HasSubstr("0 errors"), Not(HasSubstr("The check ended"))));
}

TEST(ProgramCheckTest, TrancheItselfIsSuchAProgram) {
  const ProgramEnd end = Check("value-investor", absl::StrCat(ProgramPath(), " agent"));
  EXPECT_EQ(end.code, kExitOk) << end.out << end.err;
  EXPECT_THAT(end.out, HasSubstr("0 errors"));
}

TEST(ProgramCheckTest, AnyProgramThatSpeaksTheWireIsChecked) {
  const ProgramEnd end = CheckWire("well");
  EXPECT_EQ(end.code, kExitOk) << end.out << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("warning: silent"), HasSubstr("0 errors, 1 warning")));
}

TEST(ProgramCheckTest, WhatAStrategyRaisesIsFoundWithItsWordsAndWhere) {
  const ProgramEnd end = CheckWrong("raising-investor");
  EXPECT_EQ(end.code, kExitDiffer) << end.err;
  EXPECT_THAT(end.out,
              AllOf(HasSubstr("error: throws"), HasSubstr("nimbus-ventures, 2026Q3 round 1"),
                    HasSubstr("LookupError"), HasSubstr("no such lab")));
}

TEST(ProgramCheckTest, OneThatNeverComesBackIsEnded) {
  const ProgramEnd end = CheckWrong("looping-investor", {"--patience", "3"});
  EXPECT_EQ(end.code, kExitDiffer) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("error: never-returns"), HasSubstr("2026Q3 round 1"),
                             HasSubstr("within 3 s"), HasSubstr("The check ended there")));
}

TEST(ProgramCheckTest, OneThatIsLateIsFound) {
  const ProgramEnd end = CheckWrong("slow-investor", {"--deadline", "0.2"});
  EXPECT_EQ(end.code, kExitDiffer) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("error: late"), HasSubstr("2026Q1 round 1")));
}

TEST(ProgramCheckTest, MalformedMovesAreFound) {
  const ProgramEnd end = CheckWrong("babbling-investor");
  EXPECT_EQ(end.code, kExitDiffer) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("error: refused, rule body"), HasSubstr("error: malformed"),
                             HasSubstr("writes to itself"), HasSubstr("mostly-refused")));
}

TEST(ProgramCheckTest, OneThatDoesOtherwiseTheSecondTimeIsFound) {
  const ProgramEnd end = CheckWrong("flighty-investor");
  EXPECT_EQ(end.code, kExitDiffer) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("error: not-the-same-again"),
                             HasSubstr("when the same run is played again"),
                             Not(HasSubstr("not-brought-up-to-date"))));
}

TEST(ProgramCheckTest, OneThatIsNotBroughtUpToDateAfterACutIsFound) {
  const ProgramEnd end = CheckWrong("remembering-investor");
  EXPECT_EQ(end.code, kExitDiffer) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("error: not-brought-up-to-date"), Not(HasSubstr("round 0")),
                             Not(HasSubstr("not-the-same-again"))));
}

TEST(ProgramCheckTest, AProgramThatEndsIsFoundWithItsExitCodeAndLastWords) {
  const ProgramEnd end = CheckWrong("leaving-investor");
  EXPECT_EQ(end.code, kExitDiffer) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("error: exits"), HasSubstr("2026Q3 round 1"),
                             HasSubstr("exited with code 3"), HasSubstr("I have had enough.")));
}

TEST(ProgramCheckTest, AProgramThatDoesNotJoinIsFound) {
  const ProgramEnd missing = Check("patient-investor", "no-such-program");
  EXPECT_EQ(missing.code, kExitDiffer) << missing.err;
  EXPECT_THAT(missing.out, AllOf(HasSubstr("error: never-joins"), HasSubstr("exited with code 127"),
                                 HasSubstr("not found")));
  const ProgramEnd unknown = CheckWrong("other-investor");
  EXPECT_THAT(unknown.out, AllOf(HasSubstr("exited with code 2"), HasSubstr("raising-investor")));
  const ProgramEnd absent = CheckWire("absent", {"--patience", "3"});
  EXPECT_THAT(absent.out, AllOf(HasSubstr("error: never-joins"), HasSubstr("within 3 s")));
}

TEST(ProgramCheckTest, AProgramThatJoinsWronglyIsToldHow) {
  const ProgramEnd other = CheckWire("as-another");
  EXPECT_EQ(other.code, kExitDiffer) << other.err;
  EXPECT_THAT(other.out, AllOf(HasSubstr("error: bad-join"),
                               HasSubstr("it joins as aurora, where it was started to play "
                                         "nimbus-ventures")));
  EXPECT_THAT(CheckWire("old").out, AllOf(HasSubstr("error: bad-join"), HasSubstr("tranche.v0")));
}

TEST(ProgramCheckTest, FramesThatMakeNoSenseAreFound) {
  EXPECT_THAT(CheckWire("garbles").out,
              AllOf(HasSubstr("error: bad-frame"), HasSubstr("not a tranche.v1.ToBroker")));
  EXPECT_THAT(CheckWire("wrong-round").out,
              AllOf(HasSubstr("error: bad-frame"),
                    HasSubstr("moves for 2026Q1 round 2 where those for 2026Q1 round 1 are due")));
  // The second answer comes before the next turn is asked for, or is no answer to that.
  EXPECT_THAT(CheckWire("twice").out, HasSubstr("error: bad-frame"));
}

TEST(ProgramCheckTest, AProgramThatDoesNotComeBackIsFound) {
  const ProgramEnd gone = CheckWire("gives-up");
  EXPECT_EQ(gone.code, kExitDiffer) << gone.err;
  EXPECT_THAT(gone.out,
              AllOf(HasSubstr("error: never-comes-back"), HasSubstr("exited with code 4"),
                    ContainsRegex("nimbus-ventures, 202[67]Q[1-4] round"), HasSubstr("lost: ")));
  EXPECT_THAT(CheckWire("stays-away", {"--patience", "3"}).out,
              AllOf(HasSubstr("error: never-comes-back"), HasSubstr("doesn't join again")));
  EXPECT_THAT(CheckWire("answers-replays").out, HasSubstr("error: bad-frame"));
}

TEST(ProgramCheckTest, AProgramThatEndsBadlyIsWarnedOf) {
  const ProgramEnd end = CheckWire("ends-badly");
  EXPECT_EQ(end.code, kExitOk) << end.out << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("warning: ends-badly"), HasSubstr("exited with code 5")));
}

TEST(ProgramCheckTest, TheProjectsOfAgentNewPass) {
  for (const std::string role : {"lab", "cloud", "investor", "regulator"}) {
    const TestDirectory directory;
    const ProgramEnd made = Program::Run({"agent", "new", role, "bold-one", "--lang", "python",
                                          "--directory", directory.File("project")});
    ASSERT_EQ(made.code, kExitOk) << made.err;
    const ProgramEnd end = Program::Run(
        {"agent", "check", "bold-one", "--role", role, "--command",
         Python(directory.File("project/bold_one.py")), "--scenario",
         SourcePath("deploy/scenarios/duopoly.textproto"), "--seats", "1", "--deadline", "60"});
    EXPECT_EQ(end.code, kExitOk) << role << ": " << end.out << end.err;
  }
}

TEST(ProgramCheckTest, ACheckThatIsStoppedTakesItsProgramsWithIt) {
  const TestDirectory directory;
  const std::string pid_file = directory.File("pid");
  // The shell stays beside what it has started.
  const auto check =
      Program::Start({"agent", "check", "passing", "--role", "lab", "--patience", "120",
                      "--command", absl::StrCat("echo $$ > ", pid_file, "; sleep 600; true")});
  std::string pid;
  ASSERT_TRUE(Eventually([&] {
    std::ifstream in(pid_file);
    return static_cast<bool>(std::getline(in, pid));
  }));
  check->Signal(SIGTERM);
  const ProgramEnd end = check->Wait();
  EXPECT_EQ(end.code, kExitStopped) << end.out << end.err;
  EXPECT_THAT(end.err, HasSubstr("stopped by SIGTERM"));
  int group = 0;
  ASSERT_TRUE(absl::SimpleAtoi(pid, &group));
  EXPECT_TRUE(Eventually([group] { return kill(-group, 0) != 0; }));
}

TEST(ProgramCheckTest, AProgramNeedsARole) {
  const ProgramEnd end = Program::Run({"agent", "check", "bold-one", "--command", "true"});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("--role"));
}

}  // namespace
}  // namespace tranche
