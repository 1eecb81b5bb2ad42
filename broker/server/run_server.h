#ifndef TRANCHE_BROKER_SERVER_RUN_SERVER_H_
#define TRANCHE_BROKER_SERVER_RUN_SERVER_H_

#include <grpcpp/server.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "broker/server/address.h"
#include "broker/server/broker_service.h"
#include "broker/server/live_run.h"
#include "identity/credentials.h"

namespace tranche {

// Largest message that the broker takes.
inline constexpr int kMaxMessageBytes = 16 << 20;

// Serves one run on one address: the Broker service, health checking (SERVING from the start:
// the log is open by then) and reflection.
class RunServer {
 public:
  struct Options {
    Address address;
    // The broker's, for mutual TLS; on TCP only.
    std::optional<Credentials> identity = std::nullopt;
    // TCP without encryption or authentication is only for those who ask for it by name.
    bool insecure = false;
    // A Unix socket besides, for whoever owns the run to control it from the same machine.
    std::optional<Address> control = std::nullopt;
    int max_message_bytes = kMaxMessageBytes;
    // A peer that doesn't answer a ping within this time is gone. Pings go out when nothing has
    // been heard for as long.
    std::chrono::milliseconds keepalive{20'000};
  };

  // Starts to listen. Errors: InvalidArgument (see CheckProtected), Unavailable (the address can't
  // be bound), and those of PrepareSocketPath.
  static absl::StatusOr<std::unique_ptr<RunServer>> Start(std::shared_ptr<LiveRun> run,
                                                          Options options);
  // Cuts off whoever is still connected.
  ~RunServer();

  // Gives agents whose connection was cut `grace` to come back and hear that the run is over, and
  // sessions and watchers as long to end, then cuts off whoever is still connected and calls
  // `closed` on the run's io_context, which has to go on running meanwhile. Once.
  void Close(std::chrono::milliseconds grace, std::function<void()> closed);

  // Where it listens, with the port that was bound.
  const Address& address() const { return address_; }

 private:
  RunServer(std::shared_ptr<LiveRun> run, Address address, std::optional<Address> control);

  const std::shared_ptr<LiveRun> run_;
  Address address_;
  const std::optional<Address> control_;
  BrokerService service_;
  std::unique_ptr<grpc::Server> server_;
  std::thread closer_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_RUN_SERVER_H_
