#include "sim/scenario_source.h"

#include <google/protobuf/descriptor.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "sim/check.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::TextFormat;

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

// `element` is one message of the repeated field, or the singular field's.
const Message& NestedMessage(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection& reflection = *message.GetReflection();
  return field->is_repeated() ? reflection.GetRepeatedMessage(message, field, index)
                              : reflection.GetMessage(message, field);
}

// Sets the singular `field` of `to` to its value in `from`, be it the default.
void CopySingular(const Message& from, const FieldDescriptor* field, Message* to) {
  const Reflection& source = *from.GetReflection();
  const Reflection& target = *to->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return target.SetInt32(to, field, source.GetInt32(from, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return target.SetInt64(to, field, source.GetInt64(from, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return target.SetUInt32(to, field, source.GetUInt32(from, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return target.SetUInt64(to, field, source.GetUInt64(from, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return target.SetDouble(to, field, source.GetDouble(from, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return target.SetFloat(to, field, source.GetFloat(from, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return target.SetBool(to, field, source.GetBool(from, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return target.SetEnumValue(to, field, source.GetEnumValue(from, field));
    case FieldDescriptor::CPPTYPE_STRING:
      return target.SetString(to, field, source.GetString(from, field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return target.MutableMessage(to, field)->CopyFrom(source.GetMessage(from, field));
  }
}

// Replaces all elements of the repeated `field`.
void CopyRepeated(const Message& from, const FieldDescriptor* field, Message* to) {
  const Reflection& source = *from.GetReflection();
  const Reflection& target = *to->GetReflection();
  target.ClearField(to, field);
  for (int i = 0; i < source.FieldSize(from, field); ++i) {
    if (IsMessage(*field)) {
      target.AddMessage(to, field)->CopyFrom(source.GetRepeatedMessage(from, field, i));
    } else {
      // The only repeated scalars of a scenario are names.
      TRANCHE_CHECK(field->cpp_type() == FieldDescriptor::CPPTYPE_STRING, field->full_name());
      target.AddString(to, field, source.GetRepeatedString(from, field, i));
    }
  }
}

// Another member of `field`'s oneof is no longer set, so what was written of it doesn't count.
void ForgetOtherMembers(const FieldDescriptor* field, SourceNode* source) {
  const google::protobuf::OneofDescriptor* oneof = field->real_containing_oneof();
  if (oneof == nullptr) return;
  for (int i = 0; i < oneof->field_count(); ++i) {
    if (oneof->field(i) != field) source->fields.erase(oneof->field(i)->number());
  }
}

// The fields that tell elements of a message type apart.
using KeyTable = absl::flat_hash_map<const Descriptor*, std::vector<const FieldDescriptor*>>;

void AddKeys(const Descriptor& type, KeyTable* table) {
  for (int f = 0; f < type.field_count(); ++f) {
    if (IsMessage(*type.field(f))) AddKeys(*type.field(f)->message_type(), table);
  }
  // A build is one of several alike; a capacity is the only one of its kind in its region.
  if (&type == v1::BuildSpec::descriptor()) return;
  if (&type == v1::CapacitySpec::descriptor()) {
    table->try_emplace(&type,
                       std::vector<const FieldDescriptor*>{type.FindFieldByName("region"),
                                                           type.FindFieldByName("chip_maker")});
    return;
  }
  for (const char* name : {"name", "segment", "holder", "investor"}) {
    const FieldDescriptor* field = type.FindFieldByName(name);
    // The investor of an agent is its state, not a name.
    if (field == nullptr || IsMessage(*field)) continue;
    table->try_emplace(&type, std::vector<const FieldDescriptor*>{field});
    return;
  }
}

const KeyTable* MakeKeyTable() {
  auto* table = new KeyTable;
  AddKeys(*v1::Scenario::descriptor(), table);
  return table;
}

void MergeKeyed(const Message& overlay, const std::vector<SourceNode>& written,
                const FieldDescriptor* field, Message* base, std::vector<SourceNode>* into) {
  const Reflection& source = *overlay.GetReflection();
  const Reflection& target = *base->GetReflection();
  const int base_size = target.FieldSize(*base, field);
  for (int i = 0; i < source.FieldSize(overlay, field); ++i) {
    const Message& element = source.GetRepeatedMessage(overlay, field, i);
    const std::string key = ElementKey(element);
    int match = 0;
    while (match < base_size && ElementKey(target.GetRepeatedMessage(*base, field, match)) != key) {
      ++match;
    }
    const SourceNode& element_source = written[static_cast<size_t>(i)];
    if (match < base_size) {
      MergeOver(element, element_source, target.MutableRepeatedMessage(base, field, match),
                &(*into)[static_cast<size_t>(match)]);
    } else {
      target.AddMessage(base, field)->CopyFrom(element);
      into->push_back(element_source);
    }
  }
}

// Parameters are a strategy's own: those of the base mean nothing to another one.
void DropParametersOfFormerStrategy(const Message& overlay, const SourceNode& overlay_source,
                                    Message* base, SourceNode* base_source) {
  if (!overlay_source.fields.contains(v1::AgentSpec::kStrategyFieldNumber)) return;
  const auto& agent = static_cast<const v1::AgentSpec&>(overlay);
  auto& former = static_cast<v1::AgentSpec&>(*base);
  if (agent.strategy() == former.strategy()) return;
  former.clear_parameters();
  base_source->fields.erase(v1::AgentSpec::kParametersFieldNumber);
}

}  // namespace

const SourceNode* SourceNode::Find(int field_number, int index) const {
  const auto found = fields.find(field_number);
  if (found == fields.end() || static_cast<size_t>(index) >= found->second.size()) return nullptr;
  return &found->second[static_cast<size_t>(index)];
}

SourceNode MakeSourceNode(const Message& message, const TextFormat::ParseInfoTree* tree,
                          const SourceLocation& location) {
  SourceNode node{location, {}};
  if (tree == nullptr) return node;
  const Descriptor& descriptor = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  for (int f = 0; f < descriptor.field_count(); ++f) {
    const FieldDescriptor* field = descriptor.field(f);
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    SourceLocation last = location;
    std::vector<SourceNode> values;
    for (int i = 0; i < size; ++i) {
      const int index = field->is_repeated() ? i : -1;
      const TextFormat::ParseLocation parsed = tree->GetLocation(field, index);
      if (parsed.line >= 0) {
        last.line = parsed.line + 1;
        last.column = parsed.column + 1;
      } else if (!field->is_repeated()) {
        break;
      }
      // Of a list in brackets only the first element's place is known; the others share it.
      values.push_back(IsMessage(*field)
                           ? MakeSourceNode(NestedMessage(message, field, i),
                                            tree->GetTreeForNested(field, index), last)
                           : SourceNode{last, {}});
    }
    if (!values.empty()) node.fields.emplace(field->number(), std::move(values));
  }
  return node;
}

std::string ElementKey(const Message& element) {
  static const KeyTable& table = *MakeKeyTable();
  const auto fields = table.find(element.GetDescriptor());
  if (fields == table.end()) return "";
  const Reflection& reflection = *element.GetReflection();
  std::string key;
  for (const FieldDescriptor* field : fields->second) {
    if (!key.empty()) key += ", ";
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const int value = reflection.GetEnumValue(element, field);
      if (value != 0) key += reflection.GetEnum(element, field)->name();
    } else {
      key += reflection.GetString(element, field);
    }
  }
  return key;
}

void MergeOver(const Message& overlay, const SourceNode& overlay_source, Message* base,
               SourceNode* base_source) {
  const Descriptor& descriptor = *overlay.GetDescriptor();
  if (&descriptor == v1::AgentSpec::descriptor()) {
    DropParametersOfFormerStrategy(overlay, overlay_source, base, base_source);
  }
  for (const auto& [number, written] : overlay_source.fields) {
    const FieldDescriptor* field = descriptor.FindFieldByNumber(number);
    std::vector<SourceNode>& into = base_source->fields[number];
    if (field->is_repeated()) {
      if (IsMessage(*field) && field->message_type() != v1::BuildSpec::descriptor()) {
        MergeKeyed(overlay, written, field, base, &into);
      } else {
        CopyRepeated(overlay, field, base);
        into = written;
      }
    } else if (IsMessage(*field) && base->GetReflection()->HasField(*base, field) &&
               !into.empty()) {
      MergeOver(overlay.GetReflection()->GetMessage(overlay, field), written[0],
                base->GetReflection()->MutableMessage(base, field), into.data());
    } else {
      CopySingular(overlay, field, base);
      into = written;
      ForgetOtherMembers(field, base_source);
    }
  }
}

}  // namespace tranche
