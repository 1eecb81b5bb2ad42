// Strategies in a shared library play as built-in ones do, and a library that doesn't fit is
// refused before anything of it runs. The plug-in is that of docs/cookbook.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/built_files.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kDuopoly = SourcePath("deploy/scenarios/duopoly.textproto");

std::string DigestIn(const std::string& json) {
  const size_t begin = json.find("\"digest\":\"");
  return begin == std::string::npos ? json : json.substr(begin, 10 + 64);
}

class PluginTest : public testing::Test {
 protected:
  // A run of the small scenario with what is added to its command line.
  ProgramEnd Run(const std::vector<std::string>& added) {
    std::vector<std::string> arguments = {"run", kDuopoly, "--json", "--log",
                                          directory_.File(absl::StrCat(++runs_, ".tranche"))};
    arguments.insert(arguments.end(), added.begin(), added.end());
    return Program::Run(arguments);
  }

  // A file of the test's own, called as a plug-in is.
  std::string Library(const std::string& bytes) {
    const std::string path = directory_.File("libother.so");
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  // What is said of a plug-in that can't be loaded.
  std::string Refusal(const std::string& path) {
    const ProgramEnd end = Run({"--inline", "--plugin", path});
    EXPECT_EQ(end.code, 2) << end.out;
    EXPECT_THAT(end.err, HasSubstr(path));
    return end.err;
  }

  TestDirectory directory_;
  int runs_ = 0;
};

TEST_F(PluginTest, InlineInProcessesAndReplayedItIsTheSameRun) {
  const std::vector<std::string> plays = {"--plugin", CookbookPath(), "--strategy",
                                          "borealis=undercutting-lab:cut_percent=8"};
  std::vector<std::string> inline_plays = plays;
  inline_plays.push_back("--inline");
  const ProgramEnd in_one = Run(inline_plays);
  ASSERT_EQ(in_one.code, 0) << in_one.err;
  const ProgramEnd in_many = Run(plays);
  ASSERT_EQ(in_many.code, 0) << in_many.err;
  EXPECT_EQ(DigestIn(in_many.out), DigestIn(in_one.out));
  EXPECT_NE(DigestIn(in_one.out), DigestIn(Run({"--inline"}).out));

  const ProgramEnd replayed = Program::Run({"replay", directory_.File("2.tranche"), "--strategies",
                                            "--plugin", CookbookPath(), "--json"});
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_EQ(DigestIn(replayed.out), DigestIn(in_one.out));
}

TEST_F(PluginTest, TheLogSaysWhichBuildOfItPlayed) {
  ASSERT_EQ(Run({"--inline", "--plugin", CookbookPath()}).code, 0);
  const ProgramEnd noted =
      Program::Run({"log", directory_.File("1.tranche"), "--table", "operations", "--csv"});
  EXPECT_THAT(noted.out, HasSubstr("libtranche_cookbook.so, SHA-256 "));
}

// What passes a strategy's moves on plays as it does, to the digest.
TEST_F(PluginTest, ItsPresenceChangesNothing) {
  EXPECT_EQ(DigestIn(Run({"--inline", "--plugin", CookbookPath()}).out),
            DigestIn(Run({"--inline"}).out));
}

TEST_F(PluginTest, EnsemblesAndTheListKnowItsStrategies) {
  const ProgramEnd sweep =
      Program::Run({"sweep", kDuopoly, "--seeds", "1..2", "--quarters", "2", "--quiet", "--plugin",
                    CookbookPath(), "--strategy", "stratus=balanced-cloud,surge-cloud", "-o",
                    directory_.File("results.db")});
  EXPECT_EQ(sweep.code, 0) << sweep.err;
  const ProgramEnd list = Program::Run({"agent", "--list", "--plugin", CookbookPath()});
  EXPECT_THAT(list.out, HasSubstr(absl::StrCat("surge-cloud (cloud, of ", CookbookPath())));
  EXPECT_THAT(Program::Run({"agent", "--list"}).out, Not(HasSubstr("surge-cloud")));
}

TEST_F(PluginTest, WhatIsNoPluginIsRefusedWithAReason) {
  EXPECT_THAT(Refusal(directory_.File("libnone.so")), HasSubstr("isn't there"));
  EXPECT_THAT(Refusal(directory_.path()), HasSubstr("is a folder"));
  EXPECT_THAT(Refusal(Library("not a library")), HasSubstr("is no shared library"));
  EXPECT_THAT(Refusal("/usr/lib/x86_64-linux-gnu/libprotobuf.so.32"),
              HasSubstr("no plug-in of Tranche"));
}

TEST_F(PluginTest, OneOfAnotherTrancheIsRefusedBeforeItRuns) {
  std::ifstream in(CookbookPath(), std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  const std::string stated = "\nwire=";
  const size_t wire = bytes.find(stated);
  ASSERT_NE(wire, std::string::npos);
  bytes.replace(wire + stated.size(), 8, "00000000");
  EXPECT_THAT(Refusal(Library(bytes)),
              AllOf(HasSubstr("doesn't fit this tranche"), HasSubstr("wire: 00000000"),
                    HasSubstr("Build it again")));
  EXPECT_THAT(Refusal(Library(bytes.substr(0, bytes.size() / 2))), HasSubstr("cut short"));
}

TEST_F(PluginTest, TwoStrategiesOfOneNameAreRefused) {
  const std::string copy = directory_.File("libcopy.so");
  std::filesystem::copy_file(CookbookPath(), copy);
  const ProgramEnd end = Run({"--inline", "--plugin", CookbookPath(), "--plugin", copy});
  EXPECT_EQ(end.code, 2);
  EXPECT_THAT(end.err,
              AllOf(HasSubstr(copy), HasSubstr(CookbookPath()), HasSubstr("give it another name")));
  // The same file twice is once.
  EXPECT_EQ(Run({"--inline", "--plugin", CookbookPath(), "--plugin", CookbookPath()}).code, 0);
}

}  // namespace
}  // namespace tranche
