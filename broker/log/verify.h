#ifndef TRANCHE_BROKER_LOG_VERIFY_H_
#define TRANCHE_BROKER_LOG_VERIFY_H_

#include "absl/status/status.h"
#include "broker/log/sqlite.h"

namespace tranche {

// Checks a log from end to end: every record is there and as it was written, the hash chain holds,
// all other tables are what the records say, and no page of the file is damaged. DataLoss names the
// place.
absl::Status VerifyLog(const SqliteDatabase& database);

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_VERIFY_H_
