#ifndef TRANCHE_BROKER_LOG_MESSAGE_FIELDS_H_
#define TRANCHE_BROKER_LOG_MESSAGE_FIELDS_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "tranche/v1/messages.pb.h"

// What a message holds, field by field, for people to read and to compare. Works on any message of
// the contract by the units in its fields' names.
namespace tranche {

// A field that is set, or the one value that a small message stands for (a date, a tranche's
// condition, a remedy).
struct MessageField {
  // From the message down: "tranches[0].amount_cents".
  std::string path;
  // In words, without the unit: "tranche 1 amount".
  std::string label;
  // With its unit, as figures.h writes figures: "$30.0B".
  std::string value;
  // Exactly, in the contract's unit: "3000000000000".
  std::string raw;
};

// In the order of the contract. A field left out, zero or false isn't there.
std::vector<MessageField> MessageFields(const google::protobuf::Message& message);

// The terms that a message puts forward or confirms, those of an ask included; null if it has none.
const google::protobuf::Message* TermsOf(const v1::Message& message);

// A field that isn't the same in two versions of terms; empty where there is none.
struct FieldChange {
  std::string path;
  std::string label;
  std::string before;
  std::string after;
};
// In the order of `after`, then what only `before` has.
std::vector<FieldChange> FieldChanges(const google::protobuf::Message& before,
                                      const google::protobuf::Message& after);

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_MESSAGE_FIELDS_H_
