#include "broker/log/json.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "broker/log/figures.h"

namespace tranche {

std::string JsonString(absl::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&json, "\\u%04x", static_cast<int>(c));
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string JsonNumber(double value) {
  return std::isfinite(value) ? NumberText(value) : JsonString(NumberText(value));
}

std::string JsonNumber(int64_t value) { return absl::StrCat(value); }

std::string JsonBool(bool value) { return value ? "true" : "false"; }

std::string JsonArray(const std::vector<std::string>& values) {
  return absl::StrCat("[", absl::StrJoin(values, ","), "]");
}

JsonObject& JsonObject::Add(absl::string_view name, absl::string_view value) {
  absl::StrAppend(&members_, members_.empty() ? "" : ",", JsonString(name), ":", value);
  return *this;
}

std::string JsonObject::json() const { return absl::StrCat("{", members_, "}"); }

}  // namespace tranche
