#include "broker/command/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string>

#include "broker/command/agent_command.h"
#include "broker/command/audit_command.h"
#include "broker/command/calibrate_command.h"
#include "broker/command/compare_command.h"
#include "broker/command/diff_command.h"
#include "broker/command/exit_codes.h"
#include "broker/command/hindcast_command.h"
#include "broker/command/log_command.h"
#include "broker/command/replay_command.h"
#include "broker/command/run_command.h"
#include "broker/command/scenario_command.h"
#include "broker/command/sensitivity_command.h"
#include "broker/command/sweep_command.h"
#include "broker/command/validate_command.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

// Logs go to stderr: stdout is for what a command was asked for.
void SetUpLogging() {
  // What gRPC has to say is in the statuses it returns.
  setenv("GRPC_VERBOSITY", "NONE", /*replace=*/0);
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "tranche", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  // On a terminal a progress line may have to make room.
  const std::string make_room = isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "";
  spdlog::set_pattern(make_room + "%Y-%m-%d %H:%M:%S %l: %v");
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv) {
  SetUpLogging();
  CLI::App app(
      "Tranche simulates a market in which AI labs, clouds, investors and regulators meet.",
      "tranche");
  app.set_version_flag("--version", "tranche " TRANCHE_VERSION);
  app.require_subcommand(1);
  app.footer("`tranche COMMAND --help` says more of each command, with an example.");

  int exit_code = kExitOk;
  AddRunCommand(app, exit_code);
  AddAgentCommand(app, exit_code);
  AddSweepCommand(app, exit_code);
  AddCompareCommand(app, exit_code);
  AddSensitivityCommand(app, exit_code);
  AddLogCommand(app, exit_code);
  AddDiffCommand(app, exit_code);
  AddReplayCommand(app, exit_code);
  AddValidateCommand(app, exit_code);
  AddScenarioCommand(app, exit_code);
  AddAuditCommand(app, exit_code);
  AddHindcastCommand(app, exit_code);
  AddCalibrateCommand(app, exit_code);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version come here too.
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return exit_code;
}

}  // namespace tranche
