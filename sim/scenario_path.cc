#include "sim/scenario_path.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "sim/scenario_ranges.h"
#include "sim/suggestion.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

struct Step {
  absl::string_view field;
  std::optional<absl::string_view> key;
  // Of the path up to and with this step.
  absl::string_view so_far;
};

// Where a path leads: a field of a message, and which of its elements.
struct Place {
  Message* message = nullptr;
  const FieldDescriptor* field = nullptr;
  int element = -1;  // -1: the field itself
  SourceNode* source = nullptr;
};

// What a walk does with what isn't there.
enum class Missing { kIsAnError, kIsMade };

absl::Status PathError(absl::string_view path, absl::string_view wrong, absl::string_view right) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", wrong, "; ", right));
}

absl::StatusOr<std::vector<Step>> ParsePath(absl::string_view path) {
  std::vector<Step> steps;
  size_t at = 0;
  while (at <= path.size()) {
    Step step;
    const size_t name_end = std::min(path.find_first_of(".[", at), path.size());
    step.field = path.substr(at, name_end - at);
    if (step.field.empty()) {
      return PathError(path, "a path is made of field names",
                       "write it as in technology.compatibility_closing or agents[aws].strategy");
    }
    at = name_end;
    if (at < path.size() && path[at] == '[') {
      const size_t close = path.find(']', at);
      if (close == absl::string_view::npos) {
        return PathError(path, "a bracket isn't closed", "write agents[aws]");
      }
      step.key = absl::StripAsciiWhitespace(path.substr(at + 1, close - at - 1));
      at = close + 1;
      if (at < path.size() && path[at] != '.') {
        return PathError(path, absl::StrCat("\"", path.substr(at), "\" follows a bracket"),
                         "put a dot between");
      }
    }
    step.so_far = path.substr(0, at);
    steps.push_back(step);
    ++at;  // the dot
  }
  return steps;
}

// "SEGMENT_SMALL_BUSINESSES" as people say it: "small-businesses".
std::string SpokenName(const EnumValueDescriptor& value) {
  std::string prefix;
  for (const char c : value.type()->name()) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(c);
  }
  absl::string_view name = value.name();
  if (absl::StartsWith(name, prefix + "_")) name.remove_prefix(prefix.size() + 1);
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
}

const EnumValueDescriptor* FindEnumValue(const EnumDescriptor& type, absl::string_view text) {
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->name() == text || SpokenName(*type.value(i)) == text) return type.value(i);
  }
  return nullptr;
}

// The key as people write it; ElementKey has enumerations by their full name.
std::string SpokenKey(const Message& element) {
  const Descriptor& type = *element.GetDescriptor();
  const FieldDescriptor* segment = type.FindFieldByName("segment");
  if (segment == nullptr || segment->enum_type() == nullptr) return ElementKey(element);
  return SpokenName(*element.GetReflection()->GetEnum(element, segment));
}

std::vector<std::string> KeysOf(const Message& message, const FieldDescriptor* field) {
  std::vector<std::string> keys;
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    std::string key = SpokenKey(reflection.GetRepeatedMessage(message, field, i));
    keys.push_back(key.empty() ? absl::StrCat(i) : std::move(key));
  }
  return keys;
}

std::vector<std::string> FieldNamesOf(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  return names;
}

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

bool IsParameters(const FieldDescriptor& field) {
  return IsMessage(field) && field.message_type() == v1::Parameter::descriptor();
}

absl::StatusOr<const FieldDescriptor*> FindField(const Message& message, const Step& step) {
  const Descriptor& type = *message.GetDescriptor();
  const FieldDescriptor* field = type.FindFieldByName(std::string(step.field));
  if (field == nullptr) {
    return PathError(step.so_far, absl::StrCat(type.name(), " has no field \"", step.field, "\""),
                     DidYouMean(step.field, FieldNamesOf(type)));
  }
  const google::protobuf::OneofDescriptor* oneof = field->real_containing_oneof();
  const Reflection& reflection = *message.GetReflection();
  if (oneof != nullptr && !reflection.HasField(message, field)) {
    const FieldDescriptor* set = reflection.GetOneofFieldDescriptor(message, oneof);
    return PathError(
        step.so_far, absl::StrCat("it has no ", field->name()),
        set == nullptr ? "it has none of the kind" : absl::StrCat("what it has is ", set->name()));
  }
  return field;
}

absl::StatusOr<int> FindElement(Message* message, const FieldDescriptor* field, const Step& step,
                                Missing missing) {
  const std::vector<std::string> keys = KeysOf(*message, field);
  for (size_t i = 0; i < keys.size(); ++i) {
    const Message& element =
        message->GetReflection()->GetRepeatedMessage(*message, field, static_cast<int>(i));
    if (*step.key == keys[i] || *step.key == ElementKey(element)) return static_cast<int>(i);
  }
  // Parameters that the scenario leaves out have their strategy's defaults.
  if (IsParameters(*field) && missing == Missing::kIsMade) {
    auto* made = static_cast<v1::Parameter*>(message->GetReflection()->AddMessage(message, field));
    made->set_name(std::string(*step.key));
    return static_cast<int>(keys.size());
  }
  return PathError(step.so_far, absl::StrCat(field->name(), " has no \"", *step.key, "\""),
                   DidYouMean(*step.key, keys));
}

