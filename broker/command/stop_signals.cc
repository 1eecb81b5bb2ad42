#include "broker/command/stop_signals.h"

#include <signal.h>

namespace tranche {

StopSignals::StopSignals(boost::asio::io_context& io, std::function<void(const char*)> on_first)
    : signals_(io, SIGINT, SIGTERM), on_first_(std::move(on_first)) {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    // With the signals out of the set the next one has its usual effect.
    signals_.clear();
    on_first_(number == SIGINT ? "SIGINT" : "SIGTERM");
  });
}

}  // namespace tranche
