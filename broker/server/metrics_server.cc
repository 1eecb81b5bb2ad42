#include "broker/server/metrics_server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tranche {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = boost::asio::ip::tcp;

// A scraper that says nothing for so long is gone.
constexpr std::chrono::seconds kIdle{30};
constexpr size_t kLongestRequest = 16 << 10;

http::response<http::string_body> Answer(const http::request<http::empty_body>& request,
                                         const std::function<std::string()>& render) {
  http::response<http::string_body> response;
  response.version(request.version());
  response.keep_alive(request.keep_alive());
  response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
  const bool reads = request.method() == http::verb::get || request.method() == http::verb::head;
  if (!reads) {
    response.result(http::status::method_not_allowed);
    response.set(http::field::allow, "GET, HEAD");
    response.body() = "metrics are read: GET /metrics\n";
  } else if (request.target() != "/metrics") {
    response.result(http::status::not_found);
    response.body() = "there is /metrics here\n";
  } else {
    response.body() = render();
  }
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

// One connection; keeps itself alive.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, std::function<std::string()> render)
      : stream_(std::move(socket)), render_(std::move(render)) {}

  void Read() {
    parser_.emplace();
    parser_->header_limit(kLongestRequest);
    stream_.expires_after(kIdle);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t /*size*/) {
                       if (!error) self->Write();
                     });
  }

 private:
  void Write() {
    response_ = Answer(parser_->get(), render_);
    http::async_write(stream_, response_,
                      [self = shared_from_this()](beast::error_code error, size_t /*size*/) {
                        if (error || self->response_.need_eof()) return;
                        self->Read();
                      });
  }

  beast::tcp_stream stream_;
  const std::function<std::string()> render_;
  beast::flat_buffer buffer_{2 * kLongestRequest};
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

class MetricsServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& io, std::function<std::string()> render)
      : acceptor_(io), render_(std::move(render)) {}

  absl::Status Listen(const Address& address) {
    beast::error_code error;
    Tcp::resolver resolver(acceptor_.get_executor());
    const auto found = resolver.resolve(address.host, std::to_string(address.port), error);
    if (!error) {
      const Tcp::endpoint endpoint = *found.begin();
      acceptor_.open(endpoint.protocol(), error);
      if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
      if (!error) acceptor_.bind(endpoint, error);
      if (!error) acceptor_.listen(Tcp::acceptor::max_listen_connections, error);
    }
    if (!error) return absl::OkStatus();
    return absl::UnavailableError(
        absl::StrCat("cannot serve metrics at ", address.ToString(), ": ", error.message()));
  }

  int port() const { return acceptor_.local_endpoint().port(); }

  void Accept() {
    acceptor_.async_accept(
        [self = shared_from_this()](beast::error_code error, Tcp::socket socket) {
          if (error == boost::asio::error::operation_aborted) return;
          if (!error) std::make_shared<Connection>(std::move(socket), self->render_)->Read();
          self->Accept();
        });
  }

  void Close() { acceptor_.close(); }

 private:
  Tcp::acceptor acceptor_;
  const std::function<std::string()> render_;
};

absl::StatusOr<Address> ParseMetricsAddress(absl::string_view text) {
  const bool has_host = text.find(':') != absl::string_view::npos;
  absl::StatusOr<Address> address =
      ParseAddress(has_host ? std::string(text) : absl::StrCat("127.0.0.1:", text));
  if (!address.ok() || address->is_unix()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text, "\" is no address for metrics: say PORT (this machine alone) or HOST:PORT"));
  }
  return address;
}

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(
    boost::asio::io_context& io, const Address& address, std::function<std::string()> render) {
  auto impl = std::make_shared<Impl>(io, std::move(render));
  if (absl::Status listening = impl->Listen(address); !listening.ok()) return listening;
  Address bound = address;
  bound.port = impl->port();
  impl->Accept();
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(impl), std::move(bound)));
}

MetricsServer::MetricsServer(std::shared_ptr<Impl> impl, Address address)
    : impl_(std::move(impl)), address_(std::move(address)) {}

MetricsServer::~MetricsServer() { impl_->Close(); }

}  // namespace tranche
