// A strategy that throws, loops, leaks, lies, floods, crashes or talks nonsense hurts only itself:
// the run ends, its books balanced (a quarter whose books don't balance ends the run with an error,
// and `replay` derives every entry again), and says what happened.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "broker/log/run_log.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

const std::string kDuopoly = SourcePath("deploy/scenarios/duopoly.textproto");
constexpr char kBad[] = "harbor-fund";

class ContainmentTest : public ::testing::Test {
 protected:
  ProgramEnd Command(std::vector<std::string> arguments) const {
    return Program::Run(std::move(arguments),
                        {.directory = directory_.path(), .path = MisbehavingProgramPath()});
  }

  // Plays the duopoly with the strategy in harbor-fund's seat. The run must come to its end, and
  // its log must be what it says it is.
  ProgramEnd Play(const std::string& strategy, const std::string& log,
                  std::vector<std::string> flags) const {
    flags.insert(flags.begin(),
                 {"run", kDuopoly, "--log", log, "--strategy", absl::StrCat(kBad, "=", strategy)});
    ProgramEnd run = Command(std::move(flags));
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("8 of 8 quarters"));
    const ProgramEnd replay = Command({"replay", log});
    EXPECT_EQ(replay.code, 0) << replay.out << replay.err;
    return run;
  }
  static std::vector<std::string> Inline() { return {"--inline"}; }
  static std::vector<std::string> Processes() { return {"--deadline", "none"}; }

  // The same, inline and with a process for each agent: both must come to the same.
  std::string PlayBothWays(const std::string& strategy) const {
    const ProgramEnd alone = Play(strategy, "inline.tranche", Inline());
    const ProgramEnd apart = Play(strategy, "processes.tranche", Processes());
    EXPECT_EQ(DigestOf(alone), DigestOf(apart));
    return alone.out;
  }

  static std::string DigestOf(const ProgramEnd& run) {
    const size_t at = run.out.find("Digest  ");
    return at == std::string::npos ? "none" : run.out.substr(at, 72);
  }

  // How many of its moves each rule refused; those that none did under "".
  std::map<std::string, int> RulesAgainst(const std::string& log_name) const {
    std::map<std::string, int> rules;
    const auto log = RunLog::OpenToRead(directory_.File(log_name));
    EXPECT_EQ(log.status(), absl::OkStatus());
    std::map<uint64_t, std::string> refused;
    std::vector<uint64_t> moves;
    const absl::Status read = (*log)->Read(1, [&](const v1::LogRecord& record) {
      const v1::Message& message = record.message();
      if (message.sender() == kBad) moves.push_back(message.id());
      if (message.has_rejected()) refused[message.in_reply_to()] = message.rejected().rule();
      return true;
    });
    EXPECT_EQ(read, absl::OkStatus());
    for (const uint64_t move : moves) ++rules[refused[move]];
    return rules;
  }

  TestDirectory directory_;
};

TEST_F(ContainmentTest, OneThatThrowsPassesThoseTurnsAlone) {
  const std::string summary = PlayBothWays("throwing-investor");
  EXPECT_THAT(summary,
              AllOf(HasSubstr("Turns that couldn't be played"), HasSubstr("harbor-fund failed in "),
                    HasSubstr("2026Q2 round 1: no such lab: ?")));
  const ProgramEnd operations =
      Command({"log", "inline.tranche", "--table", "operations", "--csv"});
  EXPECT_THAT(operations.out, HasSubstr("an exception of a type of its own"));
  // It said something before it threw, and nothing of it has got out.
  EXPECT_THAT(
      Command({"log", "inline.tranche", "--sender", kBad, "--quarter", "2026Q2", "--csv"}).out,
      Not(HasSubstr("must not get out")));
}

TEST_F(ContainmentTest, OneThatCannotBeMadeIsNamedBeforeAnythingIsPlayed) {
  const ProgramEnd run = Command({"run", kDuopoly, "--inline", "--log", "none.tranche",
                                  "--strategy", absl::StrCat(kBad, "=unmakeable-investor")});
  EXPECT_NE(run.code, 0);
  EXPECT_THAT(run.err, AllOf(HasSubstr("harbor-fund"), HasSubstr("unmakeable-investor"),
                             HasSubstr("I can't be made")));
}

TEST_F(ContainmentTest, OneThatLoopsInlineEndsTheRunAtItsDeadlineAndItGoesOnWithout) {
  const std::string loops = absl::StrCat(kBad, "=looping-investor");
  const ProgramEnd run =
      Command({"run", kDuopoly, "--inline", "--log", "loop.tranche", "--strategy", loops,
               "--deadline", "1s", "--at-deadline", "stop"});
  EXPECT_EQ(run.code, 1) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("harbor-fund has been at its turn of 2027Q3"),
                             HasSubstr("more than 1s"), HasSubstr("--resume --log loop.tranche")));
  const ProgramEnd apart =
      Command({"run", kDuopoly, "--resume", "--log", "loop.tranche", "--strategy", loops,
               "--deadline", "300ms", "--at-deadline", "skip"});
  EXPECT_EQ(apart.code, 0) << apart.err;
  EXPECT_EQ(Command({"replay", "loop.tranche"}).code, 0);
  const ProgramEnd skipping = Command({"run", kDuopoly, "--inline", "--at-deadline", "skip"});
  EXPECT_EQ(skipping.code, 2);
  EXPECT_THAT(skipping.err, HasSubstr("say wait or stop"));
}

