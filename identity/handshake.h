#ifndef TRANCHE_IDENTITY_HANDSHAKE_H_
#define TRANCHE_IDENTITY_HANDSHAKE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "identity/credentials.h"

namespace tranche {

// Connects to a broker and shakes hands as TLS does, to find out what gRPC doesn't tell: why a
// connection can't be made. For `credentials` null, what would be met without TLS is asked for.
//
// OK: a connection can be made. Unavailable: there is nobody, or somebody who doesn't answer within
// `timeout`. Unauthenticated: somebody, but not the broker of our run (of another run, expired, not
// valid yet). FailedPrecondition: one of both speaks TLS and the other doesn't. Each says so.
absl::Status TryHandshake(const std::string& host, int port, const Credentials* credentials,
                          absl::Duration timeout);

}  // namespace tranche

#endif  // TRANCHE_IDENTITY_HANDSHAKE_H_
