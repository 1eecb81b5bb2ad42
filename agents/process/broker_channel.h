#ifndef TRANCHE_AGENTS_PROCESS_BROKER_CHANNEL_H_
#define TRANCHE_AGENTS_PROCESS_BROKER_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/channel_arguments.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "identity/credentials.h"

namespace tranche {

// A channel to the broker at `address` ("unix:PATH" or "HOST:PORT"): mutual TLS with `identity`,
// plain without. Whatever the host is called, TLS insists on a broker's certificate of the run's
// authority.
std::shared_ptr<grpc::Channel> OpenBrokerChannel(const std::string& address,
                                                 const std::optional<Credentials>& identity,
                                                 grpc::ChannelArguments arguments);

// Why no connection to `address` comes about; see TryHandshake. OK over a Unix socket, where there
// is nothing to find out.
absl::Status DiagnoseBroker(const std::string& address, const std::optional<Credentials>& identity,
                            absl::Duration timeout);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_PROCESS_BROKER_CHANNEL_H_
