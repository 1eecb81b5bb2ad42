#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/scenario_checker.h"
#include "sim/scenario_ranges.h"

namespace tranche {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

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
    AddType(*v1::Scenario::descriptor(), types);
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

}  // namespace

void ScenarioChecker::CheckEveryMessage() {
  VisitMessages(root_, [this](const Place& place) {
    CheckValues(place);
    CheckUniqueElements(place);
  });
}

void ScenarioChecker::CheckEveryElement() {
  VisitMessages(root_, [this](const Place& place) { CheckUniqueElements(place); });
}

// Numbers in range, enumerations set, names well formed.
void ScenarioChecker::CheckValues(const Place& place) {
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

void ScenarioChecker::CheckNumber(const Place& place, const FieldDescriptor& field,
                                  const NumberRange& range) {
  const double value = NumberIn(place.message(), &field);
  if (range.Contains(value)) return;
  const bool left_out =
      value == 0 && !place.message().GetReflection()->HasField(place.message(), &field);
  Report(place.Field(field.number()),
         left_out ? absl::StrCat(field.name(), " is missing or 0")
                  : absl::StrCat(field.name(), " is ", value),
         range.Describe());
}

void ScenarioChecker::CheckEnum(const Place& place, const FieldDescriptor& field) {
  const int value = place.message().GetReflection()->GetEnumValue(place.message(), &field);
  const EnumValueDescriptor* known = field.enum_type()->FindValueByNumber(value);
  if (value != 0 && known != nullptr) return;
  Report(place.Field(field.number()),
         value == 0 ? absl::StrCat(field.name(), " is missing")
                    : absl::StrCat(field.name(), " is ", value, ", which means nothing"),
         absl::StrCat("it must be one of ", EnumChoices(*field.enum_type())));
}

void ScenarioChecker::CheckNameForm(const Place& place, const FieldDescriptor& field) {
  const Message& message = place.message();
  std::string scratch;
  const std::string& name = message.GetReflection()->GetStringReference(message, &field, &scratch);
  const bool parameter = message.GetDescriptor() == v1::Parameter::descriptor();
  if (parameter ? IsSnake(name) : IsKebab(name)) return;
  Report(place.Field(field.number()),
         name.empty() ? "name is missing" : absl::StrCat("\"", name, "\" is no name"),
         absl::StrCat("use lower case letters, digits and ", parameter ? "underscores" : "hyphens",
                      ", at most ", kLongestScenarioName));
}

void ScenarioChecker::CheckUniqueElements(const Place& place) {
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
             where.line == 0 ? "keep one of them"
                             : absl::StrCat("keep one of them; the other is in line ", where.line));
    }
  }
}

}  // namespace tranche
