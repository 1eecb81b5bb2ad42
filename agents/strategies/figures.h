#ifndef TRANCHE_AGENTS_STRATEGIES_FIGURES_H_
#define TRANCHE_AGENTS_STRATEGIES_FIGURES_H_

#include <cstdint>
#include <string>

// Numbers as strategies reckon with them: doubles in the unit their name ends with, brought back to
// whole units where they enter a message, and written out where people read them. Whatever stands
// in a view or a message, none of these overflows or aborts.
namespace tranche {

// Nearest whole number; saturates at +-4e18, 0 for NaN.
int64_t ToWhole(double value);

// Nearest multiple of `step` > 0, e.g. prices to the billion.
double RoundedTo(double value, double step);

// A sum rounded to three significant digits, as people negotiate it. In cents; 0 for what is not
// positive.
double RoundSum(double cents);

// `part` of `whole`; 0 where there is no whole.
double PartOf(double part, double whole);

// "$42.0B", from cents.
std::string Dollars(double cents);
// "$1.85", from micro-dollars.
std::string UnitDollars(double micros);
// "12.5%", from a fraction.
std::string Percent(double fraction);
// "2026Q3", from a quarter's index.
std::string QuarterName(int32_t quarter);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_FIGURES_H_
