#include "inspector/server/request_check.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

TEST(RequestCheckTest, TheServersOwnNamesPass) {
  EXPECT_TRUE(CheckFromHere("127.0.0.1:4711", "", 4711).ok());
  EXPECT_TRUE(CheckFromHere("localhost:4711", "", 4711).ok());
  EXPECT_TRUE(CheckFromHere("LocalHost:4711", "http://localhost:4711", 4711).ok());
  EXPECT_TRUE(CheckFromHere("127.0.0.1:4711", "http://127.0.0.1:4711", 4711).ok());
  EXPECT_TRUE(CheckFromHere("127.0.0.1", "", 80).ok());
}

TEST(RequestCheckTest, ANameThatResolvesHereIsNotOurs) {
  for (const char* host : {"", "evil.example", "evil.example:4711", "127.0.0.1.evil.example:4711",
                           "127.0.0.1:4712", "127.0.0.1", "127.0.0.1:4711@evil.example",
                           "localhost:47110", "localhost.evil.example:4711", "[::1]:4711"}) {
    EXPECT_FALSE(CheckFromHere(host, "", 4711).ok()) << host;
  }
}

TEST(RequestCheckTest, AnotherPageIsTurnedAway) {
  for (const char* origin :
       {"https://evil.example", "http://evil.example:4711", "null", "http://127.0.0.1:4712",
        "http://127.0.0.1:4711.evil.example", "https://127.0.0.1:4711", "127.0.0.1:4711"}) {
    EXPECT_FALSE(CheckFromHere("127.0.0.1:4711", origin, 4711).ok()) << origin;
  }
}

}  // namespace
}  // namespace tranche
