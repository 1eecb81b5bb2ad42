#include "broker/command/calibrate_command.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "broker/command/exit_codes.h"
#include "broker/command/standard_output.h"
#include "broker/command/text_file.h"
#include "broker/evidence/calibration.h"
#include "broker/evidence/facts.h"

namespace tranche {
namespace {

struct CalibrateCommand {
  std::string scenario;
  std::string record;
  std::string facts = "deploy/facts/history.csv";
  std::string cut = "2024-12-31";
  HistoryRuns ensemble = {.runs = 12};
  bool write = false;
};

ExitCode Fail(const absl::Status& status, ExitCode code) {
  std::fprintf(stderr, "tranche calibrate: %s\n", std::string(status.message()).c_str());
  return code;
}

std::string RecordText(const CalibrateCommand& command, const Calibration& calibration) {
  return absl::StrCat(
      "# How the figures marked `fitted:` in ", command.scenario, " were chosen:\n",
      "#   tranche calibrate ", command.scenario, " --record ", command.record, " --cut ",
      command.cut, " --runs ", command.ensemble.runs, " --seed ", command.ensemble.first_seed,
      " --write\n", "# Objective: mean CRPS of ln x over all rows of ", command.facts, " up to ",
      command.cut, " that are\n# simulated. ",
      absl::StrFormat("It fell from %.4f to %.4f in %d evaluations", calibration.before,
                      calibration.after, calibration.evaluations),
      "; coordinate search, see\n# broker/evidence/calibration.h.\n",
      FittedFiguresText(calibration.figures));
}

ExitCode Run(const CalibrateCommand& command) {
  const absl::StatusOr<absl::CivilDay> cut = ParseDay(command.cut);
  if (!cut.ok()) return Fail(cut.status(), kExitUsage);
  const absl::StatusOr<std::string> facts_text = ReadTextFile(command.facts);
  if (!facts_text.ok()) return Fail(facts_text.status(), kExitBadScenario);
  const absl::StatusOr<Facts> facts = Facts::Parse(*facts_text, command.facts);
  if (!facts.ok()) return Fail(facts.status(), kExitBadScenario);
  const absl::StatusOr<std::string> record_text = ReadTextFile(command.record);
  if (!record_text.ok()) return Fail(record_text.status(), kExitBadScenario);
  const absl::StatusOr<std::vector<FittedFigure>> figures =
      ParseFittedFigures(*record_text, command.record);
  if (!figures.ok()) return Fail(figures.status(), kExitBadScenario);
  const absl::StatusOr<std::string> scenario = ReadTextFile(command.scenario);
  if (!scenario.ok()) return Fail(scenario.status(), kExitBadScenario);

  const absl::StatusOr<Calibration> calibration = Calibrate(
      *scenario, command.scenario, *figures, *facts, {.ensemble = command.ensemble, .cut = *cut},
      [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); });
  if (!calibration.ok()) return Fail(calibration.status(), kExitBadScenario);
  const std::string record = RecordText(command, *calibration);
  if (command.write) {
    const absl::Status written = WriteTextFile(command.record, record);
    if (!written.ok()) return Fail(written, kExitIo);
    const absl::Status changed = WriteTextFile(command.scenario, calibration->scenario_text);
    return changed.ok() ? kExitOk : Fail(changed, kExitIo);
  }
  StandardOutput output(STDOUT_FILENO);
  output.stream() << record;
  return output.Finish();
}

}  // namespace

void AddCalibrateCommand(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<CalibrateCommand>();
  CLI::App* calibrate = app.add_subcommand("calibrate", "Fit a scenario's figures to the past");
  calibrate->footer(
      "Example: tranche calibrate deploy/scenarios/history-2023.textproto \\\n"
      "           --record deploy/facts/history-2023.calibration.csv\n"
      "Exit codes: 0 done, 2 usage, 3 bad scenario, facts or record, 7 output failed");
  calibrate->add_option("scenario", command->scenario, "One that opens in the past")->required();
  calibrate
      ->add_option("--record", command->record,
                   "Figures to fit, as path,low,high,start,value; `value` isn't used")
      ->required();
  calibrate->add_option("--facts", command->facts, "What happened")->capture_default_str();
  calibrate->add_option("--cut", command->cut, "Last day of the facts to look at")
      ->capture_default_str();
  calibrate->add_option("--runs", command->ensemble.runs, "How many seeds for each trial")
      ->check(CLI::Range(2, 1'000'000))
      ->capture_default_str();
  calibrate->add_option("--seed", command->ensemble.first_seed, "The first of them")
      ->capture_default_str();
  calibrate->add_option("--threads", command->ensemble.threads, "Runs at a time [processors]")
      ->check(CLI::PositiveNumber);
  calibrate->add_flag("--write", command->write,
                      "Write the fitted figures into scenario and record");
  calibrate->callback([command, &exit_code] { exit_code = Run(*command); });
}

}  // namespace tranche
