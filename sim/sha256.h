#ifndef TRANCHE_SIM_SHA256_H_
#define TRANCHE_SIM_SHA256_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace tranche {

// SHA-256 (FIPS 180-4): what scenarios and runs are identified by. Our own because the digest is
// part of the pure core, which links nothing but messages and Abseil.
//
//   Sha256 hash;
//   hash.Update("ab");
//   hash.Update("c");
//   std::string digest = hash.Finish();
class Sha256 {
 public:
  static constexpr size_t kDigestSize = 32;

  Sha256();
  void Update(absl::string_view bytes);
  // The digest, 32 bytes, of all that was added; the object is then as new.
  std::string Finish();

 private:
  static constexpr size_t kBlockSize = 64;

  void Compress(const unsigned char* block);

  std::array<uint32_t, 8> state_;
  std::array<unsigned char, kBlockSize> pending_;
  size_t pending_size_;
  uint64_t total_size_;
};

// The digest of `bytes`, 32 bytes.
std::string Sha256Of(absl::string_view bytes);

// The same in lower-case hexadecimal, 64 characters.
std::string Sha256Hex(absl::string_view bytes);

}  // namespace tranche

#endif  // TRANCHE_SIM_SHA256_H_
