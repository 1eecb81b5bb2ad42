#include "broker/command/inline_watch.h"

#include <utility>

#include "spdlog/spdlog.h"

namespace tranche {
namespace {

constexpr std::chrono::milliseconds kLookEvery{500};

}  // namespace

InlineWatch::InlineWatch(std::chrono::nanoseconds patience)
    : patience_(patience),
      seen_since_(Clock::now()),
      signals_(io_, [this](const char* name) { stopped_by_ = name; }),
      timer_(io_) {
  Look();
  thread_ = std::thread([this] { io_.run(); });
}

InlineWatch::~InlineWatch() {
  io_.stop();
  thread_.join();
}

void InlineWatch::OnTurn(absl::string_view agent, Quarter quarter, uint32_t round) {
  absl::MutexLock lock(&mutex_);
  ++turns_;
  agent_.assign(agent.data(), agent.size());
  quarter_ = quarter;
  round_ = round;
}

void InlineWatch::Look() {
  {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(seen_, turns_) != turns_) {
      seen_since_ = Clock::now();
      warned_ = false;
    } else if (!agent_.empty() && !warned_ && Clock::now() - seen_since_ > patience_) {
      warned_ = true;
      spdlog::warn(
          "{} has been at its turn of {}, round {}, for {} s. A strategy that plays in this "
          "process "
          "can't be stopped: Ctrl-C twice ends the run. Without --inline, and with --deadline and "
          "--at-deadline skip, the others would play on without it",
          agent_, quarter_.ToString(), round_,
          std::chrono::duration_cast<std::chrono::seconds>(patience_).count());
    }
  }
  timer_.expires_after(kLookEvery);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) Look();
  });
}

}  // namespace tranche
