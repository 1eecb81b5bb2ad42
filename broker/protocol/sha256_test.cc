#include "broker/protocol/sha256.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"

namespace tranche {
namespace {

// FIPS 180-4 examples (NIST, "SHA256.pdf") and the NIST CAVP short-message vectors.
TEST(Sha256Test, GivesThePublishedDigests) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Sha256Hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PiecesAddUpToTheWhole) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string whole = Sha256Of(text.substr(0, size));
    for (size_t cut : {size_t{0}, size_t{1}, size_t{55}, size_t{63}, size_t{64}, size_t{65}}) {
      if (cut > size) continue;
      Sha256 hash;
      hash.Update(text.substr(0, cut));
      hash.Update("");
      hash.Update(text.substr(cut, size - cut));
      ASSERT_EQ(hash.Finish(), whole) << size << " cut at " << cut;
    }
  }
}

TEST(Sha256Test, IsAsNewAfterFinish) {
  Sha256 hash;
  hash.Update("something else");
  hash.Finish();
  hash.Update("abc");
  EXPECT_EQ(absl::BytesToHexString(hash.Finish()), Sha256Hex("abc"));
}

}  // namespace
}  // namespace tranche
