#ifndef TRANCHE_SIM_QUARTER_H_
#define TRANCHE_SIM_QUARTER_H_

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace tranche {

// A calendar quarter, the market's unit of time: Quarter(2026, 1) is January to March 2026.
class Quarter {
 public:
  constexpr Quarter() = default;
  // `number` is 1 to 4.
  constexpr Quarter(int32_t year, int32_t number) : index_(year * 4 + (number - 1)) {}

  // The inverse of index().
  static constexpr Quarter FromIndex(int32_t index) { return Quarter(index); }
  // The quarter that `day` falls in. The year must be 0 or later.
  static Quarter Containing(absl::CivilDay day);
  // Reads "2026Q1": years 1 to 9999. InvalidArgument says what is wrong with `text`.
  static absl::StatusOr<Quarter> Parse(absl::string_view text);

  // Quarters since year 0: year * 4 + (number - 1). What crosses the wire and seeds streams.
  constexpr int32_t index() const { return index_; }
  constexpr int32_t year() const { return index_ / 4; }
  constexpr int32_t number() const { return index_ % 4 + 1; }

  absl::CivilDay FirstDay() const { return absl::CivilDay(year(), number() * 3 - 2, 1); }
  absl::CivilDay LastDay() const { return (*this + 1).FirstDay() - 1; }

  // "2026Q1".
  std::string ToString() const;

  friend constexpr auto operator<=>(Quarter, Quarter) = default;
  friend constexpr Quarter operator+(Quarter quarter, int32_t quarters) {
    return Quarter(quarter.index_ + quarters);
  }
  friend constexpr Quarter operator-(Quarter quarter, int32_t quarters) {
    return Quarter(quarter.index_ - quarters);
  }
  // How many quarters `a` lies after `b`.
  friend constexpr int32_t operator-(Quarter a, Quarter b) { return a.index_ - b.index_; }
  constexpr Quarter& operator+=(int32_t quarters) { return *this = *this + quarters; }
  constexpr Quarter& operator-=(int32_t quarters) { return *this = *this - quarters; }
  constexpr Quarter& operator++() { return *this += 1; }

  template <typename H>
  friend H AbslHashValue(H state, Quarter quarter) {
    return H::combine(std::move(state), quarter.index_);
  }
  friend std::ostream& operator<<(std::ostream& out, Quarter quarter);

 private:
  constexpr explicit Quarter(int32_t index) : index_(index) {}

  int32_t index_ = 0;
};

// A negotiation round within a quarter. 0 is the quarter's first.
class Round {
 public:
  constexpr Round() = default;
  constexpr explicit Round(int32_t value) : value_(value) {}

  constexpr int32_t value() const { return value_; }

  friend constexpr auto operator<=>(Round, Round) = default;
  constexpr Round& operator++() {
    ++value_;
    return *this;
  }
  friend constexpr Round operator+(Round round, int32_t rounds) {
    return Round(round.value_ + rounds);
  }
  friend std::ostream& operator<<(std::ostream& out, Round round);

 private:
  int32_t value_ = 0;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_QUARTER_H_
