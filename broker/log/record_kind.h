#ifndef TRANCHE_BROKER_LOG_RECORD_KIND_H_
#define TRANCHE_BROKER_LOG_RECORD_KIND_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// What a record is, as its field of LogRecord is named ("metric", "quarter_closed"); for a message
// its body's name ("term_sheet"). A record or body that this version doesn't know is "unknown".
absl::string_view RecordKind(const v1::LogRecord& record);
absl::string_view MessageKind(const v1::Message& message);
// All there are, in the order of the wire contract.
std::vector<absl::string_view> RecordKinds();
// What isn't said or done by anybody: views and books, shown when they are asked for.
bool IsBookkeeping(absl::string_view kind);

// An enum's value as people write it: ROLE_LAB is "lab", JURISDICTION_US_ANTITRUST
// "us-antitrust". A value that this version doesn't know is its number.
std::string EnumWord(const google::protobuf::EnumDescriptor* type, int value);
template <typename Enum>
std::string EnumWord(Enum value) {
  return EnumWord(google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_RECORD_KIND_H_
