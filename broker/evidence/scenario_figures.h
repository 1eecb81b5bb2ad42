#ifndef TRANCHE_BROKER_EVIDENCE_SCENARIO_FIGURES_H_
#define TRANCHE_BROKER_EVIDENCE_SCENARIO_FIGURES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Where a scenario's figures are from, as its comments say.
//
//   # source: history.csv, run_rate 20 at 2025-12-31      a row or figure of deploy/facts/
//   # estimate: about half, as the rest isn't public      reasoning where no fact settles it
//   # fitted: growth of the rest                          chosen by calibration
//
// A comment behind a figure speaks for its line. A comment speaks for what follows it in its block,
// with the blocks in it, up to the next comment there that says where figures are from; at the top
// level also up to the next divider (a comment of dashes or equals signs). The heading of a file
// speaks for all of it if it says that its companies are invented, else for nothing. Of a comment
// that says several things the first counts.
namespace tranche {

enum class Basis { kNone, kSource, kEstimate, kFitted, kInvented };

// A number written in a scenario's text.
struct ScenarioFigure {
  // `agents[openai].lab.last_valuation_usd_millions`, as errors and sim/scenario_path.h write it.
  std::string path;
  double value = 0;
  // Of its field's name, from 1.
  int line = 0;
  Basis basis = Basis::kNone;
  // The comment that says so, on one line; empty if there is none.
  std::string comment;
};

// "source", "estimate", …; for kNone "unexplained".
absl::string_view BasisName(Basis basis);

// All figures of the text, in its order, but the calendar's (quarters, round_limit). The scenario
// needn't be complete: one that extends another has its own figures here. InvalidArgument with line
// and column if the text doesn't parse.
absl::StatusOr<std::vector<ScenarioFigure>> ReadScenarioFigures(absl::string_view text,
                                                                absl::string_view filename);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_SCENARIO_FIGURES_H_
