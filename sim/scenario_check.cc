#include "sim/scenario_check.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "sim/scenario_checker.h"
#include "sim/suggestion.h"

namespace tranche {

bool IsKebab(absl::string_view name) {
  if (name.empty() || name.size() > kLongestScenarioName) return false;
  if (name.front() == '-' || name.back() == '-') return false;
  return absl::c_all_of(
      name, [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; });
}

bool IsSnake(absl::string_view name) {
  if (name.empty() || name.size() > kLongestScenarioName || !absl::ascii_islower(name.front()))
    return false;
  return absl::c_all_of(
      name, [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_'; });
}

bool IsCountry(absl::string_view home) {
  return home.size() == 2 && absl::c_all_of(home, [](char c) { return absl::ascii_isupper(c); });
}

std::vector<ScenarioError> ScenarioChecker::Check() {
  CollectNames();
  CheckEveryMessage();
  CheckRun();
  CheckGroups();
  for (int i = 0; i < scenario_.agents_size(); ++i) CheckAgent(i);
  CheckMakers();
  CheckLaw();
  for (int i = 0; i < scenario_.contracts_size(); ++i) CheckContract(i);
  CheckReservations();
  for (int i = 0; i < scenario_.events_size(); ++i) CheckEvent(i);
  for (int i = 0; i < scenario_.frameworks_size(); ++i) CheckFramework(i);
  for (int i = 0; i < scenario_.shareholder_votes_size(); ++i) CheckVotingRule(i);
  CheckRegions();
  return std::move(errors_);
}

std::vector<ScenarioError> ScenarioChecker::CheckUniqueNamesOnly() {
  CheckEveryElement();
  return std::move(errors_);
}

void ScenarioChecker::Report(const Place& place, absl::string_view wrong, absl::string_view right) {
  errors_.push_back(place.Error(absl::StrCat(wrong, "; ", right)));
}

void ScenarioChecker::CollectNames() {
  for (const v1::GroupSpec& group : scenario_.groups()) names_.groups.Add(group.name());
  names_.owners.AddAll(names_.groups);
  for (const v1::AgentSpec& agent : scenario_.agents()) {
    names_.agents.Add(agent.name());
    agents_by_name_.try_emplace(agent.name(), &agent);
    if (agent.role() == v1::ROLE_LAB) names_.labs.Add(agent.name());
    if (agent.role() == v1::ROLE_CLOUD) names_.clouds.Add(agent.name());
    if (agent.role() == v1::ROLE_INVESTOR) names_.investors.Add(agent.name());
    (agent.group().empty() ? names_.owners : names_.joined)
        .Add(agent.group().empty() ? agent.name() : agent.group());
  }
  names_.licensees.AddAll(names_.clouds);
  names_.licensees.AddAll(names_.investors);
  for (const v1::RegionSpec& region : scenario_.regions()) names_.regions.Add(region.name());
  for (const v1::ChipMakerSpec& maker : scenario_.chip_makers()) names_.makers.Add(maker.name());
  const absl::StatusOr<Quarter> first = Quarter::Parse(scenario_.first_quarter());
  if (first.ok()) first_quarter_ = *first;
}

// The quarter written in a field, if it is one. Reports one that isn't, and an empty one when
// it's `required`.
std::optional<Quarter> ScenarioChecker::ReadQuarter(const Place& place, int number,
                                                    const std::string& text, bool required) {
  if (text.empty() && !required) return std::nullopt;
  const absl::StatusOr<Quarter> quarter = Quarter::Parse(text);
  if (quarter.ok()) return *quarter;
  const Place field = place.Field(number);
  Report(field,
         text.empty() ? absl::StrCat(field.FieldName(), " is missing")
                      : absl::StrCat("\"", text, "\" is no quarter"),
         "write it like \"2026Q1\"");
  return std::nullopt;
}

// `kind` has its article: "a cloud".
void ScenarioChecker::CheckReference(const Place& place, absl::string_view name,
                                     absl::string_view kind, const NameList& names) {
  if (names.Has(name)) return;
  Report(place,
         name.empty() ? absl::StrCat(place.FieldName(), " is missing")
                      : absl::StrCat("\"", name, "\" is not ", kind, " of the scenario"),
         DidYouMean(name, names.names()));
}

const v1::AgentSpec* ScenarioChecker::FindAgent(absl::string_view name) const {
  const auto found = agents_by_name_.find(name);
  return found == agents_by_name_.end() ? nullptr : found->second;
}

const std::string& ScenarioChecker::GroupOf(const v1::AgentSpec& agent) const {
  return agent.group().empty() ? agent.name() : agent.group();
}

void ScenarioChecker::CheckRun() {
  ReadQuarter(root_, v1::Scenario::kFirstQuarterFieldNumber, scenario_.first_quarter(), true);
  if (scenario_.agents().empty()) {
    Report(root_, "the scenario has no agents", "list each as agents { name: … role: … }");
  }
  const struct {
    bool there;
    int number;
    absl::string_view name;
  } parts[] = {
      {scenario_.has_technology(), v1::Scenario::kTechnologyFieldNumber, "technology"},
      {scenario_.has_compute(), v1::Scenario::kComputeFieldNumber, "compute"},
      {scenario_.has_talent(), v1::Scenario::kTalentFieldNumber, "talent"},
  };
  for (const auto& part : parts) {
    if (part.there) continue;
    Report(root_.Field(part.number), absl::StrCat(part.name, " is missing"),
           absl::StrCat("describe it in ", part.name, " { … }"));
  }
  if (scenario_.remove_size() > 0 && scenario_.extends().empty()) {
    Report(root_.Field(v1::Scenario::kRemoveFieldNumber), "there is nothing to remove from",
           "say which scenario this one extends");
  }
  for (int i = 0; i < scenario_.segments_size(); ++i) CheckSegment(i);
}

void ScenarioChecker::CheckSegment(int index) {
  const v1::SegmentSpec& segment = scenario_.segments(index);
  const Place place = root_.Field(v1::Scenario::kSegmentsFieldNumber, index, &segment);
  if (segment.adoption_percent() > segment.adoption_ceiling_percent()) {
    Report(place.Field(v1::SegmentSpec::kAdoptionPercentFieldNumber),
           absl::StrCat("adoption of ", segment.adoption_percent(), "% is above its ceiling of ",
                        segment.adoption_ceiling_percent(), "%"),
           "raise adoption_ceiling_percent or lower adoption_percent");
  }
  // Use follows from what the labs sell; a figure for it must agree.
  const double stated = segment.mtok_per_customer_per_quarter();
  const double implied = ImpliedUse(segment);
  if (stated != 0 && implied > 0 && (stated < 0.9 * implied || stated > 1.1 * implied)) {
    Report(place.Field(v1::SegmentSpec::kMtokPerCustomerPerQuarterFieldNumber),
           absl::StrCat("the labs' revenues and prices come to ", implied,
                        " million tokens a customer, not ", stated),
           "leave it out or make it agree within a tenth");
  }
}

// Millions of tokens that an adopter buys in a quarter at the opening. 0: not known.
double ScenarioChecker::ImpliedUse(const v1::SegmentSpec& segment) const {
  double mtok = 0;
  for (const v1::AgentSpec& agent : scenario_.agents()) {
    for (const v1::LabSegmentSpec& sold : agent.lab().segments()) {
      if (sold.segment() != segment.segment() || sold.price_usd_per_mtok() <= 0) continue;
      mtok += sold.revenue_usd_millions_per_quarter() * 1e6 / sold.price_usd_per_mtok();
    }
  }
  const double adopters = segment.customers_thousands() * 1000 * segment.adoption_percent() / 100;
  return adopters > 0 ? mtok / adopters : 0;
}

void ScenarioChecker::CheckGroups() {
  for (int i = 0; i < scenario_.groups_size(); ++i) {
    const v1::GroupSpec& group = scenario_.groups(i);
    const Place place = root_.Field(v1::Scenario::kGroupsFieldNumber, i, &group);
    CheckHome(place, v1::GroupSpec::kHomeFieldNumber, group.home());
    if (!names_.joined.Has(group.name())) {
      Report(place, absl::StrCat("group \"", group.name(), "\" has no agents"),
             absl::StrCat("give its agents group: \"", group.name(), "\", or drop it"));
    }
    const v1::AgentSpec* namesake = FindAgent(group.name());
    if (namesake != nullptr && namesake->group() != group.name()) {
      Report(place.Field(v1::GroupSpec::kNameFieldNumber),
             absl::StrCat("agent \"", group.name(), "\" has the group's name but isn't in it"),
             absl::StrCat("give the agent group: \"", group.name(), "\", or rename one of them"));
    }
  }
}

void ScenarioChecker::CheckHome(const Place& place, int number, absl::string_view home) {
  if (IsCountry(home)) return;
  Report(place.Field(number),
         home.empty() ? "home is missing" : absl::StrCat("\"", home, "\" is no country code"),
         "write two capital letters of ISO 3166-1, like \"US\"");
}

void ScenarioChecker::CheckMakers() {
  for (int i = 0; i < scenario_.chip_makers_size(); ++i) {
    const v1::ChipMakerSpec& maker = scenario_.chip_makers(i);
    if (maker.captive_to().empty()) continue;
    const Place place = root_.Field(v1::Scenario::kChipMakersFieldNumber, i, &maker);
    CheckReference(place.Field(v1::ChipMakerSpec::kCaptiveToFieldNumber), maker.captive_to(),
                   "a group", names_.owners);
  }
}

void ScenarioChecker::CheckRegions() {
  for (int i = 0; i < scenario_.regions_size(); ++i) {
    const v1::RegionSpec& region = scenario_.regions(i);
    if (region.country().empty() || IsCountry(region.country())) continue;
    const Place place = root_.Field(v1::Scenario::kRegionsFieldNumber, i, &region);
    Report(place.Field(v1::RegionSpec::kCountryFieldNumber),
           absl::StrCat("\"", region.country(), "\" is no country code"),
           "write two capital letters of ISO 3166-1, like \"US\", or leave it out");
  }
}

std::vector<ScenarioError> CheckScenario(const v1::Scenario& scenario, const SourceNode* source) {
  return ScenarioChecker(scenario, source).Check();
}

std::vector<ScenarioError> CheckUniqueNames(const v1::Scenario& scenario,
                                            const SourceNode* source) {
  return ScenarioChecker(scenario, source).CheckUniqueNamesOnly();
}

}  // namespace tranche
