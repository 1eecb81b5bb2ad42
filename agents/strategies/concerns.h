#ifndef TRANCHE_AGENTS_STRATEGIES_CONCERNS_H_
#define TRANCHE_AGENTS_STRATEGIES_CONCERNS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "tranche/v1/terms.pb.h"
#include "tranche/v1/view.pb.h"

// What worries a regulator about a deal, how much, and what would meet it: the screens of its file
// against the thresholds of its law.
//
// United States and European Union: concentration after a combination (2023 Merger Guidelines,
// guideline 1; EU horizontal guidelines 2004), partial ownership (guideline 11: O'Brien and
// Salop's modified HHI, and more than a passive holder's tenth of two rivals at once), directors in
// common (Clayton Act section 8), and the three terms that the FTC's staff report on AI
// partnerships (January 2025) names: exclusivity, access to a rival's sensitive information, and
// unreleased models. Remedies cure what they reach: a seat given up is given up, while conduct
// promised leaves the financial interest in a rival where it is, which agencies therefore want sold
// once it is large (Department of Justice 2020, "Merger Remedies Manual": structural before conduct
// remedies; Commission notice on remedies 2008, points 15 to 17). CFIUS: a foreign investor's
// control, influence, and access to technology (31 CFR 800.211).
namespace tranche {

struct Concern {
  // 1 is the point at which the law's threshold is met; 2 is twice as far.
  double severity = 0;
  // With the figures.
  std::string reason;
  // Each of these is needed to meet it; empty: nothing does.
  std::vector<v1::Remedy> remedies;
  // Part of the severity that goes once they are in force.
  double cure = 1;
};

std::vector<Concern> ConcernsAbout(const v1::PublicView& market, const v1::ReviewRegime& regime,
                                   const v1::ReviewFile& file);

double TotalSeverity(absl::Span<const Concern> concerns);

// Severity that is left once `remedies` are in force, of which the part `distrust` is feared to
// fail. A remedy that is missing leaves its concern's full severity.
double ResidualSeverity(absl::Span<const Concern> concerns, absl::Span<const v1::Remedy> remedies,
                        double distrust = 0);

// All remedies of the concerns, each once.
std::vector<v1::Remedy> RemediesFor(absl::Span<const Concern> concerns);

// The reasons in one sentence each.
std::string ReasonsInWords(absl::Span<const Concern> concerns);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_CONCERNS_H_
