#include "broker/command/health_command.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/command/exit_codes.h"
#include "broker/command/identity_flag.h"
#include "broker/command/logging.h"
#include "broker/command/operator_client.h"

namespace tranche {
namespace {

struct HealthOptions {
  std::string address;
  std::string identity;
  bool insecure = false;
};

ExitCode AskHealth(const HealthOptions& options) {
  const absl::StatusOr<Address> address = ParseAddress(options.address);
  if (!address.ok()) {
    ReportError("health", address.status());
    return kExitUsage;
  }
  absl::StatusOr<std::optional<Credentials>> identity =
      LoadProtection(*address, options.identity, options.insecure, /*kind=*/std::nullopt);
  if (!identity.ok()) {
    ReportError("health", identity.status());
    return kExitUsage;
  }
  const absl::Status health = OperatorClient(options.address, *std::move(identity)).CheckHealth();
  if (!health.ok()) {
    ReportError("health", health);
    return absl::IsUnavailable(health) ? kExitRunFailed : kExitUsage;
  }
  std::puts("serving");
  return kExitOk;
}

}  // namespace

void AddHealthCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<HealthOptions>();
  CLI::App* health = app.add_subcommand("health", "Ask a broker whether it serves, for probes");
  health->footer(
      "Any certificate of the run will do, the broker's own too.\n"
      "Example: tranche health --connect localhost:7410 --identity certificates/broker\n"
      "Exit codes: 0 it serves, 1 no answer, 2 usage, or not let in");
  health
      ->add_option("--connect", options->address, "Where the broker serves: unix:PATH or HOST:PORT")
      ->required();
  CLI::Option* identity =
      health->add_option("--identity", options->identity, "Over TCP: folder of a certificate");
  health->add_flag("--insecure", options->insecure, "Talk over TCP without encryption")
      ->excludes(identity);
  health->callback([options, &exit_code] { exit_code = AskHealth(*options); });
}

}  // namespace tranche
