#ifndef TRANCHE_IDENTITY_IDENTITY_H_
#define TRANCHE_IDENTITY_IDENTITY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tranche/v1/types.pb.h"

// Who somebody is to a run. A certificate carries it as URIs among its subject's alternative names:
//
//   identity := agent+ | operator | broker           all of one run
//   agent    := "tranche://run/" RUN "/agent/" NAME "?role=" ROLE
//   operator := "tranche://run/" RUN "/operator"
//   broker   := "tranche://run/" RUN "/broker"
//   RUN, NAME  percent-encoded but for letters, digits and - . _ ~
//   ROLE     := "lab" | "cloud" | "investor" | "regulator"
namespace tranche {

struct Identity {
  enum class Kind { kAgents, kOperator, kBroker };
  struct Agent {
    std::string name;
    v1::Role role = v1::ROLE_UNSPECIFIED;
  };

  // Name of the run's authority, see authority.h.
  std::string run;
  Kind kind = Kind::kAgents;
  // Of kAgents: one or more. A process that hosts several agents has one certificate for all.
  std::vector<Agent> agents;

  // Null if it isn't that agent's.
  const Agent* Find(absl::string_view agent) const;
  // As in "agent aurora of run duopoly-1", "agents aurora, borealis and 3 more of run duopoly-1",
  // "the operator of run duopoly-1".
  std::string ToString() const;
};

std::vector<std::string> ToUris(const Identity& identity);

// Reads the URIs of a certificate; those that aren't Tranche's are passed over. InvalidArgument:
// there is none of Tranche's, one is malformed, or they are no single identity.
absl::StatusOr<Identity> IdentityFromUris(absl::Span<const std::string> uris);

}  // namespace tranche

#endif  // TRANCHE_IDENTITY_IDENTITY_H_
