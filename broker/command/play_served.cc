#include <signal.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "agents/strategy.h"
#include "broker/command/logging.h"
#include "broker/command/play.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/stop_signals.h"
#include "broker/server/address.h"
#include "broker/server/agent_processes.h"
#include "broker/server/live_run.h"
#include "broker/server/metrics_server.h"
#include "broker/server/prometheus_text.h"
#include "broker/server/run_server.h"
#include "sim/name_some.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

// For agents to hear that the run is over, and observers to read the log to its end.
constexpr std::chrono::seconds kGrace{5};
constexpr std::chrono::milliseconds kProgressPeriod{200};
// What /bin/sh exits with if a command can't be started.
constexpr int kShellCannotExecute = 126;
constexpr int kShellCommandNotFound = 127;

absl::StatusOr<std::unique_ptr<RoundProtocol>> MakeProtocol(RunSetup& setup,
                                                            AtDeadline at_deadline) {
  ProtocolOptions options;
  options.run = setup.name;
  options.at_deadline = at_deadline;
  if (setup.records.empty()) {
    return RoundProtocol::Start(setup.scenario, setup.seed, setup.seats, std::move(options));
  }
  std::vector<const v1::LogRecord*> records;
  records.reserve(setup.records.size());
  for (const v1::LogRecord& record : setup.records) records.push_back(&record);
  auto protocol = RoundProtocol::Resume(records, std::move(options));
  setup.records.clear();
  return protocol;
}

// The program that is running, for starting it as an agent.
std::string OwnProgram() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "tranche" : path.string();
}

AgentProcesses::Process MakeProcess(absl::Span<const std::string> agents,
                                    std::vector<std::string> arguments, const Address& address) {
  AgentProcesses::Process process;
  process.name = agents[0];
  if (agents.size() > 1) absl::StrAppend(&process.name, " and ", agents.size() - 1, " more");
  process.agents.assign(agents.begin(), agents.end());
  process.arguments = std::move(arguments);
  process.arguments.insert(process.arguments.end(), {"--connect", address.ToString()});
  process.arguments.insert(process.arguments.end(), agents.begin(), agents.end());
  return process;
}

AgentProcesses::Process CommandProcess(const AgentCommand& command, const Address& address) {
  const std::string script = absl::StrCat(command.command, " \"$@\"");
  AgentProcesses::Process process = MakeProcess(command.agents, {"-c", script, "sh"}, address);
  process.program = "/bin/sh";
  return process;
}

// Who plays the agents that no command of the user's does.
struct OtherAgents {
  std::vector<std::string> own;      // processes of this program
  std::vector<std::string> awaited;  // somebody else has to start them: their strategy isn't here
};

OtherAgents AgentsWithoutCommand(const std::vector<AgentSeat>& seats,
                                 const std::vector<AgentCommand>& commands) {
  OtherAgents others;
  for (const AgentSeat& seat : seats) {
    const bool has_command = absl::c_any_of(commands, [&seat](const AgentCommand& command) {
      return absl::c_linear_search(command.agents, seat.name);
    });
    if (has_command) continue;
    const bool is_known = FindStrategy(seat.strategy) != nullptr;
    (is_known ? others.own : others.awaited).push_back(seat.name);
  }
  return others;
}

std::vector<AgentProcesses::Process> PlanProcesses(absl::Span<const std::string> own,
                                                   const ServeOptions& options,
                                                   const Address& address) {
  std::vector<AgentProcesses::Process> processes;
  for (const AgentCommand& command : options.agent_commands) {
    processes.push_back(CommandProcess(command, address));
  }
  std::vector<std::string> plays = {"agent"};
  for (std::string& argument : PluginArguments()) plays.push_back(std::move(argument));
  for (size_t first = 0; first < own.size(); first += options.agents_per_process) {
    processes.push_back(
        MakeProcess(own.subspan(first, options.agents_per_process), plays, address));
  }
  return processes;
}

// A run with all that is around it while it is played, on the thread that plays it.
class ServedRun {
 public:
  ServedRun(RunSetup& setup, const ServeOptions& options, Progress& progress)
      : setup_(setup),
        options_(options),
        progress_(progress),
        signals_(io_, [this](const char* name) { Stop(absl::StrCat("stopped by ", name)); }),
        progress_timer_(io_) {}

