#ifndef TRANCHE_IDENTITY_CREDENTIALS_H_
#define TRANCHE_IDENTITY_CREDENTIALS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "identity/authority.h"
#include "identity/certificate.h"

// A party's credentials are a folder with three files in PEM form, named as Kubernetes names them:
//
//   ca.crt    certificate of the run's authority: whom to believe
//   tls.crt   the party's own certificate
//   tls.key   its private key; nobody but the party may read it
namespace tranche {

struct Credentials {
  std::string folder;
  std::string authority;
  std::string certificate;
  std::string key;
  // What the certificate says.
  Identity identity;
};

// Reads a folder, and checks all that can be known without the other side, because a TLS library
// would only say that a handshake failed: the files are there, belong together, are the kind's that
// is asked for (nothing: any), and are valid at `now`. Errors, each of which names the file and
// says what to do:
//   NotFound            a file isn't there or can't be read
//   InvalidArgument     a file holds something else; the key isn't the certificate's
//   PermissionDenied    the key can be read by everybody; the certificate is of another kind
//   Unauthenticated     expired, not valid yet, or not of the authority in ca.crt
absl::StatusOr<Credentials> LoadCredentials(const std::string& folder,
                                            std::optional<Identity::Kind> kind, absl::Time now);

// Writes the folder (mode 0700) and its files (mode 0600). AlreadyExists if it is there: somebody
// may be using it. Else what the system says.
absl::Status WriteCredentials(const std::string& folder, const std::string& authority,
                              const KeyPair& own);

}  // namespace tranche

#endif  // TRANCHE_IDENTITY_CREDENTIALS_H_
