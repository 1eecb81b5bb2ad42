#include "broker/log/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace tranche {
namespace {

TEST(JsonTest, StringsEscapeWhatNeedsIt) {
  EXPECT_EQ(JsonString("a\"b\\c\n\x01"), "\"a\\\"b\\\\c\\u000a\\u0001\"");
  EXPECT_EQ(JsonString("é→"), "\"é→\"");
}

TEST(JsonTest, NumbersReadBack) {
  EXPECT_EQ(JsonNumber(0.1), "0.1");
  EXPECT_EQ(JsonNumber(std::numeric_limits<double>::infinity()), "\"inf\"");
  EXPECT_EQ(JsonNumber(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
}

TEST(JsonTest, ObjectsAndArraysNest) {
  EXPECT_EQ(JsonObject().json(), "{}");
  EXPECT_EQ(JsonArray({}), "[]");
  EXPECT_EQ(JsonObject()
                .Add("same", JsonBool(false))
                .Add("parts", JsonArray({JsonNumber(int64_t{1}), JsonObject().json()}))
                .json(),
            R"({"same":false,"parts":[1,{}]})");
}

}  // namespace
}  // namespace tranche
