#ifndef TRANCHE_INSPECTOR_SERVER_HTTP_CLIENT_TESTING_H_
#define TRANCHE_INSPECTOR_SERVER_HTTP_CLIENT_TESTING_H_

#include <sys/socket.h>
#include <sys/time.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace tranche {

struct HttpAnswer {
  int status = 0;  // 0: the server closed without one
  boost::beast::http::fields headers;
  std::string body;

  std::string Header(const std::string& name) const {
    const auto value = headers[name];
    return std::string(value.data(), value.size());
  }
  // The body as JSON.
  google::protobuf::Struct Json() const {
    google::protobuf::Struct object;
    if (!google::protobuf::util::JsonStringToMessage(body, &object).ok()) object.Clear();
    return object;
  }
};

// One connection to a server on this machine. Waits at most half a minute for anything.
class HttpClient {
 public:
  explicit HttpClient(uint16_t port) : port_(port), socket_(io_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    const timeval patience = {30, 0};
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }

  // As it stands.
  HttpAnswer SendRaw(const std::string& request, bool head = false) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(request), error);
    boost::beast::http::response_parser<boost::beast::http::string_body> parser;
    parser.body_limit(64 << 20);
    parser.skip(head);
    boost::beast::http::read(socket_, buffer_, parser, error);
    if (error) return {};
    return {static_cast<int>(parser.get().result_int()), parser.get().base(), parser.get().body()};
  }
  // `more`: further headers, each with its line's end.
  HttpAnswer Get(const std::string& target, const std::string& more = "",
                 const std::string& method = "GET") {
    return SendRaw(absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: 127.0.0.1:", port_, "\r\n",
                                more, "\r\n"),
                   method == "HEAD");
  }

  // Asks for an event stream; events follow by NextEvent.
  void StartEvents(const std::string& more = "") {
    boost::asio::write(
        socket_, boost::asio::buffer(absl::StrCat(
                     "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:", port_, "\r\n", more, "\r\n")));
    NextEvent();  // the head ends as an event does, but with its own line ends
  }
  // Up to the next empty line; "" once the server has closed.
  std::string NextEvent() {
    boost::system::error_code error;
    const char* end = head_read_ ? "\n\n" : "\r\n\r\n";
    const size_t size = boost::asio::read_until(socket_, events_, end, error);
    head_read_ = true;
    if (error) return "";
    std::string event(boost::asio::buffers_begin(events_.data()),
                      boost::asio::buffers_begin(events_.data()) + static_cast<ptrdiff_t>(size));
    events_.consume(size);
    return event;
  }

 private:
  uint16_t port_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  boost::asio::streambuf events_;
  bool head_read_ = false;
};

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_SERVER_HTTP_CLIENT_TESTING_H_
