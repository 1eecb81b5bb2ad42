#include "sim/scenario_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "sim/quarter.h"
#include "sim/scenario_ranges.h"
#include "sim/suggestion.h"
#include "tranche/v1/types.pb.h"

namespace tranche {
namespace {

namespace pb = v1;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kLongestName = 64;

// A value of the scenario on the way down from its root, and where it was written. Refers to its
// parent, so it lives no longer than that.
class Place {
 public:
  Place(const Message& root, const SourceNode* source)
      : message_(&root), node_(source), nearest_(source) {}

  // A field of this message. `message` is its value, where it is a message itself.
  Place Field(int number, int index = 0, const Message* message = nullptr) const {
    Place place(*this);
    place.parent_ = this;
    place.number_ = number;
    place.index_ = index;
    place.message_ = message;
    place.node_ = node_ == nullptr ? nullptr : node_->Find(number, index);
    if (place.node_ != nullptr) place.nearest_ = place.node_;
    return place;
  }

  const Message& message() const { return *message_; }

  ScenarioError Error(std::string text) const {
    return {nearest_ == nullptr ? SourceLocation() : nearest_->location, Path(), std::move(text)};
  }

  std::string FieldName() const {
    return parent_->message_->GetDescriptor()->FindFieldByNumber(number_)->name();
  }

  std::string Path() const {
    if (parent_ == nullptr) return "";
    std::string path = parent_->Path();
    if (!path.empty()) path += ".";
    path += FieldName();
    if (parent_->message_->GetDescriptor()->FindFieldByNumber(number_)->is_repeated()) {
      const std::string key = message_ == nullptr ? "" : ElementKey(*message_);
      absl::StrAppend(&path, "[", key.empty() ? absl::StrCat(index_) : key, "]");
    }
    return path;
  }

 private:
  const Place* parent_ = nullptr;
  int number_ = 0;
  int index_ = 0;
  const Message* message_;     // null for a value that is no message
  const SourceNode* node_;     // null for a value that wasn't written
  const SourceNode* nearest_;  // of the value, or else of the message around it
};

// What there is to check in a message type. Found once for all: asking descriptors again for every
// message would take longer than the checks.
struct TypeFields {
  enum class Kind { kNumber, kEnum, kName };
  struct Value {
    const FieldDescriptor* field;
    Kind kind;
    const NumberRange* range;  // of a number
    bool one_of_several;
  };
  std::vector<Value> values;
  std::vector<const FieldDescriptor*> messages;
};
using TypeTable = absl::flat_hash_map<const Descriptor*, TypeFields>;

void AddType(const Descriptor& type, TypeTable* table) {
  TypeFields fields;
  for (int f = 0; f < type.field_count(); ++f) {
    const FieldDescriptor* field = type.field(f);
    const bool one_of_several = field->real_containing_oneof() != nullptr;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        AddType(*field->message_type(), table);
        fields.messages.push_back(field);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        if (field->name() == "name") {
          fields.values.push_back({field, TypeFields::Kind::kName, nullptr, one_of_several});
        }
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        // No board right and no protection are choices of their own.
        if (field->name() != "board_right" && field->name() != "anti_dilution") {
          fields.values.push_back({field, TypeFields::Kind::kEnum, nullptr, one_of_several});
        }
        break;
      default:
        fields.values.push_back(
            {field, TypeFields::Kind::kNumber, &RangeOf(field), one_of_several});
    }
  }
  (*table)[&type] = std::move(fields);
}

const TypeFields& FieldsOf(const Message& message) {
  static const TypeTable& table = *[] {
    auto* types = new TypeTable;
    AddType(*pb::Scenario::descriptor(), types);
    return types;
  }();
  return table.find(message.GetDescriptor())->second;
}

// Calls visit(place) for every message in the scenario, the root first.
template <typename Visit>
void VisitMessages(const Place& place, Visit&& visit) {
  visit(place);
  const Message& message = place.message();
  const Reflection& reflection = *message.GetReflection();
  for (const FieldDescriptor* field : FieldsOf(message).messages) {
    if (field->is_repeated()) {
      const int size = reflection.FieldSize(message, field);
      for (int i = 0; i < size; ++i) {
        const Message& element = reflection.GetRepeatedMessage(message, field, i);
        VisitMessages(place.Field(field->number(), i, &element), visit);
      }
    } else if (reflection.HasField(message, field)) {
      const Message& value = reflection.GetMessage(message, field);
      VisitMessages(place.Field(field->number(), 0, &value), visit);
    }
  }
}

double NumberIn(const Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.GetDouble(message, field);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<double>(reflection.GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(reflection.GetUInt64(message, field));
    default:
      return 0;
  }
}

std::string EnumChoices(const EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) names.push_back(type.value(i)->name());
  }
  return absl::StrJoin(names, ", ");
}

bool IsKebab(absl::string_view name) {
  if (name.empty() || name.size() > kLongestName) return false;
  if (name.front() == '-' || name.back() == '-') return false;
  return absl::c_all_of(
      name, [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; });
}

