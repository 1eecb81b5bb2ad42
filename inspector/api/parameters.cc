#include "inspector/api/parameters.h"

#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace tranche {
namespace {

// Undoes percent-encoding, '+' for a space included.
absl::StatusOr<std::string> Decode(absl::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const absl::string_view digits = text.substr(i + 1, 2);
      if (digits.size() != 2 || !absl::ascii_isxdigit(digits[0]) ||
          !absl::ascii_isxdigit(digits[1])) {
        return absl::InvalidArgumentError("the query string isn't percent-encoded");
      }
      decoded += absl::HexStringToBytes(digits);
      i += 2;
    }
  }
  return decoded;
}

}  // namespace

absl::StatusOr<Parameters> Parameters::Parse(absl::string_view query) {
  Parameters parameters;
  for (absl::string_view part : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> sides =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    absl::StatusOr<std::string> name = Decode(sides.first);
    if (!name.ok()) return name.status();
    absl::StatusOr<std::string> value = Decode(sides.second);
    if (!value.ok()) return value.status();
    parameters.given_.emplace_back(*std::move(name), *std::move(value));
  }
  return parameters;
}

std::vector<std::string> Parameters::Texts(const std::string& name) {
  known_.insert(name);
  std::vector<std::string> values;
  for (const auto& [given, value] : given_) {
    if (given == name) values.push_back(value);
  }
  return values;
}

std::string Parameters::Text(const std::string& name) {
  std::vector<std::string> values = Texts(name);
  if (values.size() > 1) Fail(absl::StrCat("\"", name, "\" is given more than once"));
  return values.empty() ? "" : values.front();
}

std::string Parameters::Required(const std::string& name) {
  std::string value = Text(name);
  if (value.empty()) Fail(absl::StrCat("\"", name, "\" is needed"));
  return value;
}

int64_t Parameters::Number(const std::string& name, int64_t otherwise, int64_t first,
                           int64_t last) {
  const std::string text = Text(name);
  if (text.empty()) return otherwise;
  int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || value < first || value > last) {
    Fail(absl::StrCat("\"", name, "\" is a whole number from ", first, " to ", last, ", not \"",
                      text, "\""));
    return otherwise;
  }
  return value;
}

uint64_t Parameters::Position(const std::string& name) {
  return static_cast<uint64_t>(Number(name, 0, 0, std::numeric_limits<int64_t>::max() - 1));
}

bool Parameters::Flag(const std::string& name) {
  const std::string text = Text(name);
  if (!text.empty() && text != "0" && text != "1") {
    Fail(absl::StrCat("\"", name, "\" is 0 or 1, not \"", text, "\""));
  }
  return text == "1";
}

void Parameters::Fail(absl::string_view message) {
  if (failed_.ok()) failed_ = absl::InvalidArgumentError(message);
}

absl::Status Parameters::status() const {
  if (!failed_.ok()) return failed_;
  for (const auto& given : given_) {
    if (known_.count(given.first) == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no parameter \"", given.first, "\" here"));
    }
  }
  return absl::OkStatus();
}

}  // namespace tranche
