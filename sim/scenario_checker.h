#ifndef TRANCHE_SIM_SCENARIO_CHECKER_H_
#define TRANCHE_SIM_SCENARIO_CHECKER_H_

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "sim/quarter.h"
#include "sim/scenario_place.h"
#include "sim/scenario_ranges.h"
#include "tranche/v1/scenario.pb.h"

// What scenario_check.h is made of. One checker goes over one scenario once; its parts stand in
// scenario_check_*.cc by what they look at.
namespace tranche {

inline constexpr size_t kLongestScenarioName = 64;

// Lower case letters, digits and hyphens.
bool IsKebab(absl::string_view name);
// Lower case letters, digits and underscores.
bool IsSnake(absl::string_view name);
// Two capital letters.
bool IsCountry(absl::string_view home);

// Names of one kind, in the scenario's order, for look-ups and for suggestions.
class NameList {
 public:
  void Add(const std::string& name) {
    names_.push_back(name);
    known_.insert(name);
  }
  void AddAll(const NameList& other) {
    for (const std::string& name : other.names_) Add(name);
  }
  bool Has(absl::string_view name) const { return known_.contains(name); }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  absl::flat_hash_set<std::string> known_;
};

// A scenario's names by kind.
struct Names {
  NameList groups, agents, labs, clouds, investors, regions, makers;
  // Groups, and agents that stand alone, as which they count as groups.
  NameList owners;
  // Who can have a licence to embed models.
  NameList licensees;
  // Groups that agents say they belong to.
  NameList joined;
};

class ScenarioChecker {
 public:
  // Without `source` errors have no line. Both must outlive the checker.
  ScenarioChecker(const v1::Scenario& scenario, const SourceNode* source)
      : scenario_(scenario), root_(scenario, source) {}

  // Once. Errors in the order of the checks.
  std::vector<ScenarioError> Check();
  // Only whether the names that merging goes by are unique.
  std::vector<ScenarioError> CheckUniqueNamesOnly();

 private:
  // --- The scenario as a whole

  void Report(const Place& place, absl::string_view wrong, absl::string_view right);
  void CollectNames();
  // The quarter written in a field, if it is one. Reports one that isn't, and an empty one when
  // it's `required`.
  std::optional<Quarter> ReadQuarter(const Place& place, int number, const std::string& text,
                                     bool required);
  // `kind` has its article: "a cloud".
  void CheckReference(const Place& place, absl::string_view name, absl::string_view kind,
                      const NameList& names);
  const v1::AgentSpec* FindAgent(absl::string_view name) const;
  const std::string& GroupOf(const v1::AgentSpec& agent) const;
  void CheckRun();
  void CheckSegment(int index);
  // Millions of tokens that an adopter buys in a quarter at the opening. 0: not known.
  double ImpliedUse(const v1::SegmentSpec& segment) const;
  void CheckGroups();
  void CheckHome(const Place& place, int number, absl::string_view home);
  void CheckMakers();
  void CheckRegions();

  // --- Every message

  // Numbers in range, enumerations set, names well formed and unique, in every message.
  void CheckEveryMessage();
  void CheckEveryElement();
  // Numbers in range, enumerations set, names well formed.
  void CheckValues(const Place& place);
  void CheckNumber(const Place& place, const google::protobuf::FieldDescriptor& field,
                   const NumberRange& range);
  void CheckEnum(const Place& place, const google::protobuf::FieldDescriptor& field);
  void CheckNameForm(const Place& place, const google::protobuf::FieldDescriptor& field);
  void CheckUniqueElements(const Place& place);

  // --- Agents

  void CheckAgent(int index);
  void CheckState(const Place& place, const v1::AgentSpec& agent);
  void CheckLab(const Place& agent_place, const v1::AgentSpec& agent);
  void CheckHoldings(const Place& place, const v1::AgentSpec& agent);
  // Outside holders are allowed, but a name that is one slip from an agent's is a slip.
  void CheckOutsideHolder(const Place& place, const std::string& holder);
  void CheckCloud(const Place& agent_place, const v1::AgentSpec& agent);
  // The maker exists and sells to the cloud's group.
  void CheckChips(const Place& place, const std::string& maker, const v1::AgentSpec& cloud);
  void CheckRegulator(const Place& agent_place, int index);

  // --- Contracts

  void CheckContract(int index);
  // The contract isn't over when the run begins.
  void CheckTerm(const Place& terms, int number, std::optional<Quarter> start,
                 uint32_t term_quarters);
  void CheckCapacityContract(const Place& place, const v1::ContractSpec& contract);
  double ReservedAtOpening(const v1::CapacityContractSpec& terms) const;
  // What is reserved of a cloud as the run opens, it has.
  void CheckReservations();

  // --- Law

  void CheckLaw();
  void CheckFramework(int index);
  void CheckVotingRule(int index);
  // Groups, agents that stand alone, and labs.
  NameList Companies() const;

  // --- Events

  void CheckEvent(int index);
  void CheckReleaseWindow(const Place& event_place, const v1::EventSpec& event);
  void CheckRound(const Place& event, const v1::RoundEvent& round);

  const v1::Scenario& scenario_;
  const Place root_;
  Names names_;
  absl::flat_hash_map<std::string, const v1::AgentSpec*> agents_by_name_;  // look-ups only
  std::optional<Quarter> first_quarter_;
  std::vector<ScenarioError> errors_;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_SCENARIO_CHECKER_H_
