#include "broker/command/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string>

#include "broker/command/agent_command.h"
#include "broker/command/arena_command.h"
#include "broker/command/audit_command.h"
#include "broker/command/calibrate_command.h"
#include "broker/command/cert_command.h"
#include "broker/command/compare_command.h"
#include "broker/command/diff_command.h"
#include "broker/command/environment_command.h"
#include "broker/command/exit_codes.h"
#include "broker/command/health_command.h"
#include "broker/command/hindcast_command.h"
#include "broker/command/inspect_command.h"
#include "broker/command/launch_command.h"
#include "broker/command/log_command.h"
#include "broker/command/logging.h"
#include "broker/command/play_command.h"
#include "broker/command/ps_command.h"
#include "broker/command/replay_command.h"
#include "broker/command/run_command.h"
#include "broker/command/scenario_command.h"
#include "broker/command/sensitivity_command.h"
#include "broker/command/sweep_command.h"
#include "broker/command/validate_command.h"

namespace tranche {

int RunCommandLine(int argc, const char* const* argv) {
  SetUpLogging(LogFormat::kText);
  CLI::App app(
      "Tranche simulates a market in which AI labs, clouds, investors and regulators meet.",
      "tranche");
  app.set_version_flag("--version", "tranche " TRANCHE_VERSION);
  app.require_subcommand(1);
  app.footer("`tranche COMMAND --help` says more of each command, with an example.");

  // Commands take it too, and agents that a run starts get it by the environment.
  app.fallthrough();
  app.add_option_function<std::string>(
         "--log-format",
         [](const std::string& format) {
           SetUpLogging(format == "json" ? LogFormat::kJson : LogFormat::kText);
           setenv("TRANCHE_LOG_FORMAT", format.c_str(), /*overwrite=*/1);
         },
         "What is told on standard error: text, or a JSON object a line")
      ->check(CLI::IsMember({"text", "json"}))
      ->envname("TRANCHE_LOG_FORMAT");

  int exit_code = kExitOk;
  AddRunCommand(app, exit_code);
  AddAgentCommand(app, exit_code);
  AddPlayCommand(app, exit_code);
  AddSweepCommand(app, exit_code);
  AddCompareCommand(app, exit_code);
  AddSensitivityCommand(app, exit_code);
  AddArenaCommand(app, exit_code);
  AddPsCommand(app, exit_code);
  AddStopCommand(app, exit_code);
  AddHealthCommand(app, exit_code);
  AddCertCommand(app, exit_code);
  AddLaunchCommand(app, exit_code);
  AddLogCommand(app, exit_code);
  AddInspectCommand(app, exit_code);
  AddReportCommand(app, exit_code);
  AddDiffCommand(app, exit_code);
  AddReplayCommand(app, exit_code);
  AddValidateCommand(app, exit_code);
  AddScenarioCommand(app, exit_code);
  AddAuditCommand(app, exit_code);
  AddHindcastCommand(app, exit_code);
  AddCalibrateCommand(app, exit_code);
  AddEnvironmentCommand(app, exit_code);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version come here too.
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return exit_code;
}

}  // namespace tranche
