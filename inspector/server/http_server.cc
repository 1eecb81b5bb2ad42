#include "inspector/server/http_server.h"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "inspector/server/connection.h"

namespace tranche {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

// Lives on one thread, that of Run; only the pool's threads read the log.
class HttpServer::State : public ConnectionHost, public std::enable_shared_from_this<State> {
 public:
  State(const Inspection& inspection, const Options& options)
      : inspection_(inspection),
        options_(options),
        acceptor_(io_),
        signals_(io_),
        readers_(static_cast<size_t>(options.readers)) {}

  absl::Status Listen();
  void Run(bool stop_on_signals);
  void Stop() {
    asio::post(io_, [this] { Close(); });
  }
  uint16_t port() const override { return port_; }

  // ConnectionHost.
  const Inspection& inspection() const override { return inspection_; }
  const HttpServer::Options& options() const override { return options_; }
  asio::thread_pool& readers() override { return readers_; }
  void Left(Connection* connection) override { connections_.erase(connection); }

 private:
  void Accept();
  void Close();

  const Inspection& inspection_;
  const Options options_;
  asio::io_context io_{1};
  Tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::thread_pool readers_;
  std::set<Connection*> connections_;
  uint16_t port_ = 0;
};

absl::Status HttpServer::State::Listen() {
  const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), options_.port);
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (!error) return absl::OkStatus();
  const std::string message =
      absl::StrCat("127.0.0.1:", options_.port, ": ", error.message(),
                   "; choose another --port, or leave it out for one that is free");
  if (error == boost::system::errc::permission_denied) return absl::PermissionDeniedError(message);
  return absl::FailedPreconditionError(message);
}

void HttpServer::State::Run(bool stop_on_signals) {
  if (stop_on_signals) {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) Close();
    });
  }
  Accept();
  io_.run();
  readers_.join();
  // What the readers have found meanwhile is for connections that are closed; it lets go of them.
  io_.restart();
  io_.poll();
}

void HttpServer::State::Accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, Tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (!error) {
      const bool busy = connections_.size() >= options_.max_connections;
      auto connection = std::make_shared<Connection>(std::move(socket), shared_from_this());
      connections_.insert(connection.get());
      if (busy) {
        connection->TurnAway();
      } else {
        connection->Start();
      }
    }
    Accept();
  });
}

void HttpServer::State::Close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  signals_.cancel(ignored);
  // A connection that closes leaves the set.
  const std::set<Connection*> connections = connections_;
  for (Connection* connection : connections) connection->Close();
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Listen(const Inspection& inspection,
                                                               const Options& options) {
  auto state = std::make_shared<State>(inspection, options);
  if (absl::Status listening = state->Listen(); !listening.ok()) return listening;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::shared_ptr<State> state) : state_(std::move(state)) {}
HttpServer::~HttpServer() = default;

std::string HttpServer::url() const { return absl::StrCat("http://127.0.0.1:", port(), "/"); }
uint16_t HttpServer::port() const { return state_->port(); }
void HttpServer::Run(bool stop_on_signals) { state_->Run(stop_on_signals); }
void HttpServer::Stop() { state_->Stop(); }

}  // namespace tranche
