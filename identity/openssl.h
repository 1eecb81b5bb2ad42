#ifndef TRANCHE_IDENTITY_OPENSSL_H_
#define TRANCHE_IDENTITY_OPENSSL_H_

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

// OpenSSL's objects with their owners.
namespace tranche::openssl {

template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using BigNumber = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;
using Ssl = std::unique_ptr<SSL, Deleter<SSL_free>>;
using SslContext = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using Store = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Deleter<X509_STORE_CTX_free>>;
using X509Certificate = std::unique_ptr<X509, Deleter<X509_free>>;

// The oldest error of this thread, as OpenSSL words it; forgets all of them.
std::string LastError();

// The first certificate or private key in `pem`; null if there is none.
X509Certificate ParseCertificate(absl::string_view pem);
Key ParseKey(absl::string_view pem);

std::string ToPem(const X509& certificate);
// Unencrypted PKCS #8.
std::string ToPem(const EVP_PKEY& key);

}  // namespace tranche::openssl

#endif  // TRANCHE_IDENTITY_OPENSSL_H_
