#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "broker/command/inspect_command.h"
#include "broker/command/log_errors.h"
#include "broker/command/logging.h"
#include "inspector/api/inspection.h"
#include "inspector/api/report_data.h"
#include "inspector/server/bundle.h"

namespace tranche {
namespace {

// What mail still carries, with the page around it.
constexpr size_t kMostBytes = 24'000'000;

constexpr absl::string_view kTemplate = "report.html";
constexpr absl::string_view kPlace = "<script type=\"application/json\" id=\"tranche-report\">";
constexpr absl::string_view kEmpty = "null";

struct ReportOptions {
  std::string path;
  std::string output;
};

// The template with the run's data in its place.
absl::StatusOr<std::string> ReportPage(const Inspection& inspection) {
  const BundleFile* file = FindBundleFile(kTemplate);
  if (file == nullptr) {
    return absl::UnimplementedError(
        "this tranche was built without the inspector's page (TRANCHE_INSPECTOR_PAGE=OFF)");
  }
  std::string page = Uncompressed(*file);
  const size_t place = page.find(absl::StrCat(kPlace, kEmpty));
  if (place == std::string::npos) {
    return absl::InternalError("the report's template has no place for the run's data");
  }
  absl::StatusOr<std::string> data = ReportData(inspection, kMostBytes);
  if (!data.ok()) return data.status();
  page.replace(place + kPlace.size(), kEmpty.size(), JsonForHtml(*data));
  return page;
}

ExitCode Report(const ReportOptions& options) {
  const absl::StatusOr<std::unique_ptr<Inspection>> inspection = Inspection::Open(options.path);
  const absl::StatusOr<std::string> page =
      inspection.ok() ? ReportPage(**inspection) : inspection.status();
  if (!page.ok()) {
    ReportError("report", page.status());
    return ExitCodeOfLogError(page.status());
  }
  std::ofstream out(options.output, std::ios::binary | std::ios::trunc);
  out << *page;
  out.close();
  if (!out) {
    ReportError("report",
                absl::UnavailableError(absl::StrCat(options.output,
                                                    ": can't be written; check the disk and the "
                                                    "folder's permissions")));
    return kExitIo;
  }
  return kExitOk;
}

}  // namespace

void AddReportCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* report = app.add_subcommand("report", "Write the story of a run as one HTML file");
  report->footer(
      "The file holds all it needs and asks no network: mail it, or open it anywhere.\n"
      "Example: tranche report run.tranche -o report.html\n"
      "Exit codes: 0 written, 2 usage, 4 not a log or damaged, 7 output failed");
  report->add_option("run", options->path, "The log")->required();
  report->add_option("-o,--output", options->output, "The file to write")->required();
  report->callback([options, &exit_code] { exit_code = Report(*options); });
}

}  // namespace tranche
