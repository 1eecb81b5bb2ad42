#include "broker/command/slurm_follower.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/command/logging.h"
#include "broker/command/slurm_client.h"

namespace tranche {
namespace {

constexpr std::chrono::milliseconds kPollPeriod{500};
// Polls without an answer after which Slurm is given up.
constexpr int kMostSilentPolls = 120;

}  // namespace

SlurmFollower::SlurmFollower(std::string command, std::string job, bool quiet)
    : command_(std::move(command)),
      job_(std::move(job)),
      quiet_(quiet),
      signals_(io_, [this](const char*) { Cancel(); }),
      timer_(io_) {}

absl::Status SlurmFollower::Follow(std::function<absl::StatusOr<SlurmSight>()> look) {
  look_ = std::move(look);
  Poll();
  io_.run();
  return result_;
}

void SlurmFollower::Poll() {
  const absl::StatusOr<SlurmSight> sight = look_();
  if (sight.ok()) {
    silent_polls_ = 0;
    if (sight->line != told_ && !quiet_) Tell(told_ = sight->line);
    if (sight->over) return Finish(absl::OkStatus());
  } else if (absl::IsNotFound(sight.status()) || ++silent_polls_ == kMostSilentPolls) {
    return Finish(sight.status());
  }
  timer_.expires_after(kPollPeriod);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) Poll();
  });
}

void SlurmFollower::Cancel() {
  cancelled_ = true;
  if (!quiet_) Tell(absl::StrCat("cancelling job ", job_));
  if (absl::Status cancelled = CancelJob(job_); !cancelled.ok()) ReportError(command_, cancelled);
}

void SlurmFollower::Finish(absl::Status result) {
  result_ = std::move(result);
  io_.stop();
}

}  // namespace tranche
