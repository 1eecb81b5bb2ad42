#include "sim/storable.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/envelope.h"
#include "tranche/v1/messages.pb.h"

namespace tranche {
namespace {

TEST(StorableTest, WellFormedTextStaysAsItIs) {
  for (const char* text : {"", "plain", "Zürich – 東京 🙂", "\x7f", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(StorableText(text, 100), text);
  }
}

TEST(StorableTest, BytesOfNoCharacterBecomeQuestionMarks) {
  EXPECT_EQ(StorableText("a\xFF"
                         "b",
                         100),
            "a?b");
  EXPECT_EQ(StorableText("\x80", 100), "?");
  EXPECT_EQ(StorableText("\xC0\xAF", 100), "??") << "overlong";
  EXPECT_EQ(StorableText("\xED\xA0\x80", 100), "???") << "a surrogate";
  EXPECT_EQ(StorableText("\xF4\x90\x80\x80", 100), "????") << "beyond Unicode";
  EXPECT_EQ(StorableText("\xE2\x82", 100), "??") << "cut short";
}

TEST(StorableTest, CutsBetweenCharacters) {
  EXPECT_EQ(StorableText("abc", 2), "ab");
  EXPECT_EQ(StorableText("a€", 3), "a");
  EXPECT_EQ(StorableText("a€", 4), "a€");
}

TEST(StorableTest, EveryTextOfAMessageCanBeReadBack) {
  v1::Message move;
  move.set_thread("alpha/\xFF");
  move.add_recipients("\xC3");
  move.mutable_refusal()->set_note("no\xFE!");
  EXPECT_TRUE(MakeStorable(move));
  EXPECT_FALSE(MakeStorable(move)) << "once is enough";
  v1::Message read;
  ASSERT_TRUE(read.ParseFromString(move.SerializeAsString()));
  EXPECT_EQ(read.thread(), "alpha/?");
  EXPECT_EQ(read.recipients(0), "?");
  EXPECT_EQ(read.refusal().note(), "no?!");
}

TEST(StorableTest, AMoveThatIsTooLargeStaysTooLargeAndCanBeKept) {
  v1::Message move;
  move.mutable_refusal()->set_note(std::string(50'000'000, 'x'));
  for (int i = 0; i < 200'000; ++i) move.add_recipients("harbor");
  MakeStorable(move);
  EXPECT_GT(move.ByteSizeLong(), kMostMessageBytes);
  EXPECT_LT(move.ByteSizeLong(), size_t{1} << 20);
}

}  // namespace
}  // namespace tranche
