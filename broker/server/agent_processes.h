#ifndef TRANCHE_BROKER_SERVER_AGENT_PROCESSES_H_
#define TRANCHE_BROKER_SERVER_AGENT_PROCESSES_H_

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tranche {

// The agent processes of a local run: started, watched, started again when they die. They die with
// this process, whatever ends it. What they write to stderr and stdout is passed on to stderr line
// by line, with the name of the process before it. Used on the io_context's thread only, which must
// be the one that starts the processes and must outlive them.
class AgentProcesses {
 public:
  struct Process {
    // For messages: the agent, or the first of them.
    std::string name;
    std::vector<std::string> arguments;
    // Empty: that of the options.
    std::string program = {};
  };
  struct Options {
    std::string program;
    std::vector<Process> processes;
    // A process that dies more often is given up.
    int max_restarts = 5;
    // Wait before the first restart; doubles each time.
    std::chrono::milliseconds restart_delay{50};
    // Exit codes by which a process says that starting it again would be no use.
    std::vector<int> final_exit_codes;
    // Whether the name of its process stands before each line that is passed on.
    bool name_lines = true;
    // A process is given up, with the reason. Called on the io_context, at most once.
    std::function<void(const absl::Status&)> on_failure;
  };

  // Errors: NotFound, ResourceExhausted: what the system says when a process can't be started.
  static absl::StatusOr<std::unique_ptr<AgentProcesses>> Start(boost::asio::io_context& io,
                                                               Options options);
  // Kills those still running, with what they have started.
  ~AgentProcesses();

  // The run is over: a process that ends isn't started again. Those that haven't ended after
  // `grace` are killed. `ended` is called on the io_context when the last is gone.
  void Stop(std::chrono::milliseconds grace, std::function<void()> ended);

  // Process ids, 0 for one that isn't running now, in the order of Options::processes.
  std::vector<int> pids() const;

 private:
  class Impl;
  explicit AgentProcesses(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_AGENT_PROCESSES_H_
