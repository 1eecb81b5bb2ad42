#include "identity/openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>

#include "sim/check.h"

namespace tranche::openssl {
namespace {

Bio Reading(absl::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string Written(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

std::string LastError() {
  std::array<char, 256> text = {};
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

X509Certificate ParseCertificate(absl::string_view pem) {
  const Bio bio = Reading(pem);
  X509Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

Key ParseKey(absl::string_view pem) {
  const Bio bio = Reading(pem);
  // A key with a pass phrase is none we can use; without a callback OpenSSL would ask the terminal.
  const auto no_pass_phrase = +[](char*, int, int, void*) { return -1; };
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  ERR_clear_error();
  return key;
}

std::string ToPem(const X509& certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  TRANCHE_CHECK(PEM_write_bio_X509(bio.get(), &certificate) == 1, LastError());
  return Written(bio.get());
}

std::string ToPem(const EVP_PKEY& key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  TRANCHE_CHECK(
      PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
      LastError());
  return Written(bio.get());
}

}  // namespace tranche::openssl
