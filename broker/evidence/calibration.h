#ifndef TRANCHE_BROKER_EVIDENCE_CALIBRATION_H_
#define TRANCHE_BROKER_EVIDENCE_CALIBRATION_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "broker/evidence/facts.h"
#include "broker/evidence/simulated_history.h"

// Choosing a scenario's figures so that what is played comes near to what has happened.
namespace tranche {

// A figure to be fitted, and between what.
struct FittedFigure {
  std::string path;  // as ScenarioFigure::path
  double low = 0;    // above zero
  double high = 0;
  double start = 0;  // where the search begins
  double value = 0;  // where it ended
};

// The record of a calibration:
//
//   file := { "#" text LF } "path,low,high,start,value" LF { row LF }
//   row  := path "," low "," high "," start "," value
//
// with a path that holds a comma in quotation marks. InvalidArgument: `FILE:LINE:COLUMN: what`.
absl::StatusOr<std::vector<FittedFigure>> ParseFittedFigures(absl::string_view text,
                                                             absl::string_view filename);
// The rows, with their header, that ParseFittedFigures reads.
std::string FittedFiguresText(const std::vector<FittedFigure>& figures);

// The scenario's text with another value of a figure that is written in it. InvalidArgument: it
// isn't.
absl::StatusOr<std::string> WithFigure(absl::string_view text, absl::string_view path,
                                       double value);

struct CalibrationOptions {
  HistoryRuns ensemble;
  // Facts after it aren't looked at.
  absl::CivilDay cut;
};

struct Calibration {
  std::vector<FittedFigure> figures;
  // The objective: mean CRPS of ln x (broker/evidence/hindcast.h) over all rows up to the cut.
  double before = 0;
  double after = 0;
  int evaluations = 0;
  std::string scenario_text;
};

// Coordinate search: with steps of a factor of 1.5, then 1.2, 1.08 and 1.03, each figure in turn is
// moved up, or else down, for as long as the objective falls; a step is repeated over all figures
// until none moves, at most three times. From the starts, to three digits, under the same seeds
// throughout, so that anybody comes to the same. `progress` is told of every figure that moves.
// Errors of the scenario's runs are passed on.
absl::StatusOr<Calibration> Calibrate(absl::string_view scenario_text, absl::string_view filename,
                                      std::vector<FittedFigure> figures, const Facts& facts,
                                      const CalibrationOptions& options,
                                      absl::FunctionRef<void(const std::string&)> progress);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_CALIBRATION_H_
