#ifndef TRANCHE_AGENTS_PROCESS_ROLE_PROCESS_H_
#define TRANCHE_AGENTS_PROCESS_ROLE_PROCESS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "identity/credentials.h"
#include "tranche/v1/broker.pb.h"

// The process of one or more agents: a client of the broker's that plays strategies.
namespace tranche {

struct RoleProcessOptions {
  // As gRPC takes it: "unix:PATH" or "HOST:PORT".
  std::string address;
  // What proves to the broker who we are, over TCP. Without it nothing is proved or encrypted.
  std::optional<Credentials> identity;
  // Who is played here. Strategy and parameters may be left to the scenario.
  std::vector<v1::JoinAgent> agents;
  // How long a broker that can't be reached is waited for, at the start and after a session is
  // lost: an operator may be starting it, or starting it again.
  absl::Duration patience = absl::Seconds(60);
  // Largest message, either way.
  int max_message_bytes = 16 << 20;
  // A broker that doesn't answer a ping within this time is gone.
  absl::Duration keepalive = absl::Seconds(20);
};

// Joins, and plays until the run is over; joins again when the broker is lost. What the broker
// replays then brings the agents to where the run stands.
//
// OK: the run was completed. Aborted: the run was stopped. Unavailable: no broker within the
// patience. Unauthenticated: whoever answers isn't the broker of our run, or doesn't take our
// certificate. All else is the broker's refusal, which says what to fix (see service Broker), or a
// batch that breaks the contract.
absl::Status PlayRole(const RoleProcessOptions& options);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_PROCESS_ROLE_PROCESS_H_
