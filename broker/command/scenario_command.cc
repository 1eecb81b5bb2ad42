#include "broker/command/scenario_command.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/command/exit_codes.h"
#include "broker/command/standard_output.h"
#include "broker/command/text_file.h"
#include "sim/synthetic.h"

namespace tranche {
namespace {

struct SyntheticCommand {
  SyntheticOptions market;
  // Empty: standard output.
  std::string output;
};

ExitCode Print(const std::string& text) {
  StandardOutput output(STDOUT_FILENO);
  output.stream() << text;
  return output.Finish();
}

ExitCode MakeSynthetic(const SyntheticCommand& command) {
  const absl::StatusOr<std::string> text = SyntheticScenarioText(command.market);
  if (!text.ok()) {
    std::fprintf(stderr, "tranche scenario synthetic: %s\n",
                 std::string(text.status().message()).c_str());
    return kExitUsage;
  }
  if (command.output.empty()) return Print(*text);
  const absl::Status written = WriteTextFile(command.output, *text);
  if (written.ok()) return kExitOk;
  std::fprintf(stderr, "tranche scenario synthetic: %s\n", std::string(written.message()).c_str());
  return kExitIo;
}

void AddSynthetic(CLI::App& scenario, int& exit_code) {
  auto command = std::make_shared<SyntheticCommand>();
  CLI::App* synthetic =
      scenario.add_subcommand("synthetic", "A market of any size, generated from a seed");
  synthetic->footer(
      "Example: tranche scenario synthetic --agents 1000 --seed 7 -o big.textproto\n"
      "Exit codes: 0 made, 2 usage, 7 output failed");
  synthetic->add_option("--agents", command->market.agents, "All together, 10 to 100000")
      ->capture_default_str();
  synthetic->add_option("--seed", command->market.seed, "Another seed is another market")
      ->capture_default_str();
  synthetic
      ->add_option("--quarters", command->market.quarters,
                   "How many are played, 1 to 400: the more, the more messages")
      ->capture_default_str();
  synthetic->add_option("--labs", command->market.labs, "Part of the agents that are labs")
      ->capture_default_str();
  synthetic->add_option("--clouds", command->market.clouds, "Part of the agents that are clouds")
      ->capture_default_str();
  synthetic
      ->add_option("--groups", command->market.groups,
                   "Part of the clouds that share a group with an investor")
      ->capture_default_str();
  synthetic->add_option("-o,--output", command->output, "File to write [standard output]");
  synthetic->callback([command, &exit_code] { exit_code = MakeSynthetic(*command); });
}

}  // namespace

void AddScenarioCommand(CLI::App& app, int& exit_code) {
  CLI::App* scenario = app.add_subcommand("scenario", "Make scenarios");
  scenario->require_subcommand(1);
  scenario->footer(
      "Example: tranche scenario synthetic --agents 1000 --seed 7 -o big.textproto\n"
      "Exit codes: 0 made, 2 usage, 7 output failed");
  AddSynthetic(*scenario, exit_code);
}

}  // namespace tranche
