#ifndef TRANCHE_BROKER_LOG_JSON_H_
#define TRANCHE_BROKER_LOG_JSON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// JSON, written. Results of commands and of the inspector only: messages have protobuf's own
// mapping.
namespace tranche {

// A string, with its quotes.
std::string JsonString(absl::string_view text);
// A number; what is none ("inf", "nan") as a string.
std::string JsonNumber(double value);
std::string JsonNumber(int64_t value);
std::string JsonBool(bool value);
// An array of values that are JSON themselves.
std::string JsonArray(const std::vector<std::string>& values);

// An object, member by member, on one line:
//
//   out << JsonObject().Add("same", JsonBool(true)).Add("records", JsonNumber(7)).json();
class JsonObject {
 public:
  // `value` is JSON itself.
  JsonObject& Add(absl::string_view name, absl::string_view value);
  std::string json() const;

 private:
  std::string members_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_JSON_H_
