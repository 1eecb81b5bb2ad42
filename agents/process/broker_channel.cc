#include "agents/process/broker_channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "identity/authority.h"
#include "identity/handshake.h"

namespace tranche {

std::shared_ptr<grpc::Channel> OpenBrokerChannel(const std::string& address,
                                                 const std::optional<Credentials>& identity,
                                                 grpc::ChannelArguments arguments) {
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (identity.has_value()) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = identity->authority;
    options.pem_private_key = identity->key;
    options.pem_cert_chain = identity->certificate;
    credentials = grpc::SslCredentials(options);
    arguments.SetSslTargetNameOverride(kBrokerHostName);
  }
  return grpc::CreateCustomChannel(address, credentials, arguments);
}

absl::Status DiagnoseBroker(const std::string& address, const std::optional<Credentials>& identity,
                            absl::Duration timeout) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (absl::StartsWith(address, "unix:") || colon == std::string::npos ||
      !absl::SimpleAtoi(absl::string_view(address).substr(colon + 1), &port)) {
    return absl::OkStatus();
  }
  absl::string_view host = absl::string_view(address).substr(0, colon);
  // An IPv6 address stands in brackets before a port.
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  return TryHandshake(std::string(host), port, identity.has_value() ? &*identity : nullptr,
                      timeout);
}

}  // namespace tranche
