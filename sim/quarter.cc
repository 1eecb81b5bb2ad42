#include "sim/quarter.h"

#include <ostream>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tranche {

Quarter Quarter::Containing(absl::CivilDay day) {
  return Quarter(static_cast<int32_t>(day.year()), (day.month() - 1) / 3 + 1);
}

absl::StatusOr<Quarter> Quarter::Parse(absl::string_view text) {
  bool well_formed = text.size() == 6 && text[4] == 'Q' && text[5] >= '1' && text[5] <= '4';
  int32_t year = 0;
  for (int i = 0; well_formed && i < 4; ++i) {
    well_formed = absl::ascii_isdigit(static_cast<unsigned char>(text[i]));
    year = year * 10 + (text[i] - '0');
  }
  if (!well_formed || year == 0) {
    return absl::InvalidArgumentError(absl::StrCat("\"", absl::CHexEscape(text),
                                                   "\" is not a quarter; write year, Q and 1 to 4",
                                                   ", as in \"2026Q1\""));
  }
  return Quarter(year, text[5] - '0');
}

std::string Quarter::ToString() const { return absl::StrFormat("%04dQ%d", year(), number()); }

std::ostream& operator<<(std::ostream& out, Quarter quarter) { return out << quarter.ToString(); }

std::ostream& operator<<(std::ostream& out, Round round) {
  return out << "round " << round.value();
}

}  // namespace tranche
