#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "broker/command/identity_flag.h"
#include "broker/command/logging.h"
#include "broker/command/operator_client.h"
#include "broker/command/ps_command.h"
#include "broker/command/run_registry.h"

namespace tranche {
namespace {

// A run drops the quarter in play and gives its agents a few seconds to hear of it.
constexpr std::chrono::seconds kPatience{30};

struct StopOptions {
  std::vector<std::string> names;
  bool all = false;
  std::string address;
  std::string identity;
  bool insecure = false;
  std::string reason = "stopped by tranche stop";
};

// Holds on to a process, whoever gets its id later.
class ProcessHandle {
 public:
  explicit ProcessHandle(int pid)
      : descriptor_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}
  ~ProcessHandle() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  ProcessHandle(const ProcessHandle&) = delete;
  ProcessHandle& operator=(const ProcessHandle&) = delete;

  bool valid() const { return descriptor_ >= 0; }
  void Terminate() const { syscall(SYS_pidfd_send_signal, descriptor_, SIGTERM, nullptr, 0); }
  // False if it goes on.
  bool AwaitEnd(std::chrono::milliseconds patience) const {
    pollfd end = {descriptor_, POLLIN, 0};
    return poll(&end, 1, static_cast<int>(patience.count())) == 1;
  }

 private:
  const int descriptor_;
};

absl::Status StopLocal(const RegisteredRun& run, const std::string& reason) {
  const ProcessHandle process(run.pid);
  if (!process.valid()) return absl::OkStatus();
  if (run.control.empty()) {
    process.Terminate();
  } else if (absl::Status stopped = OperatorClient(run.control).Stop(reason); !stopped.ok()) {
    // It may have come to its end just now.
    if (!process.AwaitEnd(std::chrono::milliseconds(0))) return stopped;
  }
  if (process.AwaitEnd(kPatience)) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat("run ", run.run, " (process ", run.pid,
                                                  ") was asked to stop, and still goes on"));
}

absl::StatusOr<std::vector<RegisteredRun>> Select(const StopOptions& options) {
  std::vector<RegisteredRun> running = RunningRuns();
  if (options.all) return running;
  std::vector<RegisteredRun> selected;
  for (const std::string& name : options.names) {
    const auto matches = [&name](const RegisteredRun& run) {
      return run.run == name || absl::StrCat(run.pid) == name;
    };
    const auto count = absl::c_count_if(running, matches);
    if (count == 0) {
      return absl::NotFoundError(absl::StrCat("no run of yours on this machine is called ", name,
                                              "; tranche ps lists them"));
    }
    if (count > 1) {
      return absl::InvalidArgumentError(
          absl::StrCat(count, " runs are called ", name, ": name one by its process id"));
    }
    selected.push_back(*absl::c_find_if(running, matches));
  }
  return selected;
}

absl::Status StopRemote(const StopOptions& options) {
  const absl::StatusOr<Address> address = ParseAddress(options.address);
  if (!address.ok()) return address.status();
  absl::StatusOr<std::optional<Credentials>> identity =
      LoadProtection(*address, options.identity, options.insecure, Identity::Kind::kOperator);
  if (!identity.ok()) return identity.status();
  return OperatorClient(options.address, *std::move(identity)).Stop(options.reason);
}

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnavailable:
      return kExitRunFailed;
    default:
      return kExitUsage;
  }
}

ExitCode Stop(const StopOptions& options) {
  const auto fail = [](const absl::Status& status) {
    ReportError("stop", status);
    return ExitCodeOf(status);
  };
  if (!options.address.empty()) {
    const absl::Status stopped = StopRemote(options);
    return stopped.ok() ? kExitOk : fail(stopped);
  }
  const absl::StatusOr<std::vector<RegisteredRun>> runs = Select(options);
  if (!runs.ok()) return fail(runs.status());
  ExitCode exit_code = kExitOk;
  for (const RegisteredRun& run : *runs) {
    const absl::Status stopped = StopLocal(run, options.reason);
    if (!stopped.ok()) {
      exit_code = fail(stopped);
      continue;
    }
    std::printf("stopped %s; its log is %s\n", run.run.c_str(), run.log.c_str());
  }
  return exit_code;
}

}  // namespace

void AddStopCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<StopOptions>();
  CLI::App* stop = app.add_subcommand("stop", "Stop runs in good order; they can be resumed");
  stop->footer(
      "The quarter in play is dropped, the log keeps all that have closed.\n"
      "Examples: tranche stop amazon-openai-1\n"
      "  tranche stop --connect broker-host:7410 --identity certificates/operator\n"
      "Exit codes: 0 stopped, 1 no answer, or it goes on, 2 no such run, or not allowed");
  CLI::Option* names =
      stop->add_option("run", options->names, "Names or process ids of runs on this machine");
  CLI::Option* all = stop->add_flag("--all", options->all, "All your runs on this machine");
  CLI::Option* connect =
      stop->add_option("--connect", options->address, "A broker elsewhere: unix:PATH or HOST:PORT");
  all->excludes(names);
  connect->excludes(names)->excludes(all);
  CLI::Option* identity =
      stop->add_option("--identity", options->identity,
                       "Over TCP: folder of the operator's certificate, see tranche cert")
          ->needs(connect);
  stop->add_flag("--insecure", options->insecure, "Talk over TCP without encryption")
      ->needs(connect)
      ->excludes(identity);
  stop->add_option("--reason", options->reason, "For the run's log");
  stop->callback([options, names, all, connect, &exit_code] {
    if (names->count() + all->count() + connect->count() == 0) {
      throw CLI::RequiredError("the name of a run, or --all");
    }
    exit_code = Stop(*options);
  });
}

}  // namespace tranche
