#include "broker/log/record_kind.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;

constexpr absl::string_view kUnknown = "unknown";

absl::string_view NameIn(const Descriptor* descriptor, int field_number) {
  const FieldDescriptor* field = descriptor->FindFieldByNumber(field_number);
  return field == nullptr ? kUnknown : absl::string_view(field->name());
}

// The prefix of an enum's values: "JURISDICTION_" of Jurisdiction, "BOARD_RIGHT_" of BoardRight.
std::string ValuePrefix(absl::string_view type_name) {
  std::string prefix;
  for (char c : type_name) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(c);
  }
  return prefix + '_';
}

}  // namespace

absl::string_view MessageKind(const v1::Message& message) {
  return NameIn(v1::Message::descriptor(), message.body_case());
}

absl::string_view RecordKind(const v1::LogRecord& record) {
  if (record.has_message()) return MessageKind(record.message());
  return NameIn(v1::LogRecord::descriptor(), record.record_case());
}

std::vector<absl::string_view> RecordKinds() {
  std::vector<absl::string_view> kinds;
  const OneofDescriptor* records = v1::LogRecord::descriptor()->FindOneofByName("record");
  for (int i = 0; i < records->field_count(); ++i) {
    if (records->field(i)->number() == v1::LogRecord::kMessageFieldNumber) continue;
    kinds.emplace_back(records->field(i)->name());
  }
  const OneofDescriptor* bodies = v1::Message::descriptor()->FindOneofByName("body");
  for (int i = 0; i < bodies->field_count(); ++i) kinds.emplace_back(bodies->field(i)->name());
  return kinds;
}

bool IsBookkeeping(absl::string_view kind) {
  constexpr absl::string_view kKinds[] = {"public_view", "agent_view", "ledger_entry",
                                          "metric",      "relation",   "cap_table_entry",
                                          "statements"};
  return absl::c_linear_search(kKinds, kind);
}

std::string EnumWord(const google::protobuf::EnumDescriptor* type, int value) {
  const google::protobuf::EnumValueDescriptor* descriptor = type->FindValueByNumber(value);
  if (descriptor == nullptr) return absl::StrCat(value);
  absl::string_view name = descriptor->name();
  name = absl::StripPrefix(name, ValuePrefix(type->name()));
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
}

}  // namespace tranche
