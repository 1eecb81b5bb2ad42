#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "sim/scenario_checker.h"
#include "tranche/v1/types.pb.h"

namespace tranche {

void ScenarioChecker::CheckLaw() {
  for (int i = 0; i < scenario_.regimes_size(); ++i) {
    const v1::RegimeSpec& regime = scenario_.regimes(i);
    const Place place = root_.Field(v1::Scenario::kRegimesFieldNumber, i, &regime);
    ReadQuarter(place, v1::RegimeSpec::kInForceFieldNumber, regime.in_force(), false);
    if (regime.jurisdiction() == v1::JURISDICTION_UNSPECIFIED) continue;
    const auto judges = [&](const v1::AgentSpec& agent) {
      return agent.has_regulator() && agent.regulator().jurisdiction() == regime.jurisdiction();
    };
    if (absl::c_none_of(scenario_.agents(), judges)) {
      Report(
          place.Field(v1::RegimeSpec::kJurisdictionFieldNumber),
          absl::StrCat("nobody applies the law of ", v1::Jurisdiction_Name(regime.jurisdiction())),
          "add a regulator of that jurisdiction, or drop the regime");
    }
    for (int j = 0; j < i; ++j) {
      const v1::RegimeSpec& other = scenario_.regimes(j);
      if (other.jurisdiction() != regime.jurisdiction() || other.in_force() != regime.in_force()) {
        continue;
      }
      Report(place.Field(v1::RegimeSpec::kInForceFieldNumber),
             absl::StrCat("\"", regime.name(), "\" and \"", other.name(),
                          "\" are law of the same jurisdiction from the same quarter"),
             "keep one of them or change in_force");
    }
  }
}

void ScenarioChecker::CheckFramework(int index) {
  const v1::FrameworkSpec& framework = scenario_.frameworks(index);
  const Place place = root_.Field(v1::Scenario::kFrameworksFieldNumber, index, &framework);
  ReadQuarter(place, v1::FrameworkSpec::kInForceFieldNumber, framework.in_force(), false);
  const bool by_territory =
      framework.cost_percent_of_revenue() > 0 || framework.compatibility_floor() > 0;
  if (by_territory && framework.territory_percent_of_revenue() == 0) {
    Report(place.Field(v1::FrameworkSpec::kTerritoryPercentOfRevenueFieldNumber),
           "territory_percent_of_revenue is missing or 0",
           "say which part of revenue the cost or the compatibility applies to");
  }
}

void ScenarioChecker::CheckVotingRule(int index) {
  const v1::ShareholderVoteSpec& rule = scenario_.shareholder_votes(index);
  const Place place = root_.Field(v1::Scenario::kShareholderVotesFieldNumber, index, &rule);
  const Place company = place.Field(v1::ShareholderVoteSpec::kCompanyFieldNumber);
  CheckReference(company, rule.company(), "a group or lab", Companies());
  for (int i = 0; i < index; ++i) {
    if (scenario_.shareholder_votes(i).company() != rule.company()) continue;
    Report(company, absl::StrCat("\"", rule.company(), "\" has two rules"), "keep one of them");
  }
  const v1::AgentSpec* lab = FindAgent(rule.company());
  if (lab != nullptr && lab->lab().division()) {
    Report(company, absl::StrCat("\"", rule.company(), "\" is a division"),
           absl::StrCat("name its group \"", lab->group(), "\""));
  }
  if (rule.deal_usd_millions() == 0 && rule.issue_percent() == 0) {
    Report(place, absl::StrCat("the shareholders of \"", rule.company(), "\" vote on nothing"),
           "add deal_usd_millions or issue_percent");
  }
}

// Groups, agents that stand alone, and labs.
NameList ScenarioChecker::Companies() const {
  NameList companies = names_.owners;
  companies.AddAll(names_.labs);
  return companies;
}

}  // namespace tranche
