#ifndef TRANCHE_BROKER_EVIDENCE_AUDIT_H_
#define TRANCHE_BROKER_EVIDENCE_AUDIT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/evidence/claims.h"
#include "broker/evidence/facts.h"
#include "broker/evidence/scenario_figures.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// A figure of the scenario and the claims that vouch for it, by their place in Audit::claims.
struct AuditedFigure {
  ScenarioFigure figure;
  std::vector<size_t> claims;

  // It names no source, estimate or fit; or it names a source that nothing has been compared with.
  bool unexplained() const {
    return figure.basis == Basis::kNone || (figure.basis == Basis::kSource && claims.empty());
  }
};

// A scenario's figures beside the facts they are said to be from.
struct Audit {
  // In the file's order.
  std::vector<AuditedFigure> figures;
  std::vector<Claim> claims;

  // Every claim holds and no figure is unexplained.
  bool passed() const;
};

// `text` is the file that `scenario` was loaded from. Errors as ReadScenarioFigures', ClaimsOf's
// and BuildWorld's.
absl::StatusOr<Audit> AuditScenario(absl::string_view text, absl::string_view filename,
                                    const v1::Scenario& scenario, const Facts& facts,
                                    absl::string_view rules);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_AUDIT_H_