bool IsSnake(absl::string_view name) {
  if (name.empty() || name.size() > kLongestName || !absl::ascii_islower(name.front()))
    return false;
  return absl::c_all_of(
      name, [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_'; });
}

bool IsCountry(absl::string_view home) {
  return home.size() == 2 && absl::c_all_of(home, [](char c) { return absl::ascii_isupper(c); });
}

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

class Checker {
 public:
  Checker(const pb::Scenario& scenario, const SourceNode* source)
      : scenario_(scenario), root_(scenario, source) {}

  std::vector<ScenarioError> Check() {
    CollectNames();
    VisitMessages(root_, [this](const Place& place) {
      CheckValues(place);
      CheckUniqueElements(place);
    });
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

  std::vector<ScenarioError> CheckUniqueNamesOnly() {
    VisitMessages(root_, [this](const Place& place) { CheckUniqueElements(place); });
    return std::move(errors_);
  }

 private:
  void Report(const Place& place, absl::string_view wrong, absl::string_view right) {
    errors_.push_back(place.Error(absl::StrCat(wrong, "; ", right)));
  }

  void CollectNames() {
    for (const pb::GroupSpec& group : scenario_.groups()) names_.groups.Add(group.name());
    names_.owners.AddAll(names_.groups);
    for (const pb::AgentSpec& agent : scenario_.agents()) {
      names_.agents.Add(agent.name());
      agents_by_name_.try_emplace(agent.name(), &agent);
      if (agent.role() == pb::ROLE_LAB) names_.labs.Add(agent.name());
      if (agent.role() == pb::ROLE_CLOUD) names_.clouds.Add(agent.name());
      if (agent.role() == pb::ROLE_INVESTOR) names_.investors.Add(agent.name());
      (agent.group().empty() ? names_.owners : names_.joined)
          .Add(agent.group().empty() ? agent.name() : agent.group());
    }
    names_.licensees.AddAll(names_.clouds);
    names_.licensees.AddAll(names_.investors);
    for (const pb::RegionSpec& region : scenario_.regions()) names_.regions.Add(region.name());
    for (const pb::ChipMakerSpec& maker : scenario_.chip_makers()) names_.makers.Add(maker.name());
    const absl::StatusOr<Quarter> first = Quarter::Parse(scenario_.first_quarter());
    if (first.ok()) first_quarter_ = *first;
  }

  // --- Every message ---------------------------------------------------------------------------

  // Numbers in range, enumerations set, names well formed.
  void CheckValues(const Place& place) {
    const Message& message = place.message();
    for (const TypeFields::Value& value : FieldsOf(message).values) {
      if (value.one_of_several && !message.GetReflection()->HasField(message, value.field)) {
        continue;
      }
      switch (value.kind) {
        case TypeFields::Kind::kNumber:
          CheckNumber(place, *value.field, *value.range);
          break;
        case TypeFields::Kind::kEnum:
          CheckEnum(place, *value.field);
          break;
        case TypeFields::Kind::kName:
          CheckNameForm(place, *value.field);
          break;
      }
    }
  }

  void CheckNumber(const Place& place, const FieldDescriptor& field, const NumberRange& range) {
    const double value = NumberIn(place.message(), &field);
    if (range.Contains(value)) return;
    const bool left_out =
        value == 0 && !place.message().GetReflection()->HasField(place.message(), &field);
    Report(place.Field(field.number()),
           left_out ? absl::StrCat(field.name(), " is missing or 0")
                    : absl::StrCat(field.name(), " is ", value),
           range.Describe());
  }

  void CheckEnum(const Place& place, const FieldDescriptor& field) {
    const int value = place.message().GetReflection()->GetEnumValue(place.message(), &field);
    const EnumValueDescriptor* known = field.enum_type()->FindValueByNumber(value);
    if (value != 0 && known != nullptr) return;
    Report(place.Field(field.number()),
           value == 0 ? absl::StrCat(field.name(), " is missing")
                      : absl::StrCat(field.name(), " is ", value, ", which means nothing"),
           absl::StrCat("it must be one of ", EnumChoices(*field.enum_type())));
  }

  void CheckNameForm(const Place& place, const FieldDescriptor& field) {
    const Message& message = place.message();
    std::string scratch;
    const std::string& name =
        message.GetReflection()->GetStringReference(message, &field, &scratch);
    const bool parameter = message.GetDescriptor() == pb::Parameter::descriptor();
    if (parameter ? IsSnake(name) : IsKebab(name)) return;
    Report(place.Field(field.number()),
           name.empty() ? "name is missing" : absl::StrCat("\"", name, "\" is no name"),
           absl::StrCat("use lower case letters, digits and ",
                        parameter ? "underscores" : "hyphens", ", at most ", kLongestName));
  }

  void CheckUniqueElements(const Place& place) {
    const Reflection& reflection = *place.message().GetReflection();
    for (const FieldDescriptor* field : FieldsOf(place.message()).messages) {
      if (!field->is_repeated()) continue;
      const int size = reflection.FieldSize(place.message(), field);
      if (size < 2) continue;
      absl::flat_hash_map<std::string, int> seen;
      for (int i = 0; i < size; ++i) {
        const Message& element = reflection.GetRepeatedMessage(place.message(), field, i);
        const std::string key = ElementKey(element);
        if (key.empty()) continue;
        const auto [first, inserted] = seen.try_emplace(key, i);
        if (inserted) continue;
        const Place again = place.Field(field->number(), i, &element);
        const Place before = place.Field(field->number(), first->second, &element);
        const SourceLocation where = before.Error("").location;
        Report(again, absl::StrCat(field->name(), " has \"", key, "\" twice"),
               where.line == 0
                   ? "keep one of them"
                   : absl::StrCat("keep one of them; the other is in line ", where.line));
      }
    }
  }

  // --- Helpers -----------------------------------------------------------------------------------

  // The quarter written in a field, if it is one. Reports one that isn't, and an empty one when
  // it's `required`.
  std::optional<Quarter> ReadQuarter(const Place& place, int number, const std::string& text,
                                     bool required) {
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
  void CheckReference(const Place& place, absl::string_view name, absl::string_view kind,
                      const NameList& names) {
    if (names.Has(name)) return;
    Report(place,
           name.empty() ? absl::StrCat(place.FieldName(), " is missing")
                        : absl::StrCat("\"", name, "\" is not ", kind, " of the scenario"),
           DidYouMean(name, names.names()));
  }

  const pb::AgentSpec* FindAgent(absl::string_view name) const {
    const auto found = agents_by_name_.find(name);
    return found == agents_by_name_.end() ? nullptr : found->second;
  }

  const std::string& GroupOf(const pb::AgentSpec& agent) const {
    return agent.group().empty() ? agent.name() : agent.group();
  }

  // --- The scenario as a whole
  // ---------------------------------------------------------------------

  void CheckRun() {
    ReadQuarter(root_, pb::Scenario::kFirstQuarterFieldNumber, scenario_.first_quarter(), true);
    if (scenario_.agents().empty()) {
      Report(root_, "the scenario has no agents", "list each as agents { name: … role: … }");
    }
    const struct {
      bool there;
      int number;
      absl::string_view name;
    } parts[] = {
        {scenario_.has_technology(), pb::Scenario::kTechnologyFieldNumber, "technology"},
        {scenario_.has_compute(), pb::Scenario::kComputeFieldNumber, "compute"},
        {scenario_.has_talent(), pb::Scenario::kTalentFieldNumber, "talent"},
    };
    for (const auto& part : parts) {
      if (part.there) continue;
      Report(root_.Field(part.number), absl::StrCat(part.name, " is missing"),
             absl::StrCat("describe it in ", part.name, " { … }"));
    }
    if (scenario_.remove_size() > 0 && scenario_.extends().empty()) {
      Report(root_.Field(pb::Scenario::kRemoveFieldNumber), "there is nothing to remove from",
             "say which scenario this one extends");
    }
    for (int i = 0; i < scenario_.segments_size(); ++i) CheckSegment(i);
  }

  void CheckSegment(int index) {
    const pb::SegmentSpec& segment = scenario_.segments(index);
    const Place place = root_.Field(pb::Scenario::kSegmentsFieldNumber, index, &segment);
    if (segment.adoption_percent() > segment.adoption_ceiling_percent()) {
      Report(place.Field(pb::SegmentSpec::kAdoptionPercentFieldNumber),
             absl::StrCat("adoption of ", segment.adoption_percent(), "% is above its ceiling of ",
                          segment.adoption_ceiling_percent(), "%"),
             "raise adoption_ceiling_percent or lower adoption_percent");
    }
    // Use follows from what the labs sell; a figure for it must agree.
    const double stated = segment.mtok_per_customer_per_quarter();
    const double implied = ImpliedUse(segment);
    if (stated != 0 && implied > 0 && (stated < 0.9 * implied || stated > 1.1 * implied)) {
      Report(place.Field(pb::SegmentSpec::kMtokPerCustomerPerQuarterFieldNumber),
             absl::StrCat("the labs' revenues and prices come to ", implied,
                          " million tokens a customer, not ", stated),
             "leave it out or make it agree within a tenth");
    }
  }

  // Millions of tokens that an adopter buys in a quarter at the opening. 0: not known.
  double ImpliedUse(const pb::SegmentSpec& segment) const {
    double mtok = 0;
    for (const pb::AgentSpec& agent : scenario_.agents()) {
      for (const pb::LabSegmentSpec& sold : agent.lab().segments()) {
        if (sold.segment() != segment.segment() || sold.price_usd_per_mtok() <= 0) continue;
        mtok += sold.revenue_usd_millions_per_quarter() * 1e6 / sold.price_usd_per_mtok();
      }
    }
    const double adopters = segment.customers_thousands() * 1000 * segment.adoption_percent() / 100;
    return adopters > 0 ? mtok / adopters : 0;
  }

  void CheckGroups() {
    for (int i = 0; i < scenario_.groups_size(); ++i) {
      const pb::GroupSpec& group = scenario_.groups(i);
      const Place place = root_.Field(pb::Scenario::kGroupsFieldNumber, i, &group);
      CheckHome(place, pb::GroupSpec::kHomeFieldNumber, group.home());
      if (!names_.joined.Has(group.name())) {
        Report(place, absl::StrCat("group \"", group.name(), "\" has no agents"),
               absl::StrCat("give its agents group: \"", group.name(), "\", or drop it"));
      }
      const pb::AgentSpec* namesake = FindAgent(group.name());
      if (namesake != nullptr && namesake->group() != group.name()) {
        Report(place.Field(pb::GroupSpec::kNameFieldNumber),
               absl::StrCat("agent \"", group.name(), "\" has the group's name but isn't in it"),
               absl::StrCat("give the agent group: \"", group.name(), "\", or rename one of them"));
      }
    }
  }

  void CheckHome(const Place& place, int number, absl::string_view home) {
    if (IsCountry(home)) return;
    Report(place.Field(number),
           home.empty() ? "home is missing" : absl::StrCat("\"", home, "\" is no country code"),
           "write two capital letters of ISO 3166-1, like \"US\"");
  }

  // --- Agents
  // --------------------------------------------------------------------------------------

  void CheckAgent(int index) {
    const pb::AgentSpec& agent = scenario_.agents(index);
    const Place place = root_.Field(pb::Scenario::kAgentsFieldNumber, index, &agent);
    if (agent.name() == "market") {
      Report(place.Field(pb::AgentSpec::kNameFieldNumber), "\"market\" is the market's own name",
             "choose another");
    }
    if (!agent.strategy().empty() && !IsKebab(agent.strategy())) {
      Report(place.Field(pb::AgentSpec::kStrategyFieldNumber),
             absl::StrCat("\"", agent.strategy(), "\" is no strategy's name"),
             "use lower case letters, digits and hyphens");
    }
    if (agent.group().empty()) {
      CheckHome(place, pb::AgentSpec::kHomeFieldNumber, agent.home());
    } else {
      CheckReference(place.Field(pb::AgentSpec::kGroupFieldNumber), agent.group(), "a group",
                     names_.groups);
      if (!agent.home().empty()) CheckHome(place, pb::AgentSpec::kHomeFieldNumber, agent.home());
      if (agent.cash_usd_millions() != 0) {
        Report(place.Field(pb::AgentSpec::kCashUsdMillionsFieldNumber),
               absl::StrCat("\"", agent.name(), "\" has cash of its own and a group"),
               absl::StrCat("put it into treasury_usd_millions of group \"", agent.group(), "\""));
      }
    }
    CheckState(place, agent);
    if (agent.has_lab()) CheckLab(place, agent);
    if (agent.has_cloud()) CheckCloud(place, agent);
    if (agent.has_regulator()) CheckRegulator(place, index);
  }

  void CheckState(const Place& place, const pb::AgentSpec& agent) {
    const struct {
      pb::Role role;
      int number;
      absl::string_view one;
    } states[] = {
        {pb::ROLE_LAB, pb::AgentSpec::kLabFieldNumber, "a lab"},
        {pb::ROLE_CLOUD, pb::AgentSpec::kCloudFieldNumber, "a cloud"},
        {pb::ROLE_INVESTOR, pb::AgentSpec::kInvestorFieldNumber, "an investor"},
        {pb::ROLE_REGULATOR, pb::AgentSpec::kRegulatorFieldNumber, "a regulator"},
    };
    for (const auto& state : states) {
      if (agent.role() != state.role) continue;
      const int written = static_cast<int>(agent.state_case());
      if (written == state.number) continue;
      const std::string& field =
          pb::AgentSpec::descriptor()->FindFieldByNumber(state.number)->name();
      if (agent.state_case() == pb::AgentSpec::STATE_NOT_SET) {
        Report(place,
               absl::StrCat("agent \"", agent.name(), "\" is ", state.one,
                            " without the state of one"),
               absl::StrCat("add ", field, " { … }"));
      } else {
        Report(place.Field(written),
               absl::StrCat("agent \"", agent.name(), "\" is ", state.one,
                            " with the state of something else"),
               absl::StrCat("replace it by ", field, " { … } or correct the role"));
      }
    }
  }

  void CheckLab(const Place& agent_place, const pb::AgentSpec& agent) {
    const pb::LabSpec& lab = agent.lab();
    const Place place = agent_place.Field(pb::AgentSpec::kLabFieldNumber, 0, &lab);
    if (lab.model().empty()) {
      Report(place.Field(pb::LabSpec::kModelFieldNumber), "model is missing",
             "name the model on the market");
    }
    const std::optional<Quarter> released =
        ReadQuarter(place, pb::LabSpec::kModelReleasedFieldNumber, lab.model_released(), true);
    if (released && first_quarter_ && *released >= *first_quarter_) {
      Report(place.Field(pb::LabSpec::kModelReleasedFieldNumber),
             absl::StrCat("the model on the market is released in ", lab.model_released(),
                          ", not before the run"),
             absl::StrCat("name a quarter before ", scenario_.first_quarter()));
    }
    for (int i = 0; i < lab.segments_size(); ++i) {
      const pb::LabSegmentSpec& sold = lab.segments(i);
      const auto same = [&](const pb::SegmentSpec& s) { return s.segment() == sold.segment(); };
      if (absl::c_any_of(scenario_.segments(), same)) continue;
      Report(place.Field(pb::LabSpec::kSegmentsFieldNumber, i, &sold),
             absl::StrCat("\"", agent.name(), "\" sells to ", pb::Segment_Name(sold.segment()),
                          ", which the scenario doesn't describe"),
             "add its segments { … }");
    }
    if (lab.division()) {
      if (agent.group().empty() || !lab.holdings().empty()) {
        Report(place.Field(pb::LabSpec::kDivisionFieldNumber),
               absl::StrCat("\"", agent.name(), "\" is a division ",
                            agent.group().empty() ? "of no group" : "with other holders"),
               "give it a group and no holdings");
      }
    } else {
      CheckHoldings(place, agent);
    }
  }

  void CheckHoldings(const Place& place, const pb::AgentSpec& agent) {
    const pb::LabSpec& lab = agent.lab();
    // Stakes are whole shares, and a share's price must be a sum one can pay.
    constexpr uint64_t kFewestShares = 1000;
    if (lab.shares_outstanding() < kFewestShares) {
      Report(place.Field(pb::LabSpec::kSharesOutstandingFieldNumber),
             absl::StrCat("shares_outstanding is ", lab.shares_outstanding()),
             absl::StrCat("a lab that is no division has at least ", kFewestShares));
    }
    double total = 0;
    for (int i = 0; i < lab.holdings_size(); ++i) {
      const pb::HoldingSpec& holding = lab.holdings(i);
      const Place at = place.Field(pb::LabSpec::kHoldingsFieldNumber, i, &holding);
      const Place holder = at.Field(pb::HoldingSpec::kHolderFieldNumber);
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
        CheckReference(at.Field(pb::HoldingSpec::kExcludedInvestorsFieldNumber, j),
                       holding.excluded_investors(j), "a group", names_.owners);
      }
    }
    if (total > 100 + 1e-9) {
      Report(place.Field(pb::LabSpec::kHoldingsFieldNumber, lab.holdings_size() - 1,
                         &lab.holdings(lab.holdings_size() - 1)),
             absl::StrCat("stakes in \"", agent.name(), "\" add up to ", total, "%"),
             "they must add up to 100% at most");
    }
  }

  // Outside holders are allowed, but a name that is one slip from an agent's is a slip.
  void CheckOutsideHolder(const Place& place, const std::string& holder) {
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

  void CheckCloud(const Place& agent_place, const pb::AgentSpec& agent) {
    const pb::CloudSpec& cloud = agent.cloud();
    const Place place = agent_place.Field(pb::AgentSpec::kCloudFieldNumber, 0, &cloud);
    for (int i = 0; i < cloud.capacity_size(); ++i) {
      const pb::CapacitySpec& capacity = cloud.capacity(i);
      const Place at = place.Field(pb::CloudSpec::kCapacityFieldNumber, i, &capacity);
      CheckReference(at.Field(pb::CapacitySpec::kRegionFieldNumber), capacity.region(), "a region",
                     names_.regions);
      CheckChips(at.Field(pb::CapacitySpec::kChipMakerFieldNumber), capacity.chip_maker(), agent);
    }
    for (int i = 0; i < cloud.builds_size(); ++i) {
      const pb::BuildSpec& build = cloud.builds(i);
      const Place at = place.Field(pb::CloudSpec::kBuildsFieldNumber, i, &build);
      CheckReference(at.Field(pb::BuildSpec::kRegionFieldNumber), build.region(), "a region",
                     names_.regions);
      CheckChips(at.Field(pb::BuildSpec::kChipMakerFieldNumber), build.chip_maker(), agent);
      const std::optional<Quarter> ready =
          ReadQuarter(at, pb::BuildSpec::kReadyFieldNumber, build.ready(), true);
      if (ready && first_quarter_ && *ready < *first_quarter_) {
        Report(at.Field(pb::BuildSpec::kReadyFieldNumber),
               absl::StrCat("the site was ready in ", build.ready(), ", before the run"),
               "count its accelerators in capacity, or correct the quarter");
      }
    }
  }

  // The maker exists and sells to the cloud's group.
  void CheckChips(const Place& place, const std::string& maker, const pb::AgentSpec& cloud) {
    CheckReference(place, maker, "a chip maker", names_.makers);
    for (const pb::ChipMakerSpec& spec : scenario_.chip_makers()) {
      if (spec.name() != maker || spec.captive_to().empty()) continue;
      if (spec.captive_to() == GroupOf(cloud) || spec.captive_to() == cloud.name()) continue;
      Report(place,
             absl::StrCat("\"", maker, "\" makes chips for \"", spec.captive_to(), "\" alone"),
             absl::StrCat("\"", cloud.name(), "\" must buy elsewhere"));
    }
  }

  void CheckRegulator(const Place& agent_place, int index) {
    const pb::AgentSpec& agent = scenario_.agents(index);
    const pb::Jurisdiction jurisdiction = agent.regulator().jurisdiction();
    if (jurisdiction == pb::JURISDICTION_UNSPECIFIED) return;
    const Place place =
        agent_place.Field(pb::AgentSpec::kRegulatorFieldNumber, 0, &agent.regulator());
    const Place at = place.Field(pb::RegulatorSpec::kJurisdictionFieldNumber);
    for (int i = 0; i < index; ++i) {
      if (!scenario_.agents(i).has_regulator() ||
          scenario_.agents(i).regulator().jurisdiction() != jurisdiction) {
        continue;
      }
      Report(at, absl::StrCat("\"", scenario_.agents(i).name(), "\" has the same jurisdiction"),
             "a jurisdiction has one regulator");
    }
    const auto same = [&](const pb::RegimeSpec& r) { return r.jurisdiction() == jurisdiction; };
    if (absl::c_none_of(scenario_.regimes(), same)) {
      Report(at,
             absl::StrCat("there is no law of ", pb::Jurisdiction_Name(jurisdiction), " to apply"),
             "add its regimes { … }");
    }
  }

  void CheckMakers() {
    for (int i = 0; i < scenario_.chip_makers_size(); ++i) {
      const pb::ChipMakerSpec& maker = scenario_.chip_makers(i);
      if (maker.captive_to().empty()) continue;
      const Place place = root_.Field(pb::Scenario::kChipMakersFieldNumber, i, &maker);
      CheckReference(place.Field(pb::ChipMakerSpec::kCaptiveToFieldNumber), maker.captive_to(),
                     "a group", names_.owners);
    }
  }

  // --- Law
  // -------------------------------------------------------------------------------------------

  void CheckLaw() {
    for (int i = 0; i < scenario_.regimes_size(); ++i) {
      const pb::RegimeSpec& regime = scenario_.regimes(i);
      const Place place = root_.Field(pb::Scenario::kRegimesFieldNumber, i, &regime);
      ReadQuarter(place, pb::RegimeSpec::kInForceFieldNumber, regime.in_force(), false);
      if (regime.jurisdiction() == pb::JURISDICTION_UNSPECIFIED) continue;
      const auto judges = [&](const pb::AgentSpec& agent) {
        return agent.has_regulator() && agent.regulator().jurisdiction() == regime.jurisdiction();
      };
      if (absl::c_none_of(scenario_.agents(), judges)) {
        Report(place.Field(pb::RegimeSpec::kJurisdictionFieldNumber),
               absl::StrCat("nobody applies the law of ",
                            pb::Jurisdiction_Name(regime.jurisdiction())),
               "add a regulator of that jurisdiction, or drop the regime");
      }
      for (int j = 0; j < i; ++j) {
        const pb::RegimeSpec& other = scenario_.regimes(j);
        if (other.jurisdiction() != regime.jurisdiction() ||
            other.in_force() != regime.in_force()) {
          continue;
        }
        Report(place.Field(pb::RegimeSpec::kInForceFieldNumber),
               absl::StrCat("\"", regime.name(), "\" and \"", other.name(),
                            "\" are law of the same jurisdiction from the same quarter"),
               "keep one of them or change in_force");
      }
    }
  }

  // --- Contracts
  // ---------------------------------------------------------------------------------------

  void CheckContract(int index) {
    const pb::ContractSpec& contract = scenario_.contracts(index);
    const Place place = root_.Field(pb::Scenario::kContractsFieldNumber, index, &contract);
    const Place provider = place.Field(pb::ContractSpec::kProviderFieldNumber);
    const Place customer = place.Field(pb::ContractSpec::kCustomerFieldNumber);
    if (contract.has_licence()) {
      CheckReference(provider, contract.provider(), "a lab", names_.labs);
      CheckReference(customer, contract.customer(), "a cloud or investor", names_.licensees);
    } else {
      CheckReference(provider, contract.provider(), "a cloud", names_.clouds);
      CheckReference(customer, contract.customer(), "a lab", names_.labs);
    }
    const std::optional<Quarter> signed_in =
        ReadQuarter(place, pb::ContractSpec::kSignedFieldNumber, contract.signed_(), true);
    if (signed_in && first_quarter_ && *signed_in > *first_quarter_) {
      Report(
          place.Field(pb::ContractSpec::kSignedFieldNumber),
          absl::StrCat("the contract is signed in ", contract.signed_(), ", after the run's start"),
          absl::StrCat("contracts in force at the opening are signed by ",
                       scenario_.first_quarter()));
    }
    switch (contract.terms_case()) {
      case pb::ContractSpec::kCapacity:
        return CheckCapacityContract(place, contract);
      case pb::ContractSpec::kMarketplace:
        return CheckTerm(
            place.Field(pb::ContractSpec::kMarketplaceFieldNumber, 0, &contract.marketplace()),
            pb::MarketplaceTerms::kTermQuartersFieldNumber, signed_in,
            contract.marketplace().term_quarters());
      case pb::ContractSpec::kLicence:
        return CheckTerm(place.Field(pb::ContractSpec::kLicenceFieldNumber, 0, &contract.licence()),
                         pb::LicenceTerms::kTermQuartersFieldNumber, signed_in,
                         contract.licence().term_quarters());
      case pb::ContractSpec::TERMS_NOT_SET:
        Report(place, absl::StrCat("contract \"", contract.name(), "\" has no terms"),
               "add capacity { … }, marketplace { … } or licence { … }");
    }
  }

  // The contract isn't over when the run begins.
  void CheckTerm(const Place& terms, int number, std::optional<Quarter> start,
                 uint32_t term_quarters) {
    if (!start || !first_quarter_ || term_quarters == 0 || term_quarters > 400) return;
    const Quarter end = *start + static_cast<int32_t>(term_quarters);
    if (end > *first_quarter_) return;
    Report(terms.Field(number),
           absl::StrCat("the contract ended with ", (end - 1).ToString(), ", before the run"),
           "drop it or correct its start and term");
  }

  void CheckCapacityContract(const Place& place, const pb::ContractSpec& contract) {
    const pb::CapacityContractSpec& terms = contract.capacity();
    const Place at = place.Field(pb::ContractSpec::kCapacityFieldNumber, 0, &terms);
    const std::optional<Quarter> start =
        ReadQuarter(at, pb::CapacityContractSpec::kStartFieldNumber, terms.start(), true);
    CheckTerm(at, pb::CapacityContractSpec::kTermQuartersFieldNumber, start, terms.term_quarters());
    if (terms.ramp_quarters() > terms.term_quarters()) {
      Report(at.Field(pb::CapacityContractSpec::kRampQuartersFieldNumber),
             absl::StrCat("a ramp of ", terms.ramp_quarters(), " quarters is longer than the term"),
             absl::StrCat("it must be ", terms.term_quarters(), " quarters at most"));
    }
    if (terms.accelerators_opening_h100e() > terms.accelerators_h100e()) {
      Report(at.Field(pb::CapacityContractSpec::kAcceleratorsOpeningH100EFieldNumber),
             absl::StrCat(terms.accelerators_opening_h100e(),
                          " accelerators at the opening are more than the contract's ",
                          terms.accelerators_h100e()),
             "raise accelerators_h100e or lower accelerators_opening_h100e");
    }
    if (start && first_quarter_ && *start > *first_quarter_ &&
        terms.accelerators_opening_h100e() > 0) {
      Report(at.Field(pb::CapacityContractSpec::kAcceleratorsOpeningH100EFieldNumber),
             absl::StrCat("the contract starts in ", terms.start(), ", after the opening"),
             "leave accelerators_opening_h100e out or correct start");
    }
    if (!terms.chip_maker().empty()) {
      CheckReference(at.Field(pb::CapacityContractSpec::kChipMakerFieldNumber), terms.chip_maker(),
                     "a chip maker", names_.makers);
    }
  }

  double ReservedAtOpening(const pb::CapacityContractSpec& terms) const {
    const absl::StatusOr<Quarter> start = Quarter::Parse(terms.start());
    if (!start.ok() || !first_quarter_ || *start > *first_quarter_) return 0;
    return terms.ramp_quarters() == 0 ? terms.accelerators_h100e()
                                      : terms.accelerators_opening_h100e();
  }

  // What is reserved of a cloud as the run opens, it has.
  void CheckReservations() {
    if (scenario_.switches().no_rationing()) return;
    absl::flat_hash_map<std::string, double> reserved_at;  // by cloud; look-ups only
    for (const pb::ContractSpec& contract : scenario_.contracts()) {
      if (contract.has_capacity()) {
        reserved_at[contract.provider()] += ReservedAtOpening(contract.capacity());
      }
    }
    for (int i = 0; i < scenario_.agents_size(); ++i) {
      const pb::AgentSpec& agent = scenario_.agents(i);
      if (!agent.has_cloud()) continue;
      double capacity = 0;
      for (const pb::CapacitySpec& spec : agent.cloud().capacity()) {
        capacity += spec.accelerators_h100e();
      }
      const auto found = reserved_at.find(agent.name());
      const double reserved = found == reserved_at.end() ? 0 : found->second;
      if (reserved <= capacity) continue;
      const Place place = root_.Field(pb::Scenario::kAgentsFieldNumber, i, &agent);
      const Place cloud = place.Field(pb::AgentSpec::kCloudFieldNumber, 0, &agent.cloud());
      Report(cloud,
             absl::StrCat("\"", agent.name(), "\" opens with ", capacity,
                          " accelerators and contracts for ", reserved),
             "raise its capacity or lower accelerators_opening_h100e of its contracts");
    }
  }

  // --- Events
  // --------------------------------------------------------------------------------------------

  void CheckEvent(int index) {
    const pb::EventSpec& event = scenario_.events(index);
    const Place place = root_.Field(pb::Scenario::kEventsFieldNumber, index, &event);
    const pb::Date& date = event.date();
    const Place at = place.Field(pb::EventSpec::kDateFieldNumber, 0, &date);
    const absl::CivilDay day(date.year(), date.month(), date.day());
    if (!event.has_date()) {
      Report(place, "date is missing", "write it like date { year: 2026 month: 3 day: 31 }");
    } else if (date.year() < 1 || date.year() > 9999 || day.year() != date.year() ||
               day.month() != date.month() || day.day() != date.day()) {
      Report(at,
             absl::StrCat("there is no day ", date.day(), " of month ", date.month(), " in year ",
                          date.year()),
             "name a day of the calendar");
    } else if (first_quarter_ && day < first_quarter_->FirstDay()) {
      Report(at, absl::StrCat("event \"", event.name(), "\" takes place before the run"),
             absl::StrCat("its date must be ", absl::FormatCivilTime(first_quarter_->FirstDay()),
                          " or later"));
    }
    if (event.has_listing_of()) {
      CheckReference(place.Field(pb::EventSpec::kListingOfFieldNumber), event.listing_of(), "a lab",
                     names_.labs);
    }
    if (event.has_round()) CheckRound(place, event.round());
    if (event.has_release_window()) CheckReleaseWindow(place, event);
    if (event.has_shareholder_meeting()) {
      CheckReference(place.Field(pb::EventSpec::kShareholderMeetingFieldNumber),
                     event.shareholder_meeting(), "a group or lab", Companies());
    }
  }

  // Groups, agents that stand alone, and labs.
  NameList Companies() const {
    NameList companies = names_.owners;
    companies.AddAll(names_.labs);
    return companies;
  }

  void CheckReleaseWindow(const Place& event_place, const pb::EventSpec& event) {
    const pb::ReleaseWindowEvent& window = event.release_window();
    const Place place = event_place.Field(pb::EventSpec::kReleaseWindowFieldNumber, 0, &window);
    CheckReference(place.Field(pb::ReleaseWindowEvent::kLabFieldNumber), window.lab(), "a lab",
                   names_.labs);
    const std::optional<Quarter> through =
        ReadQuarter(place, pb::ReleaseWindowEvent::kThroughFieldNumber, window.through(), true);
    if (!through || !event.has_date()) return;
    const absl::CivilDay opens(event.date().year(), event.date().month(), event.date().day());
    if (*through < Quarter::Containing(opens)) {
      Report(place.Field(pb::ReleaseWindowEvent::kThroughFieldNumber),
             absl::StrCat("the window closes in ", window.through(), ", before it opens on ",
                          absl::FormatCivilTime(opens)),
             "name the quarter of its date or a later one");
    }
  }

  // --- Law other than merger review, shareholders, regions ---------------------------------------

  void CheckFramework(int index) {
    const pb::FrameworkSpec& framework = scenario_.frameworks(index);
    const Place place = root_.Field(pb::Scenario::kFrameworksFieldNumber, index, &framework);
    ReadQuarter(place, pb::FrameworkSpec::kInForceFieldNumber, framework.in_force(), false);
    const bool by_territory =
        framework.cost_percent_of_revenue() > 0 || framework.compatibility_floor() > 0;
    if (by_territory && framework.territory_percent_of_revenue() == 0) {
      Report(place.Field(pb::FrameworkSpec::kTerritoryPercentOfRevenueFieldNumber),
             "territory_percent_of_revenue is missing or 0",
             "say which part of revenue the cost or the compatibility applies to");
    }
  }

  void CheckVotingRule(int index) {
    const pb::ShareholderVoteSpec& rule = scenario_.shareholder_votes(index);
    const Place place = root_.Field(pb::Scenario::kShareholderVotesFieldNumber, index, &rule);
    const Place company = place.Field(pb::ShareholderVoteSpec::kCompanyFieldNumber);
    CheckReference(company, rule.company(), "a group or lab", Companies());
    for (int i = 0; i < index; ++i) {
      if (scenario_.shareholder_votes(i).company() != rule.company()) continue;
      Report(company, absl::StrCat("\"", rule.company(), "\" has two rules"), "keep one of them");
    }
    const pb::AgentSpec* lab = FindAgent(rule.company());
    if (lab != nullptr && lab->lab().division()) {
      Report(company, absl::StrCat("\"", rule.company(), "\" is a division"),
             absl::StrCat("name its group \"", lab->group(), "\""));
    }
    if (rule.deal_usd_millions() == 0 && rule.issue_percent() == 0) {
      Report(place, absl::StrCat("the shareholders of \"", rule.company(), "\" vote on nothing"),
             "add deal_usd_millions or issue_percent");
    }
  }

  void CheckRegions() {
    for (int i = 0; i < scenario_.regions_size(); ++i) {
      const pb::RegionSpec& region = scenario_.regions(i);
      if (region.country().empty() || IsCountry(region.country())) continue;
      const Place place = root_.Field(pb::Scenario::kRegionsFieldNumber, i, &region);
      Report(place.Field(pb::RegionSpec::kCountryFieldNumber),
             absl::StrCat("\"", region.country(), "\" is no country code"),
             "write two capital letters of ISO 3166-1, like \"US\", or leave it out");
    }
  }

  void CheckRound(const Place& event, const pb::RoundEvent& round) {
    const Place place = event.Field(pb::EventSpec::kRoundFieldNumber, 0, &round);
    CheckReference(place.Field(pb::RoundEvent::kLabFieldNumber), round.lab(), "a lab", names_.labs);
    const pb::AgentSpec* lab = FindAgent(round.lab());
    if (lab != nullptr && lab->lab().division()) {
      Report(place.Field(pb::RoundEvent::kLabFieldNumber),
             absl::StrCat("\"", round.lab(), "\" is a division of \"", lab->group(), "\""),
             "only a lab with shares of its own raises money");
    }
    for (int i = 0; i < round.interest_size(); ++i) {
      const Place interest =
          place.Field(pb::RoundEvent::kInterestFieldNumber, i, &round.interest(i));
      CheckReference(interest.Field(pb::InterestSpec::kInvestorFieldNumber),
                     round.interest(i).investor(), "an investor", names_.investors);
    }
    const std::optional<Quarter> target =
        ReadQuarter(place, pb::RoundEvent::kTargetCloseFieldNumber, round.target_close(), true);
    const std::optional<Quarter> outside =
        ReadQuarter(place, pb::RoundEvent::kOutsideFieldNumber, round.outside(), true);
    if (target && outside && *outside < *target) {
      Report(place.Field(pb::RoundEvent::kOutsideFieldNumber),
             absl::StrCat("the outside date ", round.outside(), " is before the target close ",
                          round.target_close()),
             "it must be the same quarter or later");
    }
  }

  const pb::Scenario& scenario_;
  const Place root_;
  Names names_;
  absl::flat_hash_map<std::string, const pb::AgentSpec*> agents_by_name_;  // look-ups only
  std::optional<Quarter> first_quarter_;
  std::vector<ScenarioError> errors_;
};

}  // namespace

std::vector<ScenarioError> CheckScenario(const pb::Scenario& scenario, const SourceNode* source) {
  return Checker(scenario, source).Check();
}

std::vector<ScenarioError> CheckUniqueNames(const pb::Scenario& scenario,
                                            const SourceNode* source) {
  return Checker(scenario, source).CheckUniqueNamesOnly();
}

}  // namespace tranche
