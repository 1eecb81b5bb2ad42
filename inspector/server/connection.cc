#include "inspector/server/connection.h"

#include <boost/asio/post.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "inspector/server/event_stream.h"
#include "inspector/server/request_check.h"

namespace tranche {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Error = boost::system::error_code;

// Of request line and headers together. A filter's text is as long as it is typed.
constexpr uint32_t kMostHeaderBytes = 16 * 1024;

absl::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

// What is wrong with a request that couldn't be read; no value if nobody waits for an answer.
std::optional<HttpResponse> ReadErrorResponse(const Error& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return ErrorResponse(HttpStatus::request_header_fields_too_large, "too-large",
                         "the request is too large");
  }
  if (error == http::error::body_limit || error == http::error::unexpected_body) {
    return ErrorResponse(HttpStatus::payload_too_large, "too-large", "a request has no body here");
  }
  if (error == http::error::end_of_stream || error == beast::error::timeout) return std::nullopt;
  if (error.category() == http::make_error_code(http::error::bad_method).category()) {
    return ErrorResponse(HttpStatus::bad_request, "bad-request", "this isn't HTTP/1.1");
  }
  return std::nullopt;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<ConnectionHost> host)
    : host_(std::move(host)), stream_(std::move(socket)) {}

Connection::~Connection() { host_->Left(this); }

void Connection::Close() {
  Error ignored;
  stream_.socket().close(ignored);
}

void Connection::TurnAway() {
  HttpResponse response = ErrorResponse(HttpStatus::service_unavailable, "busy",
                                        "too many connections at once; close some");
  response.keep_alive(false);
  Send(std::move(response));
}

void Connection::ReadRequest() {
  parser_.emplace();
  parser_->header_limit(kMostHeaderBytes);
  parser_->body_limit(0);
  stream_.expires_after(absl::ToChronoMilliseconds(host_->options().patience));
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](const Error& error, size_t) {
                     if (!error) return self->Answer();
                     std::optional<HttpResponse> response = ReadErrorResponse(error);
                     if (!response.has_value()) return self->Close();
                     response->keep_alive(false);
                     self->Send(*std::move(response));
                   });
}

void Connection::Answer() {
  request_ = parser_->release();
  // A name that comes twice would be checked once.
  if (request_.count(http::field::host) > 1 || request_.count(http::field::origin) > 1) {
    return Send(ErrorResponse(HttpStatus::bad_request, "bad-request", "a header comes twice"));
  }
  const absl::Status from_here = CheckFromHere(View(request_[http::field::host]),
                                               View(request_[http::field::origin]), host_->port());
  if (!from_here.ok()) return Send(ErrorResponse(from_here));
  if (request_.method() != http::verb::get && request_.method() != http::verb::head) {
    HttpResponse response = ErrorResponse(HttpStatus::method_not_allowed, "method-not-allowed",
                                          "a log is only read here: GET or HEAD");
    response.set(http::field::allow, "GET, HEAD");
    return Send(std::move(response));
  }
  const absl::string_view target = View(request_.target());
  if (!absl::StartsWith(target, "/")) {
    return Send(ErrorResponse(HttpStatus::bad_request, "bad-request", "the path begins with /"));
  }
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(target, absl::MaxSplits('?', 1));
  if (parts.first == "/api/events" && request_.method() == http::verb::get) {
    stream_.expires_never();
    return EventStream::Start(stream_.socket(), host_, shared_from_this(),
                              View(request_["Last-Event-ID"]));
  }
  if (absl::StartsWith(parts.first, "/api/") || parts.first == "/api") {
    return AnswerFromLog(std::string(parts.first), std::string(parts.second));
  }
  Send(BundleResponse(parts.first, request_));
}

void Connection::AnswerFromLog(std::string path, std::string query) {
  stream_.expires_never();
  asio::post(host_->readers(), [self = shared_from_this(), path = std::move(path),
                                query = std::move(query)]() mutable {
    const Inspection& inspection = self->host_->inspection();
    // Before the answer: a run that ends in between mustn't lend its name to what was read before.
    absl::StatusOr<std::string> version = inspection.Version();
    absl::StatusOr<std::string> answer = inspection.Answer(path, query);
    // Taken first: the order in which a call's arguments are evaluated is the compiler's.
    const auto executor = self->stream_.get_executor();
    asio::post(executor, [self = std::move(self), answer = std::move(answer),
                          version = std::move(version)]() mutable {
      if (!answer.ok()) return self->Send(ErrorResponse(answer.status()));
      self->Send(JsonResponse(*std::move(answer), version.ok() ? *version : "", self->request_));
    });
  });
}

void Connection::Send(HttpResponse response) {
  const bool keep_alive = request_.keep_alive() && response[http::field::connection] != "close";
  if (response.result() != HttpStatus::service_unavailable) response.keep_alive(keep_alive);
  response.prepare_payload();
  response_ = std::make_shared<HttpResponse>(std::move(response));
  if (request_.method() == http::verb::head) {
    // The length of what GET would get, and nothing of it.
    const auto length = std::to_string(response_->body().size());
    response_->body().clear();
    response_->set(http::field::content_length, length);
  }
  stream_.expires_after(absl::ToChronoMilliseconds(host_->options().patience));
  auto sent = [self = shared_from_this()](const Error& error, size_t) {
    if (error || !self->response_->keep_alive()) {
      Error ignored;
      self->stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      return self->Close();
    }
    self->ReadRequest();
  };
  http::async_write(stream_, *response_, std::move(sent));
}

}  // namespace tranche
