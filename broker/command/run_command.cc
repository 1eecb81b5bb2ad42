#include "broker/command/run_command.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "agents/strategy.h"
#include "broker/command/deadline_flag.h"
#include "broker/command/identity_flag.h"
#include "broker/command/logging.h"
#include "broker/command/play.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/progress.h"
#include "broker/command/run_setup.h"
#include "broker/command/summary.h"
#include "broker/server/address.h"
#include "broker/server/metrics_server.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "sim/check.h"

namespace tranche {
namespace {

struct RunOptions {
  RunRequest request;
  ServeOptions serve;
  // Folder of the broker's certificate; empty: none.
  std::string identity;
  std::string metrics;
  bool inline_run = false;
  bool quiet = false;
  bool json = false;
};

void PrintError(const absl::Status& status) { ReportError("run", status); }

struct Closed {
  int quarters = 0;
  std::string digest;  // of the last one
  int64_t passes = 0;  // turns that couldn't be played
};

absl::StatusOr<Closed> ReadClosed(const RunLog& log) {
  Closed closed;
  const absl::Status read = log.Read(1, [&closed](const v1::LogRecord& record) {
    if (record.has_pass()) ++closed.passes;
    if (!record.has_quarter_closed()) return true;
    ++closed.quarters;
    closed.digest = record.quarter_closed().digest();
    return true;
  });
  if (!read.ok()) return read;
  return closed;
}

std::string ToJson(const std::string& text) {
  google::protobuf::Value value;
  value.set_string_value(text);
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(value, &json);
  TRANCHE_CHECK(written.ok(), written.ToString());
  return json;
}

// The run's outcome as one line of JSON.
void PrintJson(const RunSetup& setup, const Closed& closed, const PlayResult& result) {
  // The seed is text: JSON's numbers don't hold every 64-bit integer.
  std::cout << "{\"run\":" << ToJson(setup.name) << ",\"log\":" << ToJson(setup.log->path())
            << ",\"scenario\":" << ToJson(setup.scenario.name()) << ",\"seed\":\"" << setup.seed
            << "\",\"quarters\":" << closed.quarters << ",\"digest\":\""
            << absl::BytesToHexString(closed.digest) << "\",\"passes\":" << closed.passes
            << ",\"completed\":" << (result.status.ok() ? "true" : "false");
  if (!result.status.ok()) {
    std::cout << ",\"error\":" << ToJson(std::string(result.status.message()));
  }
  std::cout << "}\n";
}

void PrintHowToGoOn(const RunSetup& setup, const RunOptions& options, const Closed& closed) {
  const bool begun = closed.quarters > 0;
  // Before the first quarter has closed the log doesn't say what run it is.
  const std::string identity =
      begun ? "" : absl::StrCat(options.request.scenario, " --seed ", setup.seed, " ");
  Tell(absl::StrCat(
      begun ? "The log holds every quarter that has closed." : "No quarter had closed yet.",
      " Go on with: tranche run ", identity, "--resume --log ", setup.log->path()));
}

// Ends the log, says how the run went and what can be done next.
ExitCode Conclude(RunSetup& setup, const RunOptions& options, PlayResult result) {
  const absl::Status finished = setup.log->Finish();
  if (!finished.ok() && result.status.ok()) result = {finished, ExitCodeOfFailure(finished)};
  const absl::StatusOr<Closed> closed = ReadClosed(*setup.log);
  if (!closed.ok() && result.status.ok()) {
    result = {closed.status(), ExitCodeOfFailure(closed.status())};
  }
  if (!result.status.ok()) PrintError(result.status);
  if (options.json) {
    PrintJson(setup, closed.value_or(Closed()), result);
  } else if (result.status.ok() && !options.quiet) {
    PrintSummary(*setup.log, std::cout);
    for (const std::string& plugin : DescribePlugins()) std::cout << "Plug-in  " << plugin << "\n";
  }
  if (!result.status.ok() && closed.ok()) PrintHowToGoOn(setup, options, *closed);
  return result.exit_code;
}

// Whether agents may be served there, and with what: found out before a log is made that nobody
// will write.
absl::Status PrepareToServe(RunOptions& options) {
  ServeOptions& serve = options.serve;
  if (!options.metrics.empty()) {
    absl::StatusOr<Address> metrics = ParseMetricsAddress(options.metrics);
    if (!metrics.ok()) return metrics.status();
    serve.metrics = *std::move(metrics);
  }
  if (serve.address.empty()) return absl::OkStatus();
  const absl::StatusOr<Address> address = ParseAddress(serve.address);
  if (!address.ok()) return address.status();
  absl::StatusOr<std::optional<Credentials>> identity =
      LoadProtection(*address, options.identity, serve.insecure, Identity::Kind::kBroker);
  if (!identity.ok()) return identity.status();
  serve.identity = *std::move(identity);
  return absl::OkStatus();
}

std::string Names(absl::Span<const AgentSeat> seats) {
  return absl::StrJoin(seats, ", ",
                       [](std::string* out, const AgentSeat& s) { out->append(s.name); });
}

// The commands are for agents that there are, each for others.
absl::Status CheckAgentCommands(absl::Span<const AgentCommand> commands,
                                absl::Span<const AgentSeat> seats) {
  absl::flat_hash_set<absl::string_view> named;
  for (const AgentCommand& command : commands) {
    for (const std::string& agent : command.agents) {
      if (absl::c_none_of(seats, [&agent](const auto& seat) { return seat.name == agent; })) {
        return absl::NotFoundError(absl::StrCat("--agent-command names ", agent,
                                                ", who is not in the scenario; there are ",
                                                Names(seats)));
      }
      if (!named.insert(agent).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("--agent-command: ", agent, " was given a command before"));
      }
    }
  }
  return absl::OkStatus();
}

AgentCommand ParseAgentCommand(const std::string& flag) {
  const std::pair<absl::string_view, absl::string_view> agents_and_command =
      absl::StrSplit(flag, absl::MaxSplits('=', 1));
  AgentCommand command = {
      .agents = absl::StrSplit(agents_and_command.first, ',', absl::SkipEmpty()),
      .command = std::string(agents_and_command.second)};
  if (command.agents.empty() || absl::StripAsciiWhitespace(command.command).empty()) {
    throw CLI::ValidationError("--agent-command", "\"" + flag +
                                                      "\" isn't AGENT[,AGENT...]=COMMAND, as in "
                                                      "harbor-fund='python3 patient.py'");
  }
  return command;
}

// Every agent in this process. A turn that lasts too long is a strategy's, which only the end of
// the process stops: what the log holds by then is left as it is.
PlayResult PlayHere(RunSetup& setup, const RunOptions& options, Progress& progress) {
  InlinePlay play;
  play.deadline = options.serve.deadline;
  if (options.serve.at_deadline == AtDeadline::kStop) {
    play.end_program = [&](const absl::Status& why) {
      PrintError(why);
      Closed closed;
      if (const auto log = RunLog::OpenToRead(setup.log->path()); log.ok()) {
        closed = ReadClosed(**log).value_or(Closed());
      }
      if (options.json) PrintJson(setup, closed, {why, kExitRunFailed});
      std::cout.flush();
      PrintHowToGoOn(setup, options, closed);
      std::_Exit(kExitRunFailed);
    };
  }
  return PlayInline(setup, progress, play);
}

ExitCode Run(RunOptions& options) {
  SetLogComponent("run");
  if (const absl::Status served = PrepareToServe(options); !served.ok()) {
    PrintError(served);
    return kExitUsage;
  }
  options.request.check_seats = [&options](absl::Span<const AgentSeat> seats) {
    return options.inline_run ? CheckPlayable(seats)
                              : CheckAgentCommands(options.serve.agent_commands, seats);
  };
  RunSetup setup;
  if (const auto error = PrepareRun(options.request, setup)) {
    PrintError(error->status);
    return error->exit_code;
  }
  PlayResult result;
  if (!setup.completed) {
    Progress progress(stderr, Progress::ModeFor(stderr, options.quiet));
    result = options.inline_run ? PlayHere(setup, options, progress)
                                : PlayServed(setup, options.serve, progress);
  }
  return Conclude(setup, options, std::move(result));
}

}  // namespace

void AddRunCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* run = app.add_subcommand("run", "Play one simulation");
  run->footer(
      "Example: tranche run deploy/scenarios/duopoly.textproto --seed 7\n"
      "Exit codes: 0 completed, 1 failed, 2 usage, 3 bad scenario, 4 bad log, 6 stopped,\n"
      "7 disk full or another failure of input and output");

  run->add_option("scenario", options->request.scenario, "File that describes the market");
  run->add_option("--seed", options->request.seed, "Another seed is another course of events [1]");
  CLI::Option* log =
      run->add_option("--log", options->request.log,
                      "File to write [runs/SCENARIO-SEED.tranche, numbered if it exists]");
  CLI::Option* resume =
      run->add_flag("--resume", options->request.resume,
                    "Go on with the unfinished run in --log, from its last closed quarter");
  run->add_flag(
         "--continue", options->request.resume_if_begun,
         "Begin the run, or go on with it if --log is there: for what starts it again and again")
      ->excludes(resume)
      ->needs(log);
  run->add_option("--strategy", options->request.strategies,
                  "Who plays how: AGENT=STRATEGY[:PARAMETER=NUMBER,...]; see tranche agent --list. "
                  "external:STRATEGY: one that only the agent's own program knows")
      ->allow_extra_args(false);

  AddPluginFlag(*run);

  CLI::Option* inline_run = run->add_flag(
      "--inline", options->inline_run, "All agents in this process, instead of one process each");
  CLI::Option* serve = run->add_option("--serve", options->serve.address,
                                       "Wait for agents started elsewhere: unix:PATH or HOST:PORT");
  serve->excludes(inline_run);
  CLI::Option* identity =
      run->add_option("--identity", options->identity,
                      "Over TCP: folder of the broker's certificate, see tranche cert")
          ->needs(serve);
  run->add_flag("--insecure", options->serve.insecure,
                "Serve over TCP without encryption or proof of identity")
      ->needs(serve)
      ->excludes(identity);
  run->add_option("--address-file", options->serve.address_file,
                  "File to write HOST:PORT to once agents can join, for launchers")
      ->needs(serve);
  run->add_option(
         "--metrics", options->metrics,
         "Serve metrics for Prometheus over HTTP at PORT (this machine alone) or HOST:PORT")
      ->excludes(inline_run);
  run->add_option("--agents-per-process", options->serve.agents_per_process,
                  "How many agents share a process")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->excludes(inline_run)
      ->excludes(serve);

  run->add_option_function<std::vector<std::string>>(
         "--agent-command",
         [options](const std::vector<std::string>& flags) {
           for (const std::string& flag : flags) {
             options->serve.agent_commands.push_back(ParseAgentCommand(flag));
           }
         },
         "A program of yours that plays agents: AGENT[,AGENT...]=COMMAND. The shell runs COMMAND "
         "--connect ADDRESS AGENT...")
      ->type_name("TEXT")
      ->allow_extra_args(false)
      ->excludes(inline_run)
      ->excludes(serve);

  run->add_option("--agent-memory", options->serve.agent_memory_bytes,
                  "Most memory of each agent's process, as in 2GB: one that wants more fails alone")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/false))
      ->type_name("SIZE")
      ->excludes(inline_run)
      ->excludes(serve);

  options->serve.deadline = std::chrono::seconds(30);
  AddDeadlineFlag(*run, options->serve.deadline,
                  "How long an agent may take for a turn, as in 30s; none: any time");
  static const std::map<std::string, AtDeadline> at_deadline = {
      {"wait", AtDeadline::kWait}, {"skip", AtDeadline::kSkip}, {"stop", AtDeadline::kStop}};
  run->add_option("--at-deadline", options->serve.at_deadline,
                  "Then: wait and say who is late, skip their turn, or stop the run [wait]")
      ->transform(CLI::CheckedTransformer(at_deadline).description(""))
      ->type_name("wait|skip|stop");

  run->add_flag("--quiet,-q", options->quiet, "No progress and no summary");
  run->add_flag("--json", options->json, "The outcome as JSON instead of the summary");

  run->callback([options, &exit_code] {
    if (options->inline_run && options->serve.at_deadline == AtDeadline::kSkip) {
      throw CLI::ValidationError(
          "--at-deadline",
          "with --inline nobody's turn can be skipped: say wait or stop, or leave out --inline");
    }
    exit_code = Run(*options);
  });
}

}  // namespace tranche
