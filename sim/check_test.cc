#include "sim/check.h"

#include <gtest/gtest.h>

#include <string>

namespace tranche {
namespace {

TEST(CheckDeathTest, FailureNamesFileConditionAndMessage) {
  EXPECT_DEATH(TRANCHE_CHECK(1 + 1 == 3, std::string("sums are off")),
               "check_test\\.cc:[0-9]+: check failed: 1 \\+ 1 == 3: sums are off");
}

TEST(CheckTest, MessageIsNotEvaluatedWhileTheConditionHolds) {
  int evaluations = 0;
  auto message = [&evaluations] {
    ++evaluations;
    return std::string("unused");
  };
  TRANCHE_CHECK(true, message());
  EXPECT_EQ(evaluations, 0);
}

}  // namespace
}  // namespace tranche
