#ifndef TRANCHE_BROKER_EVIDENCE_FACTS_H_
#define TRANCHE_BROKER_EVIDENCE_FACTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

// deploy/facts/history.csv: what was known when, of whom, and who said so.
//
//   file    := { comment LF } header LF { row LF }
//   comment := "#" text
//   header  := "as_of,entity,quantity,value,unit,confidence,source"
//   row     := date "," entity "," quantity "," value "," unit "," confidence "," source
//   date    := YYYY "-" MM "-" DD            the day on which, or the last day for which, it holds
//   value   := number [ "/" number ]         with "/": the prices of input and of output tokens
//
// A field that holds a comma or a quotation mark is quoted as RFC 4180 has it. The source may be
// empty, nothing else may. An entity's quantity has one row for a day.
namespace tranche {

struct Fact {
  absl::CivilDay as_of;
  std::string entity;
  std::string quantity;
  // As written; `numbers` has one, or for a pair of prices two.
  std::string value;
  std::vector<double> numbers;
  std::string unit;
  std::string confidence;
  std::string source;
  // In the file, from 1.
  int line = 0;

  // The number; of a pair of prices the blend of three input tokens with one of output.
  double Number() const {
    return numbers.size() == 2 ? (3 * numbers[0] + numbers[1]) / 4 : numbers[0];
  }
  // "OpenAI run_rate 2025-12-31", which names the row.
  std::string Name() const;
};

class Facts {
 public:
  // Errors: InvalidArgument with a line for each thing that is wrong, `FILE:LINE:COLUMN: what`, as
  // for scenarios; columns count bytes from 1.
  static absl::StatusOr<Facts> Parse(absl::string_view text, absl::string_view filename);

  // In the file's order.
  const std::vector<Fact>& rows() const { return rows_; }
  // `as_of` as in the file. NotFound names the row that is missing.
  absl::StatusOr<const Fact*> Find(absl::string_view entity, absl::string_view quantity,
                                   absl::string_view as_of) const;

 private:
  std::vector<Fact> rows_;
};

// "2025-12-31"; InvalidArgument if it's no day of the calendar.
absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view text);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_FACTS_H_
