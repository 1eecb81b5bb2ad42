#include "broker/command/run_command.h"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "broker/command/play.h"
#include "broker/command/progress.h"
#include "broker/command/run_setup.h"
#include "broker/command/summary.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace tranche {
namespace {

struct RunOptions {
  RunRequest request;
  ServeOptions serve;
  bool inline_run = false;
  bool quiet = false;
  bool json = false;
};

void PrintError(const absl::Status& status) {
  std::fprintf(stderr, "tranche run: %s\n", std::string(status.message()).c_str());
}

// The run's outcome as one line of JSON.
void PrintJson(const RunSetup& setup, const PlayResult& result) {
  google::protobuf::Struct object;
  auto& fields = *object.mutable_fields();
  int quarters = 0;
  std::string digest;
  const absl::Status read = setup.log->Read(1, [&](const v1::LogRecord& record) {
    if (!record.has_quarter_closed()) return true;
    ++quarters;
    digest = record.quarter_closed().digest();
    return true;
  });
  fields["run"].set_string_value(setup.name);
  fields["log"].set_string_value(setup.log->path());
  fields["scenario"].set_string_value(setup.scenario.name());
  // As text: JSON's numbers don't hold every 64-bit integer.
  fields["seed"].set_string_value(absl::StrCat(setup.seed));
  fields["quarters"].set_number_value(quarters);
  fields["digest"].set_string_value(absl::BytesToHexString(digest));
  fields["completed"].set_bool_value(setup.completed || result.status.ok());
  if (!result.status.ok()) fields["error"].set_string_value(std::string(result.status.message()));
  if (!read.ok()) fields["error"].set_string_value(std::string(read.message()));
  std::string json;
  if (google::protobuf::util::MessageToJsonString(object, &json).ok()) std::cout << json << "\n";
}

// Ends the log, says how the run went and what can be done next.
ExitCode Conclude(RunSetup& setup, const RunOptions& options, PlayResult result) {
  const absl::Status finished = setup.log->Finish();
  if (!finished.ok() && result.status.ok()) result = {finished, ExitCodeOfFailure(finished)};
  if (!result.status.ok()) PrintError(result.status);
  if (options.json) {
    PrintJson(setup, result);
  } else if (result.status.ok() && !options.quiet) {
    PrintSummary(*setup.log, std::cout);
  }
  if (!result.status.ok()) {
    std::fprintf(
        stderr,
        "The log holds every quarter that has closed. Go on with: tranche run --resume --log %s\n",
        setup.log->path().c_str());
  }
  return result.exit_code;
}

ExitCode Run(const RunOptions& options) {
  RunSetup setup;
  if (const auto error = PrepareRun(options.request, setup)) {
    PrintError(error->status);
    return error->exit_code;
  }
  PlayResult result;
  if (!setup.completed) {
    Progress progress(stderr, Progress::ModeFor(stderr, options.quiet));
    result = options.inline_run ? PlayInline(setup, progress)
                                : PlayServed(setup, options.serve, progress);
  }
  return Conclude(setup, options, std::move(result));
}

std::chrono::nanoseconds ParseDeadline(const std::string& text) {
  absl::Duration duration;
  if (text == "none") return std::chrono::nanoseconds::zero();
  if (!absl::ParseDuration(text, &duration) || duration <= absl::ZeroDuration()) {
    throw CLI::ValidationError("--deadline",
                               "\"" + text + "\" is no time: say 30s, 5m, 500ms, or none");
  }
  return absl::ToChronoNanoseconds(duration);
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
  run->add_option("--log", options->request.log,
                  "File to write [runs/SCENARIO-SEED.tranche, numbered if it exists]");
  run->add_flag("--resume", options->request.resume,
                "Go on with the unfinished run in --log, from its last closed quarter");
  run->add_option("--strategy", options->request.strategies,
                  "Who plays how: AGENT=STRATEGY[:PARAMETER=NUMBER,...]; see tranche agent --list")
      ->allow_extra_args(false);

  CLI::Option* inline_run = run->add_flag(
      "--inline", options->inline_run, "All agents in this process, instead of one process each");
  CLI::Option* serve = run->add_option("--serve", options->serve.address,
                                       "Wait for agents started elsewhere: unix:PATH or HOST:PORT");
  serve->excludes(inline_run);
  run->add_flag("--insecure", options->serve.insecure,
                "Serve over TCP without encryption or proof of identity")
      ->needs(serve);
  run->add_option("--agents-per-process", options->serve.agents_per_process,
                  "How many agents share a process")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->excludes(inline_run)
      ->excludes(serve);

  run->add_option_function<std::string>(
         "--deadline",
         [options](const std::string& text) { options->serve.deadline = ParseDeadline(text); },
         "How long agents may take for a turn, as in 30s; none: any time")
      ->default_str("30s");
  static const std::map<std::string, AtDeadline> at_deadline = {
      {"wait", AtDeadline::kWait}, {"skip", AtDeadline::kSkip}, {"stop", AtDeadline::kStop}};
  run->add_option("--at-deadline", options->serve.at_deadline,
                  "Then: wait and say who is late, skip their turn, or stop the run [wait]")
      ->transform(CLI::CheckedTransformer(at_deadline).description(""))
      ->type_name("wait|skip|stop");

  run->add_flag("--quiet,-q", options->quiet, "No progress and no summary");
  run->add_flag("--json", options->json, "The outcome as JSON instead of the summary");

  options->serve.deadline = std::chrono::seconds(30);
  run->callback([options, &exit_code] { exit_code = Run(*options); });
}

}  // namespace tranche
