#include "broker/protocol/sha256.h"

#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "sim/check.h"

namespace tranche {
namespace {

void Begin(EVP_MD_CTX* context) {
  TRANCHE_CHECK(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1, "OpenSSL has SHA-256");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

evp_md_ctx_st* Sha256::Context() {
  if (context_ == nullptr) {
    context_.reset(EVP_MD_CTX_new());
    TRANCHE_CHECK(context_ != nullptr, "out of memory");
    Begin(context_.get());
  }
  return context_.get();
}

void Sha256::Update(absl::string_view bytes) {
  TRANCHE_CHECK(EVP_DigestUpdate(Context(), bytes.data(), bytes.size()) == 1,
                "a digest takes any bytes");
}

std::string Sha256::Finish() {
  std::string digest(kDigestSize, '\0');
  TRANCHE_CHECK(
      EVP_DigestFinal_ex(Context(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1,
      "a digest comes to an end");
  Begin(context_.get());
  return digest;
}

std::string Sha256Of(absl::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.Finish();
}

std::string Sha256Hex(absl::string_view bytes) { return absl::BytesToHexString(Sha256Of(bytes)); }

}  // namespace tranche
