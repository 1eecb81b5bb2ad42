#ifndef TRANCHE_BROKER_LOG_FIGURES_H_
#define TRANCHE_BROKER_LOG_FIGURES_H_

#include <cstdint>
#include <string>

#include "tranche/v1/types.pb.h"

// Figures as people write them: "$50.0B", "$2.10 per GPU-hour", "3.49%", "1.25M", "250 MW",
// "2026Q3". Three significant digits, for reading; the log and its JSON hold them exactly.
namespace tranche {

std::string DollarsText(int64_t cents);
// A unit price, to the cent and finer where the price is below a cent.
std::string UnitPriceText(int64_t micros);
std::string BasisPointsText(int64_t basis_points);
std::string PpmText(int64_t ppm);
// A number of things.
std::string CountText(int64_t count);
std::string PowerText(int64_t kilowatts);
// Capability, "10^26.5 FLOP".
std::string CapabilityText(int32_t capability_millis);
std::string QuarterText(int32_t quarter);
// "2026-03-31"; empty if there is no date.
std::string DateText(const v1::Date& date);
// As many decimals as it takes to read `value` back.
std::string NumberText(double value);
// "1 quarter", "3 quarters".
std::string Plural(int64_t count, const std::string& noun);

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_FIGURES_H_
