#include "broker/command/audit_command.h"

#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "broker/command/exit_codes.h"
#include "broker/command/standard_output.h"
#include "broker/command/text_file.h"
#include "broker/evidence/audit.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

struct AuditCommand {
  std::string scenario;
  std::string facts = "deploy/facts/history.csv";
  std::string rules = "deploy/facts/rules.md";
  bool json = false;
};

// --- For people ----------------------------------------------------------------------------------

std::string Allowed(const Claim& claim) {
  return claim.low == claim.high ? absl::StrFormat("%.6g", claim.low)
                                 : absl::StrFormat("%.6g to %.6g", claim.low, claim.high);
}

void PrintClaims(const Audit& audit, std::ostream& out) {
  out << "\nRecomputed from the facts\n"
      << absl::StreamFormat("  %-46s %10s  %-16s %10s  %-16s %s\n", "figure", "scenario", "fact",
                            "difference", "unit", "where it is from");
  for (const Claim& claim : audit.claims) {
    out << absl::StreamFormat("  %-46s %10.6g  %-16s %+9.2f%%  %-16s %s%s\n", claim.what,
                              claim.figure, Allowed(claim), 100 * claim.Difference(), claim.unit,
                              claim.fact, claim.holds() ? "" : "  <- DIFFERS");
  }
}

std::string FactsOf(const Audit& audit, const AuditedFigure& audited) {
  if (audited.claims.empty()) return "compared with nothing";
  std::vector<std::string> facts;
  for (const size_t i : audited.claims) facts.push_back(audit.claims[i].fact);
  return absl::StrJoin(facts, "; ");
}

// Figures that share a comment stand below it.
void PrintFigures(const Audit& audit, Basis basis, absl::string_view title, std::ostream& out) {
  const std::string* comment = nullptr;
  for (const AuditedFigure& audited : audit.figures) {
    const ScenarioFigure& figure = audited.figure;
    if (figure.basis != basis) continue;
    if (comment == nullptr) out << "\n" << title << "\n";
    if (comment == nullptr || *comment != figure.comment) {
      out << "  " << (figure.comment.empty() ? "without a comment" : figure.comment) << "\n";
    }
    comment = &figure.comment;
    out << absl::StreamFormat("  %5d  %s = %s", figure.line, figure.path, NumberText(figure.value));
    if (basis == Basis::kSource) out << "  <- " << FactsOf(audit, audited);
    out << "\n";
  }
}

int64_t Count(const Audit& audit, Basis basis) {
  int64_t count = 0;
  for (const AuditedFigure& audited : audit.figures) count += audited.figure.basis == basis ? 1 : 0;
  return count;
}

int64_t CountUnexplained(const Audit& audit) {
  int64_t count = 0;
  for (const AuditedFigure& audited : audit.figures) count += audited.unexplained() ? 1 : 0;
  return count;
}

int64_t CountDiffering(const Audit& audit) {
  int64_t count = 0;
  for (const Claim& claim : audit.claims) count += claim.holds() ? 0 : 1;
  return count;
}

constexpr std::array<Basis, 4> kBases = {Basis::kSource, Basis::kEstimate, Basis::kFitted,
                                         Basis::kInvented};

void PrintText(const AuditCommand& command, const Audit& audit, std::ostream& out) {
  out << command.scenario << ": " << Plural(static_cast<int64_t>(audit.figures.size()), "figure");
  for (const Basis basis : kBases) {
    if (Count(audit, basis) > 0) out << ", " << Count(audit, basis) << " " << BasisName(basis);
  }
  out << "; " << Plural(static_cast<int64_t>(audit.claims.size()), "comparison")
      << " with the facts, " << CountDiffering(audit) << " differ; " << CountUnexplained(audit)
      << " unexplained\n";
  PrintFigures(audit, Basis::kNone, "Unexplained", out);
  PrintClaims(audit, out);
  PrintFigures(audit, Basis::kSource, "Said to be from a source, and compared with", out);
  PrintFigures(audit, Basis::kFitted, "Fitted", out);
  PrintFigures(audit, Basis::kEstimate, "Estimates", out);
}

// --- For programs --------------------------------------------------------------------------------

