#ifndef TRANCHE_IDENTITY_CERTIFICATE_H_
#define TRANCHE_IDENTITY_CERTIFICATE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "identity/identity.h"

namespace tranche {

// What a certificate says of its holder. Holding it proves nothing: TLS proves that the holder has
// the key, VerifyCertificate that the run's authority signed it.
struct Certificate {
  Identity identity;
  absl::Time not_before;
  absl::Time not_after;
};

// Reads the first certificate in `pem`. InvalidArgument: there is none, or it isn't one of
// Tranche's.
absl::StatusOr<Certificate> ReadCertificate(absl::string_view pem);

// The end of a connection that a certificate is shown at.
enum class CertificateUse { kClient, kServer };

// Reads the certificate in `pem` and checks that the authority whose certificate is `authority_pem`
// issued it, for this use, and that it is valid at `now`. Unauthenticated says which of these is
// not so, and whose certificate it claims to be. InvalidArgument: `authority_pem` is none.
absl::StatusOr<Certificate> VerifyCertificate(absl::string_view pem,
                                              absl::string_view authority_pem, CertificateUse use,
                                              absl::Time now);

}  // namespace tranche

#endif  // TRANCHE_IDENTITY_CERTIFICATE_H_
