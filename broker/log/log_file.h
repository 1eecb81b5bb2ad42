#ifndef TRANCHE_BROKER_LOG_LOG_FILE_H_
#define TRANCHE_BROKER_LOG_LOG_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "broker/log/sqlite.h"

// Log files as files: made, told apart from others, and checked for being whole. Errors are those
// of run_log.h.
namespace tranche {

// Makes an empty log with the schema, in write-ahead mode. Leaves no file behind when it fails.
absl::StatusOr<SqliteDatabase> CreateLogFile(const std::string& path);

// Makes an empty file where there is none. AlreadyExists if there is something at `path`.
absl::Status MakeEmptyFile(const std::string& path);
// AlreadyExists if there is something at `path`.
absl::Status CheckIsFree(const std::string& path);
// NotFound or InvalidArgument if `path` doesn't name a file that could be a log.
absl::Status CheckIsFile(const std::string& path);

// Opens a log to go on writing it; checks its pages.
absl::StatusOr<SqliteDatabase> OpenLogFileToWrite(const std::string& path);
// Opens a log to read, also from a folder that can't be written.
absl::StatusOr<SqliteDatabase> OpenLogFileToRead(const std::string& path);

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_LOG_FILE_H_
