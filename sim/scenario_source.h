#ifndef TRANCHE_SIM_SCENARIO_SOURCE_H_
#define TRANCHE_SIM_SCENARIO_SOURCE_H_

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// Where each value of a scenario was written, kept beside the message and of the same shape; and
// the merging of a scenario into the one it extends, which needs to know what was written because
// a proto3 message can't tell a zero from nothing.
namespace tranche {

// A place in a text, as editors count: lines and columns from 1.
struct SourceLocation {
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;
};

// One value and, if it is a message, the fields written in it.
struct SourceNode {
  SourceLocation location;
  // By field number; a singular field has one element. A field that wasn't written has no entry.
  std::map<int, std::vector<SourceNode>> fields;

  // The node of a field's value, or null when it wasn't written.
  const SourceNode* Find(int field_number, int index) const;
};

// The locations of what was parsed into `message`; `tree` may be null (nothing was recorded).
SourceNode MakeSourceNode(const google::protobuf::Message& message,
                          const google::protobuf::TextFormat::ParseInfoTree* tree,
                          const SourceLocation& location);

// What tells one element of a repeated message field from another, from the fields that name it:
// `name`, or the segment, holder, investor, or region and chip maker. Empty for messages that
// nothing names.
std::string ElementKey(const google::protobuf::Message& element);

// Lays `overlay` over `base`: a field written in it replaces the base's, a message is merged field
// by field, and elements of a repeated message field are merged into the base's element of the same
// key or else added. Other repeated fields are replaced whole.
void MergeOver(const google::protobuf::Message& overlay, const SourceNode& overlay_source,
               google::protobuf::Message* base, SourceNode* base_source);

}  // namespace tranche

#endif  // TRANCHE_SIM_SCENARIO_SOURCE_H_
