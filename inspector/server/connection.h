#ifndef TRANCHE_INSPECTOR_SERVER_CONNECTION_H_
#define TRANCHE_INSPECTOR_SERVER_CONNECTION_H_

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "inspector/api/inspection.h"
#include "inspector/server/http_server.h"
#include "inspector/server/responses.h"

namespace tranche {

class Connection;

// What connections need of the server they belong to.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  virtual const Inspection& inspection() const = 0;
  virtual const HttpServer::Options& options() const = 0;
  virtual uint16_t port() const = 0;
  // Where the log is read, away from the thread that all connections share.
  virtual boost::asio::thread_pool& readers() = 0;
  // The connection is over.
  virtual void Left(Connection* connection) = 0;
};

// One client: requests and answers in turn, or an event stream until either side has enough. Lives
// on the server's thread, and as long as something is under way.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<ConnectionHost> host);
  ~Connection();

  void Start() { ReadRequest(); }
  // There are too many already: says so and closes.
  void TurnAway();
  void Close();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

  void ReadRequest();
  void Answer();
  void AnswerFromLog(std::string path, std::string query);
  void Send(HttpResponse response);

  std::shared_ptr<ConnectionHost> host_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  HttpRequest request_;
  std::shared_ptr<HttpResponse> response_;
};

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_SERVER_CONNECTION_H_
