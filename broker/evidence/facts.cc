#include "broker/evidence/facts.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace tranche {
namespace {

constexpr std::array<absl::string_view, 7> kColumns = {"as_of", "entity",     "quantity", "value",
                                                       "unit",  "confidence", "source"};
constexpr std::array<absl::string_view, 6> kUnits = {"USD_bn",           "GW",    "percent",
                                                     "USD_per_GPU_hour", "ratio", "USD_per_Mtok"};
constexpr std::array<absl::string_view, 5> kConfidences = {"company", "filing", "press", "study",
                                                           "survey"};

// A field and the column it begins in, from 1.
struct Field {
  std::string text;
  size_t column = 1;
};

// One line's fields as RFC 4180 has them; none if a quotation isn't closed, or text follows one.
std::optional<std::vector<Field>> SplitFields(absl::string_view line) {
  std::vector<Field> fields;
  size_t at = 0;
  for (;;) {
    Field field{.text = "", .column = at + 1};
    if (at < line.size() && line[at] == '"') {
      for (++at;; ++at) {
        if (at >= line.size()) return std::nullopt;
        if (line[at] != '"') {
          field.text += line[at];
        } else if (at + 1 < line.size() && line[at + 1] == '"') {
          field.text += line[++at];
        } else {
          break;
        }
      }
      ++at;
      if (at < line.size() && line[at] != ',') return std::nullopt;
    } else {
      const size_t end = std::min(line.find(',', at), line.size());
      field.text = std::string(line.substr(at, end - at));
      at = end;
    }
    fields.push_back(std::move(field));
    if (at >= line.size()) return fields;
    ++at;  // the comma
  }
}

class Reader {
 public:
  Reader(absl::string_view text, absl::string_view filename) : text_(text), filename_(filename) {}

  absl::StatusOr<std::vector<Fact>> Read() {
    for (absl::string_view line : absl::StrSplit(text_, '\n')) {
      ++line_;
      if (line.empty() && line_ > 1) continue;
      if (absl::StartsWith(line, "#") && !headed_) continue;
      if (!headed_) {
        ReadHeader(line);
      } else {
        ReadRow(line);
      }
    }
    if (!headed_ && errors_.empty()) Report(1, "the file has no header");
    if (!errors_.empty()) return absl::InvalidArgumentError(absl::StrJoin(errors_, "\n"));
    return std::move(rows_);
  }

 private:
  void Report(size_t column, absl::string_view what) {
    errors_.push_back(absl::StrCat(filename_, ":", line_, ":", column, ": ", what));
  }

  void ReadHeader(absl::string_view line) {
    headed_ = true;
    const std::string wanted = absl::StrJoin(kColumns, ",");
    if (line != wanted) Report(1, absl::StrCat("the header must be ", wanted));
  }

  void ReadRow(absl::string_view line) {
    const std::optional<std::vector<Field>> fields = SplitFields(line);
    if (!fields) return Report(1, "a quotation isn't closed, or text follows it");
    if (fields->size() != kColumns.size()) {
      return Report(1, absl::StrCat("the row has ", fields->size(), " fields, not ",
                                    kColumns.size(), "; quote a field that holds a comma"));
    }
    const size_t errors = errors_.size();
    for (size_t i = 0; i + 1 < fields->size(); ++i) {
      if ((*fields)[i].text.empty()) {
        Report((*fields)[i].column, absl::StrCat(kColumns[i], " is empty"));
      }
    }
    if (errors_.size() > errors) return;
    Fact fact;
    fact.line = line_;
    fact.entity = (*fields)[1].text;
    fact.quantity = (*fields)[2].text;
    fact.value = (*fields)[3].text;
    fact.unit = (*fields)[4].text;
    fact.confidence = (*fields)[5].text;
    fact.source = (*fields)[6].text;
    const absl::StatusOr<absl::CivilDay> day = ParseDay((*fields)[0].text);
    if (!day.ok()) {
      Report((*fields)[0].column, day.status().message());
    } else {
      fact.as_of = *day;
    }
    ReadNumbers((*fields)[3], fact);
    CheckOneOf((*fields)[4], kUnits);
    CheckOneOf((*fields)[5], kConfidences);
    if (errors_.size() == errors) Add(std::move(fact), (*fields)[0].column);
  }

  void ReadNumbers(const Field& field, Fact& fact) {
    const std::vector<std::string> parts = absl::StrSplit(field.text, '/');
    for (const std::string& part : parts) {
      double number = 0;
      if (!absl::SimpleAtod(part, &number) || !(number - number == 0)) {
        return Report(field.column,
                      absl::StrCat("\"", field.text, "\" is no number, nor two as ", "in 1.25/10"));
      }
      fact.numbers.push_back(number);
    }
    const bool prices = fact.unit == "USD_per_Mtok";
    if (parts.size() == (prices ? 2U : 1U)) return;
    Report(field.column, prices ? "prices a million tokens are two, as in 1.25/10"
                                : "only prices a million tokens are two numbers");
  }

  template <size_t N>
  void CheckOneOf(const Field& field, const std::array<absl::string_view, N>& known) {
    if (absl::c_linear_search(known, field.text)) return;
    Report(field.column,
           absl::StrCat("\"", field.text, "\" must be one of ", absl::StrJoin(known, ", ")));
  }

  void Add(Fact fact, size_t column) {
    const auto [before, is_new] = line_of_.try_emplace(fact.Name(), line_);
    if (!is_new) {
      return Report(column,
                    absl::StrCat("line ", before->second, " has ", fact.Name(), " already"));
    }
    rows_.push_back(std::move(fact));
  }

  const absl::string_view text_;
  const absl::string_view filename_;
  int line_ = 0;
  bool headed_ = false;
  std::vector<Fact> rows_;
  absl::flat_hash_map<std::string, int> line_of_;  // look-ups only
  std::vector<std::string> errors_;
};

}  // namespace

std::string Fact::Name() const {
  return absl::StrCat(entity, " ", quantity, " ", absl::FormatCivilTime(as_of));
}

absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view text) {
  absl::CivilDay day;
  // ParseCivilTime also takes "2025-1-1" and days beyond a month's end.
  if (text.size() == 10 && absl::ParseCivilTime(text, &day) && absl::FormatCivilTime(day) == text) {
    return day;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no day; write it like 2025-12-31"));
}

absl::StatusOr<Facts> Facts::Parse(absl::string_view text, absl::string_view filename) {
  absl::StatusOr<std::vector<Fact>> rows = Reader(text, filename).Read();
  if (!rows.ok()) return rows.status();
  Facts facts;
  facts.rows_ = *std::move(rows);
  return facts;
}

absl::StatusOr<const Fact*> Facts::Find(absl::string_view entity, absl::string_view quantity,
                                        absl::string_view as_of) const {
  const std::string name = absl::StrCat(entity, " ", quantity, " ", as_of);
  for (const Fact& fact : rows_) {
    if (fact.entity == entity && fact.quantity == quantity && fact.Name() == name) return &fact;
  }
  return absl::NotFoundError(absl::StrCat("the facts have no row ", name));
}

}  // namespace tranche
