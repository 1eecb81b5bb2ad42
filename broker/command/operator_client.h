#ifndef TRANCHE_BROKER_COMMAND_OPERATOR_CLIENT_H_
#define TRANCHE_BROKER_COMMAND_OPERATOR_CLIENT_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "identity/credentials.h"
#include "tranche/v1/broker.grpc.pb.h"

namespace tranche {

// Calls a broker as its run's operator. A call that isn't answered within seconds is Unavailable,
// and says why if that can be found out.
class OperatorClient {
 public:
  // As for OpenBrokerChannel.
  explicit OperatorClient(std::string address, std::optional<Credentials> identity = std::nullopt);

  absl::StatusOr<v1::GetRunResponse> GetRun();
  absl::Status Stop(const std::string& reason);
  // OK if the broker says that it serves.
  absl::Status CheckHealth();

 private:
  absl::Status Explain(const grpc::Status& status) const;

  const std::string address_;
  const std::optional<Credentials> identity_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::Broker::Stub> stub_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_OPERATOR_CLIENT_H_
