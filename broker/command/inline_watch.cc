#include "broker/command/inline_watch.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

constexpr std::chrono::milliseconds kLookEvery{500};

}  // namespace

InlineWatch::InlineWatch(std::chrono::nanoseconds deadline,
                         std::function<void(const absl::Status&)> end_program)
    : deadline_(deadline),
      end_program_(std::move(end_program)),
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
    } else if (!agent_.empty() && !warned_ && deadline_.count() > 0 &&
               Clock::now() - seen_since_ > deadline_) {
      warned_ = true;
      const std::string late =
          absl::StrCat(agent_, " has been at its turn of ", quarter_.ToString(), ", round ", round_,
                       ", for more than ", absl::FormatDuration(absl::FromChrono(deadline_)),
                       ". A strategy that plays in this process can't be stopped");
      if (end_program_) {
        end_program_(absl::DeadlineExceededError(
            absl::StrCat(late, ", so the run ends. Without --inline its process could be")));
      }
      spdlog::warn(
          "{}: Ctrl-C twice ends the run, as --at-deadline stop would. Without --inline, and with "
          "--at-deadline skip, the others would play on without it",
          late);
    }
  }
  timer_.expires_after(kLookEvery);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) Look();
  });
}

}  // namespace tranche
