#include "identity/authority.h"

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/rand.h>

#include <array>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "identity/openssl.h"
#include "sim/check.h"

namespace tranche {

struct Authority::Parts {
  openssl::Key key;
  openssl::X509Certificate certificate;
};

namespace {

// TLS libraries take chains of up to 100 KB from a peer; the rest of a certificate is below 1 KB.
constexpr size_t kMostNameBytes = 64 << 10;
// X.520's upper bound of a common name.
constexpr size_t kLongestCommonName = 64;

openssl::Key NewKey() {
  openssl::Key key(EVP_EC_gen("P-256"));
  TRANCHE_CHECK(key != nullptr, openssl::LastError());
  return key;
}

void SetRandomSerial(X509& x509) {
  // RFC 5280: positive, at most 20 bytes.
  std::array<unsigned char, 16> bytes = {};
  TRANCHE_CHECK(RAND_bytes(bytes.data(), bytes.size()) == 1, openssl::LastError());
  bytes[0] &= 0x7f;
  const openssl::BigNumber number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&x509));
}

void AddName(X509_NAME* name, const char* field, const std::string& text) {
  const std::string shortened = text.substr(0, kLongestCommonName);
  TRANCHE_CHECK(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                           reinterpret_cast<const unsigned char*>(shortened.data()),
                                           static_cast<int>(shortened.size()), -1, 0) == 1,
                openssl::LastError());
}

// `value` in OpenSSL's notation for extensions; none of ours holds text of a user's.
void AddExtension(X509& x509, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, &x509, nullptr, nullptr, 0);
  const openssl::Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  TRANCHE_CHECK(extension != nullptr && X509_add_ext(&x509, extension.get(), -1) == 1,
                openssl::LastError());
}

void AddText(GENERAL_NAMES& names, int type, absl::string_view text) {
  ASN1_IA5STRING* value = ASN1_IA5STRING_new();
  ASN1_STRING_set(value, text.data(), static_cast<int>(text.size()));
  GENERAL_NAME* name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, type, value);
  sk_GENERAL_NAME_push(&names, name);
}

bool AddIpAddress(GENERAL_NAMES& names, const std::string& host) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
  if (address == nullptr) return false;
  GENERAL_NAME* name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, GEN_IPADD, address);
  sk_GENERAL_NAME_push(&names, name);
  return true;
}

bool IsHostName(absl::string_view host) {
  return !host.empty() && host.size() <= 253 && absl::c_all_of(host, [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
  });
}

absl::Status AddAlternativeNames(X509& x509, const std::vector<std::string>& uris,
                                 const std::vector<std::string>& hosts) {
  const openssl::Names names(GENERAL_NAMES_new());
  for (const std::string& uri : uris) AddText(*names, GEN_URI, uri);
  for (const std::string& host : hosts) {
    if (AddIpAddress(*names, host)) continue;
    if (!IsHostName(host)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", host, "\" is no host name or address"));
    }
    AddText(*names, GEN_DNS, host);
  }
  TRANCHE_CHECK(X509_add1_ext_i2d(&x509, NID_subject_alt_name, names.get(), 0, 0) == 1,
                openssl::LastError());
  return absl::OkStatus();
}

openssl::X509Certificate NewCertificate(EVP_PKEY& key, const std::string& common_name,
                                        Validity validity) {
  openssl::X509Certificate x509(X509_new());
  X509_set_version(x509.get(), X509_VERSION_3);
  SetRandomSerial(*x509);
  ASN1_TIME_set(X509_getm_notBefore(x509.get()), absl::ToTimeT(validity.from));
  ASN1_TIME_set(X509_getm_notAfter(x509.get()), absl::ToTimeT(validity.until));
  X509_set_pubkey(x509.get(), &key);
  X509_NAME* name = X509_get_subject_name(x509.get());
  AddName(name, "O", "Tranche");
  AddName(name, "CN", common_name);
  return x509;
}

void Sign(X509& x509, EVP_PKEY& key) {
  TRANCHE_CHECK(X509_sign(&x509, &key, EVP_sha256()) > 0, openssl::LastError());
}

}  // namespace

Authority::Authority(std::string run, std::unique_ptr<Parts> parts)
    : run_(std::move(run)), parts_(std::move(parts)) {}
Authority::~Authority() = default;
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;

Authority Authority::Create(absl::string_view run, Validity validity) {
  auto parts = std::make_unique<Parts>();
  parts->key = NewKey();
  parts->certificate =
      NewCertificate(*parts->key, absl::StrCat("Authority of run ", run), validity);
  X509& x509 = *parts->certificate;
  X509_set_issuer_name(&x509, X509_get_subject_name(&x509));
  AddExtension(x509, &x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  AddExtension(x509, &x509, NID_key_usage, "critical,keyCertSign");
  AddExtension(x509, &x509, NID_subject_key_identifier, "hash");
  Sign(x509, *parts->key);
  return Authority(std::string(run), std::move(parts));
}

std::string Authority::certificate() const { return openssl::ToPem(*parts_->certificate); }

absl::StatusOr<KeyPair> Authority::Issue(const Identity& identity,
                                         const std::vector<std::string>& hosts,
                                         Validity validity) const {
  const std::vector<std::string> uris = ToUris(identity);
  size_t bytes = 0;
  for (const std::string& uri : uris) bytes += uri.size();
  if (bytes > kMostNameBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(uris.size(), " agents are too many for one certificate: their names take ",
                     bytes, " bytes of ", kMostNameBytes, "; spread them over more processes"));
  }
  const bool is_broker = identity.kind == Identity::Kind::kBroker;
  std::vector<std::string> names = hosts;
  if (is_broker) names.insert(names.begin(), kBrokerHostName);

  const openssl::Key key = NewKey();
  const openssl::X509Certificate x509 = NewCertificate(*key, identity.ToString(), validity);
  X509* issuer = parts_->certificate.get();
  X509_set_issuer_name(x509.get(), X509_get_subject_name(issuer));
  AddExtension(*x509, issuer, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(*x509, issuer, NID_key_usage, "critical,digitalSignature");
  AddExtension(*x509, issuer, NID_ext_key_usage,
               is_broker ? "serverAuth,clientAuth" : "clientAuth");
  AddExtension(*x509, issuer, NID_subject_key_identifier, "hash");
  AddExtension(*x509, issuer, NID_authority_key_identifier, "keyid:always");
  if (absl::Status named = AddAlternativeNames(*x509, uris, names); !named.ok()) return named;
  Sign(*x509, *parts_->key);
  return KeyPair{openssl::ToPem(*x509), openssl::ToPem(*key)};
}

}  // namespace tranche
