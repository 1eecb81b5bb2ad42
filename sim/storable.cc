#include "sim/storable.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "sim/envelope.h"

namespace tranche {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Still more than a message may have.
constexpr size_t kMostKept = kMostMessageBytes + 1;

uint8_t Byte(absl::string_view text, size_t at) { return static_cast<uint8_t>(text[at]); }

// Bytes of the character that begins at `at`; 0 if none does (RFC 3629).
size_t CharacterAt(absl::string_view text, size_t at) {
  const uint8_t lead = Byte(text, at);
  if (lead < 0x80) return 1;
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((Byte(text, at + i) & 0xC0) != 0x80) return 0;
  }
  const uint8_t second = Byte(text, at + 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool too_high = lead == 0xF4 && second >= 0x90;
  return overlong || surrogate || too_high ? 0 : size;
}

bool IsStorable(absl::string_view text) {
  if (text.size() > kMostKept) return false;
  for (size_t at = 0; at < text.size();) {
    const size_t size = CharacterAt(text, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

bool MakeFieldStorable(Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  bool changed = false;
  if (field->is_repeated()) {
    while (reflection.FieldSize(message, field) > static_cast<int>(kMostKept)) {
      reflection.RemoveLast(&message, field);
      changed = true;
    }
  }
  const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    for (int i = 0; i < count; ++i) {
      changed |=
          MakeStorable(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                            : *reflection.MutableMessage(&message, field));
    }
    return changed;
  }
  if (field->type() != FieldDescriptor::TYPE_STRING) return changed;
  for (int i = 0; i < count; ++i) {
    std::string scratch;
    const std::string& text =
        field->is_repeated() ? reflection.GetRepeatedStringReference(message, field, i, &scratch)
                             : reflection.GetStringReference(message, field, &scratch);
    if (IsStorable(text)) continue;
    changed = true;
    std::string storable = StorableText(text, kMostKept);
    if (field->is_repeated()) {
      reflection.SetRepeatedString(&message, field, i, std::move(storable));
    } else {
      reflection.SetString(&message, field, std::move(storable));
    }
  }
  return changed;
}

}  // namespace

std::string StorableText(absl::string_view text, size_t most_bytes) {
  std::string storable;
  for (size_t at = 0; at < text.size();) {
    const size_t size = CharacterAt(text, at);
    const absl::string_view next = size == 0 ? "?" : text.substr(at, size);
    if (storable.size() + next.size() > most_bytes) break;
    storable.append(next.data(), next.size());
    at += size == 0 ? 1 : size;
  }
  return storable;
}

bool MakeStorable(Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  bool changed = false;
  for (const FieldDescriptor* field : fields) changed |= MakeFieldStorable(message, field);
  return changed;
}

}  // namespace tranche
