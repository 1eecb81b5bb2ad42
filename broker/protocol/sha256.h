#ifndef TRANCHE_BROKER_PROTOCOL_SHA256_H_
#define TRANCHE_BROKER_PROTOCOL_SHA256_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

// OpenSSL's EVP_MD_CTX, which its headers define.
struct evp_md_ctx_st;

namespace tranche {

// SHA-256 (FIPS 180-4), by OpenSSL: what scenarios and runs are identified by.
//
//   Sha256 hash;
//   hash.Update("ab");
//   hash.Update("c");
//   std::string digest = hash.Finish();
class Sha256 {
 public:
  static constexpr size_t kDigestSize = 32;

  void Update(absl::string_view bytes);
  // The digest, 32 bytes, of all that was added; the object is then as new.
  std::string Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  evp_md_ctx_st* Context();

  // Made at first use: OpenSSL's set-up costs more than many a run that keeps no digest has to
  // spare.
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// The digest of `bytes`, 32 bytes.
std::string Sha256Of(absl::string_view bytes);

// The same in lower-case hexadecimal, 64 characters.
std::string Sha256Hex(absl::string_view bytes);

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_SHA256_H_
