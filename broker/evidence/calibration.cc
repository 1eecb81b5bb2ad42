#include "broker/evidence/calibration.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "broker/evidence/hindcast.h"
#include "broker/evidence/scenario_figures.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

constexpr absl::string_view kHeader = "path,low,high,start,value";
constexpr size_t kNumbers = 4;
constexpr double kSteps[] = {1.5, 1.2, 1.08, 1.03};
constexpr int kMostSweeps = 3;
// Less than this isn't worth a move: it would fit the seeds.
constexpr double kLeastGain = 1e-4;

double ToThreeDigits(double value) {
  double rounded = value;
  const bool read = absl::SimpleAtod(absl::StrFormat("%.3g", value), &rounded);
  return read ? rounded : value;
}

std::string Written(double value) { return absl::StrCat(ToThreeDigits(value)); }

absl::Status Wrong(absl::string_view filename, int line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(filename, ":", line, ":1: ", what));
}

// The last four fields are numbers; the path before them may be quoted.
absl::StatusOr<FittedFigure> ParseRow(absl::string_view row, absl::string_view filename, int line) {
  std::vector<std::string> fields = absl::StrSplit(row, ',');
  if (fields.size() <= kNumbers) {
    return Wrong(filename, line, absl::StrCat("the row must have ", kHeader));
  }
  FittedFigure figure;
  double* const numbers[kNumbers] = {&figure.low, &figure.high, &figure.start, &figure.value};
  for (size_t i = 0; i < kNumbers; ++i) {
    const std::string& text = fields[fields.size() - kNumbers + i];
    if (!absl::SimpleAtod(text, numbers[i])) {
      return Wrong(filename, line, absl::StrCat("\"", text, "\" is no number"));
    }
  }
  fields.resize(fields.size() - kNumbers);
  figure.path = absl::StrJoin(fields, ",");
  if (figure.path.size() >= 2 && figure.path.front() == '"' && figure.path.back() == '"') {
    figure.path = figure.path.substr(1, figure.path.size() - 2);
  }
  const auto within = [&](double value) { return figure.low <= value && value <= figure.high; };
  if (!(figure.low > 0 && within(figure.start) && within(figure.value))) {
    return Wrong(filename, line, "start and value must be from low to high, and low above 0");
  }
  return figure;
}

class Search {
 public:
  Search(absl::string_view text, absl::string_view filename, const Facts& facts,
         const CalibrationOptions& options)
      : text_(text), filename_(filename), facts_(facts), options_(options) {}

  absl::StatusOr<double> Objective(const std::string& text) {
    ++evaluations_;
    const absl::StatusOr<v1::Scenario> scenario = ParseScenario(text, filename_);
    if (!scenario.ok()) return scenario.status();
    const absl::StatusOr<std::vector<SimulatedHistory>> histories =
        SimulateHistories(*scenario, options_.ensemble);
    if (!histories.ok()) return histories.status();
    return CompareWithFacts(*histories, facts_, scenario->compute().pue(), options_.cut)
        .Score(/*out_of_sample=*/false)
        .mean_log_crps;
  }

  // Moves one figure by `factor` for as long as that helps. Whether it has moved.
  absl::StatusOr<bool> Move(FittedFigure& figure, double factor, double* best) {
    bool moved = false;
    for (;;) {
      const double value =
          ToThreeDigits(std::clamp(figure.value * factor, figure.low, figure.high));
      if (value == figure.value) return moved;
      const absl::StatusOr<std::string> changed = WithFigure(text_, figure.path, value);
      if (!changed.ok()) return changed.status();
      const absl::StatusOr<double> objective = Objective(*changed);
      if (!objective.ok()) return objective.status();
      if (*objective > *best - kLeastGain) return moved;
      *best = *objective;
      figure.value = value;
      text_ = *changed;
      moved = true;
    }
  }

  const std::string& text() const { return text_; }
  int evaluations() const { return evaluations_; }

