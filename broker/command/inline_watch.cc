#include "broker/command/inline_watch.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

constexpr std::chrono::milliseconds kLookEvery{500};

}  // namespace

InlineWatch::InlineWatch(std::chrono::nanoseconds deadline,
                         std::function<void(const absl::Status&)> end_program)
    : deadline_(deadline),
      end_program_(std::move(end_program)),
      signals_(io_, [this](const char* name) { stopped_by_ = name; }),
      timer_(io_) {
  Look();
  thread_ = std::thread([this] { io_.run(); });
}

InlineWatch::~InlineWatch() {
  io_.stop();
  thread_.join();
}

void InlineWatch::Look() {
  if (const std::optional<OpenTurn> turn = turns_.Late(deadline_)) {
    const std::string late = absl::StrCat(
        DescribeLate(*turn, deadline_), ". A strategy that plays in this process can't be stopped");
    if (end_program_) {
      end_program_(absl::DeadlineExceededError(
          absl::StrCat(late, ", so the run ends. Without --inline its process could be")));
    }
    spdlog::warn(
        "{}: Ctrl-C twice ends the run, as --at-deadline stop would. Without --inline, and with "
        "--at-deadline skip, the others would play on without it",
        late);
  }
  timer_.expires_after(kLookEvery);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) Look();
  });
}

}  // namespace tranche