// Follows `path` from the scenario's root.
absl::StatusOr<Place> Walk(v1::Scenario* scenario, SourceNode* source, absl::string_view path,
                           Missing missing) {
  const absl::StatusOr<std::vector<Step>> steps = ParsePath(path);
  if (!steps.ok()) return steps.status();
  Place place = {scenario, nullptr, -1, source};
  for (const Step& step : *steps) {
    if (place.field != nullptr) {  // into the message that the last step led to
      if (!IsMessage(*place.field)) {
        return PathError(step.so_far, absl::StrCat(place.field->name(), " holds no fields"),
                         "end the path there");
      }
      if (place.field->is_repeated() && place.element < 0) {
        return PathError(
            step.so_far, absl::StrCat(place.field->name(), " is a list"),
            absl::StrCat("say which: ", place.field->name(), "[",
                         absl::StrJoin(KeysOf(*place.message, place.field), "|"), "]"));
      }
      if (place.source != nullptr) {
        const auto found = place.source->fields.find(place.field->number());
        const auto index = static_cast<size_t>(std::max(0, place.element));
        place.source = found == place.source->fields.end() || index >= found->second.size()
                           ? nullptr
                           : &found->second[index];
      }
      const Reflection& reflection = *place.message->GetReflection();
      place.message = place.element >= 0 ? reflection.MutableRepeatedMessage(
                                               place.message, place.field, place.element)
                                         : reflection.MutableMessage(place.message, place.field);
      place.element = -1;
    }
    const absl::StatusOr<const FieldDescriptor*> field = FindField(*place.message, step);
    if (!field.ok()) return field.status();
    place.field = *field;
    if (!step.key.has_value()) continue;
    if (!place.field->is_repeated() || !IsMessage(*place.field)) {
      return PathError(step.so_far, absl::StrCat(place.field->name(), " is no list of things"),
                       "leave the brackets out");
    }
    const absl::StatusOr<int> element = FindElement(place.message, place.field, step, missing);
    if (!element.ok()) return element.status();
    place.element = *element;
  }
  return place;
}

// The single value that a path stands for.
absl::StatusOr<Place> WalkToValue(v1::Scenario* scenario, absl::string_view path) {
  absl::StatusOr<Place> place = Walk(scenario, nullptr, path, Missing::kIsMade);
  if (!place.ok()) return place;
  if (place->element >= 0 && IsParameters(*place->field)) {
    place->message = place->message->GetReflection()->MutableRepeatedMessage(
        place->message, place->field, place->element);
    place->field = v1::Parameter::descriptor()->FindFieldByNumber(v1::Parameter::kValueFieldNumber);
    place->element = -1;
  }
  if (!place->field->is_repeated() && !IsMessage(*place->field)) return place;
  if (place->field->is_repeated() && place->element < 0) {
    return PathError(path, absl::StrCat(place->field->name(), " is a list"),
                     "a path must end in a single number, name, truth value or enumeration");
  }
  return PathError(path, absl::StrCat("it leads to a whole ", place->field->message_type()->name()),
                   absl::StrCat("go on to one of its fields: ",
                                absl::StrJoin(FieldNamesOf(*place->field->message_type()), ", ")));
}

// In as many digits as it takes to read it back.
std::string NumberText(double value) {
  std::array<char, 32> text;
  const std::to_chars_result end = std::to_chars(text.begin(), text.end(), value);
  return std::string(text.begin(), end.ptr);
}

absl::Status CheckRange(absl::string_view path, const FieldDescriptor* field, double value) {
  const NumberRange& range = RangeOf(field);
  if (range.Contains(value)) return absl::OkStatus();
  return PathError(path, absl::StrCat(field->name(), " would be ", NumberText(value)),
                   range.Describe());
}

absl::Status NoSuchValue(absl::string_view path, absl::string_view value, absl::string_view right) {
  return PathError(path, absl::StrCat("\"", value, "\" can't be its value"), right);
}

// Sets an integer field of whatever width.
template <typename Integer, typename Set>
absl::Status SetInteger(const Place& place, absl::string_view path, absl::string_view value,
                        Set set) {
  Integer number = 0;
  if (!absl::SimpleAtoi(value, &number)) {
    return NoSuchValue(path, value, "it must be a whole number");
  }
  if (absl::Status in_range = CheckRange(path, place.field, static_cast<double>(number));
      !in_range.ok()) {
    return in_range;
  }
  set(number);
  return absl::OkStatus();
}

