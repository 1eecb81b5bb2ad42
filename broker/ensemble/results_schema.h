#ifndef TRANCHE_BROKER_ENSEMBLE_RESULTS_SCHEMA_H_
#define TRANCHE_BROKER_ENSEMBLE_RESULTS_SCHEMA_H_

#include <cstdint>
#include <string>

#include "sim/quarter.h"

// The tables of a results file, as docs/ensemble-schema.md describes them.
namespace tranche {

// In SQLite's header, where `file` and others find it: "TrnE".
inline constexpr int32_t kResultsApplicationId = 0x54726e45;
// SQLite's user_version. A change that an older reader would misread raises it.
inline constexpr int64_t kResultsSchemaVersion = 1;

// Statements that create every table of an empty database. Metrics have a column for each quarter,
// named as the quarter is.
std::string ResultsSchema(Quarter first, int quarters);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_RESULTS_SCHEMA_H_
