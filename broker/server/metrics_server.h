#ifndef TRANCHE_BROKER_SERVER_METRICS_SERVER_H_
#define TRANCHE_BROKER_SERVER_METRICS_SERVER_H_

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/server/address.h"

namespace tranche {

// "9464" or "HOST:9464": without a host this machine alone can read them. Errors: InvalidArgument.
absl::StatusOr<Address> ParseMetricsAddress(absl::string_view text);

// HTTP/1.1 for a scraper: GET /metrics. Anybody who can reach the port can read it, and there are
// no secrets of agents in it. On the io_context, whose thread also writes the log: a scrape is
// answered between two commits.
class MetricsServer {
 public:
  // `render` makes the text, on the io_context. Errors: Unavailable, if the address can't be bound.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(boost::asio::io_context& io,
                                                              const Address& address,
                                                              std::function<std::string()> render);
  ~MetricsServer();

  // Where it listens, with the port that was bound.
  const Address& address() const { return address_; }

 private:
  class Impl;
  MetricsServer(std::shared_ptr<Impl> impl, Address address);
  std::shared_ptr<Impl> impl_;
  Address address_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_METRICS_SERVER_H_
