#include "broker/log/figures.h"

#include <charconv>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "sim/money.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// `value` with at most `decimals` of them, without trailing zeros.
std::string Trimmed(double value, int decimals) {
  const std::string text = absl::StrFormat("%.*f", decimals, value);
  absl::string_view rest = text;
  while (rest.size() > 1 && absl::ConsumeSuffix(&rest, "0")) continue;
  absl::ConsumeSuffix(&rest, ".");
  return text.find('.') == std::string::npos ? text : std::string(rest);
}

}  // namespace

std::string DollarsText(int64_t cents) { return FormatDollars(Cents(cents)); }

std::string UnitPriceText(int64_t micros) {
  const double dollars = static_cast<double>(micros) / 1e6;
  if (micros % 10'000 == 0 || std::llabs(micros) >= 1'000'000) {
    return absl::StrFormat("%s$%.2f", micros < 0 ? "-" : "", micros < 0 ? -dollars : dollars);
  }
  return absl::StrCat("$", Trimmed(dollars, 6));
}

std::string BasisPointsText(int64_t basis_points) {
  return absl::StrCat(Trimmed(static_cast<double>(basis_points) / 100, 2), "%");
}

std::string PpmText(int64_t ppm) {
  return absl::StrCat(Trimmed(static_cast<double>(ppm) / 10'000, 2), "%");
}

std::string CountText(int64_t count) {
  if (std::llabs(count) < 1'000) return absl::StrCat(count);
  double scaled = static_cast<double>(count);
  absl::string_view suffixes = "KMBT";
  // 999,600 reads 1.00M, not 1000K.
  scaled /= 1'000;
  while (suffixes.size() > 1 && (scaled >= 999.5 || scaled <= -999.5)) {
    scaled /= 1'000;
    suffixes.remove_prefix(1);
  }
  const double magnitude = scaled < 0 ? -scaled : scaled;
  const int decimals = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
  return absl::StrCat(absl::StrFormat("%.*f", decimals, scaled), suffixes.substr(0, 1));
}

std::string PowerText(int64_t kilowatts) {
  if (std::llabs(kilowatts) < 1'000) return absl::StrCat(kilowatts, " kW");
  if (std::llabs(kilowatts) < 1'000'000) {
    return absl::StrCat(Trimmed(static_cast<double>(kilowatts) / 1e3, 1), " MW");
  }
  return absl::StrCat(Trimmed(static_cast<double>(kilowatts) / 1e6, 2), " GW");
}

std::string CapabilityText(int32_t capability_millis) {
  return absl::StrCat("10^", Trimmed(capability_millis / 1000.0, 3), " FLOP");
}

std::string QuarterText(int32_t quarter) { return Quarter::FromIndex(quarter).ToString(); }

std::string DateText(const v1::Date& date) {
  if (date.year() == 0) return "";
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

std::string NumberText(double value) {
  char text[32];
  const std::to_chars_result result = std::to_chars(text, text + sizeof(text), value);
  return std::string(text, result.ptr);
}

std::string Plural(int64_t count, const std::string& noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace tranche
