#include "agents/strategies/figures.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/money.h"
#include "sim/quarter.h"

namespace tranche {

int64_t ToWhole(double value) {
  if (!(value == value)) return 0;
  value = std::clamp(value, -4e18, 4e18);
  return static_cast<int64_t>(value < 0 ? value - 0.5 : value + 0.5);
}

double RoundedTo(double value, double step) {
  return static_cast<double>(ToWhole(value / step)) * step;
}

double RoundSum(double cents) {
  if (!(cents > 0)) return 0;
  double step = 1;
  while (cents / step >= 1000) step *= 10;
  return RoundedTo(cents, step);
}

double PartOf(double part, double whole) { return whole > 0 ? part / whole : 0; }

std::string Dollars(double cents) { return FormatDollars(Cents(ToWhole(cents))); }

std::string UnitDollars(double micros) {
  return absl::StrFormat("$%.2f", static_cast<double>(ToWhole(micros)) / 1e6);
}

std::string Percent(double fraction) {
  const int64_t tenths = ToWhole(fraction * 1000);
  const int64_t whole = tenths / 10;
  const int64_t rest = tenths % 10;
  if (rest == 0) return absl::StrCat(whole, "%");
  return absl::StrCat(tenths < 0 && whole == 0 ? "-" : "", whole, ".", rest < 0 ? -rest : rest,
                      "%");
}

std::string QuarterName(int32_t quarter) {
  return Quarter::FromIndex(std::clamp(quarter, 4, 4 * 9999)).ToString();
}

}  // namespace tranche
