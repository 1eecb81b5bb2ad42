#include "sim/name_some.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

TEST(NameSomeTest, FewAreAllNamedAndOfManyThree) {
  EXPECT_EQ(NameSome({}), "");
  EXPECT_EQ(NameSome({"a", "b"}), "a, b");
  EXPECT_EQ(NameSome({"a", "b", "c", "d", "e", "f", "g", "h", "i"}), "a, b, c and 6 more");
}

}  // namespace
}  // namespace tranche
