#ifndef TRANCHE_BROKER_COMMAND_STOP_SIGNALS_H_
#define TRANCHE_BROKER_COMMAND_STOP_SIGNALS_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <utility>

namespace tranche {

// SIGINT and SIGTERM: the first is a request to stop in good order, the second ends the program as
// if nobody had caught it. Used on the io_context's thread.
class StopSignals {
 public:
  // `on_first` is called on the io_context with the signal's name.
  StopSignals(boost::asio::io_context& io, std::function<void(const char* name)> on_first);

 private:
  boost::asio::signal_set signals_;
  std::function<void(const char*)> on_first_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_STOP_SIGNALS_H_
