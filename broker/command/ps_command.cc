#include "broker/command/ps_command.h"

#include <unistd.h>

#include <algorithm>
#include <iomanip>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/command/operator_client.h"
#include "broker/command/progress.h"
#include "broker/command/run_registry.h"
#include "broker/command/standard_output.h"
#include "broker/log/json.h"

namespace tranche {
namespace {

struct Line {
  RegisteredRun run;
  std::string state;
};

std::string StateOf(const RegisteredRun& run) {
  if (run.control.empty()) return "in one process";
  const absl::StatusOr<v1::GetRunResponse> state = OperatorClient(run.control).GetRun();
  return state.ok() ? DescribeProgress(*state) : "does not answer";
}

void PrintTable(const std::vector<Line>& lines, std::ostream& out) {
  size_t run_width = 3;
  size_t state_width = 5;
  for (const Line& line : lines) {
    run_width = std::max(run_width, line.run.run.size());
    state_width = std::max(state_width, line.state.size());
  }
  const auto row = [&](const std::string& pid, const std::string& run, const std::string& state,
                       const std::string& log) {
    out << std::right << std::setw(8) << pid << "  " << std::left
        << std::setw(static_cast<int>(run_width)) << run << "  "
        << std::setw(static_cast<int>(state_width)) << state << "  " << log << "\n";
  };
  row("PID", "RUN", "STATE", "LOG");
  for (const Line& line : lines) {
    row(absl::StrCat(line.run.pid), line.run.run, line.state, line.run.log);
  }
}

void PrintJson(const std::vector<Line>& lines, std::ostream& out) {
  std::vector<std::string> runs;
  runs.reserve(lines.size());
  for (const Line& line : lines) {
    runs.push_back(JsonObject()
                       .Add("pid", JsonNumber(int64_t{line.run.pid}))
                       .Add("run", JsonString(line.run.run))
                       .Add("scenario", JsonString(line.run.scenario))
                       .Add("state", JsonString(line.state))
                       .Add("log", JsonString(line.run.log))
                       .Add("control", JsonString(line.run.control))
                       .json());
  }
  out << JsonArray(runs) << "\n";
}

ExitCode ListRuns(bool json) {
  std::vector<Line> lines;
  for (const RegisteredRun& run : RunningRuns()) lines.push_back({run, StateOf(run)});
  StandardOutput output(STDOUT_FILENO);
  if (json) {
    PrintJson(lines, output.stream());
  } else {
    PrintTable(lines, output.stream());
  }
  return output.Finish();
}

}  // namespace

void AddPsCommand(CLI::App& app, int& exit_code) {
  auto json = std::make_shared<bool>(false);
  CLI::App* ps = app.add_subcommand("ps", "List your runs that go on on this machine");
  ps->footer(
      "Example: tranche ps\n"
      "Exit codes: 0 listed (even if there are none), 2 usage, 7 output failed");
  ps->add_flag("--json", *json, "As a JSON array");
  ps->callback([json, &exit_code] { exit_code = ListRuns(*json); });
}

}  // namespace tranche
