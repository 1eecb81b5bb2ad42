#include "identity/certificate.h"

#include <openssl/asn1.h>

#include <ctime>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "identity/openssl.h"

namespace tranche {
namespace {

absl::Time TimeOf(const ASN1_TIME* time) {
  std::tm parts = {};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return absl::InfinitePast();
  return absl::FromTM(parts, absl::UTCTimeZone());
}

std::string Display(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

std::vector<std::string> UrisOf(const X509& certificate) {
  std::vector<std::string> uris;
  const openssl::Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr) return uris;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<size_t>(ASN1_STRING_length(uri)));
  }
  return uris;
}

absl::StatusOr<Certificate> Read(const X509& x509) {
  absl::StatusOr<Identity> identity = IdentityFromUris(UrisOf(x509));
  if (!identity.ok()) return identity.status();
  return Certificate{.identity = *std::move(identity),
                     .not_before = TimeOf(X509_get0_notBefore(&x509)),
                     .not_after = TimeOf(X509_get0_notAfter(&x509))};
}

// OpenSSL's verdict on `x509`: X509_V_OK or the first thing that is wrong.
int Verdict(X509& x509, X509& authority, CertificateUse use, absl::Time now) {
  const openssl::Store store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), &authority);
  const openssl::StoreContext context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), &x509, nullptr);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, absl::ToTimeT(now));
  X509_VERIFY_PARAM_set_purpose(parameters, use == CertificateUse::kClient
                                                ? X509_PURPOSE_SSL_CLIENT
                                                : X509_PURPOSE_SSL_SERVER);
  return X509_verify_cert(context.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
}

std::string Explain(int verdict, const Certificate& certificate, CertificateUse use,
                    absl::Time now) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return absl::StrCat("expired at ", Display(certificate.not_after),
                          "; make new ones with tranche cert");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return absl::StrCat("isn't valid before ", Display(certificate.not_before), ", and it is ",
                          Display(now), " here: is this machine's clock right?");
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "was issued by the authority of another run (every tranche cert makes a new one)";
    case X509_V_ERR_INVALID_PURPOSE:
      return use == CertificateUse::kClient ? "can't be shown by a client"
                                            : "isn't a broker's, so whoever shows it isn't one";
    default:
      return absl::StrCat("doesn't hold: ", X509_verify_cert_error_string(verdict));
  }
}

}  // namespace

absl::StatusOr<Certificate> ReadCertificate(absl::string_view pem) {
  const openssl::X509Certificate x509 = openssl::ParseCertificate(pem);
  if (x509 == nullptr) return absl::InvalidArgumentError("holds no certificate in PEM form");
  return Read(*x509);
}

absl::StatusOr<Certificate> VerifyCertificate(absl::string_view pem,
                                              absl::string_view authority_pem, CertificateUse use,
                                              absl::Time now) {
  const openssl::X509Certificate authority = openssl::ParseCertificate(authority_pem);
  if (authority == nullptr) {
    return absl::InvalidArgumentError("the authority's file holds no certificate in PEM form");
  }
  const openssl::X509Certificate x509 = openssl::ParseCertificate(pem);
  if (x509 == nullptr) return absl::UnauthenticatedError("the certificate can't be read");
  absl::StatusOr<Certificate> certificate = Read(*x509);
  if (!certificate.ok()) {
    return absl::UnauthenticatedError(
        absl::StrCat("the certificate doesn't hold: ", certificate.status().message()));
  }
  const int verdict = Verdict(*x509, *authority, use, now);
  if (verdict != X509_V_OK) {
    return absl::UnauthenticatedError(absl::StrCat("the certificate of ",
                                                   certificate->identity.ToString(), " ",
                                                   Explain(verdict, *certificate, use, now)));
  }
  return certificate;
}

}  // namespace tranche
