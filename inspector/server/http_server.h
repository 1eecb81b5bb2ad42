#ifndef TRANCHE_INSPECTOR_SERVER_HTTP_SERVER_H_
#define TRANCHE_INSPECTOR_SERVER_HTTP_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "inspector/api/inspection.h"

namespace tranche {

// Serves the page and the interface of API.md over HTTP/1.1, on 127.0.0.1 alone, read-only.
//
// Nothing is served but what an Inspection answers and the embedded bundle; no path reaches the
// file system. What a request may ask of the server is bounded: its size, its time, and how many
// there are at once.
class HttpServer {
 public:
  struct Options {
    uint16_t port = 0;  // 0: one that the kernel chooses
    size_t max_connections = 64;
    // Threads that read the log; the connections have one of their own.
    int readers = 2;
    // For a request to arrive, and for its answer to be taken.
    absl::Duration patience = absl::Seconds(20);
    // How often a log that is written is looked at, for /api/events.
    absl::Duration watch_interval = absl::Milliseconds(200);
    // Between comments that keep an event stream alive.
    absl::Duration keep_alive = absl::Seconds(15);
  };

  // Takes the port. `inspection` must outlive the server. FailedPrecondition: the port is taken.
  // PermissionDenied: it may not be used.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Listen(const Inspection& inspection,
                                                            const Options& options);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  // "http://127.0.0.1:4711/".
  std::string url() const;
  uint16_t port() const;

  // Serves until Stop, or with `stop_on_signals` until SIGINT or SIGTERM.
  void Run(bool stop_on_signals);
  // Closes all connections and lets Run return. From any thread.
  void Stop();

 private:
  class State;
  explicit HttpServer(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_SERVER_HTTP_SERVER_H_
