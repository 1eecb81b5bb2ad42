#include "broker/server/run_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "broker/server/access.h"

namespace tranche {
namespace {

// For what is under way when the server closes.
constexpr std::chrono::milliseconds kFlush{500};

void ConfigureKeepalive(std::chrono::milliseconds keepalive, grpc::ServerBuilder& builder) {
  const int period = static_cast<int>(keepalive.count());
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, period);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, period);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // A strategy may think for longer than any number of pings.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // Agents ping too, to notice a broker that is gone.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, period / 4);
}

}  // namespace

RunServer::RunServer(std::shared_ptr<LiveRun> run, Address address, std::optional<Address> control)
    : run_(std::move(run)),
      address_(std::move(address)),
      control_(std::move(control)),
      service_(run_) {}

absl::StatusOr<std::unique_ptr<RunServer>> RunServer::Start(std::shared_ptr<LiveRun> run,
                                                            Options options) {
  Address& address = options.address;
  const Protection protection = options.identity.has_value() ? Protection::kMutualTls
                                : options.insecure           ? Protection::kInsecure
                                                             : Protection::kNone;
  if (const absl::Status safe = CheckProtected(address, protection); !safe.ok()) return safe;
  for (const Address& socket : {address, options.control.value_or(Address())}) {
    if (!socket.is_unix()) continue;
    const absl::Status prepared = PrepareSocketPath(socket.path);
    if (!prepared.ok()) return prepared;
  }

  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  std::unique_ptr<RunServer> server(new RunServer(std::move(run), address, options.control));
  grpc::ServerBuilder builder;
  builder.RegisterService(&server->service_);
  builder.SetMaxReceiveMessageSize(options.max_message_bytes);
  // Turns of a process that plays thousands have tens of megabytes.
  builder.SetMaxSendMessageSize(-1);
  // Two brokers on one port would each get half of the agents.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  ConfigureKeepalive(options.keepalive, builder);
  int bound_port = 0;
  builder.AddListeningPort(address.ToString(),
                           options.identity.has_value() ? MutualTls(*options.identity)
                                                        : grpc::InsecureServerCredentials(),
                           &bound_port);
  if (options.control.has_value()) {
    builder.AddListeningPort(options.control->ToString(), grpc::InsecureServerCredentials());
  }

  {
    // The socket is bound by this call, and must not be anybody else's for an instant.
    const mode_t before = umask(0177);
    const absl::Cleanup restore = [before] { umask(before); };
    server->server_ = builder.BuildAndStart();
  }
  if (server->server_ == nullptr || bound_port == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", address.ToString(), ": is it in use?"));
  }
  if (!address.is_unix()) server->address_.port = bound_port;
  return server;
}

void RunServer::Close(std::chrono::milliseconds grace, std::function<void()> closed) {
  server_->GetHealthCheckService()->SetServingStatus(false);
  closer_ = std::thread([this, grace, closed = std::move(closed)] {
    // Nobody cuts a Unix socket on the way, so everybody there has heard or will.
    if (!address_.is_unix()) run_->AwaitAllHaveHeard(grace);
    service_.open_calls().AwaitNone(grace);
    // A call is over for gRPC when its last bytes are queued. Connections close once they have gone
    // out, and those that don't are cut.
    server_->Shutdown(std::chrono::system_clock::now() + kFlush);
    boost::asio::post(run_->io(), closed);
  });
}

RunServer::~RunServer() {
  if (closer_.joinable()) closer_.join();
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  if (address_.is_unix()) unlink(address_.path.c_str());
  if (control_.has_value()) unlink(control_->path.c_str());
}

}  // namespace tranche