void PrintJson(const AuditCommand& command, const Audit& audit, std::ostream& out) {
  std::vector<std::string> claims;
  for (const Claim& claim : audit.claims) {
    std::vector<std::string> paths;
    for (const std::string& path : claim.paths) paths.push_back(JsonString(path));
    claims.push_back(JsonObject()
                         .Add("what", JsonString(claim.what))
                         .Add("unit", JsonString(claim.unit))
                         .Add("figure", JsonNumber(claim.figure))
                         .Add("fact", JsonString(claim.fact))
                         .Add("low", JsonNumber(claim.low))
                         .Add("high", JsonNumber(claim.high))
                         .Add("difference", JsonNumber(claim.Difference()))
                         .Add("tolerance", JsonNumber(claim.tolerance))
                         .Add("holds", JsonBool(claim.holds()))
                         .Add("paths", JsonArray(paths))
                         .json());
  }
  std::vector<std::string> figures;
  for (const AuditedFigure& audited : audit.figures) {
    std::vector<std::string> places;
    for (const size_t i : audited.claims) places.push_back(JsonNumber(static_cast<int64_t>(i)));
    figures.push_back(JsonObject()
                          .Add("path", JsonString(audited.figure.path))
                          .Add("line", JsonNumber(int64_t{audited.figure.line}))
                          .Add("value", JsonNumber(audited.figure.value))
                          .Add("basis", JsonString(BasisName(audited.figure.basis)))
                          .Add("comment", JsonString(audited.figure.comment))
                          .Add("claims", JsonArray(places))
                          .Add("unexplained", JsonBool(audited.unexplained()))
                          .json());
  }
  out << JsonObject()
             .Add("file", JsonString(command.scenario))
             .Add("passed", JsonBool(audit.passed()))
             .Add("claims", JsonArray(claims))
             .Add("figures", JsonArray(figures))
             .json()
      << "\n";
}

ExitCode Fail(const absl::Status& status) {
  std::fprintf(stderr, "tranche audit: %s\n", std::string(status.message()).c_str());
  return kExitBadScenario;
}

ExitCode Run(const AuditCommand& command) {
  const absl::StatusOr<std::string> facts_text = ReadTextFile(command.facts);
  if (!facts_text.ok()) return Fail(facts_text.status());
  const absl::StatusOr<std::string> rules = ReadTextFile(command.rules);
  if (!rules.ok()) return Fail(rules.status());
  const absl::StatusOr<Facts> facts = Facts::Parse(*facts_text, command.facts);
  if (!facts.ok()) return Fail(facts.status());
  const absl::StatusOr<std::string> text = ReadTextFile(command.scenario);
  if (!text.ok()) return Fail(text.status());
  const absl::StatusOr<v1::Scenario> scenario = LoadScenario(command.scenario, ReadTextFile);
  if (!scenario.ok()) return Fail(scenario.status());
  const absl::StatusOr<Audit> audit =
      AuditScenario(*text, command.scenario, *scenario, *facts, *rules);
  if (!audit.ok()) return Fail(audit.status());

  StandardOutput output(STDOUT_FILENO);
  if (command.json) {
    PrintJson(command, *audit, output.stream());
  } else {
    PrintText(command, *audit, output.stream());
  }
  const ExitCode written = output.Finish();
  if (written != kExitOk) return written;
  return audit->passed() ? kExitOk : kExitDiffer;
}

}  // namespace

void AddAuditCommand(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<AuditCommand>();
  CLI::App* audit = app.add_subcommand("audit", "Set a scenario's figures beside their sources");
  audit->footer(
      "Example: tranche audit deploy/scenarios/amazon-openai.textproto\n"
      "Exit codes: 0 all explained and as the facts say, 2 usage, 3 bad scenario or facts,\n"
      "5 a figure differs or is unexplained, 7 output failed");
  audit->add_option("scenario", command->scenario, "Scenario")->required();
  audit->add_option("--facts", command->facts, "Rows that sources name")->capture_default_str();
  audit->add_option("--rules", command->rules, "Figures that sources quote")->capture_default_str();
  audit->add_flag("--json", command->json, "One JSON object");
  audit->callback([command, &exit_code] { exit_code = Run(*command); });
}

}  // namespace tranche
