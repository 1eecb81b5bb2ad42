#ifndef TRANCHE_SIM_MONEY_H_
#define TRANCHE_SIM_MONEY_H_

#include <compare>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "sim/check.h"

// Money is exact. Amounts are whole US cents, unit prices are whole micro-dollars, ratios are
// whole basis points or parts per million; every rounding is half to even and written out where it
// happens. The largest amount, 2^63 - 1 cents, is about $92 quadrillion: an overflow is a bug and
// aborts the run.
namespace tranche {

// An amount of money in US cents; negative amounts are allowed (a loss, an overdraft asked for).
class Cents {
 public:
  constexpr Cents() = default;
  constexpr explicit Cents(int64_t value) : value_(value) {}

  constexpr int64_t value() const { return value_; }

  friend constexpr auto operator<=>(Cents, Cents) = default;

  friend constexpr Cents operator+(Cents a, Cents b) {
    int64_t sum = 0;
    TRANCHE_CHECK(!__builtin_add_overflow(a.value_, b.value_, &sum), "money overflows");
    return Cents(sum);
  }
  friend constexpr Cents operator-(Cents a, Cents b) {
    int64_t difference = 0;
    TRANCHE_CHECK(!__builtin_sub_overflow(a.value_, b.value_, &difference), "money overflows");
    return Cents(difference);
  }
  friend constexpr Cents operator*(Cents a, int64_t times) {
    int64_t product = 0;
    TRANCHE_CHECK(!__builtin_mul_overflow(a.value_, times, &product), "money overflows");
    return Cents(product);
  }
  friend constexpr Cents operator*(int64_t times, Cents a) { return a * times; }
  constexpr Cents operator-() const { return Cents(0) - *this; }
  constexpr Cents& operator+=(Cents other) { return *this = *this + other; }
  constexpr Cents& operator-=(Cents other) { return *this = *this - other; }

  template <typename H>
  friend H AbslHashValue(H state, Cents cents) {
    return H::combine(std::move(state), cents.value_);
  }
  // Writes the exact amount, "$1,234.56"; for test failures and debugging.
  friend std::ostream& operator<<(std::ostream& out, Cents cents);

 private:
  int64_t value_ = 0;
};

constexpr Cents FromDollars(int64_t dollars) { return Cents(100) * dollars; }

// A ratio in hundredths of a percent: BasisPoints(250) is 2.5%.
class BasisPoints {
 public:
  constexpr BasisPoints() = default;
  constexpr explicit BasisPoints(int64_t value) : value_(value) {}
  constexpr int64_t value() const { return value_; }
  friend constexpr auto operator<=>(BasisPoints, BasisPoints) = default;

 private:
  int64_t value_ = 0;
};

// amount * numerator / denominator with a 128-bit intermediate, rounded half to even.
// Aborts if the denominator is zero or the result overflows.
Cents MulDiv(Cents amount, int64_t numerator, int64_t denominator);

// The same on plain integers (shares, micro-dollars, parts per million).
int64_t MulDivRounded(int64_t value, int64_t numerator, int64_t denominator);
// The same, rounded towards minus infinity: for what must never be handed out twice.
int64_t MulDivFloor(int64_t value, int64_t numerator, int64_t denominator);

// `share` of `amount`, rounded half to even.
inline Cents operator*(Cents amount, BasisPoints share) {
  return MulDiv(amount, share.value(), 10'000);
}

// The cost of `units` at a unit price in micro-dollars, rounded half to even to the cent. The
// product is exact before that one rounding, for a fractional number of units too.
// Aborts on overflow and on units that aren't finite.
Cents CostAtMicros(int64_t price_micros_per_unit, double units);
Cents CostAtWholeUnits(int64_t price_micros_per_unit, int64_t units);
template <std::integral Integer>
Cents CostAtMicros(int64_t price_micros_per_unit, Integer units) {
  TRANCHE_CHECK(std::in_range<int64_t>(units), "number of units overflows");
  return CostAtWholeUnits(price_micros_per_unit, static_cast<int64_t>(units));
}

// Splits `total` in proportion to `weights` by the largest-remainder (Hamilton) method, so that
// the parts sum to `total` to the cent; equal remainders go to the lower index first. A negative
// total splits as the mirror image of the positive one.
// `parts` has the size of `weights`. Weights must be non-negative and not all zero, unless `total`
// is zero.
void SplitProRata(Cents total, absl::Span<const int64_t> weights, absl::Span<Cents> parts);
std::vector<Cents> SplitProRata(Cents total, absl::Span<const int64_t> weights);

// For people: three significant digits with a suffix from a thousand up ("$50.0B", "$1.25M",
// "$830B"), to the cent below ("-$3.20").
std::string FormatDollars(Cents amount);

// For books: every cent, "-$1,234,567.89".
std::string FormatDollarsExact(Cents amount);

}  // namespace tranche

#endif  // TRANCHE_SIM_MONEY_H_
