#ifndef TRANCHE_BROKER_SERVER_ACCESS_H_
#define TRANCHE_BROKER_SERVER_ACCESS_H_

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/server_credentials.h>

#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "identity/credentials.h"
#include "identity/identity.h"
#include "tranche/v1/broker.pb.h"

// Who may call the broker, and for what:
//
//                 Session          Watch, GetRun, Pause, Resume, Stop    health, reflection
//   agents        as themselves    no                                    yes
//   operator      no               yes                                   yes
//   broker        no               no                                    yes
//   anybody else  no               no                                    no
//
// The log holds everybody's views and mail, so it is for the operator alone; what is an agent's to
// know comes over its session. Where nobody has to prove who he is (a Unix socket, which its owner
// alone can open, or TCP with --insecure), everybody may do everything.
namespace tranche {

// Server credentials for mutual TLS. Every call, to whatever service, is turned away with
// UNAUTHENTICATED unless the client has shown a certificate that the authority in `own` issued for
// the run of `own` and that is valid now. The status says which of these it isn't.
std::shared_ptr<grpc::ServerCredentials> MutualTls(const Credentials& own);

// Whom a client has proved to be; nothing where nobody has to.
std::optional<Identity> CallerOf(const grpc::AuthContext& context);

// Whether `caller` may call `method` ("Watch"), which is the operator's. PermissionDenied.
absl::Status CheckMayOperate(const std::optional<Identity>& caller, absl::string_view method);

// Whether `caller` may join so: its certificate names each agent, in the role that the agent has in
// the run. `role_of` gives that role, unspecified for one that isn't in the run (which is another
// error, the protocol's). PermissionDenied.
absl::Status CheckMayJoin(const std::optional<Identity>& caller, const v1::Join& join,
                          const std::function<v1::Role(absl::string_view agent)>& role_of);

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_ACCESS_H_