  PlayResult Play() {
    if (PlayResult begun = Begin(); !begun.status.ok()) return begun;
    io_.run();
    progress_.Update(run_->Describe());
    return result_;
  }

 private:
  PlayResult Begin() {
    absl::StatusOr<std::unique_ptr<RoundProtocol>> protocol =
        MakeProtocol(setup_, options_.at_deadline);
    if (!protocol.ok()) return {protocol.status(), ExitCodeOfFailure(protocol.status())};
    LiveRun::Options live;
    live.deadline = options_.deadline;
    live.on_finished = [this](const RunFinished& finished) { OnFinished(finished); };
    live.on_late = [this](const std::vector<std::string>& agents) { OnLate(agents); };
    live.on_failure = [this](const ReportFailure& failed) {
      progress_.Clear();
      spdlog::warn("{} failed and passes: {} round {}: {}", failed.agent, failed.quarter.ToString(),
                   failed.round, failed.failure);
    };
    live.on_commit = [this] { progress_.Update(run_->Describe()); };
    run_ = LiveRun::Create(io_, *std::move(protocol), *setup_.log, std::move(live));

    if (const absl::Status served = Serve(); !served.ok()) return {served, kExitUsage};
    if (const absl::Status started = StartAgents(); !started.ok()) {
      return {started, kExitRunFailed};
    }
    progress_.Update(run_->Describe());
    if (progress_.mode() == Progress::Mode::kTerminal) ShowProgress();
    return {};
  }

  absl::Status Serve() {
    RunServer::Options options;
    options.identity = options_.identity;
    options.insecure = options_.insecure;
    if (!options_.address.empty()) {
      absl::StatusOr<Address> address = ParseAddress(options_.address);
      if (!address.ok()) return address.status();
      options.address = *std::move(address);
    }
    if (!options.address.is_unix()) {
      absl::StatusOr<std::unique_ptr<SocketDirectory>> directory = SocketDirectory::Create();
      if (!directory.ok()) return directory.status();
      socket_directory_ = *std::move(directory);
      (options_.address.empty() ? options.address : options.control.emplace()) =
          socket_directory_->address();
    }
    const Address control = options.control.value_or(options.address);
    absl::StatusOr<std::unique_ptr<RunServer>> server = RunServer::Start(run_, std::move(options));
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    registration_ = RegisterRun(setup_, control.ToString());
    if (absl::Status measured = ServeMetrics(); !measured.ok()) return measured;
    return WriteAddressFile();
  }

  absl::Status ServeMetrics() {
    if (!options_.metrics.has_value()) return absl::OkStatus();
    absl::StatusOr<std::unique_ptr<MetricsServer>> metrics = MetricsServer::Start(
        io_, *options_.metrics,
        [this] { return PrometheusText(run_->Describe(), run_->Counters(), ReadProcessStats()); });
    if (!metrics.ok()) return metrics.status();
    metrics_ = *std::move(metrics);
    if (progress_.mode() != Progress::Mode::kQuiet) {
      Tell(absl::StrCat("metrics at http://", metrics_->address().ToString(), "/metrics"));
    }
    return absl::OkStatus();
  }

  // Whole or not at all: whoever waits for it reads it as soon as it is there.
  absl::Status WriteAddressFile() const {
    if (options_.address_file.empty()) return absl::OkStatus();
    const std::string draft = absl::StrCat(options_.address_file, ".new");
    std::ofstream out(draft, std::ios::trunc);
    out << server_->address().ToString() << "\n";
    out.close();
    if (out.good() && std::rename(draft.c_str(), options_.address_file.c_str()) == 0) {
      return absl::OkStatus();
    }
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", options_.address_file));
  }

