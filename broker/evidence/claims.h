#ifndef TRANCHE_BROKER_EVIDENCE_CLAIMS_H_
#define TRANCHE_BROKER_EVIDENCE_CLAIMS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/evidence/facts.h"
#include "sim/world.h"

// What scenarios claim to have from the facts, recomputed: the one place that says which figures of
// a scenario come to which row of deploy/facts/history.csv or figure of deploy/facts/rules.md.
namespace tranche {

struct Claim {
  // What the figures come to, in words, and its unit.
  std::string what;
  std::string unit;
  // The scenario's figures that it is computed from, as ScenarioFigure::path; one that ends in "*"
  // stands for all that begin so.
  std::vector<std::string> paths;
  // The row of history.csv, as Fact::Name, or the words of rules.md.
  std::string fact;
  // What the fact allows; `low` equals `high` where it gives one value.
  double low = 0;
  double high = 0;
  // The scenario's.
  double figure = 0;
  // How far beyond that the figure may be, as a part of the fact: what rounding to whole shares,
  // accelerators and cents leaves, or the spread that the scenario explains.
  double tolerance = 0;

  // Beyond what the fact allows, as a part of it; 0 within.
  double Difference() const;
  bool holds() const;
  bool Covers(absl::string_view path) const;
};

// Claims of the scenarios that we know, by name; none for another. `world` is the scenario's
// opening. Errors: InvalidArgument names facts that aren't there.
absl::StatusOr<std::vector<Claim>> ClaimsOf(const World& world, const Facts& facts,
                                            absl::string_view rules);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_CLAIMS_H_
