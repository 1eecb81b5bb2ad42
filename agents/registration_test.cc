#include "agents/registration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "agents/strategy.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

StrategyInfo Named(const std::string& name, v1::Role role = v1::ROLE_LAB) {
  StrategyInfo info;
  info.name = name;
  info.role = role;
  info.summary = "For a test.";
  return info;
}

TEST(CollectedStrategiesTest, TheyAreRegisteredTogether) {
  CollectedStrategies collected;
  const StrategyRegistration second(Named("collected-b"));
  const StrategyRegistration first(Named("collected-a"));
  EXPECT_EQ(FindStrategy("collected-a"), nullptr);
  const auto names = collected.Register("liba.so");
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_THAT(*names, ElementsAre("collected-a", "collected-b"));
  EXPECT_NE(FindStrategy("collected-a"), nullptr);
}

TEST(CollectedStrategiesTest, OneThatCannotBeKeepsAllOut) {
  CollectedStrategies collected;
  const StrategyRegistration sound(Named("collected-sound"));
  const StrategyRegistration taken(Named("balanced-lab"));
  const auto names = collected.Register("libb.so");
  EXPECT_TRUE(absl::IsAlreadyExists(names.status()));
  EXPECT_THAT(names.status().message(),
              AllOf(HasSubstr("balanced-lab"), HasSubstr("Tranche itself")));
  EXPECT_EQ(FindStrategy("collected-sound"), nullptr);
}

TEST(CollectedStrategiesTest, SaysWhoHasTheName) {
  {
    CollectedStrategies collected;
    const StrategyRegistration first(Named("collected-once"));
    ASSERT_TRUE(collected.Register("libc.so").ok());
  }
  CollectedStrategies collected;
  const StrategyRegistration again(Named("collected-once"));
  EXPECT_THAT(collected.Register("libd.so").status().message(), HasSubstr("so does libc.so"));
}

TEST(CollectedStrategiesTest, NothingABadNameAndNoRoleAreErrors) {
  CollectedStrategies none;
  EXPECT_THAT(none.Register("libe.so").status().message(), HasSubstr("registers no strategy"));
  const StrategyRegistration bad(Named("Bold Lab"));
  EXPECT_THAT(none.Register("libe.so").status().message(), HasSubstr("\"Bold Lab\""));
}

TEST(CollectedStrategiesTest, ARoleThatNobodyHasIsAnError) {
  CollectedStrategies collected;
  const StrategyRegistration roleless(Named("collected-none", v1::ROLE_UNSPECIFIED));
  EXPECT_THAT(collected.Register("libf.so").status().message(), HasSubstr("collected-none"));
}

TEST(IsStrategyNameTest, KebabCase) {
  for (const char* name : {"a", "bold-lab", "lab-2", "a1-b2-c3"}) EXPECT_TRUE(IsStrategyName(name));
  for (const char* name : {"", "-a", "a-", "a--b", "2-lab", "Bold", "bold_lab", "bold lab", "é"}) {
    EXPECT_FALSE(IsStrategyName(name)) << name;
  }
  EXPECT_FALSE(IsStrategyName(std::string(65, 'a')));
}

}  // namespace
}  // namespace tranche
