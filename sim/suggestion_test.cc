#include "sim/suggestion.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tranche {
namespace {

const std::vector<std::string> kNames = {"openai", "anthropic", "aws"};

TEST(SuggestionTest, DistanceCountsEditsAndSwapsOfNeighbours) {
  EXPECT_EQ(EditDistance("openai", "openai"), 0);
  EXPECT_EQ(EditDistance("opnai", "openai"), 1);
  EXPECT_EQ(EditDistance("openia", "openai"), 1);
  EXPECT_EQ(EditDistance("xpenai", "openai"), 1);
  EXPECT_EQ(EditDistance("", "aws"), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
}

TEST(SuggestionTest, NearNamesAreSuggested) {
  EXPECT_EQ(DidYouMean("anthopic", kNames), "did you mean \"anthropic\"?");
  EXPECT_EQ(DidYouMean("awz", kNames), "did you mean \"aws\"?");
}

TEST(SuggestionTest, FarNamesGetTheListInstead) {
  EXPECT_EQ(NearestName("deepmind", kNames), nullptr);
  EXPECT_EQ(DidYouMean("deepmind", kNames), "it must be one of \"anthropic\", \"aws\", \"openai\"");
  EXPECT_EQ(DidYouMean("deepmind", {}), "there is none");
}

}  // namespace
}  // namespace tranche
