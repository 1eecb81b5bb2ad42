#include "broker/command/play_command.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "agents/strategy.h"
#include "broker/command/logging.h"
#include "broker/command/person.h"
#include "broker/command/play.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/progress.h"
#include "broker/command/run_setup.h"
#include "broker/command/summary.h"
#include "sim/suggestion.h"

namespace tranche {
namespace {

struct PlayOptions {
  RunRequest request;
  std::string agent;
};

void PrintError(const absl::Status& status) { ReportError("play", status); }

// The seat that the person takes.
absl::StatusOr<AgentSeat*> TakeSeat(const std::string& agent, RunSetup& setup) {
  const auto seat =
      absl::c_find_if(setup.seats, [&](const AgentSeat& s) { return s.name == agent; });
  if (seat == setup.seats.end()) {
    std::vector<std::string> names;
    for (const AgentSeat& one : setup.seats) names.push_back(one.name);
    return absl::NotFoundError(absl::StrCat("there is no agent \"", agent, "\" in ",
                                            setup.scenario.name(), ": ", DidYouMean(agent, names)));
  }
  const bool begun = !setup.records.empty();
  if (begun && seat->strategy != kPersonStrategy) {
    return absl::FailedPreconditionError(absl::StrCat("in ", setup.log->path(), " ", agent,
                                                      " is played by ", seat->strategy,
                                                      ", not by a person"));
  }
  seat->strategy = std::string(kPersonStrategy);
  seat->parameters.clear();
  return &*seat;
}

ExitCode Conclude(RunSetup& setup, const PlayOptions& options, PlayResult result) {
  const absl::Status finished = setup.log->Finish();
  if (!finished.ok() && result.status.ok()) result = {finished, ExitCodeOfFailure(finished)};
  if (result.status.ok()) {
    std::cout << "\n";
    PrintSummary(*setup.log, std::cout);
    return kExitOk;
  }
  if (result.exit_code != kExitStopped) {
    PrintError(result.status);
    return result.exit_code;
  }
  const absl::StatusOr<uint64_t> last = setup.log->LastPosition();
  Tell(last.ok() && *last > 0
           ? absl::StrCat("The log holds every quarter that has closed. Go on with: tranche play "
                          "--as ",
                          options.agent, " --resume --log ", setup.log->path())
           : "No quarter had closed yet: nothing was kept.");
  return kExitStopped;
}

ExitCode Play(const PlayOptions& options) {
  SetLogComponent("play");
  RunRequest request = options.request;
  request.check_seats = [&options](absl::Span<const AgentSeat> seats) {
    return CheckPlayable(seats, options.agent);
  };
  RunSetup setup;
  if (const auto error = PrepareRun(request, setup)) {
    PrintError(error->status);
    return error->exit_code;
  }
  if (setup.completed) {
    PrintError(absl::FailedPreconditionError(
        absl::StrCat("the run in ", setup.log->path(), " is over: nothing is left to play")));
    return kExitUsage;
  }
  const absl::StatusOr<AgentSeat*> seat = TakeSeat(options.agent, setup);
  if (!seat.ok()) {
    PrintError(seat.status());
    // Nothing has been written to a log that was made for nothing.
    const std::string path = setup.log->path();
    if (setup.records.empty() && setup.log->Finish().ok()) std::remove(path.c_str());
    return kExitUsage;
  }
  Person person((*seat)->name, (*seat)->role, std::cin, std::cout, isatty(STDIN_FILENO) != 0);
  person.Remember(setup.records);

  InlinePlay play;
  play.make_strategy = [&](const AgentSeat& one) -> absl::StatusOr<std::unique_ptr<Strategy>> {
    if (one.name == options.agent) return person.MakeStrategy();
    return MakeStrategy(one);
  };
  play.wants_to_stop = [&person] { return person.wants_to_stop(); };
  Progress progress(stderr, Progress::Mode::kQuiet);
  return Conclude(setup, options, PlayInline(setup, progress, play));
}

}  // namespace

void AddPlayCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<PlayOptions>();
  CLI::App* play = app.add_subcommand("play", "Play one agent yourself, at the terminal");
  play->footer(
      "Example: tranche play deploy/scenarios/duopoly.textproto --as harbor-fund\n"
      "Commands come from standard input, a line each; \"help\" lists them.\n"
      "Exit codes: 0 played to the end, 1 failed, 2 usage, 3 bad scenario, 4 bad log, 6 stopped");
  play->add_option("scenario", options->request.scenario, "File that describes the market");
  play->add_option("--as", options->agent, "The agent that you play")->required();
  play->add_option("--seed", options->request.seed, "Another seed is another course of events [1]");
  CLI::Option* log =
      play->add_option("--log", options->request.log,
                       "File to write [runs/SCENARIO-SEED.tranche, numbered if it exists]");
  play->add_flag("--resume", options->request.resume,
                 "Go on with the unfinished run in --log, from its last closed quarter")
      ->needs(log);
  AddPluginFlag(*play);
  play->add_option("--strategy", options->request.strategies,
                   "How the others play: AGENT=STRATEGY[:PARAMETER=NUMBER,...]")
      ->allow_extra_args(false);
  play->callback([options, &exit_code] { exit_code = Play(*options); });
}

}  // namespace tranche
