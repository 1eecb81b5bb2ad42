#include "sim/money.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <ostream>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace tranche {
namespace {

__extension__ using Int128 = __int128;

constexpr uint64_t kCentsPerThousand = 100'000;

int64_t Narrow(Int128 value) {
  TRANCHE_CHECK(
      value >= std::numeric_limits<int64_t>::min() && value <= std::numeric_limits<int64_t>::max(),
      "money overflows");
  return static_cast<int64_t>(value);
}

Int128 FloorDivide(Int128 numerator, Int128 denominator) {
  Int128 quotient = numerator / denominator;
  const Int128 remainder = numerator % denominator;
  if (remainder != 0 && (remainder < 0) != (denominator < 0)) --quotient;
  return quotient;
}

// Half to even. `denominator` is positive.
template <typename Integer>
Integer RoundDivide(Integer numerator, Integer denominator) {
  Integer quotient = numerator / denominator;
  Integer remainder = numerator - quotient * denominator;
  if (remainder < 0) {
    --quotient;
    remainder += denominator;
  }
  const Integer rest = denominator - remainder;
  if (remainder > rest || (remainder == rest && (quotient & 1) != 0)) ++quotient;
  return quotient;
}

// The magnitude as an unsigned number, so that the smallest Cents has one too.
uint64_t Magnitude(int64_t value) {
  return value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

}  // namespace

int64_t MulDivRounded(int64_t value, int64_t numerator, int64_t denominator) {
  TRANCHE_CHECK(denominator != 0, "division by zero");
  // Most amounts need no 128 bits, whose division costs several times as much.
  int64_t narrow = 0;
  if (denominator > 0 && !__builtin_mul_overflow(value, numerator, &narrow)) {
    return RoundDivide(narrow, denominator);
  }
  Int128 product = Int128{value} * numerator;
  Int128 divisor = denominator;
  if (divisor < 0) {
    product = -product;
    divisor = -divisor;
  }
  return Narrow(RoundDivide(product, divisor));
}

int64_t MulDivFloor(int64_t value, int64_t numerator, int64_t denominator) {
  TRANCHE_CHECK(denominator != 0, "division by zero");
  return Narrow(FloorDivide(Int128{value} * numerator, denominator));
}

Cents MulDiv(Cents amount, int64_t numerator, int64_t denominator) {
  return Cents(MulDivRounded(amount.value(), numerator, denominator));
}

Cents CostAtWholeUnits(int64_t price_micros_per_unit, int64_t units) {
  return Cents(MulDivRounded(price_micros_per_unit, units, 10'000));
}

Cents CostAtMicros(int64_t price_micros_per_unit, double units) {
  // Most numbers of units are whole. 2^53 keeps the conversion exact; no NaN gets through.
  constexpr double kMostExact = int64_t{1} << 53;
  if (units >= -kMostExact && units <= kMostExact &&
      static_cast<double>(static_cast<int64_t>(units)) == units) {
    return CostAtWholeUnits(price_micros_per_unit, static_cast<int64_t>(units));
  }
  // units = mantissa * 2^exponent exactly, so that price * mantissa is an exact 116-bit integer.
  const uint64_t bits = std::bit_cast<uint64_t>(units);
  const int biased_exponent = static_cast<int>((bits >> 52) & 0x7ff);
  TRANCHE_CHECK(biased_exponent != 0x7ff, "number of units is not finite");
  const uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
  int64_t mantissa =
      static_cast<int64_t>(biased_exponent == 0 ? fraction : fraction | (uint64_t{1} << 52));
  if ((bits >> 63) != 0) mantissa = -mantissa;
  const int exponent = std::max(biased_exponent, 1) - 1075;

  const Int128 product = Int128{price_micros_per_unit} * mantissa;
  if (product == 0) return Cents(0);
  if (exponent >= 0) {
    // |product| >= 2^52 here, so 2^26 units of shift already overflow any amount.
    TRANCHE_CHECK(exponent <= 26, "money overflows");
    Int128 scaled = 0;
    TRANCHE_CHECK(!__builtin_mul_overflow(product, Int128{1} << exponent, &scaled),
                  "money overflows");
    return Cents(Narrow(RoundDivide<Int128>(scaled, 10'000)));
  }
  if (exponent < -112) return Cents(0);  // Below half a cent by a wide margin.
  return Cents(Narrow(RoundDivide<Int128>(product, Int128{10'000} << -exponent)));
}

void SplitProRata(Cents total, absl::Span<const int64_t> weights, absl::Span<Cents> parts) {
  TRANCHE_CHECK(weights.size() == parts.size(), "one part per weight");
  Int128 weight_sum = 0;
  for (const int64_t weight : weights) {
    TRANCHE_CHECK(weight >= 0, "weights must not be negative");
    weight_sum += weight;
  }
  if (total == Cents(0)) {
    std::fill(parts.begin(), parts.end(), Cents(0));
    return;
  }
  TRANCHE_CHECK(weight_sum > 0, "nobody to split the amount among");

  const bool negative = total < Cents(0);
  const Int128 magnitude = Magnitude(total.value());
  absl::InlinedVector<Int128, 32> remainders(weights.size());
  Int128 handed_out = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    const Int128 product = magnitude * weights[i];
    const Int128 quotient = product / weight_sum;
    remainders[i] = product - quotient * weight_sum;
    handed_out += quotient;
    parts[i] = Cents(Narrow(negative ? -quotient : quotient));
  }
  const size_t left_over = static_cast<size_t>(magnitude - handed_out);
  if (left_over == 0) return;
  absl::InlinedVector<size_t, 32> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; i < left_over; ++i) parts[order[i]] += Cents(negative ? -1 : 1);
}

std::vector<Cents> SplitProRata(Cents total, absl::Span<const int64_t> weights) {
  std::vector<Cents> parts(weights.size());
  SplitProRata(total, weights, absl::MakeSpan(parts));
  return parts;
}

std::string FormatDollars(Cents amount) {
  const char* sign = amount < Cents(0) ? "-" : "";
  uint64_t cents = Magnitude(amount.value());
  if (cents < kCentsPerThousand) {
    return absl::StrFormat("%s$%d.%02d", sign, cents / 100, cents % 100);
  }

  // Round to three significant digits first: 999,996 dollars reads "$1.00M", not "$1000K".
  uint64_t third_digit = 1;
  while (cents / third_digit >= 1'000) third_digit *= 10;
  cents = static_cast<uint64_t>(RoundDivide<Int128>(cents, third_digit)) * third_digit;

  uint64_t unit = kCentsPerThousand;
  absl::string_view suffixes = "KMBT";
  while (suffixes.size() > 1 && cents / unit >= 1'000) {
    unit *= 1'000;
    suffixes.remove_prefix(1);
  }
  const uint64_t whole = cents / unit;
  const uint64_t hundredths = cents % unit / (unit / 100);
  std::string digits = absl::StrCat(whole);
  if (whole < 10) {
    absl::StrAppendFormat(&digits, ".%02d", hundredths);
  } else if (whole < 100) {
    absl::StrAppendFormat(&digits, ".%d", hundredths / 10);
  }
  return absl::StrCat(sign, "$", digits, suffixes.substr(0, 1));
}

std::string FormatDollarsExact(Cents amount) {
  const uint64_t cents = Magnitude(amount.value());
  std::string dollars = absl::StrCat(cents / 100);
  for (int i = static_cast<int>(dollars.size()) - 3; i > 0; i -= 3)
    dollars.insert(static_cast<size_t>(i), 1, ',');
  return absl::StrFormat("%s$%s.%02d", amount < Cents(0) ? "-" : "", dollars, cents % 100);
}

std::ostream& operator<<(std::ostream& out, Cents cents) {
  return out << FormatDollarsExact(cents);
}

}  // namespace tranche
