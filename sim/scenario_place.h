#ifndef TRANCHE_SIM_SCENARIO_PLACE_H_
#define TRANCHE_SIM_SCENARIO_PLACE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/scenario_check.h"
#include "sim/scenario_source.h"

namespace tranche {

// A value of the scenario on the way down from its root, and where it was written. Refers to its
// parent, so it lives no longer than that.
class Place {
 public:
  Place(const google::protobuf::Message& root, const SourceNode* source)
      : message_(&root), node_(source), nearest_(source) {}

  // A field of this message. `message` is its value, where it is a message itself.
  Place Field(int number, int index = 0, const google::protobuf::Message* message = nullptr) const {
    Place place(*this);
    place.parent_ = this;
    place.number_ = number;
    place.index_ = index;
    place.message_ = message;
    place.node_ = node_ == nullptr ? nullptr : node_->Find(number, index);
    if (place.node_ != nullptr) place.nearest_ = place.node_;
    return place;
  }

  const google::protobuf::Message& message() const { return *message_; }

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
  const google::protobuf::Message* message_;  // null for a value that is no message
  const SourceNode* node_;                    // null for a value that wasn't written
  const SourceNode* nearest_;                 // of the value, or else of the message around it
};

}  // namespace tranche

#endif  // TRANCHE_SIM_SCENARIO_PLACE_H_
