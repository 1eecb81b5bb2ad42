#include "inspector/server/event_stream.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/write.hpp>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "broker/log/json.h"
#include "inspector/server/responses.h"

namespace tranche {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Error = boost::system::error_code;

std::string StreamHead() {
  http::response_header<> head;
  head.version(11);
  head.result(HttpStatus::ok);
  AddSafetyHeaders(head);
  head.set(http::field::content_type, "text/event-stream");
  head.set(http::field::connection, "close");
  std::ostringstream text;
  text << head;
  return text.str();
}

}  // namespace

void EventStream::Start(asio::ip::tcp::socket& socket, std::shared_ptr<ConnectionHost> host,
                        std::shared_ptr<Connection> connection, absl::string_view last_event_id) {
  std::shared_ptr<EventStream> stream(
      new EventStream(socket, std::move(host), std::move(connection)));
  stream->resumes_ = absl::SimpleAtoi(last_event_id, &stream->told_position_);
  stream->text_ = StreamHead();
  stream->ReadAndIgnore();
  asio::async_write(socket, asio::buffer(stream->text_), [stream](const Error& error, size_t) {
    if (!error) stream->Look();
  });
}

EventStream::EventStream(asio::ip::tcp::socket& socket, std::shared_ptr<ConnectionHost> host,
                         std::shared_ptr<Connection> connection)
    : socket_(socket),
      host_(std::move(host)),
      connection_(std::move(connection)),
      timer_(socket.get_executor()),
      ignored_(),
      last_write_(absl::Now()) {}

void EventStream::Look() {
  asio::post(host_->readers(), [self = shared_from_this(), stamp = stamp_]() mutable {
    absl::StatusOr<News> news = self->ReadNews(stamp);
    asio::any_io_executor executor = self->socket_.get_executor();
    asio::post(executor, [self = std::move(self), news = std::move(news)] { self->Tell(news); });
  });
}

absl::StatusOr<EventStream::News> EventStream::ReadNews(const std::string& stamp) const {
  const ServedLog& log = host_->inspection().log();
  News news;
  news.stamp = log.Stamp();
  if (news.stamp == stamp) return news;
  absl::Status read = log.Read([&](const SqliteDatabase& database) -> absl::Status {
    absl::StatusOr<RunState> state = ReadRunState(database);
    if (!state.ok()) return state.status();
    news.state = *std::move(state);
    // Whoever begins now has asked for what there is by other ways.
    if (!begun_ && !resumes_) return absl::OkStatus();
    auto quarters = QuartersClosedAfter(database, told_position_);
    if (!quarters.ok()) return quarters.status();
    news.quarters = *std::move(quarters);
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return news;
}

void EventStream::Tell(const absl::StatusOr<News>& news) {
  if (!socket_.is_open()) return;
  if (!news.ok()) {
    const std::string error =
        JsonObject().Add("message", JsonString(news.status().message())).json();
    return Write(absl::StrCat("event: failed\ndata: ", error, "\n\n"), true);
  }
  std::string text;
  if (news->stamp != stamp_) {
    stamp_ = news->stamp;
    for (const auto& [position, json] : news->quarters) {
      absl::StrAppend(&text, "event: quarter\nid: ", position, "\ndata: ", json, "\n\n");
      told_position_ = position;
    }
    if (!begun_ || !(news->state == told_)) {
      absl::StrAppend(&text, "event: run\ndata: ", RunStateJson(news->state), "\n\n");
    }
    if (!begun_ && !resumes_) told_position_ = news->state.last_position;
    begun_ = true;
    told_ = news->state;
  }
  const bool over = told_.kind == RunState::Kind::kCompleted;
  if (text.empty() && !over && absl::Now() - last_write_ > host_->options().keep_alive) {
    text = ": still here\n\n";
  }
  if (text.empty() && !over) return Wait();
  Write(std::move(text), over);
}

void EventStream::Wait() {
  timer_.expires_after(absl::ToChronoMilliseconds(host_->options().watch_interval));
  timer_.async_wait([self = shared_from_this()](const Error& error) {
    if (!error && self->socket_.is_open()) self->Look();
  });
}

void EventStream::Write(std::string text, bool last) {
  text_ = std::move(text);
  last_write_ = absl::Now();
  // A client that doesn't take what it is told is let go.
  timer_.expires_after(absl::ToChronoMilliseconds(host_->options().patience));
  timer_.async_wait([self = shared_from_this()](const Error& error) {
    if (!error) self->connection_->Close();
  });
  asio::async_write(socket_, asio::buffer(text_),
                    [self = shared_from_this(), last](const Error& error, size_t) {
                      self->timer_.cancel();
                      if (error) return self->connection_->Close();
                      if (!last) return self->Wait();
                      Error ignored;
                      self->socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
                      self->connection_->Close();
                    });
}

void EventStream::ReadAndIgnore() {
  socket_.async_read_some(asio::buffer(ignored_),
                          [self = shared_from_this()](const Error& error, size_t) {
                            if (!error) return self->ReadAndIgnore();
                            self->timer_.cancel();
                            self->connection_->Close();
                          });
}

}  // namespace tranche