TEST_F(ContainmentTest, OneThatCannotBeMadeLeavesNoLogOfAPersonsRun) {
  const ProgramEnd play = Command({"play", kDuopoly, "--as", "aurora", "--log", "none.tranche",
                                   "--strategy", absl::StrCat(kBad, "=unmakeable-investor")});
  EXPECT_EQ(play.code, kExitUsage);
  EXPECT_THAT(play.err, HasSubstr("I can't be made"));
  EXPECT_FALSE(std::filesystem::exists(directory_.File("none.tranche")));
}

TEST_F(ContainmentTest, OneThatLoopsInAnEnsembleEndsItAndIsNamed) {
  const ProgramEnd sweep = Command({"sweep", kDuopoly, "--seeds", "3", "--strategy",
                                    absl::StrCat(kBad, "=value-investor,looping-investor"),
                                    "--jobs", "1", "--deadline", "1s", "-o", "sweep.db"});
  EXPECT_EQ(sweep.code, 1) << sweep.err;
  EXPECT_THAT(sweep.err, AllOf(HasSubstr("in duopoly with seed 3, harbor-fund has been at its turn "
                                         "of 2027Q3"),
                               HasSubstr("more than 1s")));
}

TEST_F(ContainmentTest, OneThatLiesIsRefusedByNameOfTheRule) {
  PlayBothWays("lying-investor");
  const std::map<std::string, int> rules = RulesAgainst("inline.tranche");
  EXPECT_THAT(rules, Contains(Key("authority")));
  EXPECT_THAT(rules, Not(Contains(Key("")))) << "none of its moves is made";
}

TEST_F(ContainmentTest, OneThatFloodsIsCutOff) {
  PlayBothWays("flooding-investor");
  const std::map<std::string, int> rules = RulesAgainst("inline.tranche");
  // One move a turn says so; what came after is gone.
  EXPECT_THAT(rules, Contains(Key("moves-per-round")));
  int moves = 0;
  for (const auto& [rule, count] : rules) moves += count;
  EXPECT_EQ(moves % 257, 0);
}

TEST_F(ContainmentTest, OneThatTalksNonsenseIsRefusedAndItsTextCanBeRead) {
  PlayBothWays("babbling-investor");
  const std::map<std::string, int> rules = RulesAgainst("inline.tranche");
  for (const char* rule : {"size", "body", "recipients", "authority"}) {
    EXPECT_THAT(rules, Contains(Key(rule)));
  }
  // A rejection of its own making refuses nothing, neither its moves nor others'.
  const ProgramEnd refusals = Command({"log", "inline.tranche", "--table", "v_refusals", "--csv"});
  EXPECT_THAT(refusals.out, HasSubstr(",size,"));
  const bool by_an_agent = std::regex_search(refusals.out, std::regex(",[?][?],[0-9]"));
  EXPECT_FALSE(by_an_agent) << "the rule that its own message names";
  EXPECT_LT(std::filesystem::file_size(directory_.File("inline.tranche")), 40'000'000);
}

TEST_F(ContainmentTest, OneThatLoopsIsSkippedAtItsDeadline) {
  const ProgramEnd run =
      Play("looping-investor", "loops.tranche", {"--deadline", "400ms", "--at-deadline", "skip"});
  EXPECT_THAT(run.out, HasSubstr("harbor-fund was late in "));
  EXPECT_THAT(run.err, HasSubstr("harbor-fund late: no moves within 0.4 s"));
}

TEST_F(ContainmentTest, OneThatLeaksRunsOutOfItsOwnMemoryAlone) {
  const ProgramEnd run =
      Play("leaking-investor", "leaks.tranche", {"--deadline", "none", "--agent-memory", "700MB"});
  EXPECT_THAT(run.out, AllOf(HasSubstr("harbor-fund failed in "), HasSubstr("bad_alloc")));
  // It played until then.
  EXPECT_THAT(RulesAgainst("leaks.tranche"), Not(IsEmpty()));
}

TEST_F(ContainmentTest, OneThatCrashesIsGivenUpAndTheOthersPlayOn) {
  const ProgramEnd run = Play("crashing-investor", "crashes.tranche", Processes());
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("the process of harbor-fund exited with code 9 after 5 "
                              "restarts; the run goes on, and harbor-fund passes from here on")));
  EXPECT_THAT(run.out, AllOf(HasSubstr("harbor-fund failed in "),
                             HasSubstr("2026Q3 round 1: the process of harbor-fund exited")));
}

TEST_F(ContainmentTest, TurnsThatFailAreCountedInEnsembles) {
  const std::string bad = absl::StrCat(kBad, "=throwing-investor");
  // It throws in every other quarter and in the third.
  const ProgramEnd sweep = Command({"sweep", kDuopoly, "--seeds", "1..2", "--quarters", "3",
                                    "--metrics", "revenue", "--strategy", bad, "-o", "results.db"});
  EXPECT_EQ(sweep.code, 0) << sweep.err;
  EXPECT_THAT(sweep.out,
              ::testing::ContainsRegex("[0-9]+ turns of 2 runs passed because a strategy failed"));
  const ProgramEnd compare =
      Command({"compare", "results.db", "--metrics", "failed-turns", "--json"});
  EXPECT_THAT(compare.err, HasSubstr("turns of 2 runs passed"));
  const ProgramEnd sound =
      Command({"sweep", kDuopoly, "--seeds", "1", "--quarters", "1", "--json", "-o", "sound.db"});
  EXPECT_THAT(sound.out, HasSubstr("\"failed_turns\":0"));
  EXPECT_THAT(sound.err, Not(HasSubstr("passed because")));
}

}  // namespace
}  // namespace tranche
