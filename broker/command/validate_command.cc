#include "broker/command/validate_command.h"

#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/command/exit_codes.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/standard_output.h"
#include "broker/command/text_file.h"
#include "broker/inline/inline_run.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "broker/protocol/sha256.h"
#include "sim/market.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  bool json = false;
};

// One thing that is wrong; `line` 0 where no place of the file is to blame.
struct Complaint {
  std::string file;
  int32_t line = 0;
  int32_t column = 0;
  std::string text;
};

struct Verdict {
  std::string file;
  v1::Scenario scenario;
  std::vector<Complaint> complaints;
};

// Reads "file:line:column: text"; a file's name may hold colons itself.
Complaint ParseComplaint(const std::string& file, absl::string_view line) {
  Complaint complaint = {.file = file, .text = std::string(line)};
  const size_t text = line.find(": ");
  if (text == absl::string_view::npos) return complaint;
  const std::vector<std::string> place = absl::StrSplit(line.substr(0, text), ':');
  if (place.size() < 3 || !absl::SimpleAtoi(place[place.size() - 2], &complaint.line) ||
      !absl::SimpleAtoi(place.back(), &complaint.column)) {
    complaint.line = complaint.column = 0;
    return complaint;
  }
  const size_t name = text - place.back().size() - place[place.size() - 2].size() - 2;
  complaint.file = std::string(line.substr(0, name));
  complaint.text = std::string(line.substr(text + 2));
  return complaint;
}

// What a scenario's text must be, whether its strategies are there, and whether a market opens.
absl::Status Check(const std::string& file, v1::Scenario* scenario) {
  absl::StatusOr<v1::Scenario> loaded = LoadScenario(file, ReadTextFile);
  if (!loaded.ok()) return loaded.status();
  *scenario = *std::move(loaded);
  if (const auto seats = ResolveSeats(*scenario); !seats.ok()) return seats.status();
  constexpr uint64_t kAnySeed = 1;
  return Market::Create(*scenario, kAnySeed).status();
}

Verdict Validate(const std::string& file) {
  Verdict verdict = {.file = file, .scenario = {}, .complaints = {}};
  const absl::Status checked = Check(file, &verdict.scenario);
  if (checked.ok()) return verdict;
  for (absl::string_view line : absl::StrSplit(checked.message(), '\n', absl::SkipEmpty())) {
    verdict.complaints.push_back(ParseComplaint(file, line));
  }
  return verdict;
}

void PrintText(const Verdict& verdict, std::ostream& out) {
  for (const Complaint& complaint : verdict.complaints) {
    if (complaint.line > 0) {
      out << complaint.file << ':' << complaint.line << ':' << complaint.column << ": ";
    } else if (complaint.text.rfind(complaint.file, 0) != 0) {
      out << complaint.file << ": ";
    }
    out << complaint.text << '\n';
  }
  if (!verdict.complaints.empty()) return;
  out << verdict.file << ": valid: " << verdict.scenario.name() << ", "
      << Plural(verdict.scenario.agents_size(), "agent") << ", "
      << Plural(verdict.scenario.quarters(), "quarter") << " from "
      << verdict.scenario.first_quarter() << ", digest "
      << Sha256Hex(CanonicalScenarioBytes(verdict.scenario)) << '\n';
}

void PrintJson(const Verdict& verdict, std::ostream& out) {
  JsonObject object;
  object.Add("file", JsonString(verdict.file)).Add("valid", JsonBool(verdict.complaints.empty()));
  if (verdict.complaints.empty()) {
    object.Add("name", JsonString(verdict.scenario.name()))
        .Add("agents", JsonNumber(int64_t{verdict.scenario.agents_size()}))
        .Add("quarters", JsonNumber(int64_t{verdict.scenario.quarters()}))
        .Add("digest", JsonString(Sha256Hex(CanonicalScenarioBytes(verdict.scenario))));
  }
  std::vector<std::string> errors;
  errors.reserve(verdict.complaints.size());
  for (const Complaint& complaint : verdict.complaints) {
    errors.push_back(JsonObject()
                         .Add("file", JsonString(complaint.file))
                         .Add("line", JsonNumber(int64_t{complaint.line}))
                         .Add("column", JsonNumber(int64_t{complaint.column}))
                         .Add("message", JsonString(complaint.text))
                         .json());
  }
  out << object.Add("errors", JsonArray(errors)).json() << '\n';
}

ExitCode ValidateAll(const ValidateOptions& options) {
  StandardOutput output(STDOUT_FILENO);
  bool all_valid = true;
  for (const std::string& file : options.files) {
    const Verdict verdict = Validate(file);
    all_valid &= verdict.complaints.empty();
    if (options.json) {
      PrintJson(verdict, output.stream());
    } else {
      PrintText(verdict, output.stream());
    }
  }
  const ExitCode written = output.Finish();
  if (written != kExitOk) return written;
  return all_valid ? kExitOk : kExitBadScenario;
}

}  // namespace

void AddValidateCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App* validate = app.add_subcommand("validate", "Check scenarios");
  validate->footer(
      "Errors are printed as FILE:LINE:COLUMN: what is wrong, all of them.\n"
      "Example: tranche validate deploy/scenarios/*.textproto\n"
      "Exit codes: 0 all valid, 3 some aren't, 2 usage, 7 output failed");
  validate->add_option("file", options->files, "Scenarios")->required();
  AddPluginFlag(*validate);
  validate->add_flag("--json", options->json, "A JSON object for each file, a line each");
  validate->callback([options, &exit_code] { exit_code = ValidateAll(*options); });
}

}  // namespace tranche
