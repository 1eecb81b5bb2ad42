#ifndef TRANCHE_BROKER_SERVER_AGENT_PROCESSES_H_
#define TRANCHE_BROKER_SERVER_AGENT_PROCESSES_H_

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
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
    // Whom it plays: for whoever hears that it is given up.
    std::vector<std::string> agents = {};
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
    // Most memory a process may have for its data: what asks for more is told that there is none.
    // 0: any amount.
    uint64_t most_memory_bytes = 0;
    // Whether the name of its process stands before each line that is passed on.
    bool name_lines = true;
    // A process is given up, with the reason: its place in `processes`. Called on the io_context,
    // at most once for each.
    std::function<void(size_t process, const absl::Status& why)> on_failure;
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
