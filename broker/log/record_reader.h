#ifndef TRANCHE_BROKER_LOG_RECORD_READER_H_
#define TRANCHE_BROKER_LOG_RECORD_READER_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "broker/log/run_log.h"
#include "broker/log/sqlite.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// A record and the bytes it is stored as, valid during the visit.
using RecordVisitor = absl::FunctionRef<bool(const v1::LogRecord& record, absl::string_view bytes)>;

// Visits all records from `from` on until `visit` returns false. DataLoss names the first position
// that is missing or altered; what was visited before is sound.
absl::Status ReadRecords(const SqliteDatabase& database, uint64_t from, RecordVisitor visit);

// Visits the records that `filter` wants. DataLoss as above, but gaps aren't seen.
absl::Status SelectRecords(const SqliteDatabase& database, const RecordFilter& filter,
                           RecordVisitor visit);

// Parses the row at hand, whose columns are position, crc32 and payload. DataLoss if the record
// isn't as it was written.
absl::Status ParseRecordRow(const SqliteDatabase& database, const SqliteStatement& query,
                            v1::LogRecord* record);
// DataLoss: there is no such record where there must be one.
absl::Status RecordIsMissing(const SqliteDatabase& database, uint64_t position);

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_RECORD_READER_H_
