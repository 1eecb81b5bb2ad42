#ifndef TRANCHE_BROKER_CONFORMANCE_ANY_MESSAGE_H_
#define TRANCHE_BROKER_CONFORMANCE_ANY_MESSAGE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/message.h"
#include "sim/philox.h"
#include "tranche/v1/messages.pb.h"

namespace tranche {

// Fills messages with anything their fields can hold: small numbers, huge ones, names that exist
// and such that don't, unset parts. The same from the same random stream.
class AnyMessage {
 public:
  // `names` are those that exist; `quarter` is near those that make sense.
  AnyMessage(RandomStream random, std::vector<std::string> names, int32_t quarter);

  // Lays any content over what `message` holds.
  void Fill(google::protobuf::Message& message) { Fill(message, 0); }
  // A message of any kind to `recipient`, from another agent or the market.
  v1::Message Mail(const std::string& recipient, uint64_t id);

  RandomStream& random() { return random_; }

 private:
  void Fill(google::protobuf::Message& message, int depth);
  void FillField(google::protobuf::Message& message, const google::protobuf::FieldDescriptor* field,
                 int depth);
  int64_t Integer(int64_t least, int64_t most);

  RandomStream random_;
  std::vector<std::string> names_;
  int32_t quarter_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_CONFORMANCE_ANY_MESSAGE_H_
