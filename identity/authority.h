#ifndef TRANCHE_IDENTITY_AUTHORITY_H_
#define TRANCHE_IDENTITY_AUTHORITY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "identity/identity.h"

namespace tranche {

// The host name that every broker's certificate carries, so that a client of a run's authority
// knows its broker whatever machine it is started on.
inline constexpr char kBrokerHostName[] = "broker.tranche.internal";

// When a certificate is valid.
struct Validity {
  absl::Time from;
  absl::Time until;
};

// A certificate and its private key, in PEM form.
struct KeyPair {
  std::string certificate;
  std::string key;
};

// A run's own certificate authority: what it hasn't issued doesn't get in. Keys are elliptic,
// P-256.
class Authority {
 public:
  // A new one, for the run of this name.
  static Authority Create(absl::string_view run, Validity validity);
  ~Authority();
  Authority(Authority&&) noexcept;
  Authority& operator=(Authority&&) noexcept;

  const std::string& run() const { return run_; }
  std::string certificate() const;

  // A certificate that says who its holder is, with a new key: for clients, and if it is a broker's
  // for servers too. `hosts` are further names of a broker's machine (DNS names or IP addresses),
  // for clients that know it by them. Errors: InvalidArgument, if the agents are too many for the
  // largest certificate that TLS carries, or a host name makes no sense.
  absl::StatusOr<KeyPair> Issue(const Identity& identity, const std::vector<std::string>& hosts,
                                Validity validity) const;

 private:
  struct Parts;
  Authority(std::string run, std::unique_ptr<Parts> parts);
  std::string run_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tranche

#endif  // TRANCHE_IDENTITY_AUTHORITY_H_