 private:
  std::string text_;
  const absl::string_view filename_;
  const Facts& facts_;
  const CalibrationOptions& options_;
  int evaluations_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<FittedFigure>> ParseFittedFigures(absl::string_view text,
                                                             absl::string_view filename) {
  std::vector<FittedFigure> figures;
  bool headed = false;
  int line = 0;
  for (absl::string_view row : absl::StrSplit(text, '\n')) {
    ++line;
    if (row.empty() || row[0] == '#') continue;
    if (!headed) {
      if (row != kHeader)
        return Wrong(filename, line, absl::StrCat("the header must be ", kHeader));
      headed = true;
      continue;
    }
    absl::StatusOr<FittedFigure> figure = ParseRow(row, filename, line);
    if (!figure.ok()) return figure.status();
    figures.push_back(*std::move(figure));
  }
  if (figures.empty()) return Wrong(filename, line, "the file names no figure");
  return figures;
}

std::string FittedFiguresText(const std::vector<FittedFigure>& figures) {
  std::string text = absl::StrCat(kHeader, "\n");
  for (const FittedFigure& figure : figures) {
    const bool quoted = figure.path.find(',') != std::string::npos;
    absl::StrAppend(&text, quoted ? "\"" : "", figure.path, quoted ? "\"" : "", ",", figure.low,
                    ",", figure.high, ",", figure.start, ",", Written(figure.value), "\n");
  }
  return text;
}

absl::StatusOr<std::string> WithFigure(absl::string_view text, absl::string_view path,
                                       double value) {
  const absl::StatusOr<std::vector<ScenarioFigure>> figures = ReadScenarioFigures(text, "scenario");
  if (!figures.ok()) return figures.status();
  const auto figure = std::find_if(figures->begin(), figures->end(),
                                   [path](const ScenarioFigure& f) { return f.path == path; });
  if (figure == figures->end()) {
    return absl::InvalidArgumentError(absl::StrCat("the scenario's text has no figure ", path));
  }
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  std::string& line = lines[static_cast<size_t>(figure->line) - 1];
  const std::string field = absl::StrCat(path.substr(path.rfind('.') + 1), ":");
  size_t begin = line.find(field);
  if (begin == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(path, " isn't written with its value"));
  }
  begin = line.find_first_not_of(' ', begin + field.size());
  size_t end = begin;
  while (end < line.size() && (absl::ascii_isalnum(static_cast<unsigned char>(line[end])) ||
                               line[end] == '.' || line[end] == '-' || line[end] == '+')) {
    ++end;
  }
  line.replace(begin, end - begin, Written(value));
  return absl::StrJoin(lines, "\n");
}

absl::StatusOr<Calibration> Calibrate(absl::string_view scenario_text, absl::string_view filename,
                                      std::vector<FittedFigure> figures, const Facts& facts,
                                      const CalibrationOptions& options,
                                      absl::FunctionRef<void(const std::string&)> progress) {
  std::string text(scenario_text);
  for (FittedFigure& figure : figures) {
    figure.value = figure.start;
    absl::StatusOr<std::string> at_start = WithFigure(text, figure.path, figure.start);
    if (!at_start.ok()) return at_start.status();
    text = *std::move(at_start);
  }
  Search search(text, filename, facts, options);
  const absl::StatusOr<double> before = search.Objective(search.text());
  if (!before.ok()) return before.status();
  double best = *before;
  for (const double step : kSteps) {
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
      bool any = false;
      for (FittedFigure& figure : figures) {
        absl::StatusOr<bool> moved = search.Move(figure, step, &best);
        if (moved.ok() && !*moved) moved = search.Move(figure, 1 / step, &best);
        if (!moved.ok()) return moved.status();
        if (!*moved) continue;
        any = true;
        progress(absl::StrFormat("step %.2f: %s = %s, objective %.4f", step, figure.path,
                                 Written(figure.value), best));
      }
      if (!any) break;
    }
  }
  return Calibration{.figures = std::move(figures),
                     .before = *before,
                     .after = best,
                     .evaluations = search.evaluations(),
                     .scenario_text = search.text()};
}

}  // namespace tranche
