#include "broker/log/record_mentions.h"

#include <vector>

#include "absl/algorithm/container.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "broker/log/record_text.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace tranche {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Whether `holds` is true of any string of `message` or of the messages in it.
bool AnyString(const Message& message, absl::FunctionRef<bool(const std::string&)> holds) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  return absl::c_any_of(fields, [&](const FieldDescriptor* field) {
    const bool text = field->type() == FieldDescriptor::TYPE_STRING;
    if (!text && field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
    std::string scratch;
    if (!field->is_repeated()) {
      return text ? holds(reflection.GetStringReference(message, field, &scratch))
                  : AnyString(reflection.GetMessage(message, field), holds);
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (text ? holds(reflection.GetRepeatedStringReference(message, field, i, &scratch))
               : AnyString(reflection.GetRepeatedMessage(message, field, i), holds)) {
        return true;
      }
    }
    return false;
  });
}

}  // namespace

RecordMentions::RecordMentions(absl::string_view text) : wanted_(absl::AsciiStrToLower(text)) {}

bool RecordMentions::Holds(absl::string_view text) {
  lower_.assign(text.data(), text.size());
  absl::AsciiStrToLower(&lower_);
  return absl::StrContains(lower_, wanted_);
}

bool RecordMentions::operator()(const v1::LogRecord& record, absl::string_view bytes) {
  // Strings stand in the bytes as they are, so most records need no walk through their fields; but
  // the bytes of a number may look like letters.
  if (Holds(bytes) && AnyString(record, [this](const std::string& text) { return Holds(text); })) {
    return true;
  }
  if (Holds(RecordLine(record))) return true;
  return absl::c_any_of(MessageLines(record.message()),
                        [this](const std::string& line) { return Holds(line); });
}

}  // namespace tranche
