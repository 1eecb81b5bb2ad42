#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "sim/scenario_checker.h"
#include "sim/suggestion.h"
#include "tranche/v1/types.pb.h"

namespace tranche {

void ScenarioChecker::CheckAgent(int index) {
  const v1::AgentSpec& agent = scenario_.agents(index);
  const Place place = root_.Field(v1::Scenario::kAgentsFieldNumber, index, &agent);
  if (agent.name() == "market") {
    Report(place.Field(v1::AgentSpec::kNameFieldNumber), "\"market\" is the market's own name",
           "choose another");
  }
  // One that the broker needn't know is external.
  if (!agent.strategy().empty() && !IsKebab(absl::StripPrefix(agent.strategy(), "external:"))) {
    Report(place.Field(v1::AgentSpec::kStrategyFieldNumber),
           absl::StrCat("\"", agent.strategy(), "\" is no strategy's name"),
           "use lower case letters, digits and hyphens");
  }
  if (agent.group().empty()) {
    CheckHome(place, v1::AgentSpec::kHomeFieldNumber, agent.home());
  } else {
    CheckReference(place.Field(v1::AgentSpec::kGroupFieldNumber), agent.group(), "a group",
                   names_.groups);
    if (!agent.home().empty()) CheckHome(place, v1::AgentSpec::kHomeFieldNumber, agent.home());
    if (agent.cash_usd_millions() != 0) {
      Report(place.Field(v1::AgentSpec::kCashUsdMillionsFieldNumber),
             absl::StrCat("\"", agent.name(), "\" has cash of its own and a group"),
             absl::StrCat("put it into treasury_usd_millions of group \"", agent.group(), "\""));
    }
  }
  CheckState(place, agent);
  if (agent.has_lab()) CheckLab(place, agent);
  if (agent.has_cloud()) CheckCloud(place, agent);
  if (agent.has_regulator()) CheckRegulator(place, index);
}

void ScenarioChecker::CheckState(const Place& place, const v1::AgentSpec& agent) {
  const struct {
    v1::Role role;
    int number;
    absl::string_view one;
  } states[] = {
      {v1::ROLE_LAB, v1::AgentSpec::kLabFieldNumber, "a lab"},
      {v1::ROLE_CLOUD, v1::AgentSpec::kCloudFieldNumber, "a cloud"},
      {v1::ROLE_INVESTOR, v1::AgentSpec::kInvestorFieldNumber, "an investor"},
      {v1::ROLE_REGULATOR, v1::AgentSpec::kRegulatorFieldNumber, "a regulator"},
  };
  for (const auto& state : states) {
    if (agent.role() != state.role) continue;
    const int written = static_cast<int>(agent.state_case());
    if (written == state.number) continue;
    const std::string& field = v1::AgentSpec::descriptor()->FindFieldByNumber(state.number)->name();
    if (agent.state_case() == v1::AgentSpec::STATE_NOT_SET) {
      Report(
          place,
          absl::StrCat("agent \"", agent.name(), "\" is ", state.one, " without the state of one"),
          absl::StrCat("add ", field, " { … }"));
    } else {
      Report(place.Field(written),
             absl::StrCat("agent \"", agent.name(), "\" is ", state.one,
                          " with the state of something else"),
             absl::StrCat("replace it by ", field, " { … } or correct the role"));
    }
  }
}

void ScenarioChecker::CheckLab(const Place& agent_place, const v1::AgentSpec& agent) {
  const v1::LabSpec& lab = agent.lab();
  const Place place = agent_place.Field(v1::AgentSpec::kLabFieldNumber, 0, &lab);
  if (lab.model().empty()) {
    Report(place.Field(v1::LabSpec::kModelFieldNumber), "model is missing",
           "name the model on the market");
  }
  const std::optional<Quarter> released =
      ReadQuarter(place, v1::LabSpec::kModelReleasedFieldNumber, lab.model_released(), true);
  if (released && first_quarter_ && *released >= *first_quarter_) {
    Report(place.Field(v1::LabSpec::kModelReleasedFieldNumber),
           absl::StrCat("the model on the market is released in ", lab.model_released(),
                        ", not before the run"),
           absl::StrCat("name a quarter before ", scenario_.first_quarter()));
  }
  for (int i = 0; i < lab.segments_size(); ++i) {
    const v1::LabSegmentSpec& sold = lab.segments(i);
    const auto same = [&](const v1::SegmentSpec& s) { return s.segment() == sold.segment(); };
    if (absl::c_any_of(scenario_.segments(), same)) continue;
    Report(place.Field(v1::LabSpec::kSegmentsFieldNumber, i, &sold),
           absl::StrCat("\"", agent.name(), "\" sells to ", v1::Segment_Name(sold.segment()),
                        ", which the scenario doesn't describe"),
           "add its segments { … }");
  }
  if (lab.division()) {
    if (agent.group().empty() || !lab.holdings().empty()) {
      Report(place.Field(v1::LabSpec::kDivisionFieldNumber),
             absl::StrCat("\"", agent.name(), "\" is a division ",
                          agent.group().empty() ? "of no group" : "with other holders"),
             "give it a group and no holdings");
    }
  } else {
    CheckHoldings(place, agent);
  }
}

void ScenarioChecker::CheckHoldings(const Place& place, const v1::AgentSpec& agent) {
  const v1::LabSpec& lab = agent.lab();
  // Stakes are whole shares, and a share's price must be a sum one can pay.
  constexpr uint64_t kFewestShares = 1000;
  if (lab.shares_outstanding() < kFewestShares) {
    Report(place.Field(v1::LabSpec::kSharesOutstandingFieldNumber),
           absl::StrCat("shares_outstanding is ", lab.shares_outstanding()),
           absl::StrCat("a lab that is no division has at least ", kFewestShares));
  }
  double total = 0;
  for (int i = 0; i < lab.holdings_size(); ++i) {
    const v1::HoldingSpec& holding = lab.holdings(i);
    const Place at = place.Field(v1::LabSpec::kHoldingsFieldNumber, i, &holding);
    const Place holder = at.Field(v1::HoldingSpec::kHolderFieldNumber);
    total += holding.stake_percent();
    if (!IsKebab(holding.holder())) {
      Report(holder, absl::StrCat("\"", holding.holder(), "\" is no holder's name"),
             "use lower case letters, digits and hyphens");
    } else if (holding.holder() == agent.name()) {
      Report(holder, absl::StrCat("\"", agent.name(), "\" holds shares in itself"),
             "leave them out: shares not listed are those of founders and staff");
    } else if (!names_.groups.Has(holding.holder()) && !names_.agents.Has(holding.holder())) {
      CheckOutsideHolder(holder, holding.holder());
    }
    for (int j = 0; j < holding.excluded_investors_size(); ++j) {
      CheckReference(at.Field(v1::HoldingSpec::kExcludedInvestorsFieldNumber, j),
                     holding.excluded_investors(j), "a group", names_.owners);
    }
  }
  if (total > 100 + 1e-9) {
    Report(place.Field(v1::LabSpec::kHoldingsFieldNumber, lab.holdings_size() - 1,
                       &lab.holdings(lab.holdings_size() - 1)),
           absl::StrCat("stakes in \"", agent.name(), "\" add up to ", total, "%"),
           "they must add up to 100% at most");
  }
}

// Outside holders are allowed, but a name that is one slip from an agent's is a slip.
void ScenarioChecker::CheckOutsideHolder(const Place& place, const std::string& holder) {
  for (const NameList* known : {&names_.groups, &names_.agents}) {
    for (const std::string& name : known->names()) {
      if (name.size() < 4 || EditDistance(name, holder) != 1) continue;
      Report(place, absl::StrCat("\"", holder, "\" is neither an agent nor a group"),
             absl::StrCat("did you mean \"", name,
                          "\"? (an outside holder needs a name less like it)"));
      return;
    }
  }
}

void ScenarioChecker::CheckCloud(const Place& agent_place, const v1::AgentSpec& agent) {
  const v1::CloudSpec& cloud = agent.cloud();
  const Place place = agent_place.Field(v1::AgentSpec::kCloudFieldNumber, 0, &cloud);
  for (int i = 0; i < cloud.capacity_size(); ++i) {
    const v1::CapacitySpec& capacity = cloud.capacity(i);
    const Place at = place.Field(v1::CloudSpec::kCapacityFieldNumber, i, &capacity);
    CheckReference(at.Field(v1::CapacitySpec::kRegionFieldNumber), capacity.region(), "a region",
                   names_.regions);
    CheckChips(at.Field(v1::CapacitySpec::kChipMakerFieldNumber), capacity.chip_maker(), agent);
  }
  for (int i = 0; i < cloud.builds_size(); ++i) {
    const v1::BuildSpec& build = cloud.builds(i);
    const Place at = place.Field(v1::CloudSpec::kBuildsFieldNumber, i, &build);
    CheckReference(at.Field(v1::BuildSpec::kRegionFieldNumber), build.region(), "a region",
                   names_.regions);
    CheckChips(at.Field(v1::BuildSpec::kChipMakerFieldNumber), build.chip_maker(), agent);
    const std::optional<Quarter> ready =
        ReadQuarter(at, v1::BuildSpec::kReadyFieldNumber, build.ready(), true);
    if (ready && first_quarter_ && *ready < *first_quarter_) {
      Report(at.Field(v1::BuildSpec::kReadyFieldNumber),
             absl::StrCat("the site was ready in ", build.ready(), ", before the run"),
             "count its accelerators in capacity, or correct the quarter");
    }
  }
}

// The maker exists and sells to the cloud's group.
void ScenarioChecker::CheckChips(const Place& place, const std::string& maker,
                                 const v1::AgentSpec& cloud) {
  CheckReference(place, maker, "a chip maker", names_.makers);
  for (const v1::ChipMakerSpec& spec : scenario_.chip_makers()) {
    if (spec.name() != maker || spec.captive_to().empty()) continue;
    if (spec.captive_to() == GroupOf(cloud) || spec.captive_to() == cloud.name()) continue;
    Report(place, absl::StrCat("\"", maker, "\" makes chips for \"", spec.captive_to(), "\" alone"),
           absl::StrCat("\"", cloud.name(), "\" must buy elsewhere"));
  }
}

void ScenarioChecker::CheckRegulator(const Place& agent_place, int index) {
  const v1::AgentSpec& agent = scenario_.agents(index);
  const v1::Jurisdiction jurisdiction = agent.regulator().jurisdiction();
  if (jurisdiction == v1::JURISDICTION_UNSPECIFIED) return;
  const Place place =
      agent_place.Field(v1::AgentSpec::kRegulatorFieldNumber, 0, &agent.regulator());
  const Place at = place.Field(v1::RegulatorSpec::kJurisdictionFieldNumber);
  for (int i = 0; i < index; ++i) {
    if (!scenario_.agents(i).has_regulator() ||
        scenario_.agents(i).regulator().jurisdiction() != jurisdiction) {
      continue;
    }
    Report(at, absl::StrCat("\"", scenario_.agents(i).name(), "\" has the same jurisdiction"),
           "a jurisdiction has one regulator");
  }
  const auto same = [&](const v1::RegimeSpec& r) { return r.jurisdiction() == jurisdiction; };
  if (absl::c_none_of(scenario_.regimes(), same)) {
    Report(at,
           absl::StrCat("there is no law of ", v1::Jurisdiction_Name(jurisdiction), " to apply"),
           "add its regimes { … }");
  }
}

}  // namespace tranche