absl::Status SetValue(const Place& place, absl::string_view path, absl::string_view value) {
  Message* message = place.message;
  const FieldDescriptor* field = place.field;
  const Reflection& reflection = *message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double number = 0;
      if (!absl::SimpleAtod(value, &number)) {
        return NoSuchValue(path, value, "it must be a number");
      }
      if (absl::Status in_range = CheckRange(path, field, number); !in_range.ok()) return in_range;
      reflection.SetDouble(message, field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return SetInteger<int32_t>(
          place, path, value, [&](int32_t number) { reflection.SetInt32(message, field, number); });
    case FieldDescriptor::CPPTYPE_UINT32:
      return SetInteger<uint32_t>(place, path, value, [&](uint32_t number) {
        reflection.SetUInt32(message, field, number);
      });
    case FieldDescriptor::CPPTYPE_INT64:
      return SetInteger<int64_t>(
          place, path, value, [&](int64_t number) { reflection.SetInt64(message, field, number); });
    case FieldDescriptor::CPPTYPE_UINT64:
      return SetInteger<uint64_t>(place, path, value, [&](uint64_t number) {
        reflection.SetUInt64(message, field, number);
      });
    case FieldDescriptor::CPPTYPE_BOOL:
      if (value != "true" && value != "false") {
        return NoSuchValue(path, value, "it must be true or false");
      }
      reflection.SetBool(message, field, value == "true");
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_ENUM: {
      const EnumValueDescriptor* found = FindEnumValue(*field->enum_type(), value);
      if (found == nullptr) {
        std::vector<std::string> names;
        for (int i = 0; i < field->enum_type()->value_count(); ++i) {
          names.push_back(SpokenName(*field->enum_type()->value(i)));
        }
        return NoSuchValue(path, value, DidYouMean(value, names));
      }
      reflection.SetEnum(message, field, found);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(message, field, std::string(value));
      return absl::OkStatus();
    default:
      return PathError(path, "values of its type can't be set", "edit the scenario's file");
  }
}

}  // namespace

absl::StatusOr<const FieldDescriptor*> FieldAt(const v1::Scenario& scenario,
                                               absl::string_view path) {
  v1::Scenario copy = scenario;
  const absl::StatusOr<Place> place = WalkToValue(&copy, path);
  if (!place.ok()) return place.status();
  return place->field;
}

absl::StatusOr<std::string> ValueAt(const v1::Scenario& scenario, absl::string_view path) {
  v1::Scenario copy = scenario;
  const absl::StatusOr<Place> place = WalkToValue(&copy, path);
  if (!place.ok()) return place.status();
  const Message& message = *place->message;
  const Reflection& reflection = *message.GetReflection();
  switch (place->field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return NumberText(reflection.GetDouble(message, place->field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, place->field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection.GetUInt32(message, place->field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(message, place->field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(reflection.GetUInt64(message, place->field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return std::string(reflection.GetBool(message, place->field) ? "true" : "false");
    case FieldDescriptor::CPPTYPE_ENUM:
      return SpokenName(*reflection.GetEnum(message, place->field));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(message, place->field);
    default:
      return PathError(path, "values of its type have no text", "read the scenario's file");
  }
}

absl::Status SetAt(v1::Scenario* scenario, absl::string_view path, absl::string_view value) {
  const absl::StatusOr<Place> place = WalkToValue(scenario, path);
  if (!place.ok()) return place.status();
  if (place->message->GetDescriptor() == v1::AgentSpec::descriptor() &&
      place->field->number() == v1::AgentSpec::kStrategyFieldNumber) {
    auto& agent = static_cast<v1::AgentSpec&>(*place->message);
    if (agent.strategy() != value) agent.clear_parameters();
  }
  return SetValue(*place, path, value);
}

absl::Status RemoveAt(v1::Scenario* scenario, SourceNode* source, absl::string_view path) {
  const absl::StatusOr<Place> place = Walk(scenario, source, path, Missing::kIsAnError);
  if (!place.ok()) return place.status();
  if (place->element < 0) {
    return PathError(path, "it is no element of a list",
                     "name one, as in contracts[rainier]; other fields are written over");
  }
  const Reflection& reflection = *place->message->GetReflection();
  const int last = reflection.FieldSize(*place->message, place->field) - 1;
  for (int i = place->element; i < last; ++i) {
    reflection.SwapElements(place->message, place->field, i, i + 1);
  }
  reflection.RemoveLast(place->message, place->field);
  if (place->source != nullptr) {
    const auto found = place->source->fields.find(place->field->number());
    if (found != place->source->fields.end() &&
        static_cast<size_t>(place->element) < found->second.size()) {
      found->second.erase(found->second.begin() + place->element);
    }
  }
  return absl::OkStatus();
}

}  // namespace tranche
