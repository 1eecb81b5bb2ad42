#include "broker/command/cert_command.h"

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "broker/command/exit_codes.h"
#include "broker/command/run_certificates.h"
#include "broker/command/text_file.h"
#include "broker/log/figures.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

struct CertOptions {
  std::string scenario;
  RunCertificates wanted;
  int days = 30;
};

ExitCode Fail(const absl::Status& status, ExitCode code) {
  std::fprintf(stderr, "tranche cert: %s\n", std::string(status.message()).c_str());
  return code;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  return absl::IsAlreadyExists(status) || absl::IsInvalidArgument(status) ? kExitUsage : kExitIo;
}

ExitCode MakeCertificates(CertOptions& options) {
  const absl::StatusOr<v1::Scenario> scenario = LoadScenario(options.scenario, ReadTextFile);
  if (!scenario.ok()) return Fail(scenario.status(), kExitBadScenario);
  RunCertificates& wanted = options.wanted;
  if (wanted.run.empty()) wanted.run = scenario->name();
  wanted.validity = ValidFor(absl::Hours(24 * options.days));
  if (const absl::Status made = WriteRunCertificates(wanted, *scenario); !made.ok()) {
    return Fail(made, ExitCodeOf(made));
  }
  std::cout << "certificates of run " << wanted.run << ", valid until "
            << absl::FormatTime("%Y-%m-%d %H:%M UTC", wanted.validity.until, absl::UTCTimeZone())
            << ", in " << wanted.folder << "/:\n"
            << "  broker/        for tranche run --serve HOST:PORT --identity " << wanted.folder
            << "/broker\n"
            << "  operator/      for whoever controls the run\n"
            << "  agents/NAME/   for tranche agent --connect HOST:PORT --identity FOLDER, "
            << Plural(scenario->agents_size(), "agent") << "\n";
  if (wanted.agents_per_process > 0) {
    std::cout << "  processes/K/   the same for " << wanted.agents_per_process
              << " agents each, K from 0 to "
              << AgentBlocks(*scenario, wanted.agents_per_process).size() - 1 << "\n";
  }
  std::cout << "Give each party its own folder and no other.\n";
  return kExitOk;
}

}  // namespace

void AddCertCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<CertOptions>();
  options->wanted.folder = "certificates";
  CLI::App* cert =
      app.add_subcommand("cert", "Make the certificates by which a run's parties know one another");
  cert->footer(
      "Each call makes an authority of its own: what it signs opens this run and no other.\n"
      "Example: tranche cert deploy/scenarios/duopoly.textproto --out certificates\n"
      "Exit codes: 0 made, 2 usage, 3 bad scenario, 7 failure of output");
  cert->add_option("scenario", options->scenario, "Whose agents get certificates")->required();
  cert->add_option("--out", options->wanted.folder, "Folder to make")->capture_default_str();
  cert->add_option("--run", options->wanted.run, "Name of the run [the scenario's]");
  cert->add_option("--days", options->days, "How long they are valid")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  cert->add_option(
          "--host", options->wanted.hosts,
          "The broker's machine, for clients other than Tranche that check its name; may be "
          "repeated")
      ->allow_extra_args(false);
  cert->add_option("--agents-per-process", options->wanted.agents_per_process,
                   "Make folders for processes of so many agents, too")
      ->check(CLI::PositiveNumber);
  cert->callback([options, &exit_code] { exit_code = MakeCertificates(*options); });
}

}  // namespace tranche
