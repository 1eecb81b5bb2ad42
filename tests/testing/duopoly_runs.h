#ifndef TRANCHE_TESTS_TESTING_DUOPOLY_RUNS_H_
#define TRANCHE_TESTS_TESTING_DUOPOLY_RUNS_H_

#include <gtest/gtest.h>

#include <string>

#include "broker/command/exit_codes.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/program.h"

namespace tranche {

// Two runs of the duopoly that differ in their seed, played once for all tests of a suite.
class DuopolyRunsTest : public ::testing::Test {
 protected:
  static std::string Duopoly() { return SourcePath("deploy/scenarios/duopoly.textproto"); }

  static void SetUpTestSuite() {
    directory_ = new TestDirectory;
    for (const char* seed : {"1", "2"}) {
      const ProgramEnd end = Program::Run(
          {"run", Duopoly(), "--inline", "--quiet", "--seed", seed, "--log", Log(seed)});
      ASSERT_EQ(end.code, kExitOk) << end.err;
    }
  }
  static void TearDownTestSuite() {
    delete directory_;
    directory_ = nullptr;
  }
  static std::string Log(const std::string& seed) { return directory_->File(seed + ".tranche"); }

  static inline TestDirectory* directory_ = nullptr;
};

}  // namespace tranche

#endif  // TRANCHE_TESTS_TESTING_DUOPOLY_RUNS_H_
