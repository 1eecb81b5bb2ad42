#ifndef TRANCHE_SIM_UNITS_H_
#define TRANCHE_SIM_UNITS_H_

#include <cstdint>

#include "sim/money.h"

// From the units people write in a scenario, and from the fractions the market computes with, to
// the integers that cross the wire.
namespace tranche {

// To the nearest integer, halves away from zero; the same on every host. The value must fit.
constexpr int64_t Rounded(double value) {
  const auto whole = static_cast<int64_t>(value);
  const double rest = value - static_cast<double>(whole);
  if (rest >= 0.5) return whole + 1;
  return rest <= -0.5 ? whole - 1 : whole;
}

constexpr Cents FromUsdMillions(double usd_millions) { return Cents(Rounded(usd_millions * 1e8)); }
constexpr int64_t MicrosFromUsd(double usd) { return Rounded(usd * 1e6); }
constexpr uint32_t BpFromPercent(double percent) {
  return static_cast<uint32_t>(Rounded(percent * 100));
}
constexpr uint32_t BpFromFraction(double fraction) {
  return static_cast<uint32_t>(Rounded(fraction * 10'000));
}
constexpr uint32_t PpmFromFraction(double fraction) {
  return static_cast<uint32_t>(Rounded(fraction * 1'000'000));
}
// log10 of effective FLOP, in thousandths.
constexpr int32_t CapabilityMillis(double log10_flop) {
  return static_cast<int32_t>(Rounded(log10_flop * 1000));
}

}  // namespace tranche

#endif  // TRANCHE_SIM_UNITS_H_
