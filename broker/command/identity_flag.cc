#include "broker/command/identity_flag.h"

#include <utility>

#include "absl/time/clock.h"

namespace tranche {

absl::StatusOr<std::optional<Credentials>> LoadProtection(const Address& address,
                                                          const std::string& folder, bool insecure,
                                                          std::optional<Identity::Kind> kind) {
  const Protection protection = !folder.empty() ? Protection::kMutualTls
                                : insecure      ? Protection::kInsecure
                                                : Protection::kNone;
  if (absl::Status safe = CheckProtected(address, protection); !safe.ok()) return safe;
  if (folder.empty()) return std::nullopt;
  absl::StatusOr<Credentials> credentials = LoadCredentials(folder, kind, absl::Now());
  if (!credentials.ok()) return credentials.status();
  return std::make_optional(*std::move(credentials));
}

}  // namespace tranche
