#include "broker/evidence/audit.h"

#include <memory>
#include <utility>

#include "absl/algorithm/container.h"
#include "sim/genesis.h"

namespace tranche {

bool Audit::passed() const {
  return absl::c_all_of(claims, [](const Claim& claim) { return claim.holds(); }) &&
         absl::c_none_of(figures, [](const AuditedFigure& figure) { return figure.unexplained(); });
}

absl::StatusOr<Audit> AuditScenario(absl::string_view text, absl::string_view filename,
                                    const v1::Scenario& scenario, const Facts& facts,
                                    absl::string_view rules) {
  absl::StatusOr<std::vector<ScenarioFigure>> figures = ReadScenarioFigures(text, filename);
  if (!figures.ok()) return figures.status();
  constexpr uint64_t kAnySeed = 1;
  const absl::StatusOr<std::unique_ptr<World>> world = BuildWorld(scenario, kAnySeed);
  if (!world.ok()) return world.status();
  absl::StatusOr<std::vector<Claim>> claims = ClaimsOf(**world, facts, rules);
  if (!claims.ok()) return claims.status();

  Audit audit;
  audit.claims = *std::move(claims);
  for (ScenarioFigure& figure : *figures) {
    AuditedFigure& audited = audit.figures.emplace_back();
    for (size_t i = 0; i < audit.claims.size(); ++i) {
      if (audit.claims[i].Covers(figure.path)) audited.claims.push_back(i);
    }
    audited.figure = std::move(figure);
  }
  return audit;
}

}  // namespace tranche
