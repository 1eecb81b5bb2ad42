#ifndef TRANCHE_INSPECTOR_SERVER_EVENT_STREAM_H_
#define TRANCHE_INSPECTOR_SERVER_EVENT_STREAM_H_

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "inspector/api/served_log.h"
#include "inspector/server/connection.h"

namespace tranche {

// /api/events to one client: tells what a live run adds to its log as server-sent events, until the
// run ends or the client leaves.
class EventStream : public std::enable_shared_from_this<EventStream> {
 public:
  // Takes over `socket`, which `connection` owns and which it closes to end the stream.
  // `last_event_id`: the last quarter's position that the client has; empty: it begins now.
  static void Start(boost::asio::ip::tcp::socket& socket, std::shared_ptr<ConnectionHost> host,
                    std::shared_ptr<Connection> connection, absl::string_view last_event_id);

 private:
  // What is new in the log.
  struct News {
    std::string stamp;
    RunState state;
    std::vector<std::pair<uint64_t, std::string>> quarters;
  };

  EventStream(boost::asio::ip::tcp::socket& socket, std::shared_ptr<ConnectionHost> host,
              std::shared_ptr<Connection> connection);

  void Look();
  absl::StatusOr<News> ReadNews(const std::string& stamp) const;
  void Tell(const absl::StatusOr<News>& news);
  void Wait();
  void Write(std::string text, bool last);
  // So that a client that leaves is noticed while there is nothing to tell.
  void ReadAndIgnore();

  boost::asio::ip::tcp::socket& socket_;
  std::shared_ptr<ConnectionHost> host_;
  std::shared_ptr<Connection> connection_;
  boost::asio::steady_timer timer_;
  std::array<char, 256> ignored_;
  std::string text_;   // that is being written
  std::string stamp_;  // of the log as told
  RunState told_;
  bool begun_ = false;          // anything has been told
  bool resumes_ = false;        // `told_position_` is the client's
  uint64_t told_position_ = 0;  // of the last quarter told
  absl::Time last_write_;
};

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_SERVER_EVENT_STREAM_H_
