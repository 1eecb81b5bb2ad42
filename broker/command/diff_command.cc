#include "broker/command/diff_command.h"

#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "broker/command/exit_codes.h"
#include "broker/command/log_errors.h"
#include "broker/command/logging.h"
#include "broker/command/standard_output.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "broker/log/log_file.h"
#include "broker/log/record_text.h"
#include "broker/log/sqlite.h"
#include "inspector/answers/run_diff.h"

namespace tranche {
namespace {

struct DiffOptions {
  std::string a;
  std::string b;
  size_t top = 5;
  bool json = false;
};

// Of one side: a log that holds many fields that differ says so in its first few.
constexpr size_t kMostFields = 12;

void PrintRun(char side, const RunFacts& run, std::ostream& out) {
  out << side << "  " << run.path << ": " << run.header.scenario_name() << ", seed "
      << run.header.seed() << ", " << Plural(run.quarters_closed, "quarter") << ", "
      << Plural(static_cast<int64_t>(run.records), "record") << ", digest "
      << absl::BytesToHexString(run.digest).substr(0, 12) << '\n';
}

void PrintSide(char side, const std::optional<v1::LogRecord>& record, std::ostream& out) {
  out << "  " << side << "  ";
  if (!record.has_value()) {
    out << "the log ends here\n";
    return;
  }
  out << RecordLine(*record) << '\n';
  for (const std::string& line : MessageLines(record->message())) out << "       " << line << '\n';
}

void PrintParting(const std::string& title, const Parting& parting, std::ostream& out) {
  const v1::LogRecord& record = parting.a ? *parting.a : *parting.b;
  out << '\n'
      << title << " record " << record.position() << ", " << QuarterText(record.quarter())
      << " round " << record.round() << ":\n";
  PrintSide('A', parting.a, out);
  PrintSide('B', parting.b, out);
  size_t shown = 0;
  for (const std::string& field : parting.fields) {
    if (++shown > kMostFields) {
      out << "     and " << parting.fields.size() - kMostFields << " more\n";
      break;
    }
    out << "     " << field << '\n';
  }
}

void PrintGaps(const RunDiff& diff, std::ostream& out) {
  if (diff.gaps.empty()) return;
  out << "\nWhat followed, by the metrics that differ most:\n";
  int32_t quarter = 0;
  for (const MetricGap& gap : diff.gaps) {
    if (gap.quarter != quarter) out << "  " << QuarterText(gap.quarter) << '\n';
    quarter = gap.quarter;
    out << "    "
        << absl::StrFormat("%-44s %12.6g  %12.6g %s\n",
                           absl::StrCat(gap.name, gap.subject.empty() ? "" : " of ", gap.subject),
                           gap.a, gap.b, gap.unit);
  }
}

bool SamePlace(const Parting& x, const Parting& y) {
  const auto position = [](const std::optional<v1::LogRecord>& record) {
    return record.has_value() ? record->position() : 0;
  };
  return position(x.a) == position(y.a) && position(x.b) == position(y.b);
}

void PrintText(const RunDiff& diff, std::ostream& out) {
  PrintRun('A', diff.a, out);
  PrintRun('B', diff.b, out);
  if (diff.same()) {
    out << "\nThey are the same, record by record.\n";
    return;
  }
  if (!diff.inputs.empty()) out << "\nThey were given differently:\n";
  for (const std::string& input : diff.inputs) out << "  " << input << '\n';
  if (!diff.parting.has_value()) return;
  PrintParting("They part at", *diff.parting, out);
  if (!diff.message.has_value()) {
    out << "\nEvery message says the same.\n";
  } else if (!SamePlace(*diff.message, *diff.parting)) {
    PrintParting("The first message that differs is", *diff.message, out);
  }
  PrintGaps(diff, out);
}

std::string RunJson(const RunFacts& run) {
  return JsonObject()
      .Add("log", JsonString(run.path))
      .Add("scenario", JsonString(run.header.scenario_name()))
      // As text: JSON's numbers don't hold every 64-bit integer.
      .Add("seed", JsonString(absl::StrCat(run.header.seed())))
      .Add("quarters", JsonNumber(int64_t{run.quarters_closed}))
      .Add("records", JsonNumber(static_cast<int64_t>(run.records)))
      .Add("digest", JsonString(absl::BytesToHexString(run.digest)))
      .json();
}

std::string RecordOrNull(const std::optional<v1::LogRecord>& record) {
  return record.has_value() ? RecordJson(*record) : "null";
}

std::string PartingJson(const std::optional<Parting>& parting) {
  if (!parting.has_value()) return "null";
  return JsonObject().Add("a", RecordOrNull(parting->a)).Add("b", RecordOrNull(parting->b)).json();
}

void PrintJson(const RunDiff& diff, std::ostream& out) {
  std::vector<std::string> inputs;
  inputs.reserve(diff.inputs.size());
  for (const std::string& input : diff.inputs) inputs.push_back(JsonString(input));
  std::vector<std::string> metrics;
  metrics.reserve(diff.gaps.size());
  for (const MetricGap& gap : diff.gaps) {
    metrics.push_back(JsonObject()
                          .Add("quarter", JsonString(QuarterText(gap.quarter)))
                          .Add("name", JsonString(gap.name))
                          .Add("subject", JsonString(gap.subject))
                          .Add("unit", JsonString(gap.unit))
                          .Add("a", JsonNumber(gap.a))
                          .Add("b", JsonNumber(gap.b))
                          .json());
  }
  out << JsonObject()
             .Add("same", JsonBool(diff.same()))
             .Add("a", RunJson(diff.a))
             .Add("b", RunJson(diff.b))
             .Add("inputs", JsonArray(inputs))
             .Add("parting", PartingJson(diff.parting))
             .Add("message", PartingJson(diff.message))
             .Add("metrics", JsonArray(metrics))
             .json()
      << '\n';
}

absl::StatusOr<RunDiff> Compare(const DiffOptions& options) {
  absl::StatusOr<SqliteDatabase> a = OpenLogFileToRead(options.a);
  if (!a.ok()) return a.status();
  absl::StatusOr<SqliteDatabase> b = OpenLogFileToRead(options.b);
  if (!b.ok()) return b.status();
  return CompareRuns(*a, *b, options.top);
}

ExitCode Diff(const DiffOptions& options) {
  const absl::StatusOr<RunDiff> diff = Compare(options);
  if (!diff.ok()) {
    ReportError("diff", diff.status());
    return ExitCodeOfLogError(diff.status());
  }
  StandardOutput output(STDOUT_FILENO);
  if (options.json) {
    PrintJson(*diff, output.stream());
  } else {
    PrintText(*diff, output.stream());
  }
  const ExitCode written = output.Finish();
  return written != kExitOk || diff->same() ? written : kExitDiffer;
}

}  // namespace

void AddDiffCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* diff = app.add_subcommand("diff", "Find where two runs part, and what followed");
  diff->footer(
      "Example: tranche diff baseline.tranche strict-regulators.tranche\n"
      "Exit codes: 0 the same, 5 they differ, 2 usage, 4 not a log or damaged, 7 output failed");
  diff->add_option("a", options->a, "A log")->required();
  diff->add_option("b", options->b, "Another")->required();
  diff->add_option("--top", options->top, "How many metrics to show of each quarter")
      ->capture_default_str();
  diff->add_flag("--json", options->json, "One JSON object");
  diff->callback([options, &exit_code] { exit_code = Diff(*options); });
}

}  // namespace tranche
