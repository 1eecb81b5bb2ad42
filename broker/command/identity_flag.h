#ifndef TRANCHE_BROKER_COMMAND_IDENTITY_FLAG_H_
#define TRANCHE_BROKER_COMMAND_IDENTITY_FLAG_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "broker/server/address.h"
#include "identity/credentials.h"

namespace tranche {

// What `--identity FOLDER` (empty: not given) and `--insecure` come to at `address`: the
// credentials of this kind (nothing: any) to use there, or none. Errors: those of CheckProtected
// and LoadCredentials.
absl::StatusOr<std::optional<Credentials>> LoadProtection(const Address& address,
                                                          const std::string& folder, bool insecure,
                                                          std::optional<Identity::Kind> kind);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_IDENTITY_FLAG_H_
