#include "broker/log/crc32.h"

#include <gtest/gtest.h>

#include <string>

namespace tranche {
namespace {

// The check value of the catalogue of parametrised CRC algorithms (CRC-32/ISO-HDLC), and what
// Python's zlib.crc32 gives.
TEST(Crc32Test, GivesThePublishedValues) {
  EXPECT_EQ(Crc32("123456789"), 0xcbf43926u);
  EXPECT_EQ(Crc32(""), 0u);
  EXPECT_EQ(Crc32(std::string(1000, '\xff')), 0xe0533230u);
}

TEST(Crc32Test, SeesEveryFlippedBit) {
  const std::string text = "a record of the log, 37 bytes or more!";
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(Crc32(flipped), Crc32(text)) << bit;
  }
}

}  // namespace
}  // namespace tranche