  absl::Status StartAgents() {
    if (!options_.address.empty()) {
      if (progress_.mode() != Progress::Mode::kQuiet) {
        const std::string address = server_->address().ToString();
        Tell(absl::StrCat("serving ", setup_.name, " at ", address));
        Tell(absl::StrCat("agents join with: tranche agent NAME --connect ", address,
                          options_.insecure               ? " --insecure"
                          : options_.identity.has_value() ? " --identity FOLDER"
                                                          : ""));
      }
      return absl::OkStatus();
    }
    const OtherAgents others = AgentsWithoutCommand(setup_.seats, options_.agent_commands);
    if (!others.awaited.empty()) {
      // Said even if the run is to be quiet: it would wait without a word.
      Tell(absl::StrCat("waiting for ", absl::StrJoin(others.awaited, ", "),
                        ": start what plays them with --connect ", server_->address().ToString()));
    }
    AgentProcesses::Options options;
    options.program = OwnProgram();
    options.processes = PlanProcesses(others.own, options_, server_->address());
    options.final_exit_codes = {kExitUsage, kShellCannotExecute, kShellCommandNotFound};
    // Lines that are JSON name their process themselves.
    options.name_lines = CurrentLogFormat() == LogFormat::kText;
    options.most_memory_bytes = options_.agent_memory_bytes;
    for (const AgentProcesses::Process& process : options.processes) {
      played_by_.push_back(process.agents);
    }
    options.on_failure = [this](size_t process, const absl::Status& why) {
      OnGivenUp(played_by_[process], why);
    };
    absl::StatusOr<std::unique_ptr<AgentProcesses>> agents =
        AgentProcesses::Start(io_, std::move(options));
    if (!agents.ok()) return agents.status();
    agents_ = *std::move(agents);
    return absl::OkStatus();
  }

  void Stop(absl::string_view reason) {
    stop_reason_ = std::string(reason);
    run_->Stop(reason);
  }

  // A process is beyond help: its agents pass from here on. Where nothing has been played yet,
  // nobody is left to play, or the process says that it can't play its agents at all, that is no
  // run.
  void OnGivenUp(const std::vector<std::string>& agents, const absl::Status& why) {
    const bool gathering = run_->Describe().state() == v1::GetRunResponse::STATE_GATHERING;
    if (gathering || absl::IsFailedPrecondition(why) ||
        ++processes_given_up_ == played_by_.size() || options_.at_deadline == AtDeadline::kStop) {
      failure_ = why;
      return Stop(why.message());
    }
    progress_.Clear();
    spdlog::error("{}; the run goes on, and {} passes from here on", std::string(why.message()),
                  absl::StrJoin(agents, ", "));
    run_->GiveUp(agents, why.message());
  }

  void OnLate(const std::vector<std::string>& agents) {
    progress_.Clear();
    spdlog::warn("{} late: no moves within {} s", NameSome(agents),
                 std::chrono::duration<double>(options_.deadline).count());
  }

  void OnFinished(const RunFinished& finished) {
    result_ = Judge(finished);
    progress_timer_.cancel();
    // Agents hear that the run is over and end by themselves.
    if (agents_ != nullptr) agents_->Stop(kGrace, [this] { OnPartEnded(); });
    server_->Close(kGrace, [this] { OnPartEnded(); });
  }

  PlayResult Judge(const RunFinished& finished) const {
    switch (finished.reason) {
      case v1::RunEnded::REASON_COMPLETED:
        return {};
      case v1::RunEnded::REASON_STOPPED:
        if (!failure_.ok()) return {failure_, kExitRunFailed};
        if (!finished.status.ok()) return {finished.status, kExitStopped};
        return {absl::AbortedError(stop_reason_), kExitStopped};
      default:
        return {finished.status, ExitCodeOfFailure(finished.status)};
    }
  }

  void OnPartEnded() {
    const int parts = agents_ != nullptr ? 2 : 1;
    if (++ended_parts_ == parts) io_.stop();
  }

  void ShowProgress() {
    progress_.Update(run_->Describe());
    progress_timer_.expires_after(kProgressPeriod);
    progress_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) ShowProgress();
    });
  }

  RunSetup& setup_;
  const ServeOptions& options_;
  Progress& progress_;

  boost::asio::io_context io_{1};
  StopSignals signals_;
  boost::asio::steady_timer progress_timer_;
  std::unique_ptr<SocketDirectory> socket_directory_;
  std::shared_ptr<LiveRun> run_;
  std::unique_ptr<RunServer> server_;
  std::unique_ptr<RunRegistration> registration_;
  std::unique_ptr<MetricsServer> metrics_;
  std::unique_ptr<AgentProcesses> agents_;

  std::vector<std::vector<std::string>> played_by_;  // agents of each process
  size_t processes_given_up_ = 0;
  int ended_parts_ = 0;
  std::string stop_reason_ = "stopped by an operator";
  absl::Status failure_;
  PlayResult result_;
};

}  // namespace

PlayResult PlayServed(RunSetup& setup, const ServeOptions& options, Progress& progress) {
  return ServedRun(setup, options, progress).Play();
}

}  // namespace tranche
