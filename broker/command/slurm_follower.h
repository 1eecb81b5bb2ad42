#ifndef TRANCHE_BROKER_COMMAND_SLURM_FOLLOWER_H_
#define TRANCHE_BROKER_COMMAND_SLURM_FOLLOWER_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/command/stop_signals.h"

namespace tranche {

// How a job stands.
struct SlurmSight {
  std::string line;  // for people
  bool over = false;
};

// Follows a job until it is over: tells how it stands whenever that changes, and cancels it when
// the user has had enough (SIGINT, SIGTERM).
class SlurmFollower {
 public:
  // `command` is the one that follows, for its messages; `quiet`: nothing is told but errors.
  SlurmFollower(std::string command, std::string job, bool quiet);

  // Looks twice a second until the job is over. NotFound of a look ends it too, and so does any
  // error that lasts for a minute.
  absl::Status Follow(std::function<absl::StatusOr<SlurmSight>()> look);

  // The job is to end; Follow goes on until it has.
  void Cancel();
  bool cancelled() const { return cancelled_; }

 private:
  void Poll();
  void Finish(absl::Status result);

  const std::string command_;
  const std::string job_;
  const bool quiet_;
  boost::asio::io_context io_{1};
  StopSignals signals_;
  boost::asio::steady_timer timer_;
  std::function<absl::StatusOr<SlurmSight>()> look_;
  std::string told_;
  int silent_polls_ = 0;
  bool cancelled_ = false;
  absl::Status result_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_SLURM_FOLLOWER_H_
