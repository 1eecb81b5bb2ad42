#include "broker/command/inspect_command.h"

#include <unistd.h>

#include <boost/process/child.hpp>
#include <boost/process/io.hpp>
#include <boost/process/search_path.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "broker/command/log_errors.h"
#include "broker/command/logging.h"
#include "inspector/api/inspection.h"
#include "inspector/server/http_server.h"

namespace tranche {
namespace {

struct InspectOptions {
  std::string path;
  std::string other;
  uint16_t port = 0;
  bool open = false;
};

// Hands the address to whatever the desktop opens pages with. That there is none is no failure: the
// address is printed, too.
void OpenInBrowser(const std::string& url) {
  namespace process = boost::process;
  for (const char* name : {"xdg-open", "open"}) {
    const auto program = process::search_path(name);
    if (program.empty()) continue;
    std::error_code error;
    process::child child(program, url,
                         process::std_in<process::null, process::std_out> process::null,
                         process::std_err > process::null, error);
    if (error) continue;
    child.detach();
    return;
  }
  std::fprintf(stderr, "tranche inspect: no program to open the page with; open %s yourself\n",
               url.c_str());
}

ExitCode Inspect(const InspectOptions& options) {
  absl::StatusOr<std::unique_ptr<Inspection>> inspection =
      Inspection::Open(options.path, options.other);
  if (!inspection.ok()) {
    ReportError("inspect", inspection.status());
    return ExitCodeOfLogError(inspection.status());
  }
  HttpServer::Options server_options;
  server_options.port = options.port;
  absl::StatusOr<std::unique_ptr<HttpServer>> server =
      HttpServer::Listen(**inspection, server_options);
  if (!server.ok()) {
    ReportError("inspect", server.status());
    return kExitIo;
  }
  // First and alone on its line, for programs that start this one.
  std::printf("%s\n", (*server)->url().c_str());
  std::fflush(stdout);
  if (isatty(STDERR_FILENO) == 1) {
    std::fprintf(stderr, "Serving %s to this machine only; Ctrl-C stops it.\n",
                 options.path.c_str());
  }
  if (options.open) OpenInBrowser((*server)->url());
  (*server)->Run(/*stop_on_signals=*/true);
  return kExitOk;
}

}  // namespace

void AddInspectCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App* inspect = app.add_subcommand("inspect", "Show a run's log in the browser");
  inspect->footer(
      "Prints the page's address and serves it to this machine until Ctrl-C. Follows a run that "
      "is\n"
      "going on. Only reads.\n"
      "Examples:\n"
      "  tranche inspect run.tranche --open\n"
      "  tranche inspect baseline.tranche --compare strict-regulators.tranche\n"
      "Exit codes: 0 stopped by a signal, 2 usage, 4 not a log or damaged, 7 the port is taken");
  inspect->add_option("run", options->path, "The log")->required();
  inspect->add_option("--compare", options->other, "Another log to set beside it");
  inspect->add_option("--port", options->port, "Port on 127.0.0.1; 0: one that is free")
      ->capture_default_str();
  inspect->add_flag("--open", options->open, "Open the page in the browser");
  inspect->callback([options, &exit_code] { exit_code = Inspect(*options); });
}

}  // namespace tranche
