#include "identity/credentials.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "identity/openssl.h"

namespace tranche {
namespace {

constexpr char kAuthorityFile[] = "ca.crt";
constexpr char kCertificateFile[] = "tls.crt";
constexpr char kKeyFile[] = "tls.key";

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.good() && !file.eof()) {
    return absl::NotFoundError(absl::StrCat(
        "cannot read ", path, ": ", std::strerror(errno),
        "; an identity is a folder with ca.crt, tls.crt and tls.key, as tranche cert makes it"));
  }
  return text;
}

absl::Status CheckPrivate(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0 || (status.st_mode & S_IRWXO) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("everybody on this machine can read the private key ", path, ": chmod 600 it"));
}

absl::string_view NameOf(Identity::Kind kind) {
  switch (kind) {
    case Identity::Kind::kAgents:
      return "an agent";
    case Identity::Kind::kOperator:
      return "the operator";
    case Identity::Kind::kBroker:
      break;
  }
  return "the broker";
}

absl::Status CheckContents(const Credentials& credentials, std::optional<Identity::Kind> kind,
                           absl::Time now) {
  const std::string path = absl::StrCat(credentials.folder, "/", kCertificateFile);
  const openssl::X509Certificate x509 = openssl::ParseCertificate(credentials.certificate);
  const openssl::Key key = openssl::ParseKey(credentials.key);
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(credentials.folder, "/", kKeyFile,
                                                   " holds no private key in PEM form without a "
                                                   "pass phrase"));
  }
  if (X509_check_private_key(x509.get(), key.get()) != 1) {
    return absl::InvalidArgumentError(absl::StrCat(credentials.folder, "/", kKeyFile,
                                                   " isn't the key of ", kCertificateFile,
                                                   ": the folder's files must be copied together"));
  }
  if (kind.has_value() && credentials.identity.kind != *kind) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, " is the certificate of ", credentials.identity.ToString(),
                     "; what is asked for takes that of ", NameOf(*kind)));
  }
  const auto use = credentials.identity.kind == Identity::Kind::kBroker ? CertificateUse::kServer
                                                                        : CertificateUse::kClient;
  const auto verified = VerifyCertificate(credentials.certificate, credentials.authority, use, now);
  if (verified.ok()) return absl::OkStatus();
  return {verified.status().code(), absl::StrCat(path, ": ", verified.status().message())};
}

absl::Status WriteFile(const std::string& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool written = file >= 0;
  size_t done = 0;
  while (written && done < text.size()) {
    const ssize_t size = write(file, text.data() + done, text.size() - done);
    written = size > 0;
    if (written) done += static_cast<size_t>(size);
  }
  const int error = errno;
  if (file >= 0) written &= close(file) == 0;
  if (written) return absl::OkStatus();
  return absl::ErrnoToStatus(error, absl::StrCat("cannot write ", path));
}

}  // namespace

absl::StatusOr<Credentials> LoadCredentials(const std::string& folder,
                                            std::optional<Identity::Kind> kind, absl::Time now) {
  Credentials credentials;
  credentials.folder = folder;
  struct Part {
    const char* name;
    std::string* text;
  };
  for (const Part& part :
       {Part{kAuthorityFile, &credentials.authority},
        Part{kCertificateFile, &credentials.certificate}, Part{kKeyFile, &credentials.key}}) {
    absl::StatusOr<std::string> text = ReadFile(absl::StrCat(folder, "/", part.name));
    if (!text.ok()) return text.status();
    *part.text = *std::move(text);
  }
  if (absl::Status kept = CheckPrivate(absl::StrCat(folder, "/", kKeyFile)); !kept.ok()) {
    return kept;
  }
  absl::StatusOr<Certificate> certificate = ReadCertificate(credentials.certificate);
  if (!certificate.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder, "/", kCertificateFile, ": ", certificate.status().message()));
  }
  credentials.identity = std::move(certificate->identity);
  if (absl::Status fit = CheckContents(credentials, kind, now); !fit.ok()) return fit;
  return credentials;
}

absl::Status WriteCredentials(const std::string& folder, const std::string& authority,
                              const KeyPair& own) {
  if (mkdir(folder.c_str(), 0700) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", folder));
  }
  if (absl::Status s = WriteFile(absl::StrCat(folder, "/", kAuthorityFile), authority); !s.ok())
    return s;
  if (absl::Status s = WriteFile(absl::StrCat(folder, "/", kCertificateFile), own.certificate);
      !s.ok())
    return s;
  return WriteFile(absl::StrCat(folder, "/", kKeyFile), own.key);
}

}  // namespace tranche
