// `tranche arena` as users call it: what it writes, and what it says of what can't be played.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "broker/command/exit_codes.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ProgramEnd Arena(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"arena", SourcePath("deploy/scenarios/duopoly.textproto"),
                                       "--quarters", "2", "--seeds", "1..3"});
  return Program::Run(std::move(arguments));
}

TEST(ArenaCommandTest, TheSameCommandWritesTheSame) {
  const std::vector<std::string> arguments = {"--role", "cloud", "--json"};
  const ProgramEnd once = Arena(arguments);
  EXPECT_EQ(once.code, kExitOk) << once.err;
  EXPECT_THAT(once.out, AllOf(HasSubstr("\"seats\":[\"nimbus\",\"stratus\"]"),
                              HasSubstr("\"strategies\":[\"balanced-cloud\",\"expansive-cloud\"]"),
                              HasSubstr("\"equilibria\":[{"), HasSubstr("\"runs\":12")));
  EXPECT_EQ(Arena(arguments).out, once.out);
}

TEST(ArenaCommandTest, ParametersMakeAnotherContender) {
  const ProgramEnd end = Arena({"--seat", "aurora", "--strategy", "conserving-lab", "--strategy",
                                "conserving-lab:pay_percent=150"});
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("2 strategies of a lab in 1 seat, 6 runs"),
                             HasSubstr("conserving-lab:pay_percent=150")));
}

TEST(ArenaCommandTest, OneFlagTakesSeveralStrategies) {
  const std::string duopoly = SourcePath("deploy/scenarios/duopoly.textproto");
  const std::vector<std::string> rest = {"--seeds", "1..2", "--quarters", "1", "--json"};
  const std::vector<std::string> flags = {"--seat", "aurora", "--strategy", "balanced-lab",
                                          "conserving-lab"};
  // The scenario may stand before the flags, or behind the last of them.
  for (const bool last : {false, true}) {
    std::vector<std::string> arguments = {"arena"};
    if (!last) arguments.push_back(duopoly);
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    if (last) arguments.push_back(duopoly);
    const ProgramEnd end = Program::Run(arguments);
    EXPECT_EQ(end.code, kExitOk) << end.err;
    EXPECT_THAT(end.out, HasSubstr("\"strategies\":[\"balanced-lab\",\"conserving-lab\"]"));
  }
  EXPECT_EQ(Program::Run({"arena", "--role", "lab", "--strategy", "balanced-lab"}).code,
            kExitUsage);
}

TEST(ArenaCommandTest, WhatCannotBePlayedIsSaid) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "name the seats with --seat"},
      {{"--seat", "aurorra"}, "aurorra"},
      {{"--seat", "aurora", "--role", "cloud"}, "aurora is a lab, not a cloud"},
      {{"--seat", "aurora", "--seat", "nimbus"}, "strategies are of one role"},
      {{"--role", "lab", "--strategy", "no-such-lab"}, "no strategy \"no-such-lab\""},
      {{"--role", "lab", "--strategy", "balanced-cloud"}, "plays a cloud"},
      {{"--role", "lab", "--strategy", "external:mine"}, "external:mine"},
      {{"--role", "lab", "--payoff", "revenue net-income"}, "without a sign between"},
      {{"--role", "lab", "--payoff", "no-such-metric"}, "no run has the metric no-such-metric"},
      {{"--role", "lab", "--payoff", "net-incom"}, "did you mean \"net-income\"?"},
      {{"--role", "lab", "--payoff", "holdings-at-mark"}, "no lab has a metric holdings-at-mark"},
      {{"--role", "lab", "--at", "noon"}, "\"noon\" is no moment"},
  };
  for (const auto& [arguments, what] : cases) {
    const ProgramEnd end = Arena(arguments);
    EXPECT_EQ(end.code, kExitUsage) << what;
    EXPECT_THAT(end.err, HasSubstr(what));
    EXPECT_EQ(end.out, "") << what;
    // Nothing was played first.
    EXPECT_THAT(end.err, Not(HasSubstr("runs"))) << what;
  }
}

}  // namespace
}  // namespace tranche
