#ifndef TRANCHE_BROKER_LOG_SCHEMA_H_
#define TRANCHE_BROKER_LOG_SCHEMA_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

// The tables of a log, as docs/log-schema.md describes them.
namespace tranche {

// In SQLite's header, where `file` and others find it: "Trnc".
inline constexpr int32_t kApplicationId = 0x54726e63;
// SQLite's user_version. A change that an older reader would misread raises it.
inline constexpr int64_t kSchemaVersion = 1;

// Statements that create every table of an empty database.
absl::string_view Schema();

// A table whose rows follow from the records alone.
struct DerivedTable {
  absl::string_view name;
  // Columns that order its rows.
  absl::string_view order;
};
absl::Span<const DerivedTable> DerivedTables();

// Every table there is.
absl::Span<const absl::string_view> TableNames();
// Every view: the same in dollars and percent, and messages with what they answer. Each has a
// position, which orders its rows.
absl::Span<const absl::string_view> ViewNames();

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_SCHEMA_H_
