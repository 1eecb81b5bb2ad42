#ifndef TRANCHE_BROKER_COMMAND_PLAY_H_
#define TRANCHE_BROKER_COMMAND_PLAY_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agents/strategy.h"
#include "broker/command/exit_codes.h"
#include "broker/command/progress.h"
#include "broker/command/run_registry.h"
#include "broker/command/run_setup.h"
#include "broker/protocol/round_protocol.h"
#include "broker/server/address.h"
#include "identity/credentials.h"

// The two ways to play a run that has been prepared. Both end in the same digest.
namespace tranche {

struct PlayResult {
  // Why the run didn't get to its end; OK if it did.
  absl::Status status;
  ExitCode exit_code = kExitOk;
};

struct InlinePlay {
  // As InlineOptions::make_strategy.
  std::function<absl::StatusOr<std::unique_ptr<Strategy>>(const AgentSeat&)> make_strategy = {};
  // Whether to stop after the quarter that has just closed, as a signal does.
  std::function<bool()> wants_to_stop = {};
  // A turn that lasts longer is worth a word; 0: none is.
  std::chrono::nanoseconds deadline{0};
  // Ends the program instead, whose run then doesn't. Called on another thread while a strategy
  // plays, with what happened; must not return.
  std::function<void(const absl::Status&)> end_program = {};
};

// All agents in this process and thread. SIGINT and SIGTERM stop the run after the quarter in
// play.
PlayResult PlayInline(RunSetup& setup, Progress& progress, const InlinePlay& play = {});

// A shell command that plays agents; it is given `--connect ADDRESS AGENT...` as further arguments.
struct AgentCommand {
  std::vector<std::string> agents;
  std::string command;
};

struct ServeOptions {
  // Where agents that somebody else starts are awaited. Empty: Tranche starts them itself, on this
  // machine, over a Unix socket that nobody else can open.
  std::string address;
  // Over TCP: what proves to agents that this is their broker. Without it, `insecure` must be set.
  std::optional<Credentials> identity;
  bool insecure = false;
  // A file to write the address to, with the port that was bound, once agents can join; empty:
  // none.
  std::string address_file;
  // Where metrics are served.
  std::optional<Address> metrics;
  // How long a turn may last, and what happens then. 0: as long as it likes.
  std::chrono::nanoseconds deadline{0};
  AtDeadline at_deadline = AtDeadline::kWait;
  // Of those that Tranche starts.
  size_t agents_per_process = 1;
  // Programs of the user's that play agents in Tranche's stead.
  std::vector<AgentCommand> agent_commands;
  // Most memory for the data of each process that Tranche starts; 0: any amount.
  uint64_t agent_memory_bytes = 0;
};

// Every agent behind a session, in processes of their own. SIGINT and SIGTERM stop the run and drop
// the quarter in play; a second one ends the program at once. Must be called on the main thread.
PlayResult PlayServed(RunSetup& setup, const ServeOptions& options, Progress& progress);

// Enters the run where `tranche ps` and `tranche stop` look, with the socket at which it takes
// orders (empty: it takes SIGTERM). Null if that can't be done, which no run fails for.
std::unique_ptr<RunRegistration> RegisterRun(const RunSetup& setup, const std::string& control);

// Whether the strategies of all seats but `except` can be made here.
absl::Status CheckPlayable(absl::Span<const AgentSeat> seats, absl::string_view except = "");

// What a failed run ends the command with.
ExitCode ExitCodeOfFailure(const absl::Status& status);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_PLAY_H_
